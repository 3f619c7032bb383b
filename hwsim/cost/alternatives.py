"""What one recall does when it is done otherwise: with numbers for weights, or without weights."""

from __future__ import annotations

from collections.abc import Mapping

from hwsim.config import Parameters
from hwsim.cost.actions import Action, ActionList, Count, mean_count
from hwsim.cost.hierarchy import MemorySystem
from hwsim.cost.nearest_search import CountedSearch
from hwsim.cost.search import distance_actions, search_rule_actions, sweeps_of_each


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
    rows.writes("state")
    rows.reads("state")
    distance_actions(rows, p)
    steps = counts["steps"]
    kernel_values = steps * p.patterns
    rows.reads("kernel_lut", kernel_values)
    rows.writes("kernel_values", kernel_values)
    products = steps * p.patterns * p.neurons
    rows.reads("weights", products)
    word_reads = mean_count(products, max(p.lanes // bits, 1))
    rows.reads("kernel_values", word_reads)
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
    rows.addition("additions", stage, width, count=products)
    return rows.actions


def search_actions(parameters: Parameters, memories: MemorySystem, scans: Count) -> list[Action]:
    """One search for the nearest pattern: a single distance stage, then that pattern is sent.

    For a sequence it is one a step, and the pattern after the nearest is sent and the next state.

    Args:
        scans: of all patterns: 1 a query, or with several in flight its share of one.
    """
    p = parameters
    met, sent = p.pattern_depth * p.results, p.words * p.results
    rows = ActionList({"distance_popcounts": met, "pattern_reads": scans * met + sent}, memories)
    rows.writes("state", sent)
    rows.reads("state", met)
    distance_actions(rows, p)
    compared = p.patterns * p.results
    rows.addition("minimum_comparisons", "distance stage", p.distance_bits, count=compared)
    return rows.actions


def ruled_search_actions(search: CountedSearch, memories: MemorySystem) -> list[Action]:
    """One search for the nearest pattern by the rules, then that pattern is sent."""
    p, counts = search.parameters, search.counts
    rows = ActionList(counts, memories)
    for memory in ("state", "distances"):
        rows.writes(memory)
        rows.reads(memory)
    distance_actions(rows, p)
    search_rule_actions(rows, p)
    compared = counts["shortlist_completions"] + sweeps_of_each(p, counts) * p.patterns
    rows.addition("minimum_comparisons", "distance stage", p.distance_bits, count=compared)
    return rows.actions
