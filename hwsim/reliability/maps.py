"""Fault maps: which cells of a memory are faulty, and what is read from them.

| kind    | a cell is hit with probability p, and                                       |
|---------|-----------------------------------------------------------------------------|
| `flip`  | gives back the other bit than was written: a write that failed, an upset ROM |
| `stuck` | gives back always 0, or always 1, each half of the time                     |
| `burst` | as `flip`, with its neighbours in the word, four together                   |
| `read`  | is in order; each bit of each word read flips with probability p, once      |
| `write` | is in order; each bit of each word written flips with probability p, until  |
|         | the word is written again                                                   |
| `upset` | is in order; in each recall each bit turns over with probability p, and     |
|         | stays so until the word is written again (`scrub`)                          |

The image's memories are written once, when they are loaded: there `write` is `flip`. Memories that
every recall writes gather no upsets, which are drawn in the image's alone.

A map stands for a chip: all its recalls have the same faulty cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from hwsim.hardware.outcome import IntArray
from hwsim.reliability.places import Place

KINDS: Final = ("flip", "stuck", "burst", "read", "write", "upset")
BURST: Final = 4  # cells
OTHER: Final = 2


@dataclass(frozen=True)
class WordFault:
    """What is read from a faulty word: stored & keep ^ flip.

    Attributes:
        keep: 0 where a bit is stuck, 1 elsewhere.
        flip: 1 where a bit is stuck at 1, or is the other one.
    """

    keep: int = -1
    flip: int = 0

    def read(self, stored: int) -> int:
        """What comes out of a word that was written with `stored`, which has no sign."""
        return stored & self.keep ^ self.flip


@dataclass(frozen=True, eq=False)
class FaultMap:
    """The faulty cells of a memory.

    Attributes:
        place: the memory.
        cells: (n,) int64, none twice.
        values: (n,) int64, what they give back: 0, 1, or OTHER for the bit that was not written.
    """

    place: Place
    cells: IntArray
    values: IntArray

    def __len__(self) -> int:
        return len(self.cells)

    @property
    def addresses(self) -> IntArray:
        """(n,) of the cells' words."""
        return self.place.first + self.cells // self.place.width * self.place.stride

    @property
    def bits(self) -> IntArray:
        """(n,) where in its word each cell is."""
        return self.cells % self.place.width

    def words(self) -> dict[int, WordFault]:
        """The faulty words, by address."""
        found: dict[int, WordFault] = {}
        columns = (self.addresses.tolist(), self.bits.tolist(), self.values.tolist())
        for address, bit, value in zip(*columns, strict=True):
            keep, flip = 1 << bit if value != OTHER else 0, 1 << bit if value else 0
            before = found.get(address, WordFault())
            found[address] = WordFault(before.keep & ~keep, before.flip | flip)
        return found


def flipped(place: Place, *cells: int) -> FaultMap:
    """The map in which these cells alone give back the other bit."""
    return FaultMap(place, np.array(cells, dtype=np.int64), np.full(len(cells), OTHER))


def draw_map(place: Place, kind: str, rate: float, random: np.random.Generator) -> FaultMap:
    """Draw the faulty cells of a memory.

    Args:
        place: the memory.
        kind: `flip`, `stuck` or `burst`; `write` of a memory that is written once.
        rate: expected faulty cells in a cell, 0 to 1.
        random: chance.
    """
    if kind == "burst":
        return flipped(place, *_bursts(place, rate, random).tolist())
    cells = some(place.bits, rate, random)
    if kind == "stuck":
        return FaultMap(place, cells, random.integers(0, 2, len(cells)))
    return FaultMap(place, cells, np.full(len(cells), OTHER))


def some(count: int, rate: float, random: np.random.Generator) -> IntArray:
    """Numbers below `count`, each with the same probability."""
    drawn = random.choice(count, random.binomial(count, rate), replace=False, shuffle=False)
    return np.asarray(drawn, dtype=np.int64)


def _bursts(place: Place, rate: float, random: np.random.Generator) -> IntArray:
    """Whole runs: each word is cut into runs of BURST, so that a cell is in one of them alone."""
    per_word = -(-place.width // BURST)  # the last one may be short
    word, run = np.divmod(some(per_word * len(place.words), rate, random), per_word)
    bits = run[:, np.newaxis] * BURST + np.arange(BURST)
    cells = word[:, np.newaxis] * place.width + bits
    return np.asarray(cells[bits < place.width])


class Disturbance:
    """Bits of words that flip while they are read or written, each with the same probability.

    The bits between two flips are drawn, geometrically, instead of every bit.

    Attributes:
        flipped: bits so far.
    """

    def __init__(self, rate: float, random: np.random.Generator) -> None:
        self.rate, self.random = rate, random
        self.left = self.flipped = 0
        self._next()

    def spare(self, bits: int) -> bool:
        """Whether none of the next `bits` flips; if so they have gone by."""
        if self.left < bits:
            return False
        self.left -= bits
        return True

    def _next(self) -> None:
        self.left += int(self.random.geometric(self.rate)) - 1 if self.rate else 2**62

    def flips(self, width: int) -> int:
        """Which bits of the next word of `width` bits flip."""
        found = 0
        while self.left < width:
            found |= 1 << self.left
            self.flipped += 1
            self.left += 1
            self._next()
        self.left -= width
        return found
