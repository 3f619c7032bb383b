"""Intel HEX with word addresses, the dialect of Quartus' memory initialization.

A record holds one word, and its address counts words: the word at address a is the record

    :LLAAAATTDD…DDCC   LL = ceil(width / 8), AAAA = a modulo 65536, TT = 00

with the most significant byte first; bits past the width are 0. CC makes a record's bytes sum to
0 modulo 256. Before every 65536 words but the first an extended segment address record (type 02)
sets what is added to AAAA: 16 times its 16 bits, in words too. That is as far as 1048576 words.

Programs that read standard Intel HEX take these addresses for those of bytes, and words that
follow each other for overlapping ones: give them `ihex`.

Source: Quartus Prime Help, "Hexadecimal (Intel-Format) File (.hex) Definition"; the byte order and
the unit of extended addresses, Altera's simulation library `altera_mf.v`, task convert_hex2ver.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from hwsim.errors import InputError
from hwsim.export.formats.ihex import END_RECORD, data_records, record
from hwsim.export.formats.streams import Rows, recut, whole
from hwsim.hardware.layout import MemoryShape

SEGMENT_WORDS: Final = 1 << 16
MOST_WORDS: Final = 1 << 20


def stream(name: str, shape: MemoryShape, blocks: Iterable[Rows]) -> Iterator[bytes]:
    """The file's content for blocks of words (n, ceil(width / 8)) uint8, little-endian bytes.

    Raises:
        InputError: the memory has more than the 1048576 words that the format can address.
    """
    if shape.depth > MOST_WORDS:
        raise InputError(
            f"{name} has {shape.depth} words; ihex-word addresses up to {MOST_WORDS}; export mif"
        )
    for number, words in enumerate(recut(blocks, SEGMENT_WORDS)):
        start = number * SEGMENT_WORDS
        lines = [record(0, 2, (start >> 4).to_bytes(2, "big"))] if number else []
        lines += data_records(words[:, ::-1], np.arange(len(words)))
        yield ("\n".join(lines) + "\n").encode()
    yield f"{END_RECORD}\n".encode()


encode = whole(stream)
