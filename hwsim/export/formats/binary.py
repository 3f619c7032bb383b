"""Raw bytes: the words one after the other, each ceil(width / 8) bytes, little-endian.

Bit j of the word at address a is bit j % 8 of byte a * ceil(width / 8) + j // 8; the bits of a
word's last byte past its width are 0. No header: the manifest holds width and depth.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hwsim.hardware.layout import MemoryShape


def encode(name: str, shape: MemoryShape, rows: npt.NDArray[np.uint8]) -> bytes:
    """The file's content for words `rows` (depth, ceil(width / 8)) uint8, little-endian bytes."""
    return rows.tobytes()
