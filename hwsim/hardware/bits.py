"""Bits packed as an image keeps them: a row of N bits is whole words of 64, little-endian bytes.

Bit i % 8 of byte i // 8 is neuron i; what lies past N is 0. So a row is a row of 64-bit words, too,
and an image's planes need N / 8 bytes a pattern each instead of one byte a neuron.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.uint8]

WORD_BYTES: Final = 8
# Bits unpacked at once where all of them are passed through.
_AT_ONCE: Final = 2**22


def row_bytes(neurons: int) -> int:
    """Bytes of a row of N bits."""
    return WORD_BYTES * -(-neurons // (8 * WORD_BYTES))


def pack(bits: npt.NDArray[np.integer[Any]]) -> Rows:
    """Bits (n, N) of 0 and 1 as rows (n, bytes)."""
    rows = np.zeros((len(bits), row_bytes(bits.shape[1])), dtype=np.uint8)
    packed = np.packbits(bits.astype(np.uint8, copy=False), axis=1, bitorder="little")
    rows[:, : packed.shape[1]] = packed
    return rows


def unpack(rows: Rows, neurons: int) -> npt.NDArray[np.uint8]:
    """Rows (..., bytes) as bits (..., N)."""
    return np.unpackbits(rows, axis=-1, bitorder="little", count=neurons)


def pack_codes(codes: npt.NDArray[np.integer[Any]], planes: int) -> Rows:
    """Codes (n, N) as the rows of their planes, (n, planes, bytes)."""
    rows = np.zeros((len(codes), planes, row_bytes(codes.shape[1])), dtype=np.uint8)
    for plane in range(planes):
        rows[:, plane] = pack(codes >> plane & 1)
    return rows


def unpack_codes(rows: Rows, neurons: int) -> npt.NDArray[np.uint8]:
    """Rows of planes (n, planes, bytes) as codes (n, N)."""
    codes = np.zeros((len(rows), neurons), dtype=np.uint8)
    for plane in range(rows.shape[1]):
        codes |= unpack(rows[:, plane], neurons) << np.uint8(plane)
    return codes


def parts(patterns: int, neurons: int) -> Iterator[slice]:
    """All patterns, so many at once that their bits are few."""
    size = max(_AT_ONCE // neurons, 1)
    return (slice(start, min(start + size, patterns)) for start in range(0, patterns, size))


def transposed(rows: Rows) -> Rows:
    """Matrices of bits, rows (..., m, n / 8) with m a multiple of 8, as columns (..., n, m / 8).

    Eight rows by eight columns are one integer, whose bits change places by three exchanges.
    Source: Warren, "Hacker's Delight", 2nd edition, section 7-3.
    """
    *more, m, columns = rows.shape
    eights = rows.reshape(*more, m // 8, 8, columns).swapaxes(-1, -2)
    x = np.ascontiguousarray(eights).view("<u8")[..., 0]
    for shift, mask in (
        (7, 0x00AA00AA00AA00AA),
        (14, 0x0000CCCC0000CCCC),
        (28, 0x00000000F0F0F0F0),
    ):
        exchanged = (x ^ (x >> np.uint64(shift))) & np.uint64(mask)
        x = x ^ exchanged ^ (exchanged << np.uint64(shift))
    blocks = x.astype("<u8", copy=False)[..., np.newaxis].view(np.uint8)
    out = np.moveaxis(blocks, -3, -1)  # (..., n / 8, 8, m / 8)
    return np.ascontiguousarray(out).reshape(*more, 8 * columns, m // 8)
