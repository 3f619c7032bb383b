"""The ROM formats an image can be written in, one module each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from hwsim.export.formats import mem
from hwsim.hardware.layout import MemoryShape

Encoder = Callable[[str, MemoryShape, npt.NDArray[np.uint8]], bytes]

# Suffix of the file, and what turns (memory name, shape, words) into its content.
FORMATS: Final[dict[str, tuple[str, Encoder]]] = {
    "mem": (".mem", mem.encode),
}
