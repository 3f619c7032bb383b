"""What batches of queries in flight do together, from what each query does alone.

Queries of a batch take each step together, so almost every count is the sum of theirs; only scans
and sweeps are shared. How many there are, each query's passes tell. Which patterns a sweep reads
for more than one of them does not follow from counts: the sweeps are gone through once more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from hwsim.hardware.batches import Batched, batch_sizes
from hwsim.hardware.fast.passes import states_of_passes
from hwsim.hardware.fast.shares import recall
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Counts, IntArray, Recalls
from hwsim.spins import SpinArray, spins_from_bits


def recall_in_flight(
    image: Image, queries: SpinArray, progress: Callable[[int, int], None] | None = None
) -> Batched:
    """As `hwsim.hardware.spec.recall_in_flight`, as many as the image says.

    Args:
        image: the integers.
        queries: (Q, N) int8 of ±1.
        progress: called with (recalls done, recalls in all).

    Raises:
        InputError: the queries' shape or a spin is wrong.
    """
    recalls = recall(image, queries, progress)
    counts = recalls.counts
    if image.parameters.queries_in_flight > 1 and len(queries):
        counts = _together(image, queries, recalls)
    return Batched(
        recalls.states, recalls.steps, recalls.converged, recalls.miss, recalls.distance, counts
    )


def _together(image: Image, queries: SpinArray, recalls: Recalls) -> Counts:
    p, alone = image.parameters, recalls.counts
    sizes = batch_sizes(len(queries), p.queries_in_flight)
    starts = np.cumsum(sizes) - sizes
    sums = {name: np.add.reduceat(getattr(alone, name), starts) for name in Counts.names()}
    passes = np.maximum.reduceat(alone.passes, starts)
    scans, sweeps = passes, passes * 0
    if p.coarse_words:
        swept_first = np.maximum.reduceat(alone.sweeps - alone.passes + 1, starts)
        scans, sweeps = np.minimum(passes, 1), passes - 1 + swept_first
    completions, words = sums["sweep_completions"], sums["sweep_words"]
    if completions.any():
        completions, words = _sweeps_together(image, queries, alone, starts)
    scan_words = p.patterns * (p.coarse_words or p.words)
    shared = (sums["scans"] - scans) * scan_words + sums["sweep_words"] - words
    return replace(
        Counts(**sums),
        scans=scans,
        sweeps=sweeps,
        sweep_completions=completions,
        sweep_words=words,
        sweep_rounds=sweeps * p.patterns + words - completions,
        pattern_reads=sums["pattern_reads"] - shared,
    )


def _sweeps_together(
    image: Image, queries: SpinArray, alone: Counts, starts: IntArray
) -> tuple[IntArray, IntArray]:
    """Patterns that each batch's sweeps complete, and words that this takes."""
    p = image.parameters
    states = states_of_passes(image, queries, alone.passes)
    stops = [*starts[1:], len(queries)]
    patterns = spins_from_bits(image.patterns).astype(np.float32)
    completions, words = np.zeros((2, len(starts)), dtype=np.int64)
    for batch, (start, stop) in enumerate(zip(starts, stops, strict=True)):
        slots = [_Slot(image, patterns, states, alone, q) for q in range(start, stop)]
        for t in range(int(alone.passes[start:stop].max())):
            read = np.zeros(p.patterns, dtype=np.bool_)
            for slot in slots:
                if t < slot.passes:
                    read |= slot.sweep(t)
            completed = int(read.sum())
            completions[batch] += completed
            words[batch] += completed * (p.words if t else p.words - p.coarse_words)
    return completions, words


class _Slot:
    """The sweeps of one query, as `hwsim.hardware.spec.search` has them."""

    def __init__(
        self,
        image: Image,
        patterns: npt.NDArray[np.float32],
        states: list[SpinArray],
        alone: Counts,
        q: int,
    ) -> None:
        self.parameters, self.patterns = image.parameters, patterns
        self.states = [each[q] for each in states]
        self.passes = int(alone.passes[q])
        self.first = bool(alone.sweeps[q] == alone.passes[q])  # a sweep in the first pass, too
        self.values: IntArray = np.zeros(0, dtype=np.int64)  # the distance buffer

    def sweep(self, t: int) -> npt.NDArray[np.bool_]:
        """Search in pass t, from 0; which patterns a sweep completes, (P,)."""
        p = self.parameters
        whole = self._distances(t, p.words)
        if t == 0 and not self.first:
            self.values = whole  # a whole scan; or the search ended with the shortlist
            return np.zeros(p.patterns, dtype=np.bool_)
        if t == 0:
            bounds = self._distances(t, p.coarse_words)
            best = whole[np.argsort(bounds, kind="stable")[: p.shortlist]].min()
        else:
            flips = np.count_nonzero(self.states[t] != self.states[t - 1])
            best = whole[np.argmin(self.values)]  # the last winner's
            bounds = np.maximum(self.values - flips, 0)
        limit = best + p.reach if p.nearest else max(best, p.reach)
        below: npt.NDArray[np.bool_] = bounds < limit
        self.values = np.where(below, whole, bounds)
        return below

    def _distances(self, t: int, words: int) -> IntArray:
        """Over the first words, from the state of pass t; exact, for whole numbers below 2**24."""
        bits = min(words * self.parameters.lanes, self.parameters.neurons)
        agreement = self.patterns[:, :bits] @ self.states[t][:bits].astype(np.float32)
        distances: IntArray = ((bits - agreement) / 2).astype(np.int64)
        return distances
