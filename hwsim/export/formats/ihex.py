"""Intel HEX (I32HEX), for programmers, boot loaders and software tools.

The file describes bytes, exactly those of the `bin` format: word a begins at byte address
a * ceil(width / 8), least significant byte first, so bit j of a word is bit j % 8 of its byte
j // 8. Records, one a line, are

    :LLAAAATTDD…DDCC   LL bytes of data, AAAA low 16 bits of the address, TT type, CC checksum

with 16 bytes of data (fewer in the last), an extended linear address record (type 04) wherever
the upper 16 bits of the address change, and the end record. CC makes a line's bytes sum to 0
modulo 256.

objcopy, srec_cat, intelhex and flash programmers read it so: byte addresses, byte order left to
the user. Quartus does not: addresses in its memory initialization files count words, the most
significant byte comes first, and words of more than 8 bits in this file would end in wrong places.
For Quartus take `ihex-word` or `mif`.

Source of the record layout: Intel, "Hexadecimal Object File Format Specification", revision A.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from hwsim.errors import InputError
from hwsim.export.formats.streams import Rows, recut, whole
from hwsim.hardware.layout import MemoryShape

RECORD_BYTES: Final = 16  # divides 64 KB, so no record crosses an upper address
SEGMENT_BYTES: Final = 1 << 16
MOST_BYTES: Final = 1 << 32
END_RECORD: Final = ":00000001FF"


def stream(name: str, shape: MemoryShape, blocks: Iterable[Rows]) -> Iterator[bytes]:
    """The file's content for blocks of words (n, ceil(width / 8)) uint8, little-endian bytes.

    Raises:
        InputError: the memory is larger than the 4 GB that the format can address.
    """
    if (size := shape.depth * shape.row_bytes) > MOST_BYTES:
        raise InputError(
            f"{name} takes {size} bytes; ihex addresses up to {MOST_BYTES}; export another format"
        )
    column = (np.ascontiguousarray(rows).reshape(-1, 1) for rows in blocks)
    for number, data in enumerate(recut(column, SEGMENT_BYTES)):
        segment = data.reshape(-1)
        lines = [record(0, 4, number.to_bytes(2, "big"))] if number else []
        even = segment.size - segment.size % RECORD_BYTES
        full = segment[:even].reshape(-1, RECORD_BYTES)
        lines += data_records(full, np.arange(len(full)) * RECORD_BYTES)
        if even < segment.size:
            lines.append(record(even, 0, segment[even:].tobytes()))
        yield ("\n".join(lines) + "\n").encode()
    yield f"{END_RECORD}\n".encode()


encode = whole(stream)


def record(address: int, kind: int, data: bytes) -> str:
    """One record: up to 255 bytes at a 16-bit address."""
    body = bytes([len(data), address >> 8, address & 0xFF, kind]) + data
    return ":" + (body + bytes([-sum(body) & 0xFF])).hex().upper()


def data_records(blocks: npt.NDArray[np.uint8], addresses: npt.NDArray[np.int64]) -> list[str]:
    """Records of type 00: row r of `blocks` (n, up to 255 bytes) at 16-bit `addresses[r]`."""
    size = blocks.shape[1]
    records = np.zeros((len(blocks), size + 5), dtype=np.uint8)
    records[:, 0] = size
    records[:, 1] = addresses >> 8
    records[:, 2] = addresses & 0xFF
    records[:, 4:-1] = blocks
    sums = records.sum(axis=1, dtype=np.int64)
    records[:, -1] = -sums & 0xFF
    text, step = records.tobytes().hex().upper(), 2 * records.shape[1]
    return [":" + text[start : start + step] for start in range(0, len(text), step)]
