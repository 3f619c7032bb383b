"""What each rule saves: the same recalls with it alone, and with all others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from hwsim.config import Parameters
from hwsim.cost.actions import Count, mean_count, total_pj
from hwsim.cost.comparisons import mean_counts
from hwsim.cost.cycles import engine_cycles, recall_bound
from hwsim.cost.engine import engine_actions
from hwsim.cost.footprint import engine_memories, total_bits
from hwsim.cost.hierarchy import system
from hwsim.cost.technology import Technology
from hwsim.hardware.outcome import Counts

IN_FLIGHT: Final = " in flight"
SIDE_BY_SIDE: Final = " engines"


@dataclass(frozen=True)
class Spending:
    """What one average recall takes.

    Attributes:
        words: read from pattern and weight memory.
        cycles, energy_pj: of all it does.
        footprint_bits: of all memories, padding included.
    """

    words: Count
    cycles: Count
    energy_pj: float
    footprint_bits: int


@dataclass(frozen=True)
class RuleSaving:
    """One rule. Radius comes with stop, whose memory it widens.

    Attributes:
        rule: `stop`, `winner`, `abandon` or `radius`.
        alone: with this rule only.
        without: with every rule of the image but this one (and radius, where that is stop).
    """

    rule: str
    alone: Spending
    without: Spending


@dataclass(frozen=True)
class Savings:
    """An image's rules, by the same recalls without any, with all, and one by one.

    Attributes:
        none, all: without any rule, and as the image is.
        rules: one by one.
        in_flight: the image with other numbers of queries in flight, by their number.
        engines: the image with other numbers of engines side by side, where it has several.
    """

    none: Spending
    all: Spending
    rules: tuple[RuleSaving, ...]
    in_flight: Mapping[int, Spending] = field(default_factory=dict)
    engines: Mapping[int, Spending] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        values = asdict(self) | {"rules": [asdict(rule) for rule in self.rules]}
        if not self.engines:
            del values["engines"]
        return values


def spend(
    parameters: Parameters,
    counts: Counts,
    queries: int,
    technology: Technology,
    budget_bits: int | None,
) -> Spending:
    """What an engine spends on counted recalls, alone or in batches, their mean."""
    memories = system(engine_memories(parameters), technology, budget_bits)
    cycles = mean_count(int(engine_cycles(parameters, counts, queries).sum()), queries)
    actions = engine_actions(parameters, mean_counts(counts, queries), cycles, memories)
    words = mean_count(int(recall_bound(counts).sum()), queries)
    return Spending(words, cycles, total_pj(actions), total_bits(dict(memories.memories)))


def savings(
    runs: Mapping[str, tuple[Parameters, Counts]],
    queries: int,
    technology: Technology,
    budget_bits: int | None,
) -> Savings:
    """From counted recalls by name: `none`, `all`, of each rule `<rule>` and `no <rule>`.

    Further names, `<number> in flight` and `<number> engines`, are of other numbers of these.
    """
    spent = {
        name: spend(p, counts, queries, technology, budget_bits)
        for name, (p, counts) in runs.items()
    }
    rules = [name for name in spent if f"no {name}" in spent]
    return Savings(
        spent["none"],
        spent["all"],
        tuple(RuleSaving(rule, spent[rule], spent[f"no {rule}"]) for rule in rules),
        _by_number(spent, IN_FLIGHT),
        _by_number(spent, SIDE_BY_SIDE),
    )


def _by_number(spent: Mapping[str, Spending], of: str) -> dict[int, Spending]:
    return {int(name.removesuffix(of)): spent[name] for name in spent if name.endswith(of)}
