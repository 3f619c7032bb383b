"""The memories of the datapath, each declared once: size, kind, counters, the stage it belongs to.

Manifest, header, simulators, counters, footprint, energies, drawing and documents take what they
say of a memory from here. What a word holds is `layout`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

from hwsim.config import Parameters, index_bits
from hwsim.config.external import weight_buffer

Kind = Literal["rom", "buffer", "queue", "register"]
Size = Callable[[Parameters], int]


@dataclass(frozen=True)
class DatapathMemory:
    """One memory of the engine.

    Attributes:
        name: its key in manifests and reports.
        title: in words, the same everywhere; also the component that its accesses belong to.
        kind: `rom` (part of the image), `buffer` (RAM of one recall), `queue` (through which each
            word of another memory passes once) or `register`.
        stage: the stage of the datapath that it stands beside.
        width: bits of a word.
        depth: number of words; registers as one word a depth.
        useful_bits: without unused lanes; None when there are none.
        reads, writes: its counters in `outcome.Counts`; empty where nothing counts it.
        present: whether the parameters call for it.
        since_rules: whether images of format 1 know nothing of it.
        slots: whether each query in flight has one of its own.
        engines: what each of several engines has: its share of the words (`split`), all of them
            (`copied`), or nothing, for they have one in common.
        external: whether it is another chip's.
    """

    name: str
    title: str
    kind: Kind
    stage: str
    width: Size
    depth: Size
    useful_bits: Size | None = None
    reads: str = ""
    writes: str = ""
    present: Callable[[Parameters], bool] = lambda _: True
    since_rules: bool = False
    slots: bool = False
    engines: Literal["", "split", "copied"] = ""
    external: Callable[[Parameters], bool] = lambda _: False

    @property
    def file_parameter(self) -> str:
        """The Verilog parameter that takes a ROM's file."""
        return f"{self.name.upper()}_FILE"

    def copies(self, parameters: Parameters) -> int:
        """How many there are with all words, where a part for each engine makes one."""
        queries = parameters.queries_in_flight if self.slots else 1
        return queries * (parameters.engines if self.engines == "copied" else 1)

    def built_depth(self, parameters: Parameters) -> int:
        """Words of the largest one that an access goes to: of one engine's, where they split it."""
        if self.engines != "split" or parameters.engines == 1:
            return self.depth(parameters)
        share = replace(parameters, patterns=parameters.share_patterns, engines=1, winner_limit=0)
        return self.depth(share)

    @property
    def counters(self) -> tuple[str, ...]:
        """Its counters in `outcome.Counts`, reads first."""
        return tuple(filter(None, (self.reads, self.writes)))


