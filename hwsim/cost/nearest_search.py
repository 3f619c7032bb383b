"""The nearest-pattern search with the engine's own tricks, counted by doing it.

A search needs only patterns at the smallest distance, so its reach is 1; and a pattern is surely
the nearest within half the distance to its nearest neighbour, which is its radius. Else it goes
as `hwsim.hardware.spec.search` says: a coarse scan, the shortlist in batches with a look at the
radius after each, a frozen limit, a sweep. With several queries in flight each word of a scan or
sweep is read once for all that need it, and shortlists are completed in turn, as in the engine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from hwsim.config import BATCH, LANE_CHOICES, SHORTLIST, Parameters
from hwsim.cost.actions import Count, mean_count
from hwsim.hardware.bits import parts
from hwsim.hardware.outcome import IntArray
from hwsim.spins import SpinArray, spins_from_bits

Bits = npt.NDArray[np.uint8]

ENTRIES: Final = 2**22  # queries times patterns at once


@dataclass(frozen=True)
class CountedSearch:
    """Searches by the rules with some lanes and one number of coarse words.

    Attributes:
        parameters: with `queries_in_flight`, `lanes`, `coarse_words`, `reach` and `radius_bits` of
            the search.
        counts: of one average search, by the names of `hwsim.hardware.outcome.Counts`.
    """

    parameters: Parameters
    counts: dict[str, Count]

    @property
    def cycles(self) -> Count:
        """One memory word or one entry of the sweep a cycle, and nothing else."""
        p, counts = self.parameters, self.counts
        swept = counts["sweeps"] * p.patterns - counts["sweep_completions"]
        return counts["pattern_reads"] + swept + p.words


def coarse_choices(words: int) -> list[int]:
    """Numbers of coarse words, below all, that are worth a try.

    Few are best where the shortlist finds the pattern; where it does not, as many as it takes
    until the bounds of far patterns reach the limit, and that is most of them.
    """
    few = {2**power for power in range((words - 1).bit_length())}
    return sorted(few | {words * part // 16 for part in (10, 11, 12, 13, 14) if words > 3})


def count_searches(
    parameters: Parameters, patterns: Bits, queries: SpinArray
) -> tuple[CountedSearch, ...]:
    """Search for each query with any lanes and several numbers of coarse words.

    Args:
        parameters: N, P, and how many queries are in flight, which share reads as the engine's do.
        patterns: (P, N) bits.
        queries: (Q, N) of ±1, in batches as they come.

    Returns:
        None where a pattern is a word of any legal lanes.
    """
    slots = parameters.queries_in_flight
    bits = ((parameters.neurons + 1) // 2).bit_length()
    plain = replace(parameters.without_rules(), kernel_origin="nearest", queries_in_flight=slots)
    ways = [
        replace(sized, coarse_words=coarse, reach=1, radius_bits=bits)
        for sized in (replace(plain, lanes=lanes) for lanes in LANE_CHOICES)
        for coarse in coarse_choices(sized.words)
    ]
    tallies: dict[int, Counter[str]] = {p.coarse_words * p.lanes: Counter() for p in ways}
    if ways:
        radii = _Radii(patterns)
        size = max(ENTRIES // plain.patterns // slots, 1) * slots  # whole batches
        for first in range(0, len(queries), size):
            block = queries[first : first + size].astype(np.float32)
            _count_block(tallies, block, patterns, radii, slots)
    return tuple(_counted(p, tallies[p.coarse_words * p.lanes], len(queries)) for p in ways)


def distances_to(patterns: Bits, queries: npt.NDArray[np.float32]) -> IntArray:
    """(Q, P) Hamming distances; float32 holds every sum of up to 65536 ±1 exactly.

    Args:
        patterns: (P, N) bits, of which a few at a time are made floats.
        queries: (Q, N) of ±1.
    """
    stored, neurons = patterns.shape
    found = np.empty((len(queries), stored), dtype=np.int64)
    for part in parts(stored, neurons):
        spins = spins_from_bits(patterns[part]).astype(np.float32)
        found[:, part] = (neurons - queries @ spins.T) / 2
    return found


class _Radii:
    """Words of the search's radius memory, found as they are asked for."""

    def __init__(self, patterns: Bits) -> None:
        self._patterns = patterns
        self._known = np.full(len(patterns), -1, dtype=np.int64)

    def of(self, chosen: IntArray) -> IntArray:
        """The first distance at which a pattern might not be the only nearest one."""
        asked = np.unique(chosen[self._known[chosen] < 0])
        if len(asked):
            spins = spins_from_bits(self._patterns[asked]).astype(np.float32)
            distances = distances_to(self._patterns, spins)
            distances[np.arange(len(asked)), asked] = self._patterns.shape[1]
            self._known[asked] = (distances.min(axis=1) + 1) // 2
        known: IntArray = self._known[chosen]
        return known


