"""The whole estimate of one image on given recalls: pure data, ready for JSON and for drawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hwsim.config import Parameters
from hwsim.cost.actions import Action, Count, by_component, mean_count
from hwsim.cost.baseline import Baseline
from hwsim.cost.comparisons import Comparison, compare
from hwsim.cost.cycles import engine_cycles, recall_bound
from hwsim.cost.footprint import MemoryFootprint, float_weight_bits, weight_bits
from hwsim.cost.hierarchy import DEFAULT_BUDGET_BITS, BankPlan, planned, useful_plans
from hwsim.cost.leakage import memory_leakage_mw, not_included
from hwsim.cost.nearest_search import CountedSearch
from hwsim.cost.plausible import CLOCK_MHZ, ON_CHIP_KIB, plausible
from hwsim.cost.savings import Savings, savings
from hwsim.cost.sram import Spread
from hwsim.cost.tables import load_technology
from hwsim.cost.technology import Entry, Technology
from hwsim.errors import InputError
from hwsim.hardware.outcome import Counts
from hwsim.show import Shown, size

KIB = 8 * 1024  # bits


@dataclass(frozen=True)
class Timing:
    """Cycles of the recalls, and time if a clock is given.

    Attributes:
        mean: cycles by recalls.
        least, most: cycles of a recall, or of a batch of queries in flight.
        exact: whether these are the engine's own numbers, or an estimate.
        bound: mean of the contract's bound, one memory word a cycle.
        clock_mhz: None when nobody said.
        batch: mean cycles of a batch, with one query in flight of a recall.
    """

    mean: Count
    least: int
    most: int
    bound: Count
    clock_mhz: float | None
    batch: Count
    exact: bool = True

    @property
    def latency_us(self) -> float | None:
        """Mean time from a query to its answer in microseconds: that of its whole batch."""
        return None if self.clock_mhz is None else self.batch / self.clock_mhz

    @property
    def recalls_per_second(self) -> float | None:
        """One recall, or one batch of them, after the other."""
        return None if self.clock_mhz is None else 1e6 * self.clock_mhz / self.mean

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "cycles_mean": self.mean,
            "cycles_min": self.least,
            "cycles_max": self.most,
            "cycles_batch_mean": self.batch,
            "cycles_bound_mean": self.bound,
            "cycles_exact": self.exact,
            "clock_mhz": self.clock_mhz,
            "latency_us_mean": self.latency_us,
            "recalls_per_second": self.recalls_per_second,
        }


@dataclass(frozen=True)
class RecallCurve:
    """Recall accuracy against input noise.

    Attributes:
        noise: fractions of flipped spins.
        accuracy: by way of recalling, one value a noise.
    """

    noise: tuple[float, ...]
    accuracy: Mapping[str, tuple[float, ...]]

    def __post_init__(self) -> None:
        for name, values in self.accuracy.items():
            if len(values) != len(self.noise):
                raise InputError(
                    f"accuracy[{name}] has {len(values)} values, noise has {len(self.noise)}; "
                    "give one for each"
                )

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        accuracy = {name: list(values) for name, values in self.accuracy.items()}
        return {"noise": list(self.noise), "accuracy": accuracy}


@dataclass(frozen=True, repr=False)
class EnergyReport(Shown):
    """Energy, footprint and time of one image on given recalls.

    Attributes:
        parameters: of the image.
        gamma: of the image.
        technology: the table.
        queries: how many recalls the means are over.
        query_note: where the queries came from.
        count_totals: exact sums over all recalls, by name of `Counts`.
        timing: cycles and time.
        comparisons: alternatives, `engine` among them.
        plans: bank plans by memory, best first.
        budget_bits: SRAM on the chip, None for no limit.
        curve: recall against noise, if known.
        provenance: JSON-ready notes: commands, hashes.
        savings: what each rule saves; None without rules, or where nobody counted.
    """

    parameters: Parameters
    gamma: float | None
    technology: Technology
    queries: int
    query_note: str
    count_totals: Mapping[str, int]
    timing: Timing
    comparisons: tuple[Comparison, ...]
    plans: Mapping[str, tuple[BankPlan, ...]]
    budget_bits: int | None
    curve: RecallCurve | None = None
    provenance: Mapping[str, Any] = field(default_factory=dict)
    savings: Savings | None = None

    def _shown(self) -> Mapping[str, object]:
        p, low_high = self.parameters, self.engine.band_pj
        low, high = (f"{picojoule / 1000:,.4g}" for picojoule in low_high)
        rate = self.timing.latency_us
        return {
            "N": p.neurons,
            "P": p.patterns,
            "bits": p.weight_bits,
            "recalls": self.queries,
            "energy": f"{self.engine.total_pj / 1000:,.4g} nJ per recall ({low} to {high})",
            "memory": size(self.engine.footprint_bits),
            "external": size(outside) if (outside := self.engine.memories.external_bits) else None,
            "cycles": f"{float(self.timing.mean):,.1f} a recall",
            "latency": None if rate is None else f"{float(rate):,.4g} us",
            "power": None if self.power_mw is None else f"{self.power_mw:,.4g} mW",
            "accuracy": self.engine.accuracy,
            "beside": Baseline.of(self).sentence(),
            "technology": self.technology.title,
        }

    def comparison(self, name: str) -> Comparison | None:
        """The alternative of that name, if it is there."""
        return next((row for row in self.comparisons if row.name == name), None)

    @property
    def engine(self) -> Comparison:
        """The engine as it is."""
        found = self.comparison("engine")
        assert found is not None
        return found

    @property
    def actions(self) -> tuple[Action, ...]:
        """Of one average recall of the engine."""
        return self.engine.actions

    @property
    def memories(self) -> Mapping[str, MemoryFootprint]:
        """The engine's memories by name."""
        return self.engine.memories.memories

    @property
    def components(self) -> dict[str, float]:
        """pJ by component of the engine, the largest first."""
        parts = by_component(self.actions)
        return dict(sorted(parts.items(), key=lambda part: -part[1]))

    @property
    def leakage_mw(self) -> float | None:
        """Static power of the memories on the chip; None where the table gives none."""
        found = memory_leakage_mw(self.engine.memories, self.technology)
        return None if found is None else float(found)

    @property
    def power_mw(self) -> float | None:
        """Dynamic power while one recall, or batch, follows the other; it takes a clock."""
        rate = self.timing.recalls_per_second
        return None if rate is None else 1e-9 * self.engine.total_pj * rate

    @property
    def leakage_pj(self) -> float | None:
        """What leaks during an average recall, besides `engine.total_pj`; it takes a clock."""
        if self.leakage_mw is None or self.timing.recalls_per_second is None:
            return None
        return 1e9 * self.leakage_mw / self.timing.recalls_per_second

    @property
    def weights_alone(self) -> dict[str, int]:
        """Bits of the weights as the paper counts, float32 and codes."""
        return {
            "float32": float_weight_bits(self.parameters),
            "engine": weight_bits(self.parameters),
        }

    def to_dict(self) -> dict[str, Any]:
        """The whole report, JSON-ready."""
        low, high = self.engine.band_pj
        return {
            "parameters": self.parameters.to_dict(),
            "gamma": self.gamma,
            "queries": self.queries,
            "query_note": self.query_note,
            "technology": _technology_dict(self.technology),
            "actions": [action.to_dict() for action in self.actions],
            "total_energy_pj": self.engine.total_pj,
            "energy_band_pj": {"low": low, "high": high},
            "energy_by_component_pj": self.components,
            "power_mw": self.power_mw,
            "leakage": {"memories_mw": self.leakage_mw, "recall_pj": self.leakage_pj},
            "not_included": list(not_included(self.engine.memories)),
            "counts": {
                name: {"total": total, "mean": mean_count(total, self.queries)}
                for name, total in self.count_totals.items()
            },
            "footprint_bits": {name: memory.bits for name, memory in self.memories.items()},
            "footprint_padding_bits": {
                name: memory.padding_bits for name, memory in self.memories.items()
            },
            "access_energy_pj": {
                name: _spread_dict(self.engine.memories.access(name))
                for name, memory in self.memories.items()
                if memory.kind != "register"
            },
            "weights_alone_bits": self.weights_alone,
            "on_chip_budget_bits": self.budget_bits,
            "timing": self.timing.to_dict(),
            "comparisons": [
                {**row.to_dict(), "energy_to_engine": row.total_pj / self.engine.total_pj}
                for row in self.comparisons
            ],
            "bank_plans": {
                name: [_plan_dict(plan) for plan in plans] for name, plans in self.plans.items()
            },
            "rules": None if self.savings is None else self.savings.to_dict(),
            "recall_against_noise": None if self.curve is None else self.curve.to_dict(),
            "provenance": dict(self.provenance),
        }


