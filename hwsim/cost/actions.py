"""One average recall as a list of actions, each a count times an energy.

Every count is one of `hardware.outcome.Counts` or a stated function of them; every energy is a
table's figure times a stated width. Widths in bits: L lanes, KB kernel value, D distance,
A accumulator, S = bits of P * kernel_max.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hwsim.config import Parameters
from hwsim.cost.footprint import index_bits
from hwsim.cost.hierarchy import MemorySystem
from hwsim.cost.sram import Spread

Count = int | float


def mean_count(total: Count, among: int) -> Count:
    """total / among, a whole number when it is one."""
    quotient = Fraction(total) / among
    return int(quotient) if quotient.denominator == 1 else float(quotient)


@dataclass(frozen=True)
class Action:
    """Something a recall does `count` times.

    Attributes:
        name: its key; that of the count in `Counts` where it is one.
        component: the part of the datapath it belongs to.
        count: of one average recall; whole when it is.
        energy_pj_each, low_pj_each, high_pj_each: of one, with the band of the table's doubt.
        source: which entry, at what width, resting on what.
        entry: the table's key: an operation, `sram` or `dram`.
    """

    name: str
    component: str
    count: Count
    energy_pj_each: float
    low_pj_each: float
    high_pj_each: float
    source: str
    entry: str

    @property
    def energy_pj(self) -> float:
        """count * energy_pj_each."""
        return self.count * self.energy_pj_each

    def to_dict(self) -> dict[str, Any]:
        """The six keys of a report."""
        return {
            "name": self.name,
            "component": self.component,
            "count": self.count,
            "energy_pj_each": self.energy_pj_each,
            "energy_pj": self.energy_pj,
            "source": self.source,
        }


def total_pj(actions: Iterable[Action]) -> float:
    """Sum of the actions' energies, rounded once."""
    return math.fsum(action.energy_pj for action in actions)


def band_pj(actions: Iterable[Action]) -> tuple[float, float]:
    """The sum with every energy at its low, and at its high end."""
    rows = list(actions)
    return (
        math.fsum(action.count * action.low_pj_each for action in rows),
        math.fsum(action.count * action.high_pj_each for action in rows),
    )


def by_component(actions: Iterable[Action]) -> dict[str, float]:
    """pJ of each component, in order of first appearance."""
    parts: dict[str, list[float]] = {}
    for action in actions:
        parts.setdefault(action.component, []).append(action.energy_pj)
    return {component: math.fsum(energies) for component, energies in parts.items()}


class ActionList:
    """Collects actions from counts, a memory system and a table."""

    def __init__(self, counts: Mapping[str, Count], memories: MemorySystem) -> None:
        self.counts = counts
        self.memories = memories
        self.technology = memories.technology
        self.actions: list[Action] = []

    def access(self, name: str, component: str, memory: str, count: Count | None = None) -> None:
        """Accesses of one full word of a memory."""
        energy = self.memories.access(memory)
        source = self.memories.source(memory)
        self._add(name, component, count, energy, source, source.partition(":")[0])

    def operation(
        self,
        name: str,
        component: str,
        energy: Fraction,
        how: str,
        entry: str,
        count: Count | None = None,
    ) -> None:
        """Operations of `energy` pJ each; `how` says what of the entry that is."""
        source = self.technology.entries[entry]
        spread = Spread(energy, energy, energy)
        note = f"{entry}: {how}, {source.basis} {source.source}"
        self._add(name, component, count, spread, note, entry)

    def _add(
        self,
        name: str,
        component: str,
        count: Count | None,
        energy: Spread,
        source: str,
        entry: str,
    ) -> None:
        self.actions.append(
            Action(
                name,
                component,
                self.counts[name] if count is None else count,
                float(energy.value),
                float(energy.low),
                float(energy.high),
                source,
                entry,
            )
        )


def tree_register_bits(width: int) -> int:
    """Bits of the registers after each level of a popcount tree over `width` = 2**n inputs.

    Level k holds width / 2**k sums of k + 1 bits.
    """
    levels = width.bit_length() - 1
    return sum((width >> level) * (level + 1) for level in range(1, levels + 1))


def is_shift(plane_weight: int) -> bool:
    """Whether multiplying by it is a shift, which costs wires only."""
    return plane_weight & (plane_weight - 1) == 0


def control_bits(parameters: Parameters) -> int:
    """Address, loop and step counters of the engine, taken as written every cycle: an upper bound.

    Pattern and weight address, pattern, neuron and group index, steps (16 bits).
    """
    p = parameters
    sizes = (p.pattern_depth, p.weight_depth, p.patterns, p.neurons, p.groups)
    return sum(map(index_bits, sizes)) + 16


