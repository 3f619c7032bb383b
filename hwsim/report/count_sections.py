"""An estimate's counts as sections: cycles and time, actions, events."""

from __future__ import annotations

from hwsim.cost.energy import EnergyReport
from hwsim.quantities import counted, energy_text, power_text, ratio_words, time_text
from hwsim.report.document import Cell, Link, Section, Table, Text
from hwsim.report.numbers import count, energy, slug


def timing(report: EnergyReport) -> Section:
    """Cycles, and time when there is a clock."""
    times = report.timing
    rows: list[tuple[Cell, ...]] = [
        ("cycles, mean", count(times.mean)),
        ("cycles, least and most", f"{times.least:,} to {times.most:,}"),
        ("one memory word a cycle would take", count(times.bound)),
        ("cycles, to that", ratio_words(times.mean, times.bound)),
    ]
    power = report.power_mw
    if times.latency_us is not None and times.recalls_per_second is not None and power is not None:
        rows += [
            ("clock, given", f"{times.clock_mhz:g} MHz"),
            ("time of a recall, mean", time_text(times.latency_us)),
            ("recalls a second, one after the other", f"{times.recalls_per_second:,.1f}"),
            ("power while recalling, dynamic", power_text(power)),
        ]
    else:
        rows.append(("time", "no clock given"))
    if report.leakage_mw is not None:
        rows.append(("leakage of the memories", power_text(report.leakage_mw)))
    if report.leakage_pj is not None:
        rows.append(("leakage in a recall, besides", energy_text(report.leakage_pj)))
    text = (
        "Cycles are a closed form of parameters and counts, stalls of the ports apart; hwsim cosim "
        "compares it with the engine's own counter."
        if times.exact
        else "Cycles are estimated from the counts and the latencies of the engine's modules."
    )
    return Section(
        "Time", (Text.of(text), Table("Time", ("quantity", "value"), tuple(rows))), "time"
    )


def actions(report: EnergyReport) -> Section:
    """Every action: count times energy, with its source."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            action.name,
            Link(action.component, f"component-{slug(action.component)}"),
            count(action.count, f"count-{action.name}" if _counted(report, action.name) else ""),
            energy(action.energy_pj_each),
            energy(action.energy_pj),
            Link(action.source, f"entry-{action.entry}"),
        )
        for action in report.actions
    )
    total = ("all", "", "", "", energy(report.engine.total_pj), "")
    return Section(
        "Actions",
        (
            Table(
                "One average recall, action by action",
                ("action", "component", "count", "energy each", "energy", "source"),
                (*rows, total),
                (*(f"action-{action.name}" for action in report.actions), "action-all"),
            ),
        ),
        "actions",
    )


def _counted(report: EnergyReport, name: str) -> bool:
    return name in report.count_totals


def counts(report: EnergyReport) -> Section:
    """What the exact model counted."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, count(total), f"{total / report.queries:,.6g}")
        for name, total in report.count_totals.items()
    )
    text = (
        f"Counted by the exact model over {counted(report.queries, 'recall')}; hwsim cosim "
        "compares those that the engine counts too, tolerance zero."
    )
    return Section(
        "Counts",
        (
            Text.of(text),
            Table(
                "Counts",
                ("event", "all recalls", "mean"),
                rows,
                tuple(f"count-{name}" for name in report.count_totals),
            ),
        ),
        "counts",
    )