def _technology_dict(technology: Technology) -> dict[str, Any]:
    def entry_dict(entry: Entry) -> dict[str, Any]:
        return {
            "value": float(entry.energy_pj),
            "unit": "pJ",
            "access_bits": entry.access_bits,
            "process_nm": float(entry.process_nm),
            "voltage_v": float(entry.voltage_v),
            "source": entry.source,
            "basis": entry.basis,
            "derivation": entry.derivation,
        }

    return {
        "name": technology.name,
        "title": technology.title,
        "process_nm": float(technology.process_nm),
        "voltage_v": float(technology.voltage_v),
        "own": list(technology.own),
        "sources": dict(technology.sources),
        "entries": {name: entry_dict(entry) for name, entry in technology.entries.items()},
        "sram": [
            {"capacity_bytes": capacity // 8, **entry_dict(entry)}
            for capacity, entry in technology.sram
        ],
        "dram": {
            **entry_dict(technology.dram),
            "low": float(technology.dram_low),
            "high": float(technology.dram_high),
        },
    }


def _spread_dict(spread: Spread) -> dict[str, float]:
    return {
        "value": float(spread.value),
        "low": float(spread.low),
        "high": float(spread.high),
    }


def _plan_dict(plan: BankPlan) -> dict[str, Any]:
    return {
        "macro_depth": plan.macro.depth,
        "macro_width": plan.macro.width,
        "columns": plan.columns,
        "rows": plan.rows,
        "macros": plan.macros,
        "leftover_bits": plan.leftover_bits,
        "energy_pj_per_access": float(plan.access_pj.value),
        "area_um2": None if plan.area_um2 is None else float(plan.area_um2),
    }


def check_chip(clock_mhz: float | None, on_chip_kib: float | None) -> None:
    """Raise InputError for a clock or a size of on-chip memory that no chip has; None is fine."""
    if clock_mhz is not None:
        plausible("clock", clock_mhz, CLOCK_MHZ, "MHz")
    if on_chip_kib is not None:
        plausible("on-chip memory", on_chip_kib, ON_CHIP_KIB, "KiB", step=1024)


def estimate(
    parameters: Parameters,
    gamma: float | None,
    counts: Counts,
    *,
    technology: Technology | None = None,
    clock_mhz: float | None = None,
    budget_bits: int | None = DEFAULT_BUDGET_BITS,
    accuracy: Mapping[str, float] | None = None,
    curve: RecallCurve | None = None,
    query_note: str = "given queries",
    provenance: Mapping[str, Any] | None = None,
    plain: Counts | None = None,
    searches: Sequence[CountedSearch] = (),
    by_rule: Mapping[str, tuple[Parameters, Counts]] | None = None,
    together: Counts | None = None,
) -> EnergyReport:
    """Estimate energy, footprint and time from counted recalls.

    Args:
        parameters, gamma: of the image.
        counts: of one or more recalls, each alone, by either model.
        technology: None for Horowitz's 45 nm.
        clock_mhz: gives times; None leaves them out.
        budget_bits: SRAM on the chip; what does not fit is charged as DRAM; None for no limit.
        accuracy: of the same queries, by `float32`, `int8`, `engine`, `nearest`;
            any may be missing.
        curve: recall against noise.
        plain: counts of the same recalls by the engine without rules, in the group dataflow.
        searches: the nearest-pattern search by rules of its own, on the same queries.
        by_rule: counts of the same recalls with each rule on and off, as `savings` takes them.
        together: counts of the same recalls in batches, where several queries are in flight, or
            by engines side by side; `counts` is of one query and one engine at a time.

    Raises:
        InputError: no recalls, or a clock or budget that no chip has.
    """
    queries = len(counts.steps)
    if queries == 0:
        raise InputError("there are no recalls; an average needs at least one query")
    check_chip(clock_mhz, None if budget_bits is None else budget_bits / KIB)
    table = load_technology() if technology is None else technology
    if together is None:
        if parameters.queries_in_flight * parameters.engines > 1:
            raise InputError(
                "together is missing: the counts of queries in flight, or of engines side by side"
            )
        together = counts
    cycles, bound = (
        engine_cycles(parameters, together, queries),
        recall_bound(together, parameters.engines),
    )
    timing = Timing(
        mean_count(int(cycles.sum()), queries),
        int(cycles.min()),
        int(cycles.max()),
        mean_count(int(bound.sum()), queries),
        clock_mhz,
        mean_count(int(cycles.sum()), len(cycles)),
    )
    rows = compare(
        parameters, counts, table, budget_bits, accuracy or {}, plain, searches, together
    )
    engine = next(row for row in rows if row.name == "engine")
    plans = {
        name: tuple(useful_plans(memory.one, table))
        for name, memory in engine.memories.memories.items()
        if planned(memory)
    }
    return EnergyReport(
        parameters,
        gamma,
        table,
        queries,
        query_note,
        {name: int(getattr(together, name).sum()) for name in Counts.names()},
        timing,
        rows,
        plans,
        budget_bits,
        curve,
        provenance or {},
        savings(by_rule, queries, table, budget_bits) if by_rule and "all" in by_rule else None,
    )