def _adder(rows: ActionList, name: str, component: str, width: int, **more: Any) -> None:
    how = f"addition of {width} bits, linear in the width through the 8 and 32-bit adders"
    energy = rows.technology.adder(width)
    rows.operation(name, component, energy, how, "integer_add_8", **more)


def distance_actions(rows: ActionList, parameters: Parameters) -> None:
    """DISTANCE: every pattern word meets its state word. Shared by all alternatives."""
    p, technology = parameters, rows.technology
    stage = "distance stage"
    popcounts = rows.counts["distance_popcounts"]
    rows.access("pattern_reads", "pattern memory", "patterns")
    rows.operation(
        "distance_xnors", stage, technology.energy("xnor_gate") * p.lanes,
        f"{p.lanes} gates, one word", "xnor_gate", popcounts,
    )  # fmt: skip
    rows.operation(
        "distance_popcounts", stage, technology.popcount(p.lanes),
        f"popcount of {p.lanes} bits as {p.lanes - 1} full adders", "full_adder",
    )  # fmt: skip
    _registers(rows, "distance_tree_registers", stage, tree_register_bits(p.lanes), popcounts)
    _adder(rows, "distance_accumulations", stage, p.distance_bits, count=popcounts)


def _registers(
    rows: ActionList, name: str, component: str, bits: int, count: Count, note: str = ""
) -> None:
    rows.operation(
        name, component, rows.technology.energy("register_bit") * bits,
        f"{bits} bits written{note}", "register_bit", count,
    )  # fmt: skip


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
    for direction in ("writes", "reads"):
        rows.access(f"state_{direction}", "state memory", "state")
    distance_actions(rows, p)
    _kernel_actions(rows, p)
    _accumulate_actions(rows, p)
    _threshold_actions(rows, p)
    _registers(
        rows, "control_registers", "control", control_bits(p), cycles,
        ", addresses and loop counters, every cycle",
    )  # fmt: skip
    return rows.actions


def _kernel_actions(rows: ActionList, p: Parameters) -> None:
    """Buffer of distances, skipping of groups, look-up, transposition into planes."""
    counts = rows.counts
    stage = "kernel stage"
    for direction in ("writes", "reads"):
        rows.access(f"distance_{direction}", "distance buffer", "distances")
        rows.access(f"group_minimum_{direction}", "group minima", "group_minima")
        rows.access(f"active_list_{direction}", "active list", "active_list")
    comparisons = counts["distance_writes"] + counts["group_minimum_writes"]
    _adder(rows, "minimum_comparisons", stage, p.distance_bits, count=comparisons)
    rows.access("lut_reads", "kernel LUT", "kernel_lut")
    if p.nearest:
        _adder(rows, "origin_subtractions", stage, p.distance_bits, count=counts["lut_reads"])
    loaded = counts["distance_reads"]
    sum_bits = (p.patterns * p.kernel_max).bit_length()
    _adder(rows, "kernel_sum_additions", stage, sum_bits, count=loaded)
    planes = "kernel planes"
    _registers(rows, "kernel_plane_writes", planes, p.kernel_bits, loaded, ", one lane")
    _registers(
        rows, "kernel_plane_transfers", planes, p.kernel_bits * p.lanes,
        counts["groups_active"], ", from the set being filled to the set in use",
    )  # fmt: skip
    _registers(
        rows, "kernel_plane_reads", planes, 0, counts["weight_popcounts"],
        ": planes stand still, reading them is in weight_ands",
    )  # fmt: skip


def _accumulate_actions(rows: ActionList, p: Parameters) -> None:
    """ACCUMULATE: every weight word meets KB kernel planes."""
    technology, counts = rows.technology, rows.counts
    stage = "multiply-accumulate"
    popcounts, words = counts["weight_popcounts"], counts["weight_reads"]
    rows.access("weight_reads", "weight memory", "weights")
    rows.operation(
        "weight_ands", stage, technology.energy("and_gate") * p.lanes,
        f"{p.lanes} gates, one word against one kernel plane", "and_gate", popcounts,
    )  # fmt: skip
    rows.operation(
        "weight_popcounts", stage, technology.popcount(p.lanes),
        f"popcount of {p.lanes} bits as {p.lanes - 1} full adders", "full_adder",
    )  # fmt: skip
    _registers(rows, "weight_tree_registers", stage, tree_register_bits(p.lanes), popcounts)
    product_bits = (p.lanes * p.kernel_max).bit_length()
    _adder(rows, "plane_combinations", stage, product_bits, count=words * (p.kernel_bits - 1))
    costs = [
        Fraction(0) if is_shift(c) else technology.multiplier(c.bit_length(), product_bits)
        for c in p.C
    ]
    multiplied = ", ".join(str(c) for c in p.C if not is_shift(c))
    how = (
        f"{product_bits} bits times plane weight {multiplied}; mean over {p.weight_bits} planes"
        if multiplied
        else "plane weights are powers of two: shifts, wires only"
    )
    mean = sum(costs, Fraction(0)) / len(costs)
    rows.operation("plane_multiplications", stage, mean, how, "multiplier_cell")
    _adder(rows, "accumulations", stage, p.accumulator_bits)
    for direction in ("reads", "writes"):
        rows.access(f"accumulator_{direction}", "accumulator memory", "accumulators")


