"""Scrubbing: a pass every T recalls that reads each word, corrects it and writes it back.

An upset turns a bit over where it is stored, until the word is written again: a particle did it,
not a weak cell. In words that no recall writes they gather; check bits correct the first one of a
code word, and a pass takes it away before the second comes. Each bit is upset in each recall with
the same probability u, independently, so that after t recalls it is the other one with probability

    q(t) = (1 - (1 - 2 u)**t) / 2

A pass leaves a word as it is whose error is told and not corrected. Where the code is deceived,
which takes three wrong cells of a code word, it writes the wrong word. It needs memories that can
be written: a ROM has nothing to write, and no stored charge that is upset.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from hwsim.errors import InputError
from hwsim.hardware.outcome import IntArray
from hwsim.hardware.protection import CORRECTING, PROTECTIONS, Code, code
from hwsim.reliability.maps import OTHER, FaultMap, some
from hwsim.reliability.parts import part_sizes, parts
from hwsim.reliability.places import Place
from hwsim.suggest import check_choice

LIFE: Final = 10**6
MAX_RECALLS: Final = 10**12
MAX_UPSETS: Final = 10**6  # of a map


def split(protection: str) -> tuple[str, int]:
    """The check bits of a protection, and T where it is scrubbed, else 0: `secded@1000`.

    Raises:
        InputError: there are no such check bits, they correct nothing, or T is no number.
    """
    name, at, interval = protection.partition("@")
    check_choice("protection", name, PROTECTIONS)
    if not at:
        return name, 0
    if name not in CORRECTING[1:]:
        raise InputError(
            f"protection {protection} cannot be scrubbed: {name} corrects nothing; scrub "
            f"{', '.join(CORRECTING[1:])}"
        )
    if not interval.isascii() or not interval.isdigit() or not 0 < int(interval) <= MAX_RECALLS:
        raise InputError(
            f"protection {protection}: {interval or 'nothing'} is no interval; give recalls from 1 "
            f"to {MAX_RECALLS}, as {name}@1000"
        )
    return name, int(interval)


def code_of(protection: str, width: int) -> Code | None:
    """The code of a protection's words, scrubbed or not; None for `none`."""
    return code(split(protection)[0], width)


def wrong(upsets: float, recalls: int) -> float:
    """q(t): the probability that a bit is the other one after so many recalls.

    Args:
        upsets: u, of a bit in a recall, at most one half.
        recalls: t.
    """
    if upsets >= 0.5:
        return 0.5 if recalls else 0.0
    return -math.expm1(recalls * math.log1p(-2 * upsets)) / 2


def double_errors(chosen: Code, share: float) -> float:
    """The probability that some part of a word, each of which has one error corrected, has two.

    Args:
        chosen: the code; the parts are what it corrects one wrong cell each of.
        share: q, of wrong cells, independent of each other.
    """
    sound = 0.0
    for cells in part_sizes(chosen):
        # Summed from the first lost term on: 1 less what is corrected would be lost in rounding.
        two = sum(
            math.comb(cells, k) * share**k * (1 - share) ** (cells - k) for k in range(2, cells + 1)
        )
        sound += math.log1p(-min(two, 1 - 2**-53))
    return -math.expm1(sound)


@dataclass(frozen=True)
class Scrubbed:
    """What scrubbing leaves of the upsets of one memory.

    Attributes:
        place, protection: the memory, and its check bits with the interval.
        upsets: u.
        doubles: words in a recall that get a second wrong cell between two passes: their expected
            number. A pass tells of these, or is deceived, and leaves them.
        unscrubbed: the same without any pass, as the mean over a life.
        life: recalls of that.
    """

    place: str
    protection: str
    upsets: float
    doubles: float
    unscrubbed: float
    life: int


def scrubbed(place: Place, protection: str, upsets: float, life: int) -> Scrubbed:
    """Of a memory that starts without an error.

    Args:
        place: a memory that no recall writes, without check bits.
        protection: scrubbed.
        upsets: u.
        life: recalls from one time it is loaded to the next.
    """
    _, interval = split(protection)
    chosen = code_of(protection, place.width)
    assert chosen is not None

    def rate(recalls: int) -> float:
        return len(place.words) * double_errors(chosen, wrong(upsets, recalls)) / recalls

    return Scrubbed(place.name, protection, upsets, rate(min(interval, life)), rate(life), life)


