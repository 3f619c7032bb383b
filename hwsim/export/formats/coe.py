"""AMD (Xilinx) COE, for the memory generators' initial contents.

The vector holds one hexadecimal numeral a word, address 0 first; a numeral's least significant
bit is bit 0 of the word. Words are separated by commas, the last is followed by a semicolon.
Lines that start with a semicolon are comments. The format has no word width of its own: set the
generator to the width and depth that the comment names.

Source of the syntax: Vivado Design Suite User Guide UG896, "COE File Syntax".
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hwsim.export.formats.mem import hex_words
from hwsim.hardware.layout import MemoryShape


def encode(name: str, shape: MemoryShape, rows: npt.NDArray[np.uint8]) -> bytes:
    """The file's content for words `rows` (depth, ceil(width / 8)) uint8, little-endian bytes."""
    head = (
        f"; {name}: {shape.depth} words of {shape.width} bits\n"
        "memory_initialization_radix=16;\n"
        "memory_initialization_vector=\n"
    )
    return (head + ",\n".join(hex_words(shape, rows)) + ";\n").encode()
