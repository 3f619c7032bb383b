"""The ROM formats an image can be written in, one module each.

Every encoder gets a memory's words as (depth, ceil(width / 8)) uint8, little-endian bytes with
unused bits 0, and returns the file's content; the same words always give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt

from hwsim.export.formats import binary, c, coe, ihex, ihex_word, mem, mif
from hwsim.hardware.layout import MemoryShape

Encoder = Callable[[str, MemoryShape, npt.NDArray[np.uint8]], bytes]

# Suffix of the file, and what turns (memory name, shape, words) into its content.
FORMATS: Final[dict[str, tuple[str, Encoder]]] = {
    "mem": (".mem", mem.encode),
    "coe": (".coe", coe.encode),
    "mif": (".mif", mif.encode),
    "ihex": (".hex", ihex.encode),
    "ihex-word": (".word.hex", ihex_word.encode),
    "bin": (".bin", binary.encode),
    "c": (".h", c.encode),
}


def encoders(prefix: str) -> dict[str, tuple[str, Encoder]]:
    """FORMATS, where those that define names begin them with `prefix`."""
    return {**FORMATS, "c": (".h", partial(c.encode, prefix=prefix))}
