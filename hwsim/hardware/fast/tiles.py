"""How an image lies in memory for the stages, compiled ahead of time or by numba alike."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

STATE_WORD: Final = 64  # bits

# DISTANCE
TILE: Final = 16  # patterns side by side
WORD: Final = 32  # bits of a pattern there
_AT_ONCE: Final = 2**20  # words that are tiled at once
CHUNK: Final = 16  # most words added up before a popcount
PER_STATE_WORD: Final = STATE_WORD // WORD
# Words a popcount is compiled for: each takes its time to compile.
_SIZES: Final = (1, 2, 4, 7, 8, 12, 16)

# KERNEL
DISTANCES: Final = 32  # at a time; a row with its padding always has as many
BLOCK: Final = 128  # bytes of the LUT at a time

# ACCUMULATE
NEURONS: Final = 16  # in one vector
WIDE: Final = 48  # neurons in a tile: three vectors
NARROW: Final = 32  # in the last tiles, so that no vector is all padding
QUADS: Final = 4  # fours of patterns in one turn of the loop; a row has whole turns of them
ROWS: Final = 8  # queries at a time
LINE: Final = 64  # bytes of a cache line


def distance_dtype(neurons: int) -> type[np.uint16] | type[np.uint32]:
    """The narrowest type whose largest value, less any distance, lies past every distance."""
    return np.uint16 if neurons < 2**15 else np.uint32


def padded_words(neurons: int) -> int:
    """32-bit words a pattern takes here: whole chunks, then one of `_SIZES`."""
    words = -(-neurons // WORD)
    while not _has_popcounts(words):
        words += 1
    return words


def _has_popcounts(words: int) -> bool:
    return words % CHUNK in (0, *_SIZES)


def head_words(neurons: int, lanes: int, last: int) -> int:
    """How many words of a state to compare with every pattern before ruling most patterns out.

    A distance over some of the words is a lower bound. About half of the words are enough where
    an unrelated pattern, which differs in half of the bits, is then past all that counts, for
    queries N / 8 away from the nearest pattern and with four standard deviations to spare. All
    words elsewhere: two parts take longer than one. All words, too, where tiles share groups.

    Args:
        neurons: N.
        lanes: L.
        last: largest x with lut[x] > 0, or -1.
    """
    words = padded_words(neurons)
    half = words // 2 // CHUNK * CHUNK or words // 2
    heads = [
        head
        for head in range(PER_STATE_WORD, words, PER_STATE_WORD)
        if _has_popcounts(head) and _has_popcounts(words - head)
    ]
    if not heads or lanes % TILE > 0:
        return words
    head = min(heads, key=lambda each: abs(each - half))
    unrelated = WORD * head // 2 - 2 * math.isqrt(WORD * head)
    return head if last + neurons // 8 < unrelated else words


def state_words(rows: npt.NDArray[np.uint8], words: int) -> npt.NDArray[np.uint64]:
    """Rows of `bits` as so many words of 64 bits, as states are, cut off or with 0 behind."""
    packed = np.zeros((len(rows), words * 8), dtype=np.uint8)
    both = min(packed.shape[1], rows.shape[1])
    packed[:, :both] = rows[:, :both]
    return packed.view("<u8").astype(np.uint64, copy=False)  # whatever the machine's byte order


def tile_patterns(rows: npt.NDArray[np.uint8], neurons: int, tiles: npt.NDArray[np.uint32]) -> None:
    """Put rows of `bits`, of which so many bits count, into tiles, part by part.

    Args:
        rows: (P, bytes).
        neurons: bits that count.
        tiles: (columns / 16, `padded_words`, 16), zeros.
    """
    words = tiles.shape[1]
    size = max(_AT_ONCE // words // TILE, 1)
    for first in range(0, len(tiles), size):
        here = tiles[first : first + size]
        some = rows[first * TILE : (first + size) * TILE]
        packed = np.zeros((len(here) * TILE, -(-words // PER_STATE_WORD)), dtype=np.uint64)
        packed[: len(some)] = state_words(some, packed.shape[1])
        whole, rest = divmod(neurons, STATE_WORD)
        if whole < packed.shape[1]:
            packed[:, whole] &= np.uint64((1 << rest) - 1)
            packed[:, whole + 1 :] = 0
        halves = packed.view(np.uint32)[:, :words]  # as a state's words lie in memory
        here[:] = halves.reshape(-1, TILE, words).transpose(0, 2, 1)


def cut_lut(kernel_lut: npt.NDArray[np.int64], kernel_bytes: int) -> npt.NDArray[np.uint8]:
    """The LUT up to its first 0, lowest bytes first, zeros behind it: (bytes, blocks * 128) uint8.

    The last entry of a row is 0: what lies past the row may be read there.
    """
    reach = int(np.count_nonzero(kernel_lut))
    out = np.zeros((kernel_bytes, (reach // BLOCK + 1) * BLOCK), dtype=np.uint8)
    for byte, row in enumerate(out):
        row[:reach] = kernel_lut[:reach] >> (8 * byte) & 255
    return out


def tile_widths(neurons: int, narrow: bool = False) -> list[int]:
    """How many neurons each tile takes: 48, and 32 in as few of the last tiles as it takes.

    With `narrow` 32, but for the first, which is 48 where a vector is left; the sum is the same.
    """
    vectors = max(2, -(-neurons // NEURONS))
    tiles = vectors // 2 if narrow else -(-vectors // 3)
    wide = vectors - 2 * tiles
    return [WIDE] * wide + [NARROW] * (tiles - wide)


def tile_codes(
    codes: npt.NDArray[np.int8], columns: int, widths: list[int]
) -> npt.NDArray[np.int8]:
    """Codes (P, N) int8, 0 to 127, as flat tiles, each (columns / 4, width, 4); padding is 0.

    Args:
        codes: the codes.
        columns: P rounded up to a multiple of 4, or more.
        widths: of the tiles, `tile_widths`.
    """
    patterns, neurons = codes.shape
    padded = np.zeros((columns, sum(widths)), dtype=np.int8)
    padded[:patterns, :neurons] = codes
    parts = np.split(padded, np.cumsum(widths)[:-1], axis=1)
    return np.concatenate(
        [part.reshape(columns // 4, 4, -1).transpose(0, 2, 1).reshape(-1) for part in parts]
    )


def fold(codes: npt.NDArray[np.int8], bits: int) -> npt.NDArray[np.int8]:
    """Flat tiles of codes below 2**bits, of 2, 4 or 8 bits: 8 / bits lines of 64 bytes in one.

    Byte i of a line holds byte i of each of them, the first in its lowest bits.
    """
    lines = codes.view(np.uint8).reshape(-1, 8 // bits, LINE)
    folded = np.zeros((len(lines), LINE), dtype=np.uint8)
    for line in range(8 // bits):
        folded |= lines[:, line] << np.uint8(bits * line)
    return folded.reshape(-1).view(np.int8)
