"""What an event-driven engine would take: one neuron a visit, in the group dataflow's layout.

There is no such engine in Verilog; this prices the actions that one could not do without. A visit
reads the neuron's weight words of every active group, B each, and all KB kernel planes of them from
a memory: the group dataflow holds a group's planes still and meets N neurons with them, a visit
meets them once. A flip reads its neuron's spin of every pattern, from a second copy of the patterns
that has a neuron's spins side by side, moves every distance by one, and looks every kernel value
up again. Distances are measured once, in the beginning. The sum of a visit stays in a register.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hwsim.asynchronous import AsynchronousRecalls
from hwsim.config import Parameters
from hwsim.cost.actions import Action, ActionList, Count, mean_count
from hwsim.cost.engine import threshold_actions, weight_word_actions
from hwsim.cost.footprint import MemoryFootprint, engine_memories
from hwsim.cost.hierarchy import MemorySystem, system
from hwsim.cost.search import distance_actions
from hwsim.cost.tables import load_technology
from hwsim.cost.technology import Technology
from hwsim.errors import InputError

_KEPT = ("patterns", "weights", "kernel_lut", "offsets", "state", "distances")


def asynchronous_memories(parameters: Parameters) -> dict[str, MemoryFootprint]:
    """The memories of an event-driven engine by name: the group dataflow's and two of its own."""
    p = parameters
    engine = engine_memories(p)
    columns = replace(
        engine["patterns"], name="pattern_columns", title="patterns by neuron", width=p.lanes,
        depth=p.groups * p.neurons, useful_bits=p.patterns * p.neurons,
        reads="pattern_column_reads",
    )  # fmt: skip
    planes = MemoryFootprint(
        "kernel_planes", "kernel planes", "buffer", p.lanes, p.groups * p.kernel_bits,
        p.patterns * p.kernel_bits, "kernel_plane_reads", "kernel_plane_writes",
    )  # fmt: skip
    rows = (*(engine[name] for name in _KEPT if name in engine), columns, planes)
    return {row.name: row for row in rows}


def asynchronous_counts(parameters: Parameters, recalls: AsynchronousRecalls) -> dict[str, Count]:
    """What recalls count on average, by the names of the actions.

    Args:
        parameters: of the group dataflow, one engine and one query in flight.
        recalls: of the exact model, groups counted.
    """
    p = parameters
    queries = len(recalls.states)
    visits = mean_count(int(recalls.sweeps.sum()) * p.neurons, queries)
    flips = mean_count(int(recalls.flips.sum()), queries)
    groups = mean_count(int(recalls.groups.sum()), queries)
    looked = (flips + 1) * p.patterns
    words = groups * p.weight_bits
    return {
        "pattern_reads": p.patterns * p.words,
        "distance_popcounts": p.patterns * p.words,
        "state_reads": p.patterns * p.words + visits,
        "state_writes": p.words + flips,
        "pattern_column_reads": flips * p.groups,
        "distance_reads": flips * p.patterns,
        "distance_writes": looked,
        "lut_reads": looked,
        "kernel_plane_writes": (flips + 1) * p.groups * p.kernel_bits,
        "kernel_plane_reads": groups * p.kernel_bits,
        "weight_reads": words,
        "weight_popcounts": words * p.kernel_bits,
        "plane_multiplications": words,
        "accumulations": words,
        "accumulating_steps": flips + 1,
        "thresholds": visits,
        "offset_reads": visits,
        "offset_multiplications": visits,
    }


def asynchronous_actions(
    parameters: Parameters, counts: Mapping[str, Count], memories: MemorySystem
) -> list[Action]:
    """Everything one event-driven recall does, control left out.

    Args:
        parameters: widths.
        counts: as `asynchronous_counts` gives them.
        memories: of `asynchronous_memories`, placed.
    """
    p = parameters
    rows = ActionList(counts, memories)
    rows.writes("state")
    rows.reads("state")
    distance_actions(rows, p)
    stage = "kernel stage"
    rows.reads("pattern_columns")
    rows.writes("distances")
    rows.reads("distances")
    rows.addition("distance_moves", stage, p.distance_bits, count=counts["distance_reads"])
    rows.addition("minimum_comparisons", stage, p.distance_bits, count=counts["lut_reads"])
    rows.reads("kernel_lut")
    if p.nearest:
        rows.addition("origin_subtractions", stage, p.distance_bits, count=counts["lut_reads"])
    rows.addition("kernel_sum_additions", stage, p.kernel_sum_bits, count=counts["lut_reads"])
    rows.writes("kernel_planes")
    rows.reads("kernel_planes")
    weight_word_actions(rows, p)
    threshold_actions(rows, p)
    return rows.actions


def asynchronous_recall(
    parameters: Parameters,
    recalls: AsynchronousRecalls,
    technology: Technology | None = None,
) -> list[Action]:
    """The actions of an average recall, memories of any size on the chip.

    Args:
        parameters: of the image that recalled.
        recalls: of the exact model.
        technology: None for Horowitz's 45 nm.

    Raises:
        InputError: the image is of another layout, or of several queries or engines at once.
    """
    p = parameters
    if p.row or p.queries_in_flight * p.engines > 1:
        raise InputError(
            "the dataflow is not group with one query and one engine; an event-driven recall is "
            "priced on that layout, export the image with --dataflow group"
        )
    table = load_technology() if technology is None else technology
    memories = system(asynchronous_memories(p), table, None)
    return asynchronous_actions(p, asynchronous_counts(p, recalls), memories)
