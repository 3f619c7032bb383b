"""What the stages share: the engine's memories, a count of every access, and a step's trace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from hwsim.hardware.image import Image
from hwsim.hardware.packing import lane_mask, words_from_bytes, xnor_popcount


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
    """What one step computed: for golden vectors of the modules and for finding a difference.

    Attributes:
        distances: P, what the distance buffer holds; a value that is only a lower bound has kernel
            value 0. Partial where the radius memory ended the search.
        kernel: P, kernel values, 0 where none was looked up.
        kernel_sum: S, of those looked up.
        active_groups: those not skipped.
        sums: N, a; empty where nothing was accumulated.
        fields: N, f; likewise.
        state: the words after the step.
        nearest: d0, the smallest distance found.
        winner: the lowest index at it.
        changed: whether a bit became another one.
        ended_by: what made the rest of the step needless: `radius`, `winner`, or nothing.
    """

    distances: list[int] = field(default_factory=list)
    kernel: list[int] = field(default_factory=list)
    kernel_sum: int = 0
    active_groups: list[int] = field(default_factory=list)
    sums: list[int] = field(default_factory=list)
    fields: list[int] = field(default_factory=list)
    state: list[int] = field(default_factory=list)
    nearest: int = 0
    winner: int = 0
    changed: bool = False
    ended_by: str = ""


class Machine:
    """What all recalls share: the image's memories, and those that one stage uses at a time."""

    def __init__(self, image: Image) -> None:
        p = self.parameters = image.parameters
        self.tally: Counter[str] = Counter()
        rows = image.memory_rows()
        weights = list(words_from_bytes(rows["weights"])) if p.weight_depth else []
        self.patterns = self._memory("pattern", list(words_from_bytes(rows["patterns"])))
        self.weights = self._memory("weight", weights)
        self.lut = self._memory("lut", image.kernel_lut.tolist())
        self.offsets = self._memory("offset", image.offsets.tolist())
        self.radius = self._memory("radius", image.radius.tolist())
        self.active_list = self._memory("active_list", [0] * p.groups)
        self.candidates = self._memory("candidate", [0] * p.patterns)
        self.kernel_values = self._memory("kernel_value", [0] * p.patterns)
        self.accumulators = self._memory("accumulator", [0] * p.neurons)

    def _memory(self, name: str, words: list[int]) -> CountedMemory:
        return CountedMemory(name, words, self.tally)


class Slot(Machine):
    """One query in flight: the machine's memories, and those that each query has of its own."""

    def __init__(self, machine: Machine) -> None:
        vars(self).update(vars(machine))
        p = self.parameters
        self.state = self._memory("state", [0] * p.words)
        self.distances = self._memory("distance", [0] * p.patterns)
        self.group_minimum = self._memory("group_minimum", [0] * p.groups)

    def distance(self, pattern: int, first: int, stop: int) -> int:
        """Lanes in which the state differs from a pattern, in the words first to stop - 1."""
        return measure([self], pattern, first, stop)[0]

    def copy(self, pattern: int) -> None:
        """Make a pattern the state."""
        for w in range(self.parameters.words):
            self.state.write(w, self.patterns.read(pattern * self.parameters.words + w))
        self.tally["copies"] += 1


def measure(slots: Sequence[Slot], pattern: int, first: int, stop: int) -> list[int]:
    """`Slot.distance` of several slots, which share each read of the pattern's words."""
    p, tally = slots[0].parameters, slots[0].tally
    differing = [0] * len(slots)
    for w in range(first, stop):
        valid = lane_mask(p.lanes, p.neurons - w * p.lanes)
        word = slots[0].patterns.read(pattern * p.words + w)
        for index, slot in enumerate(slots):
            agreeing = xnor_popcount(slot.state.read(w), word, valid)
            differing[index] += valid.bit_count() - agreeing
            tally["distance_popcounts"] += 1
    return differing
