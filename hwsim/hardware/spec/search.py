"""DISTANCE: the nearest patterns, by as few pattern words as show who they are.

**Abandon.** With R the first distance from the origin whose kernel value is 0, and `best` the
distance of some pattern, let limit = best + R (nearest) or max(best, R) (absolute). A pattern whose
distance is limit or more has kernel value 0: d0 <= best, so d - d0 >= R (nearest), or d >= R
(absolute). And it is not the nearest but in the absolute origin, where R <= best = d0 and all
kernel values are 0. So a lower bound that reaches limit stands for the distance: no result tells.
The distance over some words is a lower bound; so is an earlier distance, or bound, less the bits
that the state has changed since. What is below the limit is completed: every value below it is
exact. limit is frozen before the sweep, so the order of reads decides nothing.

The pattern that gave `best` lies at or below it, best < best + R, so d0 is the smallest value, and
all patterns at d0 are exact: w is the lowest index. (Absolute with R <= best: its value is best
itself, completed or as a bound, and no other can be below.)

**Radius.** radius[m] promises that every state at a distance below it goes to X[m] in one step, and
X[m] to itself; so the search ends at the first complete distance that is. The image's maker proved
it (`hwsim.hardware.rules`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hwsim.config import BATCH
from hwsim.hardware.spec.machine import Slot, measure


@dataclass(frozen=True)
class Found:
    """How a search ended.

    Attributes:
        distance, pattern: d0 and w; or the pattern within whose radius the state is.
        radius: what the radius memory says of it; 0 where there is none.
        hit: whether distance < radius.
    """

    distance: int
    pattern: int
    radius: int

    @property
    def hit(self) -> bool:
        return self.distance < self.radius


class Search:
    """The searches of one slot; it knows the last one's winner.

    Scans and sweeps are those of all slots that search together: `search`.
    """

    def __init__(self, slot: Slot) -> None:
        self.slot = slot
        self.last = Found(0, 0, 0)
        self.probed: Found | None = None
        self.flips = 0  # bits that the last update changed
        self.limit = 0

    def probe(self) -> bool:
        """Before a later step: the last winner, where that may end it or freeze a limit.

        Returns:
            Whether the state is within its radius: `last` says of which.
        """
        p, slot = self.slot.parameters, self.slot
        self.probed = None
        if p.coarse_words == 0 and self.last.radius == 0:
            return False
        slot.tally["probes"] += 1
        distance = slot.distance(self.last.pattern, 0, p.words)
        self.probed = self.last = Found(distance, self.last.pattern, self.last.radius)
        return self.last.hit

    def freeze(self, best: int) -> None:
        """Set the limit from some pattern's distance."""
        p = self.slot.parameters
        self.limit = best + p.reach if p.nearest else max(best, p.reach)

    def look(self, distance: int, pattern: int) -> bool:
        """Read the radius memory, where there is one: whether the state is within the radius."""
        wanted = self.slot.parameters.radius_bits > 0
        radius = self.slot.radius.read(pattern) if wanted else 0
        self.last = Found(distance, pattern, radius)
        return self.last.hit

    def complete_shortlist(self) -> bool:
        """Complete the least bounds in batches, and freeze; or whether a radius ended it."""
        p, slot = self.slot.parameters, self.slot
        bounds = slot.distances.words  # seen as they were written, not read
        shortlist = sorted(range(p.patterns), key=lambda m: (bounds[m], m))[: p.shortlist]
        best, pattern = p.neurons + 1, 0
        for first in range(0, p.shortlist, BATCH):
            slot.tally["shortlist_batches"] += 1
            for m in shortlist[first : first + BATCH]:
                slot.tally["shortlist_completions"] += 1
                distance = bounds[m] + slot.distance(m, p.coarse_words, p.words)
                if distance < best:
                    best, pattern = distance, m
            if p.radius_bits and self.look(best, pattern):
                return True
        self.freeze(best)
        return False


def search(searches: Sequence[Search]) -> None:
    """One pass of slots that are at the same step; `last` says of each what was found."""
    p = searches[0].slot.parameters
    if searches[0].probed and p.coarse_words:
        for one in searches:
            assert one.probed is not None
            one.freeze(one.probed.distance)
        _sweep(searches, None)
    elif p.coarse_words in (0, p.words):
        _scan_all(searches)
    else:
        _scan_coarse(searches)
        left = [one for one in searches if not one.complete_shortlist()]
        if left:
            _sweep(left, p.coarse_words)


def _scan_all(searches: Sequence[Search]) -> None:
    """Every word of every pattern; the distance buffer and each group's minimum."""
    slots = [one.slot for one in searches]
    p = slots[0].parameters
    slots[0].tally["scans"] += 1
    distances = [measure(slots, m, 0, p.words) for m in range(p.patterns)]
    for one, values in zip(searches, zip(*distances, strict=True), strict=True):
        _in_order(one, values)


def _in_order(one: Search, values: Sequence[int]) -> None:
    """Write what was found of each pattern, and each group's smallest; look at the nearest."""
    p, slot = one.slot.parameters, one.slot
    for m, value in enumerate(values):
        slot.distances.write(m, value)
    for group in range(p.groups):
        slot.group_minimum.write(group, min(values[group * p.lanes : (group + 1) * p.lanes]))
    nearest = min(values)
    one.look(nearest, values.index(nearest))


def _scan_coarse(searches: Sequence[Search]) -> None:
    """The first words of every pattern."""
    slots = [one.slot for one in searches]
    p = slots[0].parameters
    slots[0].tally["scans"] += 1
    for m in range(p.patterns):
        bounds = measure(slots, m, 0, p.coarse_words)
        for slot, bound in zip(slots, bounds, strict=True):
            slot.distances.write(m, bound)


def _sweep(searches: Sequence[Search], measured: int | None) -> None:
    """Complete what may lie below a limit.

    Args:
        searches: with their limits frozen. A pattern's words are read once for all that need them.
        measured: words that the buffers' values are of; None where they are of another state, from
            which `flips` bits have changed.
    """
    tally, p = searches[0].slot.tally, searches[0].slot.parameters
    tally["sweeps"] += 1
    first = measured or 0
    values: list[list[int]] = [[] for _ in searches]
    for m in range(p.patterns):
        needing = []
        for one, row in zip(searches, values, strict=True):
            stored = one.slot.distances.read(m)
            row.append(stored if measured else max(stored - one.flips, 0))
            if row[m] < one.limit:
                needing.append((one, row))
        if needing:
            tally["sweep_completions"] += 1
            tally["sweep_words"] += p.words - first
            rest = measure([one.slot for one, _ in needing], m, first, p.words)
            for (_, row), distance in zip(needing, rest, strict=True):
                row[m] = row[m] + distance if measured else distance
    for one, row in zip(searches, values, strict=True):
        _in_order(one, row)
