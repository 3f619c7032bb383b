"""Intel (Altera) Memory Initialization File, for Quartus.

A head with WIDTH (bits of a word) and DEPTH (words), then one `address : word;` a line, both
hexadecimal; a word's least significant bit is its bit 0. `--` starts a comment.

Source of the syntax: Quartus Prime Help, "Memory Initialization File (.mif) Definition".
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hwsim.export.formats.mem import hex_digits, hex_words
from hwsim.hardware.layout import MemoryShape


def encode(name: str, shape: MemoryShape, rows: npt.NDArray[np.uint8]) -> bytes:
    """The file's content for words `rows` (depth, ceil(width / 8)) uint8, little-endian bytes."""
    digits = hex_digits((shape.depth - 1).bit_length() or 1)
    head = (
        f"-- {name}: {shape.depth} words of {shape.width} bits\n"
        f"WIDTH={shape.width};\n"
        f"DEPTH={shape.depth};\n"
        "ADDRESS_RADIX=HEX;\n"
        "DATA_RADIX=HEX;\n"
        "CONTENT BEGIN\n"
    )
    lines = [
        f"{address:0{digits}x} : {word};" for address, word in enumerate(hex_words(shape, rows))
    ]
    return (head + "\n".join(lines) + "\nEND;\n").encode()
