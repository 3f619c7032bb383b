"""Check bits beside each word of a memory: parity, SECDED and three copies.

| protection | check bits of a word of w bits        | on a read                              |
|------------|---------------------------------------|----------------------------------------|
| `parity`   | 1                                     | an odd number of wrong bits is told    |
| `secded`   | r, the least with 2**(r - 1) - r >= w | one is corrected, an even number told  |
| `triple`   | 2 * w                                 | two of its three cells decide each bit |

`interleaved2` and `interleaved4` spread the word over d = 2 or 4 SECDED code words, bit b into code
word b mod d, and their check bits likewise above: each d neighbouring cells are of d code words, so
that a burst of up to d cells is corrected, one of up to 2 d told.

A code word is the word in its low bits, and the check bits above. SECDED is the code of
M. Y. Hsiao, "A class of optimal minimum odd-weight-column SEC-DED codes", IBM J. Res. Dev. 14
(1970), pp. 395-401: check bit j is the parity of the data bits whose column has bit j. Columns are
different numbers of r bits with 3, 5, ... ones, fewest ones first; those of the last number of ones
are chosen so that the checks have about as many bits each. A single wrong bit gives its own column
as syndrome, which is odd; two give an even one that is not 0. Three or more may look like one.

A word with an error that is told and not corrected goes on as it was read: what follows is a
recall that says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Final, Literal, Protocol

from hwsim.suggest import check_choice

DEPTHS: Final = {"interleaved2": 2, "interleaved4": 4}
PROTECTIONS: Final = ("none", "parity", "secded", *DEPTHS, "triple")
# What may be right more often than without.
CORRECTING: Final = ("none", "secded", *DEPTHS, "triple")
Verdict = Literal["", "corrected", "detected"]


class Code(Protocol):
    """How the words of a memory are protected."""

    @property
    def width(self) -> int:
        """Bits of a word."""

    @property
    def check_bits(self) -> int:
        """Bits beside each."""

    @property
    def xors(self) -> int:
        """Two-input XORs that check a word that is read; `check_bits` fewer make one to write."""

    @property
    def nands(self) -> int:
        """All gates that check and correct a word that is read, as two-input NANDs."""

    def encode(self, word: int) -> int:
        """The code word of a word from 0 to 2**width - 1."""

    def decode(self, read: int) -> tuple[int, Verdict]:
        """The word that a code word, right or wrong, is taken for, and what was found wrong."""


# Two-input NANDs, as the source nand9 of the energy tables counts them; an OR as an AND.
XOR: Final = 4
AND: Final = 2


@dataclass(frozen=True)
class Parity:
    """All bits together have an even number of ones."""

    width: int
    check_bits: int = 1

    @property
    def xors(self) -> int:
        """As `Code` says."""
        return self.width

    @property
    def nands(self) -> int:
        """As `Code` says."""
        return XOR * self.xors

    def encode(self, word: int) -> int:
        """As `Code` says."""
        return word | (word.bit_count() & 1) << self.width

    def decode(self, read: int) -> tuple[int, Verdict]:
        """As `Code` says."""
        word = read & (1 << self.width) - 1
        return word, "detected" if read.bit_count() & 1 else ""


@dataclass(frozen=True)
class Hsiao:
    """Single errors are corrected, double ones detected."""

    width: int

    @property
    def check_bits(self) -> int:
        """As `Code` says."""
        r = 2
        while 2 ** (r - 1) - r < self.width:
            r += 1
        return r

    @property
    def xors(self) -> int:
        """As `Code` says: r parities."""
        return sum(row.bit_count() for row in self.rows)

    @property
    def nands(self) -> int:
        """As `Code` says: the parities and their parity, which tells one error from two; for each
        data bit the comparison with its column, and its XOR."""
        r = self.check_bits
        return XOR * (self.xors + r - 1 + self.width) + AND * (r - 1) * self.width

    @property
    def columns(self) -> tuple[int, ...]:
        """(width,) of the data bits: bit j is in check j."""
        return _columns(self.width, self.check_bits)

    @property
    def rows(self) -> tuple[int, ...]:
        """(check_bits,) the data bits of each check."""
        return _rows(self.width, self.check_bits)

    def encode(self, word: int) -> int:
        """As `Code` says."""
        return word | self._checks(word) << self.width

    def decode(self, read: int) -> tuple[int, Verdict]:
        """As `Code` says."""
        word = read & (1 << self.width) - 1
        syndrome = self._checks(word) ^ read >> self.width
        if not syndrome:
            return word, ""
        if syndrome.bit_count() == 1:  # a check bit's own
            return word, "corrected"
        bit = _places(self.width, self.check_bits).get(syndrome)
        if bit is None:
            return word, "detected"
        return word ^ 1 << bit, "corrected"

    def _checks(self, word: int) -> int:
        found = 0
        for j, row in enumerate(self.rows):
            found |= ((word & row).bit_count() & 1) << j
        return found


@dataclass(frozen=True)
class Interleaved:
    """Several SECDED code words, whose bits take turns.

    All are of the code for the longest part of the word; where the word has no more bits for one
    of them, that bit is 0 and stored nowhere.

    Args:
        width: bits of a word.
        depth: d, code words.
    """

    width: int
    depth: int

    @property
    def part(self) -> Hsiao:
        """The code of each."""
        return Hsiao(-(-self.width // self.depth))

    @property
    def check_bits(self) -> int:
        """As `Code` says."""
        return self.depth * self.part.check_bits

    @property
    def xors(self) -> int:
        """As `Code` says: of all code words, without the bits that are stored nowhere."""
        return sum(self._parities(turn) for turn in range(self.depth))

    @property
    def nands(self) -> int:
        """As `Code` says: of all code words, as `Hsiao` counts them."""
        r = self.part.check_bits
        gates = XOR * (self.xors + self.depth * (r - 1) + self.width)
        return gates + AND * (r - 1) * self.width

    def encode(self, word: int) -> int:
        """As `Code` says."""
        found = word
        for turn in range(self.depth):
            checks = self.part.encode(self._data(word, turn)) >> self.part.width
            for j in range(self.part.check_bits):
                found |= (checks >> j & 1) << self._check(turn, j)
        return found

    def decode(self, read: int) -> tuple[int, Verdict]:
        """As `Code` says; told where any code word's error is."""
        word, verdicts = 0, set()
        for turn in range(self.depth):
            checks = sum(
                (read >> self._check(turn, j) & 1) << j for j in range(self.part.check_bits)
            )
            data = self._data(read, turn)
            found, verdict = self.part.decode(data | checks << self.part.width)
            if found >> self._count(turn):  # the bit that is stored nowhere would be wrong
                found, verdict = data, "detected"
            verdicts.add(verdict)
            for bit in range(self._count(turn)):
                word |= (found >> bit & 1) << bit * self.depth + turn
        if "detected" in verdicts:
            return word, "detected"
        return word, "corrected" if "corrected" in verdicts else ""

    def turn(self, bit: int) -> int:
        """The code word of a cell."""
        return bit % self.depth

    def _count(self, turn: int) -> int:
        """Bits of the word that a code word has."""
        return len(range(turn, self.width, self.depth))

    def _data(self, word: int, turn: int) -> int:
        return sum(
            (word >> bit & 1) << place
            for place, bit in enumerate(range(turn, self.width, self.depth))
        )

    def _check(self, turn: int, j: int) -> int:
        """The cell of a code word's check bit j: the turns go on where the word's bits end."""
        return self.width + (turn - self.width) % self.depth + j * self.depth

    def _parities(self, turn: int) -> int:
        mask = (1 << self._count(turn)) - 1
        return sum((row & mask).bit_count() for row in self.part.rows)


