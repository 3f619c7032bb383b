"""A C99 header with one `static const` array, for firmware and software models.

A word of up to 64 bits is one element of the narrowest of uint8_t, uint16_t, uint32_t, uint64_t
that holds it, bit j of the word being bit j of the element: `hwsim_weights[address]`. A wider
word is a row of uint64_t, least significant first, bit j of the word being bit j % 64 of
`hwsim_weights[address][j / 64]`. Unused bits are 0; offsets are therefore two's complement in
their lowest `HWSIM_OFFSETS_WIDTH` bits, not sign-extended.

Another prefix takes the place of `hwsim` and `HWSIM` in the names and the include guard, so that
two images go into one program.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from hwsim.export.names import DEFAULT_PREFIX
from hwsim.hardware.layout import MemoryShape

ELEMENT_BITS: Final = (8, 16, 32, 64)


def encode(
    name: str, shape: MemoryShape, rows: npt.NDArray[np.uint8], prefix: str = DEFAULT_PREFIX
) -> bytes:
    """The file's content for words `rows` (depth, ceil(width / 8)) uint8, little-endian bytes."""
    bits = next((bits for bits in ELEMENT_BITS if bits >= shape.width), ELEMENT_BITS[-1])
    columns = -(-shape.width // bits)
    bytes_a_word = columns * bits // 8
    padded = np.zeros((shape.depth, bytes_a_word), dtype=np.uint8)
    padded[:, : shape.row_bytes] = rows
    elements = padded.view(f"<u{bits // 8}")
    literals = [f"0x{element:0{bits // 4}x}" for element in elements.reshape(-1).tolist()]
    if columns == 1:
        dimension, lines = "", literals
    else:
        dimension = f"[{columns}]"
        starts = range(0, len(literals), columns)
        lines = ["{" + ", ".join(literals[start : start + columns]) + "}" for start in starts]
    macro = f"{prefix}_{name}".upper()
    text = (
        f"/* {name}: {shape.depth} words of {shape.width} bits; written by hwsim export. */\n"
        f"#ifndef {macro}_H\n"
        f"#define {macro}_H\n\n"
        "#include <stdint.h>\n\n"
        f"#define {macro}_WIDTH {shape.width}\n"
        f"#define {macro}_DEPTH {shape.depth}\n\n"
        f"static const uint{bits}_t {prefix}_{name}[{shape.depth}]{dimension} = {{\n"
        + ",\n".join(lines)
        + "\n};\n\n#endif\n"
    )
    return text.encode()
