"""AMD (Xilinx) COE, for the memory generators' initial contents.

The vector holds one hexadecimal numeral a word, address 0 first; a numeral's least significant
bit is bit 0 of the word. Words are separated by commas, the last is followed by a semicolon.
Lines that start with a semicolon are comments. The format has no word width of its own: set the
generator to the width and depth that the comment names.

Source of the syntax: Vivado Design Suite User Guide UG896, "COE File Syntax".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hwsim.export.formats.mem import hex_words
from hwsim.export.formats.streams import Rows, joined, whole
from hwsim.hardware.layout import MemoryShape


def stream(name: str, shape: MemoryShape, blocks: Iterable[Rows]) -> Iterator[bytes]:
    """The file's content for blocks of words (n, ceil(width / 8)) uint8, little-endian bytes."""
    yield (
        f"; {name}: {shape.depth} words of {shape.width} bits\n"
        "memory_initialization_radix=16;\n"
        "memory_initialization_vector=\n"
    ).encode()
    yield from joined((hex_words(shape, rows) for rows in blocks), ",\n")
    yield b";\n"


encode = whole(stream)
