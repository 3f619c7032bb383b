"""What the specification does in a recall, event by event, as the engine's signals show it.

Every access of a memory is one, for the specification reads and writes as the engine does. What
stands in no memory follows from the accesses: kernel planes and sums, and from a step's fields.
Events come in streams, one a kind; the order between streams is the hardware's own affair.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from hwsim.differences.rounds import kernel_sums, most_active
from hwsim.differences.watch import of_engine
from hwsim.hardware.image import Image
from hwsim.hardware.packing import pack_words
from hwsim.hardware.spec import CountedMemory, Specification
from hwsim.hardware.spec.engine import Answer

# The stage that an access belongs to, by the innermost function of the specification it is in; the
# candidates' lists, whose writing is part of a loop over look-ups, by their streams.
STAGES: Final = {
    "probe": "PROBE",
    "_scan_all": "DISTANCE",
    "_scan_coarse": "COARSE SCAN",
    "complete_shortlist": "SHORTLIST",
    "_sweep": "SWEEP",
    "list_active_groups": "SCAN",
    "look_up": "KERNEL",
    "candidate write": "KERNEL",
    "kernel_value write": "KERNEL",
    "candidate read": "ACCUMULATE",
    "kernel_value read": "ACCUMULATE",
    "_plane_words": "ACCUMULATE",
    "_accumulate": "ACCUMULATE",
    "threshold": "THRESHOLD",
    "copy": "COPY",
}

# Stages in the order of the work.
_SEARCH: Final = ("PROBE", "DISTANCE", "COARSE SCAN", "SHORTLIST", "SWEEP")
ORDER: Final = (
    *("LOAD", "ITERATE", *_SEARCH, "SCAN", "KERNEL", "ACCUMULATE", "THRESHOLD", "COPY"),
    *("SEND", "RESULT", "COUNTERS"),
)


@dataclass(frozen=True)
class Event:
    """One access, or one value.

    Attributes:
        step: from 1; 0 before the first.
        stage: one of ORDER.
        address: the word's, or what the value is of; None where its place in the stream tells.
        value: never wider than the signal; signed ones may be negative.
        whose: group or pattern, where the address does not tell.
        starts: the stage that the control starts with it.
    """

    step: int
    stage: str
    address: int | None
    value: int
    whose: Mapping[str, int] = field(default_factory=dict)
    starts: str = ""

    @property
    def rank(self) -> tuple[int, int]:
        """Its place in the order of the work."""
        return self.step, ORDER.index(self.starts or self.stage)


@dataclass
class Trace:
    """A recall.

    Attributes:
        streams: events by kind: `distance write`, `field`, ….
        answer: what the recall reports, and what each step computed.
        tally: counts of events.
    """

    streams: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    answer: Answer = field(default_factory=Answer)
    tally: Mapping[str, int] = field(default_factory=dict)


class _Memory(CountedMemory):
    """A memory that tells of its accesses."""

    tell: Callable[[str, str, int, int, int], None]
    engine: int  # whose it is

    def read(self, address: int) -> int:
        word = super().read(address)
        self.tell(self.name, "read", address, word, self.engine)
        return word

    def write(self, address: int, word: int) -> None:
        super().write(address, word)
        self.tell(self.name, "write", address, word, self.engine)


@dataclass
class _Looked:
    """What an engine has looked up in a step; groups are numbered from its first.

    Attributes:
        total: of the kernel values of the groups loaded.
        group: looked up last.
        scanned: group whose minimum was read last.
        values: kernel values by group.
    """

    total: int = 0
    group: int = 0
    scanned: int = 0
    values: dict[int, list[int]] = field(default_factory=dict)


class Tracer(Specification):
    """The specification, its recalls traced."""

    def __init__(self, image: Image) -> None:
        self.trace = Trace()
        self._engines = image.parameters.engines
        self._made: Counter[str] = Counter()  # memories of each name
        # An attribute, so that the memories of a recall's own, which is another machine, tell too.
        self._memory = self._told_memory  # type: ignore[method-assign]
        super().__init__(image)

    def _told_memory(self, name: str, words: list[int]) -> CountedMemory:
        memory = _Memory(name, words, self.tally)
        memory.tell, memory.engine = self._told, self._made[name] % self._engines
        self._made[name] += 1
        return memory

    def traced(self, query: npt.NDArray[np.uint8]) -> Trace:
        """Recall from the query's bits (N,)."""
        self.trace = trace = Trace()
        self._step, self._stage = 0, "LOAD"
        self._looked = [_Looked() for _ in range(self._engines)]
        self._searched: dict[int, str] = {}  # the last stage of each step's search
        self._probed, self._word = 0, 0  # distance of the probe so far; the last word it read
        for word in pack_words(query, self.parameters.lanes):
            trace.streams["query beat"].append(Event(0, "LOAD", None, word))
        trace.answer = self.recall(query)
        trace.tally = dict(self.tally)
        self._add_values()
        return trace

    # Accesses ---------------------------------------------------------------------------------

    def _told(self, name: str, access: str, address: int, word: int, engine: int) -> None:
        default = "SEND" if self._step else "LOAD"
        stage = STAGES.get(f"{name} {access}") or _stage() or default
        if stage in _SEARCH and self._stage not in _SEARCH:
            self._step += 1
            self._probed = 0
            self._add_start("step", stage, self._step)
        if stage == "COPY" != self._stage:
            self._add_start("copy", "COPY")
        if stage in _SEARCH:
            self._searched[self._step] = stage
        self._stage = stage
        stream = f"{name} {access}"
        shared = self._engines == 1 or name == "offset"
        told = stream if shared else of_engine(stream, engine)
        self._add(told, address, word, whose=self._whose(stream, engine))
        self._follow(stream, address, word, engine)

    def _whose(self, stream: str, engine: int) -> dict[str, int]:
        """What a look-up is for, which its address does not tell."""
        if stream != "lut read":
            return {}
        looked, first = self._looked[engine], self.parameters.shares[engine].start
        if self._stage == "SCAN":
            return {"group": first + looked.scanned}
        group = first + looked.group
        lane = len(looked.values[looked.group])
        return {"group": group, "pattern": group * self.parameters.lanes + lane}

    def _add(
        self,
        stream: str,
        address: int | None,
        value: int,
        stage: str = "",
        whose: Mapping[str, int] | None = None,
    ) -> None:
        event = Event(self._step, stage or self._stage, address, value, whose or {})
        self.trace.streams[stream].append(event)

    def _add_start(self, stream: str, stage: str, value: int = 1) -> None:
        event = Event(self._step, "ITERATE", None, value, starts=stage)
        self.trace.streams[stream].append(event)

    def _follow(self, stream: str, address: int, word: int, engine: int) -> None:
        """What an access makes of the values between the stages."""
        p, looked = self.parameters, self._looked[engine]
        if self._stage == "PROBE":  # each pattern word, then the state's
            if stream == "state read":
                self._probed += (word ^ self._word).bit_count()
            self._word = word
        elif self._stage == "COPY":
            if stream == "state write" and address == p.words - 1 and engine == 0:
                self._add("copied", None, 1)
        elif stream == "group_minimum read":
            looked.scanned = address
        elif stream == "active_list read":
            looked.total = 0 if address == 0 else looked.total
            looked.group = word
            looked.values[word] = []
        elif stream == "lut read" and self._stage == "KERNEL":
            looked.total += word
            values = looked.values[looked.group]
            values.append(word)
            last = len(values) == min(p.lanes, p.patterns - looked.group * p.lanes)
            if not p.row and last and p.engines == 1:
                self._add("kernel sum", None, looked.total, whose={"group": looked.group})
        elif p.row or p.engines > 1:
            return
        elif stream == "weight read" and address % (p.neurons * p.weight_bits) == 0:
            group = address // (p.neurons * p.weight_bits)
            self._add_start("group", "ACCUMULATE")
            self._add("kernel planes", group, self._planes(group), "KERNEL")

    def _planes(self, group: int) -> int:
        """All planes side by side; plane c, bit j is bit c of lane j's value."""
        p = self.parameters
        return sum(
            ((value >> c) & 1) << (c * p.lanes + lane)
            for lane, value in enumerate(self._looked[0].values[group])
            for c in range(p.kernel_bits)
        )

    # Values -----------------------------------------------------------------------------------

    def _add_values(self) -> None:
        """What follows from whole steps, and the result."""
        p, searches = self.parameters, self._step
        for number, step in enumerate(self.trace.answer.passes, start=1):
            self._step = number
            self._add_search(step.nearest, step.ended_by == "radius")
            if step.ended_by != "radius":
                self._add("active groups", None, most_active(p, step), "SCAN")
            if p.engines > 1 and not p.row:
                for total in kernel_sums(p, step):
                    self._add("kernel sum", None, total, "KERNEL")
                for _ in range(most_active(p, step) if step.fields else 0):
                    self._add_start("group", "ACCUMULATE")
            if p.row and step.active_groups:
                self._add("candidates", None, sum(map(bool, step.kernel)), "KERNEL")
                self._add("candidates' sum", None, step.kernel_sum, "KERNEL")
            for i, (total, value) in enumerate(zip(step.sums, step.fields, strict=True)):
                added = (total + sum(p.C) * step.kernel_sum) // 2
                self._add("sum", i, added, "ACCUMULATE")
                self._add("field", i, value, "THRESHOLD")
            if step.fields and p.row:
                self._add_start("rows", "ACCUMULATE")
            if step.fields:
                self._add("changed", None, int(step.changed), "THRESHOLD")
        if searches > len(self.trace.answer.passes):  # the last one ended with its probe
            self._step = searches
            self._add_search(self._probed, hit=True)
        self._add_start("send", "SEND")
        for word in self.trace.answer.state:
            self._add("result beat", None, word, "SEND")
        for name in ("steps", "converged", "miss", "distance"):
            self._add(name, None, int(getattr(self.trace.answer, name)), "RESULT")

    def _add_search(self, nearest: int, hit: bool) -> None:
        stage = self._searched[self._step]
        self._add("nearest", None, nearest, stage)
        self._add("hit", None, int(hit), stage)


def _stage() -> str | None:
    frame = sys._getframe(2)
    while frame.f_code.co_name != "traced" and frame.f_back is not None:
        if frame.f_code.co_name in STAGES:
            return STAGES[frame.f_code.co_name]
        frame = frame.f_back
    return None
