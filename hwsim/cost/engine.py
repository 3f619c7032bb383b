"""What one recall of the engine does, action by action.

Every count is one of `hardware.outcome.Counts` or a stated function of them; every energy is a
table's figure times a stated width. Registers are those of the Verilog modules, except the 64-bit
counters, which are there for the co-simulation.
"""

from __future__ import annotations

from collections.abc import Mapping

from hwsim.config import Parameters, index_bits
from hwsim.cost.actions import Action, ActionList, Count
from hwsim.cost.hierarchy import MemorySystem
from hwsim.cost.row import multiplications, row_accumulate_actions
from hwsim.cost.search import (
    count_ones,
    distance_actions,
    minimum_comparisons,
    search_rule_actions,
    sweeps_of_each,
    tree_register_bits,
)


def combination_register_bits(lanes: int, kernel_bits: int) -> int:
    """Bits of the registers that bring the kernel planes' popcounts together, two by two.

    A sum over n planes takes log2(lanes) + n bits.
    """
    bits, planes = 0, 1
    while planes < kernel_bits:
        planes *= 2
        sizes = [min(planes, kernel_bits - first) for first in range(0, kernel_bits, planes)]
        bits += sum(lanes.bit_length() - 1 + size for size in sizes)
    return bits


def control_bits(parameters: Parameters) -> int:
    """Address, loop and step counters of the engine, taken as written every cycle: an upper bound.

    Pattern address, weight address and words left, pattern, neuron and group index, and steps
    (16 bits). Each query in flight has its own, and each of several engines, a bound again.
    """
    p = parameters
    sizes = (p.pattern_depth, p.weight_depth, p.weight_depth, p.patterns, p.neurons, p.groups)
    return sum(map(index_bits, sizes)) + 16


def engine_actions(
    parameters: Parameters, counts: Mapping[str, Count], cycles: Count, memories: MemorySystem
) -> list[Action]:
    """Everything one recall of the engine does.

    Args:
        parameters: widths.
        counts: of one recall, or means; the names of `Counts`.
        cycles: of the same recall, or their mean.
        memories: the engine's, placed.
    """
    p = parameters
    rows = ActionList(counts, memories)
    rows.writes("state")
    rows.reads("state")
    distance_actions(rows, p)
    search_rule_actions(rows, p)
    _kernel_actions(rows, p)
    if p.row:
        row_accumulate_actions(rows, p)
    else:
        weight_word_actions(rows, p)
        rows.reads("accumulators")
        rows.writes("accumulators")
    threshold_actions(rows, p)
    if p.engines > 1:
        _meeting_actions(rows, p)
    rows.registers(
        "control_registers", "control", control_bits(p) * p.queries_in_flight * p.engines, cycles,
        ", addresses and loop counters, every cycle",
    )  # fmt: skip
    return rows.actions


def _kernel_actions(rows: ActionList, p: Parameters) -> None:
    """Buffer of distances, skipping of groups, look-up, transposition into planes."""
    counts = rows.counts
    stage = "kernel stage"
    for memory in ("distances", "group_minima", "active_list"):
        rows.writes(memory)
        rows.reads(memory)
    comparisons = minimum_comparisons(p, counts) + counts["group_minimum_writes"]
    rows.addition("minimum_comparisons", stage, p.distance_bits, count=comparisons)
    rows.reads("kernel_lut")
    if p.nearest:
        rows.addition("origin_subtractions", stage, p.distance_bits, count=counts["lut_reads"])
    loaded = counts["distance_reads"] - sweeps_of_each(p, counts) * p.patterns  # these read it too
    rows.addition("kernel_sum_additions", stage, p.kernel_sum_bits, count=loaded)
    if not p.row:
        _kernel_plane_actions(rows, p)


def _kernel_plane_actions(rows: ActionList, p: Parameters) -> None:
    """Transposition of a group's kernel values into planes."""
    counts = rows.counts
    planes = rows.title("kernel_planes")
    rows.registers(
        "kernel_plane_writes", planes, p.kernel_bits * p.lanes,
        (counts["deciding_groups"] + counts["accumulated_groups"]) * p.lanes,
        ": the waiting set shifts by a lane",
    )  # fmt: skip
    rows.registers(
        "kernel_plane_transfers", planes, p.kernel_bits * p.lanes,
        counts["accumulated_groups"], ", from the set being filled to the set in use",
    )  # fmt: skip
    rows.registers(
        "kernel_plane_reads", planes, 0, counts["weight_popcounts"],
        ": planes stand still, reading them is in weight_ands",
    )  # fmt: skip