def aged(
    cells: Place,
    chosen: Code | None,
    interval: int,
    hard: float,
    upsets: float,
    life: int,
    random: np.random.Generator,
) -> FaultMap:
    """Cells that are wrong at a recall drawn from a life.

    Args:
        cells: the memory, its words with check bits.
        chosen: their code; None for no check bits.
        interval: T, or 0 for no pass.
        hard: probability of a cell that gives back the other bit whatever is written.
        upsets: u.
        life: recalls from one time the memory is loaded to the next.
        random: chance.
    """
    recall = int(random.integers(life)) + 1
    broken = some(cells.bits, hard, random)
    passes = (recall - 1) // interval if chosen is not None and interval else 0
    since = some(cells.bits, wrong(upsets, recall - passes * (interval or 0)), random)
    left = np.zeros(0, dtype=np.int64)
    if passes and chosen is not None:
        left = _left(cells, chosen, passes, wrong(upsets, interval), broken, random)
    # A cell that is other twice is right.
    found, count = np.unique(np.concatenate([broken, since, left]), return_counts=True)
    odd = found[count % 2 == 1]
    return FaultMap(cells, odd, np.full(len(odd), OTHER))


def check_upsets(place: Place, protection: str, upsets: float, life: int) -> None:
    """Refuse what would take too long to draw.

    Raises:
        InputError: more than MAX_UPSETS upsets are expected in one map of a scrubbed memory.
    """
    _, interval = split(protection)
    if not interval:
        return
    chosen = code_of(protection, place.width)
    bits = (place.width + (chosen.check_bits if chosen else 0)) * len(place.words)
    expected = bits * (life / interval) * wrong(upsets, interval)
    if expected > MAX_UPSETS:
        raise InputError(
            f"{upsets:g} upsets a bit and recall are {expected:.3g} in {place.name} during a life "
            f"of {life} recalls; at most {MAX_UPSETS:.0e} are drawn: lower the rate or the life"
        )


def _left(
    cells: Place,
    chosen: Code,
    passes: int,
    share: float,
    broken: IntArray,
    random: np.random.Generator,
) -> IntArray:
    """Cells that hold the other bit after the last pass.

    A pass corrects every part of a word that has at most one wrong cell. Only words with a part
    that at some pass has more are followed, from the start.
    """
    drawn = some(passes * cells.bits, share, random)
    number, upset = np.divmod(drawn, cells.bits)
    word, bit = np.divmod(upset, cells.width)
    most = cells.width  # no more parts than cells
    part = word * most + parts(chosen, bit)
    hard_word, hard_bit = np.divmod(broken, cells.width)
    hard_part, hard_count = np.unique(
        hard_word * most + parts(chosen, hard_bit), return_counts=True
    )
    doubled = hard_part[hard_count > 1] // most
    _, index, count = np.unique(
        number * (len(cells.words) * most) + part, return_inverse=True, return_counts=True
    )
    more = (count[index] > 1) | np.isin(part, hard_part)
    order = np.lexsort((number, word))
    number, word, bit = number[order], word[order], bit[order]
    found: list[int] = []
    for followed in np.unique(np.concatenate([doubled, upset[more] // cells.width])).tolist():
        first, stop = np.searchsorted(word, [followed, followed + 1])
        upsets: dict[int, int] = {}
        for at, which in zip(number[first:stop].tolist(), bit[first:stop].tolist(), strict=True):
            upsets[at] = upsets.get(at, 0) ^ 1 << which
        stuck = sum(1 << int(each) for each in hard_bit[hard_word == followed])
        stored = _follow(chosen, passes, stuck, upsets)
        found += [followed * cells.width + b for b in range(cells.width) if stored >> b & 1]
    return np.array(found, dtype=np.int64)


def _follow(chosen: Code, passes: int, stuck: int, upsets: Mapping[int, int]) -> int:
    """What of a word is stored wrong after the last pass, as a word.

    The codes are linear, and three copies vote bit by bit: what becomes of an error is the same in
    every word, that of zeros among them.

    Args:
        chosen: the code.
        passes: so many.
        stuck: cells that give back the other bit, as a word.
        upsets: what is upset before each pass, by its number from 0, ascending.
    """
    stored = done = 0
    for number, cells in upsets.items():
        stored = _passes(chosen, stored, stuck, number - done) ^ cells
        done = number
    return _passes(chosen, stored, stuck, passes - done)


def _passes(chosen: Code, stored: int, stuck: int, count: int) -> int:
    """After so many passes without an upset between them; they soon repeat themselves."""
    seen: dict[int, int] = {}
    order: list[int] = []
    while count > 0 and stored not in seen:
        seen[stored] = len(order)
        order.append(stored)
        word, verdict = chosen.decode(stored ^ stuck)
        if verdict != "detected":
            stored = chosen.encode(word)
        count -= 1
    if count <= 0:
        return stored
    first = seen[stored]
    return order[first + count % (len(order) - first)]