def _count_block(
    tallies: Mapping[int, Counter[str]],
    queries: npt.NDArray[np.float32],
    patterns: Bits,
    radii: _Radii,
    slots: int,
) -> None:
    """Count a block of searches by the neurons that their coarse scans see, which is each key."""
    distances = distances_to(patterns, queries)
    bounds = np.zeros_like(distances)
    seen = 0
    for columns in sorted(tallies):
        bounds += distances_to(patterns[:, seen:columns], queries[:, seen:columns])
        tallies[columns].update(_tally(bounds, distances, radii, slots))
        seen = columns


def _tally(bounds: IntArray, distances: IntArray, radii: _Radii, slots: int) -> dict[str, int]:
    """What a block of searches does, whatever the words it takes."""
    queries, stored = distances.shape
    keys = bounds * stored + np.arange(stored)  # ties: the lower index
    listed = min(SHORTLIST, stored)
    shortlist = np.sort(np.partition(keys, listed - 1, axis=1)[:, :listed], axis=1) % stored
    complete = np.take_along_axis(distances, shortlist, axis=1)
    searching = np.arange(queries)
    looks = completions = 0
    best = np.zeros(queries, dtype=np.int64)
    for first in range(0, listed, BATCH):
        stop = min(first + BATCH, listed)
        looks += len(searching)
        completions += len(searching) * (stop - first)
        at = complete[searching, :stop].argmin(axis=1)  # the first completed with the least
        best[searching] = complete[searching, at]
        hit = best[searching] < radii.of(shortlist[searching, at])
        searching = searching[~hit]
    below = bounds[searching] < best[searching, None] + 1
    firsts = np.flatnonzero(np.diff(searching // slots, prepend=-1))  # of each batch
    return {
        "batches": -(-queries // slots),
        "looks": looks,
        "completions": completions,
        "sweeping": len(searching),
        "sweeps": len(firsts),
        "below": int(below.sum()),
        "shared": int(np.logical_or.reduceat(below, firsts).sum()) if len(firsts) else 0,
    }


def _counted(p: Parameters, tally: Mapping[str, int], queries: int) -> CountedSearch:
    """Counts of an average search: of a batch's reads its share."""
    scanned, rest = p.patterns * p.coarse_words, p.words - p.coarse_words
    completed = tally["completions"] * rest
    met = queries * scanned + completed + tally["below"] * rest
    totals = {
        "scans": tally["batches"],
        "shortlist_batches": tally["looks"],
        "shortlist_completions": tally["completions"],
        "sweeps": tally["sweeps"],
        "sweep_completions": tally["shared"],
        "sweep_words": tally["shared"] * rest,
        "radius_reads": tally["looks"],
        # the pattern found is sent
        "pattern_reads": tally["batches"] * scanned + completed + tally["shared"] * rest
        + queries * p.words,
        "state_reads": met,
        "state_writes": queries * p.words,
        "distance_popcounts": met,
        "distance_writes": queries * p.patterns,
        "distance_reads": tally["sweeping"] * p.patterns,
        "group_minimum_writes": tally["sweeping"] * p.groups,  # by these sweeps_of_each tells them
        "probes": 0,
        "copies": 0,
    }  # fmt: skip
    return CountedSearch(p, {name: mean_count(total, queries) for name, total in totals.items()})
