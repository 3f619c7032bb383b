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

**Shares.** Engines side by side search their own patterns, and meet where what they do next depends
on all of them: after a scan, a batch, a sweep. The nearest is the smallest distance of all shares,
of the lowest share among equals, which holds the lower index. Each has a shortlist of its own, and
keeps out of the batches that it has no pattern for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hwsim.config import BATCH
from hwsim.hardware.spec.machine import OwnShare, Slot, measure


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
        self.first_step = True
        self.flips = 0  # bits that the last update changed
        self.limit = 0

    def probe(self) -> bool:
        """Before a later step: the last winner, where that may end it or freeze a limit.

        Returns:
            Whether the state is within its radius: `last` says of which.
        """
        p, slot = self.slot.parameters, self.slot
        if p.coarse_words == 0 and self.last.radius == 0:
            return False
        slot.tally["probes"] += 1
        share, own = slot.owner(self.last.pattern)
        distance = share.distance(own, 0, p.words)
        share.nearest = slot.registers.latch("nearest", distance)
        self.last = Found(share.nearest, self.last.pattern, self.last.radius)
        return self.last.hit

    def freeze(self, best: int) -> None:
        """Set the limit from some pattern's distance."""
        p = self.slot.parameters
        self.limit = best + p.reach if p.nearest else max(best, p.reach)

    def look(self, distance: int, pattern: int) -> bool:
        """Read the radius memory, where there is one: whether the state is within the radius."""
        wanted = self.slot.parameters.radius_bits > 0
        share, own = self.slot.owner(pattern)
        radius = share.radius.read(own) if wanted else 0
        self.last = Found(distance, pattern, radius)
        return self.last.hit

    def complete_shortlist(self) -> bool:
        """Complete the least bounds in batches, and freeze; or whether a radius ended it."""
        p, slot = self.slot.parameters, self.slot
        for first in range(0, p.shortlist, BATCH):
            slot.tally["shortlist_batches"] += 1
            for share in slot.shares:
                _complete(share, first)
            best = _nearest(slot)
            if p.radius_bits and self.look(best.nearest, best.first + best.winner):
                return True
        self.freeze(best.nearest)
        return False


def _complete(share: OwnShare, first: int) -> None:
    """Complete the batch of a share's shortlist that begins at a position; hold the nearest."""
    p = share.parameters
    count = max(min(share.count - first, BATCH), 0)  # short lists end in earlier batches
    for t, (bound, m) in enumerate(share.shortlist.batch(count), first):
        share.tally["shortlist_completions"] += 1
        distance = (bound + share.distance(m, p.coarse_words, p.words)) % 2**p.distance_bits
        if t == 0 or distance < share.nearest:
            share.found(distance, m)
    share.shortlist.drop()


def _nearest(slot: Slot) -> OwnShare:
    """The share that has found the smallest distance, the lowest one among equals."""
    return min(slot.shares, key=lambda share: share.nearest)


def search(searches: Sequence[Search]) -> None:
    """One pass of slots that are at the same step; `last` says of each what was found."""
    p = searches[0].slot.parameters
    if p.coarse_words and not searches[0].first_step:
        for one in searches:
            one.freeze(one.last.distance)  # the probe's
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
    p = searches[0].slot.parameters
    searches[0].slot.tally["scans"] += 1
    values: list[list[list[int]]] = []  # by share, pattern and query
    for shares in _side_by_side(searches):
        values.append([measure(shares, m, 0, p.words) for m in range(shares[0].count)])
    for q, one in enumerate(searches):
        _in_order(one, [[row[q] for row in rows] for rows in values])


def _side_by_side(searches: Sequence[Search]) -> Iterator[list[OwnShare]]:
    """Each share, as each of the queries sees it."""
    for shares in zip(*(one.slot.shares for one in searches), strict=True):
        yield list(shares)


def _in_order(one: Search, values: Sequence[Sequence[int]]) -> None:
    """Write what was found of each pattern, and each group's smallest; look at the nearest.

    Args:
        one: of which query.
        values: a list for each share.
    """
    p, slot = one.slot.parameters, one.slot
    for share, found in zip(slot.shares, values, strict=True):
        for m, value in enumerate(found):
            share.distances.write(m, value)
        for group in range(len(share.groups)):
            lanes = found[group * p.lanes : (group + 1) * p.lanes]
            minimum = min(lanes)
            share.group_minimum.write(group, minimum)
            if group == 0 or minimum < share.nearest:
                share.found(minimum, group * p.lanes + lanes.index(minimum))
    best = _nearest(slot)
    one.look(best.nearest, best.first + best.winner)


def _scan_coarse(searches: Sequence[Search]) -> None:
    """The first words of every pattern."""
    p = searches[0].slot.parameters
    searches[0].slot.tally["scans"] += 1
    for shares in _side_by_side(searches):
        for share in shares:
            share.shortlist.clear()
        for m in range(shares[0].count):
            bounds = measure(shares, m, 0, p.coarse_words)
            for share, bound in zip(shares, bounds, strict=True):
                share.distances.write(m, bound)
                share.shortlist.insert(bound, m)


def _sweep(searches: Sequence[Search], measured: int | None) -> None:
    """Complete what may lie below a limit.

    Args:
        searches: with their limits frozen. A pattern's words are read once for all that need them.
        measured: words that the buffers' values are of; None where they are of another state, from
            which `flips` bits have changed.
    """
    tally = searches[0].slot.tally
    tally["sweeps"] += 1
    found: list[list[list[int]]] = [[] for _ in searches]  # by query and share
    slowest = 0
    for shares in _side_by_side(searches):
        rows: list[list[int]] = [[] for _ in searches]
        turns = [
            _visit(list(zip(searches, shares, rows, strict=True)), m, measured)
            for m in range(shares[0].count)
        ]
        slowest = max(slowest, sum(turns))
        for one, row in zip(found, rows, strict=True):
            one.append(row)
    tally["sweep_rounds"] += slowest
    for search_of, values in zip(searches, found, strict=True):
        _in_order(search_of, values)


def _visit(
    queries: Sequence[tuple[Search, OwnShare, list[int]]], m: int, measured: int | None
) -> int:
    """One entry of a sweep, for all queries: their values go to their rows.

    Returns:
        How long it takes: a turn a word read, at least one.
    """
    first = measured or 0
    needing = []
    for one, share, row in queries:
        stored = share.distances.read(m)
        row.append(stored if measured else max(stored - one.flips, 0))
        if row[m] < one.limit:
            needing.append((share, row))
    if not needing:
        return 1
    share = needing[0][0]
    p, tally = share.parameters, share.tally
    tally["sweep_completions"] += 1
    tally["sweep_words"] += p.words - first
    rest = measure([share for share, _ in needing], m, first, p.words)
    for (_, row), distance in zip(needing, rest, strict=True):
        row[m] = (row[m] + distance) % 2**p.distance_bits if measured else distance
    return p.words - first