def _threshold_actions(rows: ActionList, p: Parameters) -> None:
    """THRESHOLD: f = (2 U - sum(C) S) 2**F + z S, its sign, and whether the bit changed."""
    technology, counts = rows.technology, rows.counts
    stage = "threshold"
    sum_bits = (p.patterns * p.kernel_max).bit_length()
    scale_bits = sum(p.C).bit_length()
    rows.operation(
        "kernel_sum_scalings", stage, technology.multiplier(scale_bits, sum_bits),
        f"S, {sum_bits} bits, times sum(C), {scale_bits} bits", "multiplier_cell",
        counts["active_steps"],
    )  # fmt: skip
    _adder(rows, "thresholds", stage, p.accumulator_bits)
    if p.offset_bits:
        rows.access("offset_reads", "offset memory", "offsets")
        rows.operation(
            "offset_multiplications", stage, technology.multiplier(p.offset_bits, sum_bits),
            f"z, {p.offset_bits} bits, times S, {sum_bits} bits", "multiplier_cell",
        )  # fmt: skip
        _adder(
            rows, "offset_additions", stage, p.accumulator_bits,
            count=counts["offset_multiplications"],
        )  # fmt: skip
    rows.operation(
        "state_comparisons", stage, technology.energy("xnor_gate"),
        "1 gate: old bit against new", "xnor_gate", counts["thresholds"],
    )  # fmt: skip


def number_actions(
    parameters: Parameters,
    counts: Mapping[str, Count],
    bits: int,
    memories: MemorySystem,
) -> list[Action]:
    """A recall with `bits`-bit weights (32: float) and ordinary multiply-accumulates, no skipping.

    The distance stage is the engine's. Weights arrive L bits at a time, each such word meets one
    kernel value read once for it, and partial sums stay in registers at no cost: generous on
    purpose, so that what is compared is weights and multiply-accumulates.

    Args:
        counts: the engine's without skipping, for the same steps.
    """
    p = parameters
    rows = ActionList(counts, memories)
    technology = rows.technology
    for direction in ("writes", "reads"):
        rows.access(f"state_{direction}", "state memory", "state")
    distance_actions(rows, p)
    steps = counts["steps"]
    kernel_values = steps * p.patterns
    rows.access("lut_reads", "kernel LUT", "kernel_lut", kernel_values)
    rows.access("kernel_value_writes", "kernel values", "kernel_values", kernel_values)
    products = steps * p.patterns * p.neurons
    rows.access("weight_reads", "weight memory", "weights", products)
    word_reads = mean_count(products, max(p.lanes // bits, 1))
    rows.access("kernel_value_reads", "kernel values", "kernel_values", word_reads)
    stage = "multiply-accumulate"
    if bits == 32:
        for name, entry in (
            ("multiplications", "float_multiply_32"),
            ("additions", "float_add_32"),
        ):
            energy = technology.energy(entry)
            rows.operation(name, stage, energy, "one 32-bit float operation", entry, products)
        return rows.actions
    rows.operation(
        "multiplications", stage, technology.multiplier(bits, p.kernel_bits),
        f"{bits} by {p.kernel_bits} bits", "multiplier_cell", products,
    )  # fmt: skip
    width = (p.patterns * p.kernel_max << (bits - 1)).bit_length() + 1
    _adder(rows, "additions", stage, width, count=products)
    return rows.actions


def search_actions(parameters: Parameters, memories: MemorySystem) -> list[Action]:
    """One search for the nearest pattern: a single distance stage, then that pattern is sent."""
    p = parameters
    reads = p.patterns * p.words
    rows = ActionList({"distance_popcounts": reads, "pattern_reads": reads + p.words}, memories)
    rows.access("state_writes", "state memory", "state", p.words)
    rows.access("state_reads", "state memory", "state", reads)
    distance_actions(rows, p)
    _adder(rows, "minimum_comparisons", "distance stage", p.distance_bits, count=p.patterns)
    return rows.actions
