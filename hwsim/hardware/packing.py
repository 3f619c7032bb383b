"""Bits to memory words and back, and the one primitive that works on words.

A word of L bits is a Python integer; bit j (value 2**j) is lane j. This is the only room that
imports bitarray.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
from bitarray import bitarray
from bitarray.util import ba2int, int2ba


def xnor_popcount(a: int, b: int, mask: int) -> int:
    """popcount(~(a ^ b) & mask): in how many lanes of `mask` the two words agree."""
    return (~(a ^ b) & mask).bit_count()


def pack_words(bits: npt.NDArray[np.uint8], lanes: int) -> list[int]:
    """Cut bits (n,) of 0 and 1 into ceil(n / lanes) words; lanes past n are 0."""
    row = bitarray(bits.tolist(), endian="little")
    return [ba2int(row[start : start + lanes]) for start in range(0, len(row), lanes)]


def unpack_words(words: Iterable[int], lanes: int, count: int) -> npt.NDArray[np.uint8]:
    """The first `count` bits of `words`, as (count,) uint8 of 0 and 1."""
    row = bitarray(endian="little")
    for word in words:
        row.extend(int2ba(word, length=lanes, endian="little"))
    return np.frombuffer(row[:count].unpack(), dtype=np.uint8)


def lane_mask(lanes: int, valid: int) -> int:
    """A word whose lowest min(valid, lanes) lanes are 1."""
    return (1 << min(valid, lanes)) - 1


def signed(word: int, width: int) -> int:
    """The lowest `width` bits of a word as a number in two's complement."""
    word &= (1 << width) - 1
    return word - (word >> (width - 1) << width)


def words_from_bytes(rows: npt.NDArray[np.uint8]) -> Iterator[int]:
    """Words given as little-endian bytes, (depth, bytes a word) uint8, as integers."""
    for row in rows:
        yield int.from_bytes(row.tobytes(), "little")
