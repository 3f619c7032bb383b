"""What engines side by side do, from what one engine does.

Outcomes are the same, and so is every count but those of work that shares meet over: batches of
their shortlists and what these leave to the sweeps, groups loaded until the kernel sum decides, and
the rounds of the one that has most. The passes are gone through once more for these, stage by stage
as `hwsim.hardware.spec` has them, with all patterns at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from hwsim.config import BATCH
from hwsim.hardware.accesses import Slowest, recall_counts
from hwsim.hardware.fast.model import FastModel
from hwsim.hardware.fast.passes import states_of_passes
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Counts, IntArray, Recalls
from hwsim.spins import SpinArray, checked_queries, spins_from_bits

Flags = npt.NDArray[np.bool_]
Progress = Callable[[int, int], None]


def recall(
    image: Image,
    queries: SpinArray,
    progress: Progress | None = None,
    path: str | None = None,
) -> Recalls:
    """Recall each query, bit by bit and count by count as `hwsim.hardware.spec.recall` does.

    Args:
        image: the integers.
        queries: (Q, N) int8 of ±1.
        progress: called with (recalls done, recalls in all).
        path: as for `FastModel`.

    Raises:
        InputError: the queries' shape or a spin is wrong; no such path is here.
    """
    p = image.parameters
    if p.engines == 1:
        return FastModel(image, path=path).recall(queries, progress)
    one = replace(image, parameters=replace(p, engines=1))
    recalls = FastModel(one, path=path).recall(queries, progress)
    spins = checked_queries(queries, p.neurons)
    return replace(recalls, counted=_counts(image, spins, recalls.counts))


def _counts(image: Image, queries: SpinArray, alone: Counts) -> Counts:
    """The counts of recalls that took one engine those of `alone`."""
    p = image.parameters
    patterns = spins_from_bits(image.patterns).astype(np.float32)
    states = states_of_passes(image, queries, alone.passes)
    updates = alone.group_minimum_reads // p.groups
    tallies = []
    for q in range(len(queries)):
        work = _Work(image, patterns)
        for t in range(int(alone.passes[q])):
            work.search(states[t][q], t)
            if t < updates[q]:  # else the search ended it
                work.update()
        tallies.append(work.tally)

    def of(name: str) -> IntArray:
        return np.array([tally[name] for tally in tallies], dtype=np.int64)

    return recall_counts(
        p,
        steps=alone.steps,
        passes=alone.passes,
        updates=updates,
        probes=alone.probes,
        shortlist_batches=of("shortlist_batches"),
        sweeps=of("sweeps"),
        sweep_completions=of("sweep_completions"),
        sweep_words=of("sweep_words"),
        copies=alone.copies,
        active_steps=alone.active_steps,
        groups_active=alone.groups_active,
        kernel_values=of("kernel_values"),
        deciding_groups=of("deciding_groups"),
        accumulating_steps=alone.accumulating_steps,
        accumulated_groups=alone.accumulated_groups,
        serial_waits=of("serial_waits"),
        candidates=alone.candidate_writes,
        accumulated_candidates=alone.candidate_reads // p.words,
        slowest=Slowest(
            of("sweep_rounds"),
            of("deciding_rounds"),
            of("accumulated_rounds"),
            of("lane_rounds"),
            of("accumulating"),
        ),
    )


class _Work:
    """The passes of one query."""

    def __init__(self, image: Image, patterns: npt.NDArray[np.float32]) -> None:
        p = self.parameters = image.parameters
        self.image, self.patterns = image, patterns
        self.tally: Counter[str] = Counter()
        self.groups = np.arange(0, p.patterns, p.lanes)  # their first patterns
        self.cuts = np.array([share.start for share in p.shares])  # the shares' first groups
        self.values: IntArray = np.zeros(0, dtype=np.int64)  # the distance buffer
        self.state: SpinArray = np.zeros(0, dtype=np.int8)

    def search(self, state: SpinArray, t: int) -> None:
        """DISTANCE in pass t, from 0."""
        p, before = self.parameters, self.state
        self.state = state
        whole = self._distances(p.words)
        first = p.coarse_words if t == 0 else 0
        if p.coarse_words == 0 or first == p.words:
            self.values = whole
            return
        if t == 0:
            bounds = self._distances(first)
            best, hit = self._shortlists(bounds, whole)
            if hit:
                self.values = bounds
                return
        else:
            best = int(whole[np.argmin(self.values)])  # the last winner's
            bounds = np.maximum(self.values - np.count_nonzero(state != before), 0)
        below: Flags = bounds < (best + p.reach if p.nearest else max(best, p.reach))
        self.values = np.where(below, whole, bounds)
        words = p.words - first
        self.tally["sweeps"] += 1
        self.tally["sweep_completions"] += int(below.sum())
        self.tally["sweep_words"] += int(below.sum()) * words
        turns = np.where(below, words, 1)
        self.tally["sweep_rounds"] += int(np.add.reduceat(turns, self.groups[self.cuts]).max())

    def _distances(self, words: int) -> IntArray:
        """Over the first words; exact, for whole numbers below 2**24."""
        bits = min(words * self.parameters.lanes, self.parameters.neurons)
        agreement = self.patterns[:, :bits] @ self.state[:bits].astype(np.float32)
        distances: IntArray = ((bits - agreement) / 2).astype(np.int64)
        return distances

    def _shortlists(self, bounds: IntArray, whole: IntArray) -> tuple[int, bool]:
        """The smallest distance of those completed, and whether a radius ended it."""
        p = self.parameters
        lists = [
            first + np.argsort(bounds[first : first + size], kind="stable")[: p.shortlist]
            for first, size in zip(self.groups[self.cuts], p.share_sizes, strict=True)
        ]
        nearest = [(p.neurons + 1, 0)] * p.engines  # of each share: distance, pattern
        best = p.neurons + 1
        for start in range(0, p.shortlist, BATCH):
            self.tally["shortlist_batches"] += 1
            for engine, own in enumerate(lists):
                for m in own[start : start + BATCH]:
                    if whole[m] < nearest[engine][0]:
                        nearest[engine] = int(whole[m]), int(m)
            best, pattern = min(nearest, key=lambda each: each[0])
            if p.radius_bits and best < self.image.radius[pattern]:
                return best, True
        return best, False

    def update(self) -> None:
        """KERNEL and ACCUMULATE."""
        p, lut, tally = self.parameters, self.image.kernel_lut, self.tally
        nearest = int(self.values.min())
        kernel = lut[self.values - (nearest if p.nearest else 0)]
        sums = np.add.reduceat(kernel, self.groups)
        active: Flags = sums > 0
        engaged = np.add.reduceat(active.astype(np.int64), self.cuts)
        rounds = int(engaged.max())
        may = p.winner_limit > 0 and (p.nearest or nearest == 0)
        if not rounds:
            return
        sizes = np.minimum(p.lanes, p.patterns - self.groups)
        if p.row:
            tally["accumulated_rounds"] += rounds
            tally["kernel_values"] += int(sizes[active].sum())
            if not (may and sums.sum() <= p.winner_limit):
                most = int(np.add.reduceat(kernel > 0, self.groups[self.cuts], dtype=int).max())
                tally["lane_rounds"] += p.words * most * p.candidate_words
                waits = max(p.lanes - most * p.candidate_words, 0)
                tally["serial_waits"] += (p.words - 1) * waits
            return
        if not (may and self._decide(sums, sizes, active)):
            tally["accumulated_rounds"] += rounds
            tally["accumulating"] += int(np.count_nonzero(engaged))
            tally["kernel_values"] += int(sizes[active].sum())

    def _decide(self, sums: IntArray, sizes: IntArray, active: Flags) -> bool:
        """Load groups round after round; whether the winner decides."""
        p, tally = self.parameters, self.tally
        own = [np.array(share)[active[share.start : share.stop]] for share in p.shares]
        kernel_sum = 0
        for position in range(max(map(len, own))):
            loaded = [groups[position] for groups in own if position < len(groups)]
            kernel_sum += int(sums[loaded].sum())
            if kernel_sum > p.winner_limit and position == 0:
                return False  # they stay loaded
            tally["deciding_groups"] += len(loaded)
            tally["deciding_rounds"] += 1
            tally["kernel_values"] += int(sizes[loaded].sum())
            if kernel_sum > p.winner_limit:
                return False
        return True