MEMORIES: Final = (
    DatapathMemory(
        name="patterns",
        title="pattern memory",
        kind="rom",
        stage="DISTANCE",
        width=lambda p: p.lanes,
        depth=lambda p: p.pattern_depth,
        useful_bits=lambda p: p.patterns * p.neurons,
        reads="pattern_reads",
        engines="split",
    ),
    DatapathMemory(
        name="weights",
        title="weight memory",
        kind="rom",
        stage="ACCUMULATE",
        width=lambda p: p.lanes,
        depth=lambda p: p.weight_depth,
        useful_bits=lambda p: p.patterns * p.fields * len(p.stored_planes),
        reads="weight_reads",
        present=lambda p: p.weight_depth > 0,
        engines="split",
        external=lambda p: p.external_weights > 0,
    ),
    DatapathMemory(
        name="kernel_lut",
        title="kernel LUT",
        kind="rom",
        stage="KERNEL",
        width=lambda p: p.kernel_bits,
        depth=lambda p: p.neurons + 1,
        reads="lut_reads",
        engines="copied",
    ),
    DatapathMemory(
        name="offsets",
        title="offset memory",
        kind="rom",
        stage="THRESHOLD",
        width=lambda p: p.offset_bits,
        depth=lambda p: p.fields,
        reads="offset_reads",
        present=lambda p: p.offset_bits > 0,
    ),
    DatapathMemory(
        name="radius",
        title="radius memory",
        kind="rom",
        stage="DISTANCE",
        width=lambda p: p.radius_bits,
        depth=lambda p: p.patterns,
        reads="radius_reads",
        present=lambda p: p.radius_bits > 0,
        since_rules=True,
        engines="split",
    ),
    DatapathMemory(
        name="scales",  # read with every threshold, so that nothing need count it
        title="scale memory",
        kind="rom",
        stage="THRESHOLD",
        width=lambda p: p.scale_bits,
        depth=lambda p: p.fields,
        present=lambda p: p.scale_bits > 0,
        since_rules=True,
    ),
    DatapathMemory(
        name="state",
        title="state memory",
        kind="buffer",
        stage="LOAD",
        width=lambda p: p.lanes,
        depth=lambda p: p.words,
        useful_bits=lambda p: p.neurons,
        reads="state_reads",
        writes="state_writes",
        slots=True,
        engines="copied",
    ),
    DatapathMemory(
        name="distances",
        title="distance buffer",
        kind="buffer",
        stage="DISTANCE",
        width=lambda p: p.distance_bits,
        depth=lambda p: p.patterns,
        reads="distance_reads",
        writes="distance_writes",
        slots=True,
        engines="split",
    ),
    DatapathMemory(
        name="shortlist",
        title="shortlist",
        kind="register",
        stage="DISTANCE",
        width=lambda p: p.distance_bits + index_bits(p.patterns),
        depth=lambda p: p.shortlist,
        present=lambda p: p.shortlist > 0,
        since_rules=True,
        slots=True,
        engines="copied",
    ),
    DatapathMemory(
        name="group_minima",
        title="group minima",
        kind="buffer",
        stage="DISTANCE",
        width=lambda p: p.distance_bits,
        depth=lambda p: p.groups,
        reads="group_minimum_reads",
        writes="group_minimum_writes",
        slots=True,
        engines="split",
    ),
    DatapathMemory(
        name="active_list",
        title="active list",
        kind="buffer",
        stage="SCAN",
        width=lambda p: index_bits(p.groups),
        depth=lambda p: p.groups,
        reads="active_list_reads",
        writes="active_list_writes",
        engines="split",
    ),
    DatapathMemory(
        name="candidates",
        title="candidate list",
        kind="buffer",
        stage="KERNEL",
        width=lambda p: index_bits(p.patterns),
        depth=lambda p: p.patterns,
        reads="candidate_reads",
        writes="candidate_writes",
        present=lambda p: p.row,
        since_rules=True,
        engines="split",
    ),
    DatapathMemory(
        name="kernel_values",
        title="kernel values",
        kind="buffer",
        stage="KERNEL",
        width=lambda p: p.kernel_bits,
        depth=lambda p: p.patterns,
        reads="kernel_value_reads",
        writes="kernel_value_writes",
        present=lambda p: p.row,
        since_rules=True,
        engines="split",
    ),
    DatapathMemory(
        name="weight_buffer",
        title="weight buffer",
        kind="queue",
        stage="ACCUMULATE",
        width=lambda p: p.lanes,
        depth=weight_buffer,
        present=lambda p: p.external_weights > 0,
        since_rules=True,
    ),
    DatapathMemory(
        name="accumulators",
        title="accumulator memory",
        kind="buffer",
        stage="ACCUMULATE",
        width=lambda p: p.sum_bits,
        depth=lambda p: p.fields,
        reads="accumulator_reads",
        writes="accumulator_writes",
        present=lambda p: not p.row,
        engines="copied",
    ),
    DatapathMemory(  # one set sums a word's neurons, the other leaves for the threshold
        name="lane_accumulators",
        title="lane accumulators",
        kind="register",
        stage="ACCUMULATE",
        width=lambda p: p.sum_bits,
        depth=lambda p: 2 * p.lanes,
        present=lambda p: p.row,
        since_rules=True,
        engines="copied",
    ),
    DatapathMemory(  # two sets of planes: one in use, one being filled
        name="kernel_planes",
        title="kernel planes",
        kind="register",
        stage="KERNEL",
        width=lambda p: p.lanes,
        depth=lambda p: 2 * p.kernel_bits,
        present=lambda p: not p.row,
        engines="copied",
    ),
)


def memories(parameters: Parameters) -> tuple[DatapathMemory, ...]:
    """The memories that the parameters call for, those of an image first."""
    return tuple(memory for memory in MEMORIES if memory.present(parameters))


def image_memories(parameters: Parameters) -> tuple[DatapathMemory, ...]:
    """The ROMs among them: what an image holds."""
    return tuple(memory for memory in memories(parameters) if memory.kind == "rom")
