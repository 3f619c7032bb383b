"""Queries whose recalls find stuck-at faults: what an engine in the field checks itself with.

Single stuck-at faults of the exact model are simulated: a data or address line of a memory's read
port, or one cell of a memory that a recall writes, always 0 or always 1. Cells of the image's
memories are left to a pass of CRC-32 over them, which sees every one. Queries are chosen greedily
so that each fault is found by as many as may be, the least found first (n-detection: a set that
finds modelled faults several times finds more of those that no model has; Ma, Franco and McCluskey,
"An experimental chip to evaluate test techniques", ITC 1995).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Recalls
from hwsim.hardware.rules import one_at_a_time
from hwsim.reliability.machine import Fault, recall_with
from hwsim.reliability.places import Place, places
from hwsim.spins import SpinArray, spins_from_bits

NOISES: Final = (0.02, 0.1, 0.2, 0.3, 0.4)  # of stored patterns among the candidates
CANDIDATES: Final = 40
MODELLED: Final = 200  # faults that are simulated, of thousands
JUDGED: Final = 8  # of these, on which a candidate is judged


class _LongerError(Exception):
    """A recall reads more than the sound one: it takes more cycles, which is seen."""


@dataclass
class StuckAt(Fault):
    """A bit of what is read, or of the address, always 0 or always 1.

    Attributes:
        place: the memory.
        bit: of its words, or of the address.
        value: 0 or 1.
        address: of the cell; None for a line of the read port.
        of_address: whether it is a line of the address.
        limit: reads that a recall may make.
    """

    place: Place
    bit: int
    value: int
    address: int | None = None
    of_address: bool = False
    limit: int = 0
    reads: int = field(default=0, compare=False)

    def read(self, address: int, word: int) -> int:
        """What is read where `word` was written."""
        self.reads += 1
        if self.reads > self.limit:
            raise _LongerError
        if self.of_address or self.address not in (None, address):
            return word
        return self._stuck(word)

    def reached(self, address: int) -> int:
        """The word that a read of `address` reaches."""
        return self._stuck(address) if self.of_address else address

    def _stuck(self, number: int) -> int:
        return number | 1 << self.bit if self.value else number & ~(1 << self.bit)


@dataclass(frozen=True)
class SelfTest:
    """Queries that test an engine.

    Attributes:
        queries: (K, N) int8 of ±1, in the order in which they were chosen.
        modelled: faults that were simulated.
        found: (K,) how many of them the first query, the first two, … find.
        seed: of the choice.
    """

    queries: SpinArray
    modelled: int
    found: tuple[int, ...]
    seed: int

    @property
    def origin(self) -> dict[str, Any]:
        """Where the queries come from, for the vectors' provenance."""
        return {
            "queries": "self-test",
            "count": len(self.queries),
            "seed": self.seed,
            "faults_modelled": self.modelled,
            "faults_found": self.found[-1],
        }


def choose_queries(
    image: Image, count: int, seed: int = 0, progress: Callable[[int, int], None] | None = None
) -> SelfTest:
    """Choose queries whose recalls find most single stuck-at faults.

    A fault is found where state, flags, distance or a counter of a recall differ. One engine with
    one query in flight is simulated, whose memories several have as well.

    Args:
        image: the integers.
        count: queries K, 1 at least.
        seed: of candidates and of the faults that are simulated.
        progress: called with (queries chosen, queries in all).
    """
    image = one_at_a_time(image)
    rng = np.random.default_rng([seed, 16])
    candidates = _candidates(image, max(CANDIDATES, count + count // 2), rng)
    faults = _faults(image, rng)
    judge = _Judge(image, candidates, faults)
    times = np.zeros(len(faults), dtype=np.int64)  # that each fault was found
    chosen: list[int] = []
    found: list[int] = []
    for _ in range(count):
        order = np.lexsort((rng.random(len(faults)), times))  # the least found first, by chance
        left = [each for each in range(len(candidates)) if each not in chosen]
        scores = [sum(judge.finds(each, int(fault)) for fault in order[:JUDGED]) for each in left]
        best = left[int(np.argmax(scores))]
        chosen.append(best)
        times += [judge.finds(best, fault) for fault in range(len(faults))]
        found.append(int((times > 0).sum()))
        if progress is not None:
            progress(len(chosen), count)
    return SelfTest(candidates[chosen], len(faults), tuple(found), seed)


class _Judge:
    """Which candidate finds which fault; simulated when first asked."""

    def __init__(self, image: Image, candidates: SpinArray, faults: list[StuckAt]) -> None:
        self.image, self.candidates, self.faults = image, candidates, faults
        self.sound = [_answer(recall_with(image, [], query[None])) for query in candidates]
        self.known: dict[tuple[int, int], bool] = {}

    def finds(self, candidate: int, number: int) -> bool:
        """Whether a recall differs under a fault."""
        if (candidate, number) not in self.known:
            self.known[candidate, number] = self._simulated(candidate, self.faults[number])
        return self.known[candidate, number]

    def _simulated(self, candidate: int, fault: StuckAt) -> bool:
        state, counts = self.sound[candidate]
        fault.reads, fault.limit = 0, counts[f"{fault.place.counter}_reads"]
        if not fault.limit:
            return False
        try:
            recalled = recall_with(self.image, fault, self.candidates[candidate][None])
        except _LongerError:
            return True
        return _answer(recalled) != (state, counts)


def _answer(recalls: Recalls) -> tuple[bytes, Counter[str]]:
    """State, flags and distance of one recall, and its counts."""
    flags = (recalls.converged[0], recalls.miss[0], recalls.distance[0])
    counts = Counter(
        {name: int(getattr(recalls.counts, name)[0]) for name in recalls.counts.names()}
    )
    return recalls.states.tobytes() + repr(flags).encode(), counts


def _faults(image: Image, rng: np.random.Generator) -> list[StuckAt]:
    """Of all single faults that are modelled, some of each memory: lines first, then cells."""
    found: list[StuckAt] = []
    memories = [place for place in places(image.parameters).values() if place.name == place.memory]
    share = max(MODELLED // len(memories), 4)
    for place in memories:
        lines = [StuckAt(place, bit, value) for bit in range(place.width) for value in (0, 1)]
        addresses = [
            StuckAt(place, bit, value, of_address=True)
            for bit in range((place.depth - 1).bit_length())
            for value in (0, 1)
        ]
        for kind in (lines, addresses):
            found += [kind[each] for each in rng.permutation(len(kind))[: share // 2]]
        for _ in range(share // 2 if place.written else 0):
            address, bit = place.cell(int(rng.integers(place.bits)))
            found.append(StuckAt(place, bit, int(rng.integers(2)), address))
    return found


def _candidates(image: Image, count: int, rng: np.random.Generator) -> SpinArray:
    """Queries near patterns, between two, opposite to one, at random; all +1 and all -1."""
    p = image.parameters
    found = [np.ones(p.neurons, dtype=np.int8), -np.ones(p.neurons, dtype=np.int8)]
    while len(found) < count:
        first, second = spins_from_bits(image.patterns_of(rng.integers(0, p.patterns, 2)))
        kind = len(found) % (len(NOISES) + 3)
        if kind < len(NOISES):
            query = np.where(rng.random(p.neurons) < NOISES[kind], -first, first)
        elif kind == len(NOISES):
            query = np.where(rng.random(p.neurons) < 0.5, first, second)
        elif kind == len(NOISES) + 1:
            query = -first
        else:
            query = rng.choice((-1, 1), p.neurons)
        found.append(query.astype(np.int8))
    return np.stack(found[:count])
