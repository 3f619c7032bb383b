"""The same recalls done otherwise: float32, integers, without skipping, without weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from hwsim.config import LANE_CHOICES, Parameters
from hwsim.cost.actions import (
    Action,
    Count,
    band_pj,
    mean_count,
    total_pj,
)
from hwsim.cost.alternatives import number_actions, ruled_search_actions, search_actions
from hwsim.cost.cycles import engine_cycles
from hwsim.cost.engine import engine_actions
from hwsim.cost.footprint import (
    FLOAT_BITS,
    engine_memories,
    number_memories,
    search_memories,
    total_bits,
)
from hwsim.cost.hierarchy import DRAM, MemorySystem, place, system
from hwsim.cost.nearest_search import ENTRIES, Bits, CountedSearch, distances_to
from hwsim.cost.technology import Technology
from hwsim.hardware.accesses import closed_form
from hwsim.hardware.outcome import Counts
from hwsim.spins import SpinArray, spins_from_bits

INTEGER_BITS = 8


@dataclass(frozen=True)
class Comparison:
    """One way of doing the recalls, for one average recall.

    Attributes:
        name, title: key and words.
        actions: what it does.
        memories: bits by memory, and where each is.
        cycles: mean; `cycles_exact` tells the engine's closed form from a bound of one L-bit
            memory word a cycle.
        accuracy: share of bits right at the end; None when nobody said.
        note: what it assumes.
        lanes: bits of a pattern word that it reads.
        together: queries that it answers at once, on average.
    """

    name: str
    title: str
    actions: tuple[Action, ...]
    memories: MemorySystem
    cycles: Count
    cycles_exact: bool
    accuracy: float | None
    note: str
    lanes: int
    together: Count = 1

    @property
    def answer_cycles(self) -> Count:
        """From a query to its answer: the cycles of all that are answered with it."""
        return self.cycles * self.together

    @property
    def total_pj(self) -> float:
        """pJ of one average recall."""
        return total_pj(self.actions)

    @property
    def band_pj(self) -> tuple[float, float]:
        """Least and most pJ that the table's doubt allows."""
        return band_pj(self.actions)

    @property
    def footprint_bits(self) -> int:
        """Bits of all its memories."""
        return total_bits(dict(self.memories.memories))

    @property
    def in_dram(self) -> tuple[str, ...]:
        """Memories that are not on the chip."""
        return tuple(name for name, place in self.memories.places.items() if place == DRAM)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, actions included."""
        low, high = self.band_pj
        return {
            "name": self.name,
            "title": self.title,
            "total_energy_pj": self.total_pj,
            "low_energy_pj": low,
            "high_energy_pj": high,
            "footprint_bits": self.footprint_bits,
            "in_dram": list(self.in_dram),
            "cycles": self.cycles,
            "cycles_exact": self.cycles_exact,
            "recall_accuracy": self.accuracy,
            "note": self.note,
            "lanes": self.lanes,
            "actions": [action.to_dict() for action in self.actions],
        }


def mean_counts(counts: Counts, queries: int) -> dict[str, Count]:
    """Every count's mean over the recalls, by name; whole when it is."""
    return {name: mean_count(int(getattr(counts, name).sum()), queries) for name in Counts.names()}


def without_skipping(parameters: Parameters, counts: Counts) -> Counts:
    """The counts of the same steps when no group is skipped."""
    return closed_form(
        parameters,
        steps=counts.steps,
        active_steps=counts.steps,
        groups_active=counts.steps * parameters.groups,
        kernel_values=counts.steps * parameters.patterns,
    )


