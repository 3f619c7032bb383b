"""What loads a memory over the registers of hwsim_wrapper: 32-bit words, little-endian.

    load_memory    the memory's number in bits 0 to 2, the engine's in bits 4 to 6
    words          how many the memory has
    load_data …    each word in ceil(width / 32) pieces, the least significant first
    crc            CRC-32 (IEEE 802.3) of the memory's words as format `bin` has them

The registers are those of rtl/axi/REGISTERS.md. Write the first word to `load_memory`, 0 to
`load_address`, each piece to `load_data`, `words` to `check`, and compare `crc`. The streams of
several memories may follow each other in one file.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from hwsim.errors import InputError
from hwsim.export.formats.streams import Rows, whole
from hwsim.hardware.layout import MemoryShape
from hwsim.printable import told

MEMORIES: Final = ("patterns", "weights", "kernel_lut", "offsets", "radius")  # by number
_PIECE_BYTES: Final = 4


def stream(name: str, shape: MemoryShape, blocks: Iterable[Rows]) -> Iterator[bytes]:
    """The file's content for blocks of words (n, ceil(width / 8)) uint8, little-endian bytes.

    Raises:
        InputError: the engine has no memory of that name.
    """
    yield np.array([selection(name), shape.depth], dtype="<u4").tobytes()
    crc = 0
    for rows in blocks:
        crc = zlib.crc32(rows.tobytes(), crc)
        yield np.pad(rows, ((0, 0), (0, -shape.row_bytes % _PIECE_BYTES))).tobytes()
    yield crc.to_bytes(4, "little")


encode = whole(stream)


def selection(name: str) -> int:
    """What `load_memory` holds for a memory, or for one engine's share of it.

    Raises:
        InputError: the engine has no memory of that name.
    """
    parts = re.fullmatch(r"([a-z_]+?)(?:_(\d))?", name)
    if parts is None or parts[1] not in MEMORIES:
        raise InputError(f"memory is {told(name)}; it must be one of {', '.join(MEMORIES)}")
    return MEMORIES.index(parts[1]) | int(parts[2] or 0) << 4
