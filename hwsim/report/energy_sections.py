"""An estimate as sections of a report: what stands where, and which row each figure leads to."""

from __future__ import annotations

from hwsim.cost.energy import EnergyReport
from hwsim.quantities import energy_text
from hwsim.report import drawing, svg
from hwsim.report.alternative_sections import alternatives, comparisons
from hwsim.report.count_sections import actions, counts, timing
from hwsim.report.document import Cell, Figure, Link, Section, Table
from hwsim.report.head_section import summary
from hwsim.report.memory_sections import banks, footprint
from hwsim.report.numbers import energy, percent_text, slug
from hwsim.report.rule_sections import rules

CURVE_TITLES = {
    "float32": "float32",
    "int8": "8-bit integers",
    "engine": "engine, exact model",
    "nearest": "nearest-pattern search",
}


def energy_sections(report: EnergyReport) -> list[Section]:
    """All of them, in reading order."""
    sections = [
        summary(report),
        datapath(report),
        comparisons(report),
        footprint(report),
    ]
    if report.savings is not None:
        sections.append(rules(report.savings))
    if report.curve is not None:
        sections.append(recall_against_noise(report))
    return [
        *sections,
        timing(report),
        banks(report),
        actions(report),
        alternatives(report),
        counts(report),
    ]


def datapath(report: EnergyReport) -> Section:
    """The drawing, and what each part of it takes."""
    parts, total = report.components, report.engine.total_pj
    energies = {name: parts.get(memory.title, 0.0) for name, memory in report.memories.items()}
    title = "Datapath: stages from LOAD to THRESHOLD with the memories each one uses"
    drawn = Figure(
        "datapath",
        "Stages and their memories. A wire's number is its width in bits; "
        "energies are of one average recall.",
        title,
        drawing.datapath(report.parameters, report.memories, energies, title),
        beside=True,
    )
    shares = {name: percent_text(part / total if total else 0) for name, part in parts.items()}
    firsts = {action.component: action.name for action in reversed(report.actions)}
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (Link(name, f"action-{firsts[name]}"), energy(part), shares[name])
        for name, part in parts.items()
    )
    title = "Energy of one average recall by component"
    bars = [
        svg.Bar(name, f"{energy_text(part)}, {shares[name]}", part, f"component-{slug(name)}")
        for name, part in parts.items()
    ]
    return Section(
        "The datapath, and energy by component",
        (
            drawn,
            Table(
                title,
                ("component", "energy", "share"),
                rows,
                tuple(f"component-{slug(name)}" for name in parts),
                "energy-by-component",
            ),
            Figure(
                "energy-by-component",
                "Each name leads to its row.",
                title,
                svg.bars("component-chart", title, bars),
            ),
        ),
        "datapath-drawing",
    )


def recall_against_noise(report: EnergyReport) -> Section:
    """Lines, and the numbers behind them."""
    curve = report.curve
    assert curve is not None
    names = sorted(curve.accuracy, key=[*CURVE_TITLES, *curve.accuracy].index)
    series = [(CURVE_TITLES.get(name, name), curve.accuracy[name]) for name in names]
    title = "Recall accuracy against input noise"
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (f"{noise:g}", *(f"{curve.accuracy[name][index]:.4f}" for name in names))
        for index, noise in enumerate(curve.noise)
    )
    headers = ("noise", *(words for words, _ in series))
    chart = svg.lines(
        "noise-chart", title, "share of spins flipped", "bits right", curve.noise, series
    )
    return Section(
        title,
        (
            Figure("recall-against-noise", "Share of bits right at the end.", title, chart,
                   beside=True),
            Table(title, headers, rows),
        ),
        "recall-against-noise",
    )  # fmt: skip
