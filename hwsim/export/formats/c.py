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

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from hwsim.export.formats.streams import Rows, joined, whole
from hwsim.export.names import DEFAULT_PREFIX
from hwsim.hardware.layout import MemoryShape

ELEMENT_BITS: Final = (8, 16, 32, 64)


def stream(
    name: str, shape: MemoryShape, blocks: Iterable[Rows], prefix: str = DEFAULT_PREFIX
) -> Iterator[bytes]:
    """The file's content for blocks of words (n, ceil(width / 8)) uint8, little-endian bytes."""
    bits = next((bits for bits in ELEMENT_BITS if bits >= shape.width), ELEMENT_BITS[-1])
    columns = -(-shape.width // bits)
    dimension = f"[{columns}]" if columns > 1 else ""
    macro = f"{prefix}_{name}".upper()
    yield (
        f"/* {name}: {shape.depth} words of {shape.width} bits; written by hwsim export. */\n"
        f"#ifndef {macro}_H\n"
        f"#define {macro}_H\n\n"
        "#include <stdint.h>\n\n"
        f"#define {macro}_WIDTH {shape.width}\n"
        f"#define {macro}_DEPTH {shape.depth}\n\n"
        f"static const uint{bits}_t {prefix}_{name}[{shape.depth}]{dimension} = {{\n"
    ).encode()
    yield from joined((_literals(shape, rows, bits, columns) for rows in blocks), ",\n")
    yield b"\n};\n\n#endif\n"


def _literals(shape: MemoryShape, rows: Rows, bits: int, columns: int) -> list[str]:
    """The words as so many elements each."""
    padded = np.zeros((len(rows), columns * bits // 8), dtype=np.uint8)
    padded[:, : shape.row_bytes] = rows
    elements = padded.view(f"<u{bits // 8}")
    literals = [f"0x{element:0{bits // 4}x}" for element in elements.reshape(-1).tolist()]
    if columns == 1:
        return literals
    starts = range(0, len(literals), columns)
    return ["{" + ", ".join(literals[start : start + columns]) + "}" for start in starts]


encode = whole(stream)
