"""Raw bytes: the words one after the other, each ceil(width / 8) bytes, little-endian.

Bit j of the word at address a is bit j % 8 of byte a * ceil(width / 8) + j // 8; the bits of a
word's last byte past its width are 0. No header: the manifest holds width and depth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hwsim.export.formats.streams import Rows, whole
from hwsim.hardware.layout import MemoryShape


def stream(name: str, shape: MemoryShape, blocks: Iterable[Rows]) -> Iterator[bytes]:
    """The file's content for blocks of words (n, ceil(width / 8)) uint8, little-endian bytes."""
    for rows in blocks:
        yield rows.tobytes()


encode = whole(stream)