def nearest_patterns(patterns: Bits, queries: SpinArray) -> SpinArray:
    """The stored pattern nearest to each query, the first of equally near ones.

    Args:
        patterns: (P, N) bits.
        queries: (Q, N) of ±1.

    Returns:
        (Q, N) int8 of ±1.
    """
    nearest = np.empty(len(queries), dtype=np.int64)
    size = max(ENTRIES // len(patterns), 1)
    for first in range(0, len(queries), size):
        block = queries[first : first + size].astype(np.float32)
        nearest[first : first + size] = distances_to(patterns, block).argmin(axis=1)
    return spins_from_bits(patterns[nearest])


def compare(
    parameters: Parameters,
    counts: Counts,
    technology: Technology,
    budget_bits: int | None,
    accuracy: Mapping[str, float],
    plain: Counts | None = None,
    searches: Sequence[CountedSearch] = (),
    together: Counts | None = None,
) -> tuple[Comparison, ...]:
    """Every alternative on the same queries and steps, float32 from DRAM first.

    Args:
        accuracy: recall accuracies by `float32`, `int8`, `engine`, `nearest`; any may be missing.
        budget_bits: SRAM on the chip; None for no limit.
        plain: counts of the engine without rules, where the one at hand has any.
        searches: the nearest-pattern search by its own rules.
        together: counts of queries in flight, or of engines side by side, where there are several.
    """
    p = replace(parameters.without_rules(), external_weights=parameters.external_weights)
    dense = without_skipping(p, counts)
    queries = len(counts.steps)
    dense_means = mean_counts(dense, queries)
    rows: list[Comparison] = []

    def add(
        name: str, title: str, actions: list[Action], memories: MemorySystem, cycles: Count,
        exact: bool, score: str, note: str,
    ) -> None:  # fmt: skip
        rows.append(
            Comparison(
                name,
                title,
                tuple(actions),
                memories,
                cycles,
                exact,
                accuracy.get(score),
                note,
                p.lanes,
            )
        )

    def add_numbers(name: str, title: str, bits: int, memories: MemorySystem, note: str) -> None:
        actions = number_actions(p, dense_means, bits, memories)
        words = -(-p.patterns * p.neurons * bits // p.lanes)
        cycles = mean_count(int(counts.steps.sum()) * (p.pattern_depth + words), len(counts.steps))
        score = "float32" if bits == FLOAT_BITS else "int8"
        add(name, title, actions, memories, cycles + 2 * p.words, False, score, note)

    def add_engine(name: str, title: str, sizes: Parameters, chosen: Counts, note: str) -> None:
        memories = system(engine_memories(sizes), technology, budget_bits)
        cycles = mean_count(int(engine_cycles(sizes, chosen, queries).sum()), queries)
        actions = engine_actions(sizes, mean_counts(chosen, queries), cycles, memories)
        add(name, title, actions, memories, cycles, True, "engine", note)

    same = "the engine's steps, no skipping, patterns as bits, L bits of weights a cycle"
    floats = number_memories(p, FLOAT_BITS)
    ideal = system(floats, technology, None)
    away = MemorySystem(floats, {**ideal.places, "weights": DRAM}, technology)
    fits = DRAM not in place(floats, budget_bits).values()
    note = f"{same}; its weights would fit the on-chip budget" if fits else same
    add_numbers("float32_dram", "float32, weights in DRAM", FLOAT_BITS, away, note)
    add_numbers("float32_sram", "float32, ideal on-chip SRAM", FLOAT_BITS, ideal, same)
    integers = number_memories(p, INTEGER_BITS)
    add_numbers(
        "int8_sram", "8-bit integers, ideal on-chip SRAM", INTEGER_BITS,
        system(integers, technology, None), same,
    )  # fmt: skip
    bits = p.weight_bits
    add_engine(
        "engine_dense", f"{bits}-bit engine, nothing skipped", p, dense,
        "every group of every step",
    )  # fmt: skip
    skipping = "groups whose kernel values are 0 skipped"
    if plain is not None:
        add_engine("engine_plain", f"{bits}-bit engine without rules", p, plain, skipping)
    flow = ", row dataflow" if parameters.row else ""
    note = skipping if parameters.plain else _rules_note(parameters)
    slots, engines = parameters.queries_in_flight, parameters.engines
    if together is not None and slots * engines > 1:
        one = replace(parameters, queries_in_flight=1, engines=1)
        alone = ", one query in flight" if slots > 1 else ", one engine"
        add_engine("engine_alone", f"{bits}-bit engine{flow}{alone}", one, counts, note)
        flow += f", {slots} queries in flight" if slots > 1 else f", {engines} engines"
    add_engine("engine", f"{bits}-bit engine{flow}", parameters, together or counts, note)
    placed = system(integers, technology, budget_bits)
    if DRAM in placed.places.values():
        add_numbers("int8", "8-bit integers, within the on-chip budget", INTEGER_BITS, placed, same)
    nearest = accuracy.get("nearest")
    rows += search_comparisons(parameters, technology, budget_bits, nearest, searches, queries)
    return tuple(rows)


def search_comparisons(
    parameters: Parameters,
    technology: Technology,
    budget_bits: int | None,
    accuracy: float | None,
    searches: Sequence[CountedSearch],
    queries: int,
) -> list[Comparison]:
    """The nearest-pattern search: `nearest`, `nearest_rules` and `nearest_best`.

    All have as many queries in flight as the engine, and share reads of patterns as it does. The
    first two have its lanes: every word of every pattern, and by rules of its own, with the number
    of coarse words that takes the least energy. The third is what takes the least energy of both
    with any lanes that a design may have; it is left out where it is one of them.

    Args:
        parameters: N, P, L, queries in flight.
        accuracy: of a search's answers, however it is done.
        searches: by rules, with several lanes and numbers of coarse words.
        queries: searches in all, in batches of those in flight.
    """
    slots = parameters.queries_in_flight
    base = replace(parameters.without_rules(), queries_in_flight=slots)
    scans = mean_count(-(-queries // slots), queries)
    plain = {
        lanes: _plain_search(replace(base, lanes=lanes), scans, technology, budget_bits, accuracy)
        for lanes in LANE_CHOICES
    }
    ruled: dict[int, list[Comparison]] = {}
    for search in searches:
        way = _ruled_search(search, technology, budget_bits, accuracy)
        ruled.setdefault(search.parameters.lanes, []).append(way)
    same = [plain[base.lanes]]
    if base.lanes in ruled:
        same.append(min(ruled[base.lanes], key=_energy))
    best = min([*plain.values(), *(way for ways in ruled.values() for way in ways)], key=_energy)
    if best.total_pj >= min(map(_energy, same)):
        return same
    return [*same, replace(best, name="nearest_best", title=cheapest_title(best.lanes))]


def cheapest_title(lanes: int) -> str:
    """Of the nearest-pattern search that takes the least energy, with any lanes."""
    return f"cheapest nearest-pattern search, {lanes} lanes"


def _energy(way: Comparison) -> float:
    return way.total_pj


def _plain_search(
    p: Parameters,
    scans: Count,
    technology: Technology,
    budget_bits: int | None,
    accuracy: float | None,
) -> Comparison:
    memories = system(search_memories(p), technology, budget_bits)
    return Comparison(
        "nearest",
        "nearest-pattern search, no weights",
        tuple(search_actions(p, memories, scans)),
        memories,
        scans * p.results * p.pattern_depth + (1 + p.results) * p.words,
        False,
        accuracy,
        f"one pass over the patterns{' a step, the one after the nearest next' * p.sequence}"
        f"{_shared_note(p)}; returns a stored pattern, never a blend",
        p.lanes,
        1 / scans,
    )


def _ruled_search(
    search: CountedSearch, technology: Technology, budget_bits: int | None, accuracy: float | None
) -> Comparison:
    p = search.parameters
    memories = system(search_memories(p), technology, budget_bits)
    return Comparison(
        "nearest_rules",
        "nearest-pattern search with rules of its own",
        tuple(ruled_search_actions(search, memories)),
        memories,
        search.cycles,
        False,
        accuracy,
        f"{p.coarse_words} of {p.words} words of each pattern first{_shared_note(p)}, a shortlist, "
        "half the distance to a pattern's nearest neighbour as its radius; the cheapest number of "
        "first words",
        p.lanes,
        1 / search.counts["scans"],
    )


def _shared_note(p: Parameters) -> str:
    slots = p.queries_in_flight
    return f", read once for {slots} queries in flight" if slots > 1 else ""


def _rules_note(parameters: Parameters) -> str:
    """What saves work in the engine."""
    p = parameters
    rules = {
        "groups skipped": True,
        "stop": p.radius_bits > 0,
        "winner": p.winner_limit > 0,
        f"abandon after {p.coarse_words} of {p.words} words": p.coarse_words > 0,
        "radius": p.radius_bits > 1,
    }
    shared = len(p.shared_planes)
    stored = f"; {shared} of {p.weight_bits} weight planes are the patterns" if shared else ""
    return ", ".join(name for name, on in rules.items() if on) + stored
