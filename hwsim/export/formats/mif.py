"""Intel (Altera) Memory Initialization File, for Quartus.

A head with WIDTH (bits of a word) and DEPTH (words), then one `address : word;` a line, both
hexadecimal; a word's least significant bit is its bit 0. `--` starts a comment.

Source of the syntax: Quartus Prime Help, "Memory Initialization File (.mif) Definition".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hwsim.export.formats.mem import hex_digits, hex_words
from hwsim.export.formats.streams import Rows, whole
from hwsim.hardware.layout import MemoryShape


def stream(name: str, shape: MemoryShape, blocks: Iterable[Rows]) -> Iterator[bytes]:
    """The file's content for blocks of words (n, ceil(width / 8)) uint8, little-endian bytes."""
    digits = hex_digits((shape.depth - 1).bit_length() or 1)
    yield (
        f"-- {name}: {shape.depth} words of {shape.width} bits\n"
        f"WIDTH={shape.width};\n"
        f"DEPTH={shape.depth};\n"
        "ADDRESS_RADIX=HEX;\n"
        "DATA_RADIX=HEX;\n"
        "CONTENT BEGIN\n"
    ).encode()
    address = 0
    for rows in blocks:
        words = enumerate(hex_words(shape, rows), address)
        yield "".join(f"{here:0{digits}x} : {word};\n" for here, word in words).encode()
        address += len(rows)
    yield b"END;\n"


encode = whole(stream)