def weight_word_actions(rows: ActionList, p: Parameters) -> None:
    """ACCUMULATE: every weight word meets KB kernel planes, and what both give is added."""
    technology, counts = rows.technology, rows.counts
    stage = "multiply-accumulate"
    popcounts, words = counts["weight_popcounts"], counts["weight_reads"]
    rows.reads("weights")
    if p.external_weights:
        rows.passes("weight_buffer", words)
    rows.operation(
        "weight_ands", stage, technology.energy("and_gate") * p.lanes,
        f"{p.lanes} gates, one word against one kernel plane", "and_gate", popcounts,
    )  # fmt: skip
    count_ones(rows, "weight_popcounts", stage, p.lanes)
    rows.registers(
        "weight_tree_registers", stage, tree_register_bits(p.lanes), popcounts,
        ": every level of the tree",
    )  # fmt: skip
    product_bits = (p.lanes * p.kernel_max).bit_length()
    combined = combination_register_bits(p.lanes, p.kernel_bits)
    word_bits = p.lanes + combined + 2 * (product_bits + 8) + p.sum_bits
    rows.registers(
        "weight_word_registers", stage, word_bits,
        words, ": operand, combined popcounts, product twice, accumulator",
    )  # fmt: skip
    rows.addition("plane_combinations", stage, product_bits, count=words * (p.kernel_bits - 1))
    multiplications(rows, stage, p.C, product_bits, "planes")
    rows.addition("accumulations", stage, p.sum_bits)


def _meeting_actions(rows: ActionList, p: Parameters) -> None:
    """What engines side by side find out together: nearest, S, and the sums of every neuron."""
    counts = rows.counts
    stage, others = "meetings of engines", p.engines - 1
    searches = counts["scans"] + counts["sweeps"] + counts["shortlist_batches"]
    rows.addition("nearest_meetings", stage, p.distance_bits, count=searches * others)
    rounds = counts["active_steps"] if p.row else counts["deciding_rounds"]
    rounds = rounds + counts["accumulating_steps"]
    rows.addition("kernel_sum_meetings", stage, p.kernel_sum_bits, count=rounds * others)
    rows.addition("sum_meetings", stage, p.sum_bits, count=counts["thresholds"] * others)
    rows.registers(
        "sum_meeting_registers", stage, p.sum_bits, counts["thresholds"],
        ": the sum of all engines, on its way to the threshold",
    )  # fmt: skip


def threshold_actions(rows: ActionList, p: Parameters) -> None:
    """THRESHOLD: f = (2 U - sum(C) S) 2**F + z S, its sign, and whether the bit changed."""
    technology, counts = rows.technology, rows.counts
    stage = "threshold"
    scale_bits = sum(p.C).bit_length()
    rows.operation(
        "kernel_sum_scalings", stage, technology.multiplier(scale_bits, p.kernel_sum_bits),
        f"S, {p.kernel_sum_bits} bits, times sum(C), {scale_bits} bits", "multiplier_cell",
        counts["accumulating_steps"],
    )  # fmt: skip
    rows.addition("thresholds", stage, p.sum_bits + 1)
    rows.registers(
        "threshold_registers", stage,
        3 * (p.sum_bits + 1) + 2 * p.field_bits + p.lanes, counts["thresholds"],
        ": difference three times, offset product, field, state word",
    )  # fmt: skip
    if p.offset_bits:
        rows.reads("offsets")
        rows.operation(
            "offset_multiplications", stage,
            technology.multiplier(p.offset_bits, p.kernel_sum_bits),
            f"z, {p.offset_bits} bits, times S, {p.kernel_sum_bits} bits", "multiplier_cell",
        )  # fmt: skip
        rows.addition(
            "offset_additions", stage, p.field_bits,
            count=counts["offset_multiplications"],
        )  # fmt: skip
    if p.outputs:
        _score_actions(rows, p)
        return
    rows.operation(
        "state_comparisons", stage, technology.energy("xnor_gate"),
        "1 gate: old bit against new", "xnor_gate", counts["thresholds"],
    )  # fmt: skip


def _score_actions(rows: ActionList, p: Parameters) -> None:
    """Scores of outputs, each held against the best one before it."""
    stage, outputs = "threshold", rows.counts["thresholds"]
    if p.scale_bits:
        rows.reads("scales", outputs)
        rows.operation(
            "scale_multiplications", stage,
            rows.technology.multiplier(p.scale_bits, p.field_bits),
            f"g, {p.scale_bits} bits, times f, {p.field_bits} bits", "multiplier_cell", outputs,
        )  # fmt: skip
    rows.addition("score_comparisons", stage, p.score_bits, count=outputs)
    rows.registers(
        "score_registers", stage, 2 * p.score_bits + 2 * index_bits(p.outputs), outputs,
        ": the score, the largest one so far, and whose they are",
    )  # fmt: skip
