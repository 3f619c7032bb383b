"""The executable specification of one recall, to be checked by eye against docs/contract.md.

Plain Python integers, one memory word at a time, in the engine's own order. Every read and write
goes through a `CountedMemory`, so the counts are of what was done, not of what a formula says.

One step, with s the state, C the plane weights, and for each group of L patterns:

    d[m] = N - sum_w xnor_popcount(s[w], pattern[m, w], valid[w])             DISTANCE
    k[m] = lut[d[m] - d0],  d0 = min d (nearest) or 0 (absolute)              KERNEL
    a[i] = sum_p C[p] * (2 * sum_c 2**c * popcount(W[p, i] & K[c]) - S)       ACCUMULATE
    f[i] = a[i] * 2**F + z[i] * S;  next bit = f > 0, kept when f = 0         THRESHOLD

A group is skipped when its nearest pattern's kernel value is 0: the LUT never increases, so all
of its values are 0 then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Counts, Recalls
from hwsim.hardware.packing import (
    lane_mask,
    pack_words,
    unpack_words,
    words_from_bytes,
    xnor_popcount,
)
from hwsim.spins import bits_from_spins, checked_queries, spins_from_bits

Progress = Callable[[int, int], None]


@dataclass
class CountedMemory:
    """A memory that counts its reads and writes under `name` in `tally`."""

    name: str
    words: list[int]
    tally: Counter[str]

    def read(self, address: int) -> int:
        self.tally[f"{self.name}_reads"] += 1
        return self.words[address]

    def write(self, address: int, word: int) -> None:
        self.tally[f"{self.name}_writes"] += 1
        self.words[address] = word


@dataclass
class Step:
    """What one step computed: for golden vectors of the modules and for finding a difference."""

    distances: list[int] = field(default_factory=list)  # P
    kernel: list[int] = field(default_factory=list)  # P, 0 in skipped groups
    kernel_sum: int = 0  # S
    active_groups: list[int] = field(default_factory=list)
    fields: list[int] = field(default_factory=list)  # N
    state: list[int] = field(default_factory=list)  # the words after the step
    changed: bool = False


class Specification:
    """The engine's memories, and recalls on them."""

    def __init__(self, image: Image) -> None:
        p = self.parameters = image.parameters
        self.tally: Counter[str] = Counter()
        rows = image.memory_rows()
        self.patterns = self._memory("pattern", list(words_from_bytes(rows["patterns"])))
        self.weights = self._memory("weight", list(words_from_bytes(rows["weights"])))
        self.lut = self._memory("lut", image.kernel_lut.tolist())
        self.offsets = self._memory("offset", image.offsets.tolist())
        self.state = self._memory("state", [0] * p.words)
        self.distances = self._memory("distance", [0] * p.patterns)
        self.group_minimum = self._memory("group_minimum", [0] * p.groups)
        self.active_list = self._memory("active_list", [0] * p.groups)
        self.accumulators = self._memory("accumulator", [0] * p.neurons)

    def _memory(self, name: str, words: list[int]) -> CountedMemory:
        return CountedMemory(name, words, self.tally)

    def recall(self, query: npt.NDArray[np.uint8]) -> tuple[list[Step], bool]:
        """Iterate from the query's bits (N,) until the state repeats or T steps have run.

        Returns:
            Every step, and whether the last one repeated the state (converged).
        """
        self.tally.clear()
        for address, word in enumerate(pack_words(query, self.parameters.lanes)):
            self.state.write(address, word)
        steps: list[Step] = []
        converged = False
        while not converged and len(steps) < self.parameters.max_steps:
            steps.append(self.step())
            converged = not steps[-1].changed
        for address in range(self.parameters.words):  # the result leaves the engine
            self.state.read(address)
        return steps, converged

    def step(self) -> Step:
        """One update of the state memory."""
        self.tally["steps"] += 1
        step = Step(kernel=[0] * self.parameters.patterns, fields=[0] * self.parameters.neurons)
        nearest = self._measure_distances(step)
        origin = nearest if self.parameters.nearest else 0
        self._list_active_groups(step, origin)
        for position in range(len(step.active_groups)):
            self._accumulate_group(step, position, origin)
        step.state = list(self.state.words)
        return step

    # DISTANCE ---------------------------------------------------------------------------------

    def _measure_distances(self, step: Step) -> int:
        """Fill the distance buffer and each group's minimum; return the smallest distance."""
        p = self.parameters
        for group in range(p.groups):
            minimum = p.neurons
            for m in range(group * p.lanes, min((group + 1) * p.lanes, p.patterns)):
                agreeing = 0
                for w in range(p.words):
                    valid = lane_mask(p.lanes, p.neurons - w * p.lanes)
                    state, pattern = self.state.read(w), self.patterns.read(m * p.words + w)
                    agreeing += xnor_popcount(state, pattern, valid)
                    self.tally["distance_popcounts"] += 1
                distance = p.neurons - agreeing
                self.distances.write(m, distance)
                minimum = min(minimum, distance)
            self.group_minimum.write(group, minimum)
        step.distances = list(self.distances.words)
        return min(self.group_minimum.words)

    # KERNEL -----------------------------------------------------------------------------------

    def _list_active_groups(self, step: Step, origin: int) -> None:
        """Put on the active list every group whose nearest pattern's kernel value is not 0."""
        for group in range(self.parameters.groups):
            if self.lut.read(self.group_minimum.read(group) - origin):
                self.active_list.write(len(step.active_groups), group)
                step.active_groups.append(group)
            else:
                self.tally["groups_skipped"] += 1
        self.tally["groups_active"] += len(step.active_groups)
        self.tally["active_steps"] += bool(step.active_groups)

    def _load_kernel_planes(self, step: Step, group: int, origin: int) -> list[int]:
        """Look up the group's kernel values; plane c holds bit c of each, lane j that of j."""
        p = self.parameters
        planes = [0] * p.kernel_bits
        for lane in range(min(p.lanes, p.patterns - group * p.lanes)):
            m = group * p.lanes + lane
            value = self.lut.read(self.distances.read(m) - origin)
            step.kernel[m] = value
            step.kernel_sum += value
            for c in range(p.kernel_bits):
                planes[c] |= ((value >> c) & 1) << lane
        return planes

    # ACCUMULATE -------------------------------------------------------------------------------

    def _accumulate_group(self, step: Step, position: int, origin: int) -> None:
        """Add one active group to all N accumulators; the last one thresholds as it goes."""
        p = self.parameters
        group = self.active_list.read(position)
        first, last = position == 0, position == len(step.active_groups) - 1
        planes = self._load_kernel_planes(step, group, origin)
        ones = lane_mask(p.lanes, p.lanes)
        group_sum = sum(2**c * plane.bit_count() for c, plane in enumerate(planes))
        for i in range(p.neurons):
            total = 0 if first else self.accumulators.read(i)
            for plane, plane_weight in enumerate(p.C):
                weight = self.weights.read((group * p.neurons + i) * p.weight_bits + plane)
                agreeing = 0
                for c, kernel_plane in enumerate(planes):
                    agreeing += 2**c * xnor_popcount(weight, ones, kernel_plane)
                    self.tally["weight_popcounts"] += 1
                total += plane_weight * (2 * agreeing - group_sum)
                self.tally["plane_multiplications"] += 1
                self.tally["accumulations"] += 1
            if last:
                self._threshold(step, i, total)
            else:
                self.accumulators.write(i, total)

    # THRESHOLD --------------------------------------------------------------------------------

    def _threshold(self, step: Step, i: int, total: int) -> None:
        """Replace bit i of the state memory by the sign of its field."""
        p = self.parameters
        value = total * 2**p.offset_frac_bits
        if p.offset_bits:
            value += self.offsets.read(i) * step.kernel_sum
            self.tally["offset_multiplications"] += 1
        step.fields[i] = value
        self.tally["thresholds"] += 1
        word, lane = divmod(i, p.lanes)
        if lane == 0:
            self.state.read(word)  # the engine holds the old word while it builds the new one
        old = (self.state.words[word] >> lane) & 1
        new = old if value == 0 else int(value > 0)
        step.changed |= new != old
        self.state.words[word] ^= (new ^ old) << lane
        if lane == p.lanes - 1 or i == p.neurons - 1:
            self.state.write(word, self.state.words[word])


def recall(
    image: Image, queries: npt.NDArray[np.int8], progress: Progress | None = None
) -> Recalls:
    """Recall each query by the specification.

    Args:
        image: the integers.
        queries: (Q, N) int8 of ±1.
        progress: called with (recalls done, recalls in all).

    Raises:
        InputError: the queries' shape or a spin is wrong.
    """
    p = image.parameters
    queries = checked_queries(queries, p.neurons)
    specification = Specification(image)
    states = np.empty(queries.shape, dtype=np.int8)
    converged = np.zeros(len(queries), dtype=np.bool_)
    miss = np.zeros(len(queries), dtype=np.bool_)
    distance = np.zeros(len(queries), dtype=np.int64)
    tallies = []
    for q, query in enumerate(bits_from_spins(queries)):
        steps, converged[q] = specification.recall(query)
        states[q] = spins_from_bits(unpack_words(steps[-1].state, p.lanes, p.neurons))
        miss[q] = steps[0].kernel_sum == 0
        distance[q] = min(steps[-1].distances)
        tallies.append(dict(specification.tally))
        if progress is not None:
            progress(q + 1, len(queries))
    return Recalls(states, converged, miss, distance, Counts.from_rows(tallies))
