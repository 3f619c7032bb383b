"""The nearest-pattern search with the engine's own tricks, counted by doing it.

A search needs only patterns at the smallest distance, so its reach is 1; and a pattern is surely
the nearest within half the distance to its nearest neighbour, which is its radius. Else it goes
as `hwsim.hardware.spec.search` says: a coarse scan, the shortlist in batches with a look at the
radius after each, a frozen limit, a sweep.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from hwsim.config import BATCH, Parameters
from hwsim.cost.actions import Count, mean_count
from hwsim.hardware.bits import parts
from hwsim.hardware.outcome import IntArray
from hwsim.spins import SpinArray, spins_from_bits

Bits = npt.NDArray[np.uint8]

ENTRIES: Final = 2**22  # queries times patterns at once


@dataclass(frozen=True)
class CountedSearch:
    """Searches by the rules with one number of coarse words.

    Attributes:
        parameters: with `coarse_words`, `reach` and `radius_bits` of the search.
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
    """Search for each query with several numbers of coarse words; none where a pattern is a word.

    Args:
        parameters: N, P, L.
        patterns: (P, N) bits.
        queries: (Q, N) of ±1.
    """
    p = replace(parameters.without_rules(), kernel_origin="nearest")
    choices = coarse_choices(p.words)
    tallies: dict[int, Counter[str]] = {coarse: Counter() for coarse in choices}
    if choices:
        radii = _Radii(patterns)
        size = max(ENTRIES // p.patterns, 1)
        for first in range(0, len(queries), size):
            block = queries[first : first + size].astype(np.float32)
            distances = distances_to(patterns, block)
            for coarse, tally in tallies.items():
                tally.update(_count_block(p, coarse, block, patterns, distances, radii))
    bits = ((p.neurons + 1) // 2).bit_length()
    return tuple(
        CountedSearch(
            replace(p, coarse_words=coarse, reach=1, radius_bits=bits),
            {name: mean_count(total, len(queries)) for name, total in tally.items()},
        )
        for coarse, tally in tallies.items()
    )


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
    p: Parameters,
    coarse: int,
    queries: npt.NDArray[np.float32],
    patterns: Bits,
    distances: IntArray,
    radii: _Radii,
) -> dict[str, int]:
    """All counts of a block of searches."""
    columns = coarse * p.lanes
    bounds = distances_to(patterns[:, :columns], queries[:, :columns])
    keys = bounds * p.patterns + np.arange(p.patterns)  # ties: the lower index
    listed = min(replace(p, coarse_words=coarse, reach=1).shortlist, p.patterns)
    shortlist = np.sort(np.partition(keys, listed - 1, axis=1)[:, :listed], axis=1) % p.patterns
    complete = np.take_along_axis(distances, shortlist, axis=1)
    rest = p.words - coarse
    searching = np.arange(len(queries))
    batches = completions = 0
    best = np.zeros(len(queries), dtype=np.int64)
    for first in range(0, listed, BATCH):
        stop = min(first + BATCH, listed)
        batches += len(searching)
        completions += len(searching) * (stop - first)
        at = complete[searching, :stop].argmin(axis=1)  # the first completed with the least
        best[searching] = complete[searching, at]
        hit = best[searching] < radii.of(shortlist[searching, at])
        searching = searching[~hit]
    below = int((bounds[searching] < best[searching, None] + 1).sum())
    met = len(queries) * p.patterns * coarse + completions * rest + below * rest
    return {
        "scans": len(queries),
        "shortlist_batches": batches,
        "shortlist_completions": completions,
        "sweeps": len(searching),
        "sweep_completions": below,
        "sweep_words": below * rest,
        "radius_reads": batches,
        "pattern_reads": met + len(queries) * p.words,  # the pattern found is sent
        "state_reads": met,
        "state_writes": len(queries) * p.words,
        "distance_popcounts": met,
        "distance_writes": len(queries) * p.patterns,
        "distance_reads": len(searching) * p.patterns,
        "probes": 0,
        "copies": 0,
    }
