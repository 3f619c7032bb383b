"""What the stages share: the engine's memories, a count of every access, and a step's trace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from hwsim.config import Parameters
from hwsim.hardware.image import Image
from hwsim.hardware.layout import share_cut
from hwsim.hardware.packing import lane_mask, words_from_bytes, xnor_popcount
from hwsim.hardware.spec.shortlist import Shortlist


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


STEP_BITS: Final = 16  # of the register that counts steps

Contents = Mapping[str, list[int]]
Made = Callable[[str, list[int]], CountedMemory]


class Registers:
    """The registers that the engine computes in; each holds the value that it takes.

    Names are those of `hwsim.reliability.registers`, which says how wide each is: a specification
    of a faulty engine has registers that hold something else.
    """

    def latch(self, name: str, value: int, address: int = 0) -> int:
        """What a register, or word `address` of several, holds once it has taken a value."""
        return value

    def latch_lanes(self, name: str, values: list[int], address: int) -> list[int]:
        """Likewise of a register that has a number for each lane."""
        return values


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
        scores: M, of outputs; likewise.
        label: the lowest output whose score is the largest.
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
    scores: list[int] = field(default_factory=list)
    label: int = 0
    state: list[int] = field(default_factory=list)
    nearest: int = 0
    winner: int = 0
    changed: bool = False
    ended_by: str = ""


class Share:
    """What an engine beside others holds: whole groups of patterns, and the memories of its own.

    Attributes:
        first: the pattern that its pattern 0 is.
        count: of its patterns.
        groups: the groups that they are.
    """

    def __init__(
        self,
        parameters: Parameters,
        groups: range,
        contents: Contents,
        memory: Made,
        registers: Registers,
    ) -> None:
        p = self.parameters = parameters
        self.first, self.groups = groups.start * p.lanes, groups
        self.count = min(groups.stop * p.lanes, p.patterns) - self.first
        self.patterns = memory("pattern", contents["patterns"])
        self.weights = memory("weight", contents["weights"])
        self.radius = memory("radius", contents["radius"])
        self.lut = memory("lut", contents["kernel_lut"])
        self.active_list = memory("active_list", [0] * len(groups))
        self.candidates = memory("candidate", [0] * self.count)
        self.kernel_values = memory("kernel_value", [0] * self.count)
        self.accumulators = memory("accumulator", [0] * p.fields)
        self.registers = registers
        self.waiting = 0  # kernel values of the group being loaded, lane 0 lowest
        self.lane_sums = [0] * p.lanes  # of the row dataflow: of a word's neurons,
        self.leaving = [0] * p.lanes  # and of the word before, the next one to leave first


class OwnShare(Share):
    """A share as one query sees it: with what each query in flight has of its own."""

    def __init__(self, share: Share, tally: Counter[str], memory: Made) -> None:
        vars(self).update(vars(share))
        self.tally = tally
        self.state = memory("state", [0] * self.parameters.words)
        self.distances = memory("distance", [0] * self.count)
        self.group_minimum = memory("group_minimum", [0] * len(self.groups))
        self.shortlist = Shortlist(self.parameters, self.registers)
        self.nearest = self.winner = 0  # the smallest distance found so far, and whose it is
        self.active_groups = 0  # on the active list

    def found(self, distance: int, pattern: int) -> None:
        """Hold a distance as the smallest, and whose it is."""
        self.nearest = self.registers.latch("nearest", distance)
        self.winner = self.registers.latch("winner", pattern)

    def distance(self, pattern: int, first: int, stop: int) -> int:
        """Lanes in which the state differs from its pattern, in the words first to stop - 1."""
        return measure([self], pattern, first, stop)[0]


class Machine(Registers):
    """What all recalls share: the image's memories, and those that one stage uses at a time."""

    def __init__(self, image: Image) -> None:
        p = self.parameters = image.parameters
        self.tally: Counter[str] = Counter()
        rows = image.memory_rows()
        whole = {
            "patterns": list(words_from_bytes(rows["patterns"])),
            "weights": list(words_from_bytes(rows["weights"])) if p.weight_depth else [],
            "radius": image.radius.tolist(),
        }
        self.offsets = self._memory("offset", image.offsets.tolist())
        self.scales = self._memory("scale", image.scales.tolist())
        self.shares = []
        for groups in p.shares:
            cut = share_cut(p, groups)
            contents = {name: words[cut[name]] for name, words in whole.items()}
            contents["kernel_lut"] = image.kernel_lut.tolist()
            self.shares.append(Share(p, groups, contents, self._memory, self))

    def _memory(self, name: str, words: list[int]) -> CountedMemory:
        return CountedMemory(name, words, self.tally)


class Slot:
    """One query in flight: the machine's memories, and those that each query has of its own."""

    def __init__(self, machine: Machine) -> None:
        self.parameters, self.tally = machine.parameters, machine.tally
        self.offsets, self.scales = machine.offsets, machine.scales
        self.registers: Registers = machine
        self.shares = [OwnShare(share, self.tally, machine._memory) for share in machine.shares]
        self.held = 0  # the word of the state that is being thresholded
        self.miss = False  # of the last recall

    @property
    def state(self) -> CountedMemory:
        """The copy of the state that threshold and result are read from."""
        return self.shares[0].state

    def write_state(self, address: int, word: int) -> None:
        """Write a word of the state to every share's copy."""
        for share in self.shares:
            share.state.write(address, word)

    def owner(self, pattern: int) -> tuple[OwnShare, int]:
        """The share that holds a pattern, and its number there."""
        share = max((one for one in self.shares if one.first <= pattern), key=lambda one: one.first)
        return share, pattern - share.first

    def copy(self, pattern: int) -> None:
        """Make a pattern the state."""
        words = self.parameters.words
        share, own = self.owner(pattern)
        for w in range(words):
            self.write_state(w, share.patterns.read(own * words + w))
        self.tally["copies"] += 1


def measure(shares: Sequence[OwnShare], pattern: int, first: int, stop: int) -> list[int]:
    """`OwnShare.distance` of several queries, which share each read of the pattern's words."""
    p, tally = shares[0].parameters, shares[0].tally
    differing = [0] * len(shares)
    for w in range(first, stop):
        valid = lane_mask(p.lanes, p.neurons - w * p.lanes)
        word = shares[0].patterns.read(pattern * p.words + w)
        for index, share in enumerate(shares):
            agreeing = xnor_popcount(share.state.read(w), word, valid)
            differing[index] += valid.bit_count() - agreeing
            tally["distance_popcounts"] += 1
    return differing
