"""The distance stage and the search by its rules, action by action: the engine's and any search's.

Registers are those of hwsim_search and the modules below it.
"""

from __future__ import annotations

from collections.abc import Mapping

from hwsim.config import Parameters, index_bits
from hwsim.cost.actions import ActionList, Count, mean_count


def tree_register_bits(width: int) -> int:
    """Bits of the registers after each level of a popcount tree over `width` = 2**n inputs.

    Level k holds width / 2**k sums of k + 1 bits.
    """
    levels = width.bit_length() - 1
    return sum((width >> level) * (level + 1) for level in range(1, levels + 1))


def count_ones(rows: ActionList, name: str, stage: str, lanes: int) -> None:
    """Counting the ones of one memory word."""
    rows.operation(
        name, stage, rows.technology.popcount(lanes),
        f"popcount of {lanes} bits as {lanes - 1} full adders", "full_adder",
    )  # fmt: skip


def distance_actions(rows: ActionList, parameters: Parameters) -> None:
    """DISTANCE: every pattern word meets its state word. Shared by all alternatives."""
    p, technology = parameters, rows.technology
    stage = "distance stage"
    popcounts = rows.counts["distance_popcounts"]
    rows.reads("patterns")
    rows.operation(
        "distance_xnors", stage, technology.energy("xnor_gate") * p.lanes,
        f"{p.lanes} gates, one word", "xnor_gate", popcounts,
    )  # fmt: skip
    count_ones(rows, "distance_popcounts", stage, p.lanes)
    rows.registers(
        "distance_registers", stage, 2 * p.lanes + tree_register_bits(p.lanes), popcounts,
        ": two operands and every level of the tree",
    )  # fmt: skip
    rows.addition("distance_accumulations", stage, p.distance_bits, count=popcounts)


def sweeps_of_each(parameters: Parameters, counts: Mapping[str, Count]) -> Count:
    """Sweeps, counted for every query of those in flight that share one.

    Every search but one that ends with its shortlist writes all group minima.
    """
    p = parameters
    if p.queries_in_flight == 1 or not p.coarse_words:
        return counts["sweeps"]
    whole = 0 if p.shortlist else 1  # the first scan of each
    return mean_count(counts["group_minimum_writes"], p.groups) - whole


def minimum_comparisons(parameters: Parameters, counts: Mapping[str, Count]) -> Count:
    """Comparisons of a distance with the smallest so far: every one written but a coarse bound.

    A coarse scan's bounds go to the shortlist; what completes that is compared with the best. One
    recall has one coarse scan, which it may share.
    """
    p = parameters
    if not p.shortlist:
        return counts["distance_writes"]
    return counts["distance_writes"] - p.patterns + counts["shortlist_completions"]


def search_rule_actions(rows: ActionList, parameters: Parameters) -> None:
    """Shortlist, sweep, radius and copies: what the rules ask for beside the distance stage."""
    p, counts = parameters, rows.counts
    stage = "search rules"
    index = index_bits(p.patterns)
    if p.shortlist:
        bounds = p.patterns  # of a recall's one coarse scan
        rows.addition(
            "shortlist_comparisons", stage, p.distance_bits + 1, count=bounds * p.shortlist
        )
        rows.registers(
            "shortlist_registers", stage, p.shortlist * (p.distance_bits + 1 + index), bounds,
            ": the list, as if every pattern changed all of it, an upper bound",
        )  # fmt: skip
    if p.coarse_words:
        entries = sweeps_of_each(p, counts) * p.patterns
        completing = counts["sweep_words"] - counts["sweep_completions"]
        completing = completing * p.queries_in_flight  # all wait, an upper bound
        completing += counts["shortlist_completions"] * (p.words - p.coarse_words)
        rows.addition("sweep_subtractions", stage, p.distance_bits, count=entries)
        rows.addition("sweep_comparisons", stage, p.distance_bits + 2, count=entries)
        levels = p.lanes.bit_length() + 3
        rows.registers(
            "sweep_registers", stage, p.distance_bits * (levels + 1) + index, entries + completing,
            ": index, bound, and the bound beside the popcount tree",
        )  # fmt: skip
    if p.radius_bits:
        rows.reads("radius")
        looked = counts["radius_reads"] + counts["probes"]
        rows.addition("radius_comparisons", stage, p.distance_bits, count=looked)
    if p.radius_bits or p.winner_limit:
        rows.registers(
            "copy_registers", stage, p.lanes, counts["copies"] * p.words,
            ": a word on its way into the state memory",
        )  # fmt: skip