@dataclass(frozen=True)
class Triple:
    """Three copies, of which two decide, bit by bit."""

    width: int

    @property
    def check_bits(self) -> int:
        """As `Code` says."""
        return 2 * self.width

    @property
    def xors(self) -> int:
        """As `Code` says: two copies against the first."""
        return 2 * self.width

    @property
    def nands(self) -> int:
        """As `Code` says: of each bit three ANDs and two ORs; the XORs, and an OR of each."""
        return (5 * AND + 2 * XOR + 2 * AND) * self.width

    def encode(self, word: int) -> int:
        """As `Code` says."""
        return word | word << self.width | word << 2 * self.width

    def decode(self, read: int) -> tuple[int, Verdict]:
        """As `Code` says."""
        mask = (1 << self.width) - 1
        one, two, three = (read >> shift * self.width & mask for shift in range(3))
        word = one & two | one & three | two & three
        return word, "" if one == two == three else "corrected"


def code(name: str, width: int) -> Code | None:
    """The protection of that name of words of `width` bits; None for `none`.

    Raises:
        InputError: there is no such protection.
    """
    check_choice("protection", name, PROTECTIONS)
    if name == "parity":
        return Parity(width)
    if name == "secded":
        return Hsiao(width)
    if name in DEPTHS:
        return Interleaved(width, min(DEPTHS[name], width))
    return Triple(width) if name == "triple" else None


@lru_cache
def _columns(width: int, checks: int) -> tuple[int, ...]:
    found: list[int] = []
    for ones in range(3, checks + 1, 2):
        rest = [sum(1 << j for j in place) for place in combinations(range(checks), ones)]
        rest.sort()
        if len(rest) <= width - len(found):
            found += rest
            continue
        load = [sum(column >> j & 1 for column in found) for j in range(checks)]
        while len(found) < width:
            best = min(rest, key=lambda each: sum(load[j] for j in range(checks) if each >> j & 1))
            rest.remove(best)
            found.append(best)
            load = [held + (best >> j & 1) for j, held in enumerate(load)]
        break
    return tuple(found)


@lru_cache
def _rows(width: int, checks: int) -> tuple[int, ...]:
    columns = _columns(width, checks)
    return tuple(
        sum((column >> j & 1) << bit for bit, column in enumerate(columns)) for j in range(checks)
    )


@lru_cache
def _places(width: int, checks: int) -> dict[int, int]:
    return {column: bit for bit, column in enumerate(_columns(width, checks))}
