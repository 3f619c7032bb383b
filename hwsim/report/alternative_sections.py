"""The same recalls done otherwise: how far from float32 each way is, and action by action."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hwsim.cost.baseline import WAYS
from hwsim.cost.comparisons import Comparison
from hwsim.cost.energy import EnergyReport
from hwsim.quantities import energy_text, ratio_words
from hwsim.report import svg
from hwsim.report.document import Cell, Figure, Link, Section, Table
from hwsim.report.head_section import cycles, energy_words
from hwsim.report.numbers import accuracy, count, energy, size

WATERFALL: Final = (
    *("float32_dram", "float32_sram", "int8_sram"),
    *("engine_dense", "engine_plain"),
)
LAST: Final = ("engine", *WAYS)  # the cheapest of them at the very end


def comparisons(report: EnergyReport) -> Section:
    """Waterfall from float32 to the cheapest way, and every alternative side by side."""
    chain = [way for name in WATERFALL if (way := report.comparison(name)) is not None]
    last = [way for name in LAST if (way := report.comparison(name)) is not None]
    chain += sorted(last, key=lambda way: -way.total_pj)
    title = "From float32 to the cheapest way: energy of one average recall, logarithmic"
    return Section(
        "From float32 to the engine, and to the search",
        (
            Figure("waterfall", "Each bar runs from the total above it to its own.", title,
                   _waterfall(chain, title)),
            _side_by_side(report),
            _assumptions(report),
        ),
        "comparisons",
    )  # fmt: skip


def _waterfall(chain: Sequence[Comparison], title: str) -> str:
    bars = []
    for previous, way in zip([None, *chain], chain, strict=False):
        words = energy_text(way.total_pj)
        if previous is not None:
            words += f", {ratio_words(way.total_pj, previous.total_pj)}"
        bars.append(svg.Bar(way.title, words, way.total_pj, f"comparison-{way.name}"))
    energies = [way.total_pj for way in chain]
    ticks = _power_labels(min(energies), max(energies))
    return svg.waterfall("waterfall-chart", title, bars, ticks)


def _side_by_side(report: EnergyReport) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for way in report.comparisons:
        low, high = way.band_pj
        rows.append(
            (
                way.title,
                accuracy(way.accuracy),
                energy(way.total_pj, _total_row(way)),
                energy_words(way, report.engine),
                f"{energy_text(low)} to {energy_text(high)}",
                size(way.footprint_bits),
                cycles(way),
            )
        )
    return Table(
        "The same recalls done otherwise",
        ("way", "recall accuracy", "energy", "to the engine's", "band", "memory", "cycles"),
        tuple(rows),
        tuple(f"comparison-{way.name}" for way in report.comparisons),
        "comparisons",
    )


def _assumptions(report: EnergyReport) -> Table:
    rows = tuple(
        (way.title, ", ".join(way.in_dram) or "nothing", way.note) for way in report.comparisons
    )
    return Table(
        "What each way assumes", ("way", "in DRAM", "assumes"), rows, name="comparisons-assume"
    )


def _total_row(row: Comparison) -> str:
    """Id of the sum below a comparison's actions."""
    return "action-all" if row.name == "engine" else f"alternative-{row.name}-all"


def _power_labels(least: float, most: float) -> list[str]:
    powers: list[str] = []
    value = 1e-6
    while value * 10 <= least:
        value *= 10
    while value < most * 10:
        powers.append(energy_text(round(value, 6)))
        value *= 10
    return powers


def alternatives(report: EnergyReport) -> Section:
    """The actions of every other way of doing the recalls, a table each."""
    tables = []
    for way in report.comparisons:
        if way.name == "engine":
            continue
        prefix = f"alternative-{way.name}-"
        rows: list[tuple[Cell, ...]] = [
            (
                action.name,
                count(action.count),
                energy(action.energy_pj_each),
                energy(action.energy_pj),
                Link(action.source, f"entry-{action.entry}"),
            )
            for action in way.actions
        ]
        rows.append(("all", "", "", energy(way.total_pj), ""))
        tables.append(
            Table(
                f"{way.title}: one average recall, action by action",
                ("action", "count", "energy each", "energy", "source"),
                tuple(rows),
                (*(prefix + action.name for action in way.actions), prefix + "all"),
                f"alternative-{way.name}",
            )
        )
    return Section("Actions of the alternatives", tuple(tables), "alternatives")
