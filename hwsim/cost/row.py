"""The row dataflow's accumulation, action by action. Registers are those of hwsim_row_mac."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from hwsim.config import Parameters, index_bits
from hwsim.cost.actions import ActionList


def is_shift(plane_weight: int) -> bool:
    """Whether multiplying by it is a shift, which costs wires only."""
    return plane_weight & (plane_weight - 1) == 0


def multiplications(
    rows: ActionList, stage: str, coefficients: Sequence[int], width: int, of: str
) -> None:
    """Products of a number of `width` bits with each coefficient in turn: a shift costs nothing."""
    technology = rows.technology
    costs = [
        Fraction(0) if is_shift(c) else technology.multiplier(c.bit_length(), width)
        for c in coefficients
    ]
    multiplied = ", ".join(str(c) for c in coefficients if not is_shift(c))
    how = (
        f"{width} bits times plane weight {multiplied}; mean over {len(coefficients)} {of}"
        if multiplied
        else "plane weights are powers of two: shifts, wires only"
    )
    mean = sum(costs, Fraction(0)) / len(costs)
    rows.operation("plane_multiplications", stage, mean, how, "multiplier_cell")


def coefficients(parameters: Parameters) -> tuple[int, ...]:
    """What a 1 counts in each word of a candidate: the shared planes' sum first, where there is."""
    p = parameters
    shared = sum(p.C[plane] for plane in p.shared_planes)
    return (*((shared,) if shared else ()), *(p.C[plane] for plane in p.stored_planes))


def row_accumulate_actions(rows: ActionList, parameters: Parameters) -> None:
    """KERNEL's lists, then ACCUMULATE: L sums, each word of every candidate, one word a cycle."""
    p, technology, counts = parameters, rows.technology, rows.counts
    stage = "multiply-accumulate"
    for memory in ("candidates", "kernel_values"):
        rows.writes(memory)
        rows.reads(memory)
    if p.stored_planes:
        rows.reads("weights")
    factors, words = coefficients(p), counts["lane_accumulations"]
    addend = p.kernel_bits + max(factors).bit_length()
    multiplications(rows, stage, factors, p.kernel_bits, "words of a candidate")
    address = index_bits(p.patterns) + index_bits(max(p.pattern_depth, p.weight_depth))
    rows.registers(
        "row_word_registers", stage, p.lanes + 3 * addend + p.kernel_bits + address, words,
        ": operand, product three times, kernel value, place on the list, address",
    )  # fmt: skip
    rows.operation(
        "lane_ands", stage, technology.energy("and_gate") * p.lanes * addend,
        f"{p.lanes} lanes, {addend} gates each, one word", "and_gate", words,
    )  # fmt: skip
    rows.operation(
        "lane_accumulations", stage, technology.adder(p.sum_bits) * p.lanes,
        f"{p.lanes} additions of {p.sum_bits} bits, one word", "integer_add_8",
    )  # fmt: skip
    lanes = rows.title("lane_accumulators")
    rows.registers(
        "lane_accumulator_writes", lanes, p.lanes * p.sum_bits, words, ": all lanes, one word"
    )
    rows.registers(
        "lane_accumulator_transfers", lanes, 2 * p.lanes * p.sum_bits,
        counts["accumulating_steps"] * p.words * p.engines,
        ", from the set that sums, which is cleared, to the set that leaves",
    )  # fmt: skip
    rows.registers(
        "lane_accumulator_shifts", lanes, p.lanes * p.sum_bits, counts["thresholds"] * p.engines,
        ": the set that leaves moves by a lane",
    )  # fmt: skip
