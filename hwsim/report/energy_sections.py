"""An estimate as sections of a report: what stands where, and which row each figure leads to."""

from __future__ import annotations

from hwsim.cost.comparisons import Comparison
from hwsim.cost.energy import EnergyReport
from hwsim.cost.leakage import not_included
from hwsim.quantities import energy_text, size_text
from hwsim.report import drawing, svg
from hwsim.report.count_sections import actions, alternatives, counts, timing
from hwsim.report.document import Block, Cell, Figure, Link, Section, Table, Text
from hwsim.report.memory_sections import banks, footprint, weights_row
from hwsim.report.numbers import count, decimal_size, energy, factor_text, percent_text, slug
from hwsim.report.rule_sections import rules

CURVE_TITLES = {
    "float32": "float32",
    "int8": "8-bit integers",
    "engine": "engine, exact model",
    "nearest": "nearest-pattern search",
}
WATERFALL = (
    *("float32_dram", "float32_sram", "int8_sram"),
    *("engine_dense", "engine_plain", "engine"),
)


def energy_sections(report: EnergyReport) -> list[Section]:
    """All of them, in reading order."""
    sections = [
        summary(report),
        datapath(report),
        footprint(report),
        energy_by_component(report),
        comparisons(report),
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


# The alternatives of the first table.
BESIDE = (
    *("float32_dram", "float32_sram", "engine_plain", "engine_alone", "nearest", "nearest_rules"),
)


def summary(report: EnergyReport) -> Section:
    """The few numbers most people come for."""
    engine = report.engine
    low, high = engine.band_pj
    component, most = next(iter(report.components.items()))
    alone = report.weights_alone
    rows: list[tuple[Cell, ...]] = [
        ("energy of a recall", energy(engine.total_pj, "comparison-engine")),
        ("… if other readings of the table hold", f"{energy_text(low)} to {energy_text(high)}"),
        (
            "largest part",
            Link(
                f"{component}: {energy_text(most)}, {percent_text(most / engine.total_pj)}",
                f"component-{slug(component)}",
            ),
        ),
    ]
    for name in BESIDE:
        other = report.comparison(name)
        if other is not None:
            rows.append(
                (
                    other.title,
                    Link(
                        f"{energy_text(other.total_pj)}, "
                        f"{factor_text(other.total_pj / engine.total_pj)} the engine's",
                        f"comparison-{name}",
                    ),
                )
            )
    rows += [
        (
            "weights alone, as the paper counts",
            Link(
                f"{decimal_size(alone['float32'])} in float32, "
                f"{decimal_size(alone['engine'])} here",
                weights_row(report),
            ),
        ),
        (
            "whole datapath, padding included",
            Link(decimal_size(engine.footprint_bits), "footprint"),
        ),
        ("cycles of a recall, mean", count(report.timing.mean, "time")),
    ]
    p = report.parameters
    kernel = "own kernel values" if report.gamma is None else f"γ = {report.gamma:g}"
    about = (
        f"N = {p.neurons}, P = {p.patterns}, B = {p.weight_bits}, KB = {p.kernel_bits}, "
        f"L = {p.lanes}, {kernel}; mean of {report.queries} recalls "
        f"({report.query_note}). {report.technology.title}. "
        f"Not included: {', '.join(not_included(report.technology))}."
    )
    blocks: list[Block] = [Text.of(about)]
    if "command" in report.provenance:
        blocks.append(Text.of(f"Made by: {report.provenance['command']}"))
    if "design" in report.provenance:
        choices = report.provenance["design"].items()
        words = ", ".join(f"{name} {value}" for name, value in choices if value is not None)
        blocks.append(Text.of(f"Design: {words}."))
    blocks.append(Table("One average recall", ("quantity", "value"), tuple(rows)))
    return Section("In short", tuple(blocks), "in-short")


def datapath(report: EnergyReport) -> Section:
    """The drawing."""
    parts = report.components
    energies = {name: parts.get(memory.title, 0.0) for name, memory in report.memories.items()}
    title = "Datapath: stages from LOAD to THRESHOLD with the memories each one uses"
    figure = Figure(
        "datapath",
        "Stages and their memories. A wire's number is its width in bits; "
        "energies are of one average recall.",
        title,
        drawing.datapath(report.parameters, report.memories, energies, title),
    )
    return Section("The datapath", (figure,), "datapath-drawing")


def energy_by_component(report: EnergyReport) -> Section:
    """Bars and a table of the parts."""
    total = report.engine.total_pj
    parts = report.components
    charts = [
        svg.Bar(name, f"{energy_text(part)}, {percent_text(part / total if total else 0)}", part,
                f"component-{slug(name)}")
        for name, part in parts.items()
    ]  # fmt: skip
    title = "Energy of one average recall by component"
    firsts = {action.component: action.name for action in reversed(report.actions)}
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (Link(name, f"action-{firsts[name]}"), energy(part),
         percent_text(part / total if total else 0))
        for name, part in parts.items()
    )  # fmt: skip
    ids = tuple(f"component-{slug(name)}" for name in parts)
    return Section(
        "Energy by component",
        (
            Figure("energy-by-component", "Each name leads to its row.", title,
                   svg.bars("component-chart", title, charts)),
            Table(title, ("component", "energy", "share"), rows, ids),
        ),
        "energy-by-component",
    )  # fmt: skip


def comparisons(report: EnergyReport) -> Section:
    """Waterfall from float32 to the engine, and every alternative side by side."""
    chain = [row for name in WATERFALL if (row := report.comparison(name)) is not None]
    charts = []
    for previous, row in zip([None, *chain], chain, strict=False):
        step = "" if previous is None else f" ({_step(previous, row)})"
        charts.append(
            svg.Bar(row.title, energy_text(row.total_pj) + step, row.total_pj,
                    f"comparison-{row.name}")
        )  # fmt: skip
    least = min(row.total_pj for row in chain)
    most = max(row.total_pj for row in chain)
    ticks = _power_labels(least, most)
    title = "From float32 to the engine: energy of one average recall, logarithmic"
    rows: list[tuple[Cell, ...]] = []
    for row in report.comparisons:
        low, high = row.band_pj
        rows.append(
            (
                row.title,
                energy(row.total_pj, _total_row(row)),
                f"{energy_text(low)} to {energy_text(high)}",
                factor_text(row.total_pj / report.engine.total_pj),
                size_text(row.footprint_bits),
                ", ".join(row.in_dram) or "nothing",
                ("" if row.cycles_exact else "≥\u00a0") + count(row.cycles).text,
                "not measured" if row.accuracy is None else f"{row.accuracy:.4f}",
                row.note,
            )
        )
    return Section(
        "From float32 to the engine",
        (
            Figure("waterfall", "Each bar runs from the total above it to its own.", title,
                   svg.waterfall("waterfall-chart", title, charts, ticks)),
            Table(
                "The same recalls done otherwise",
                ("way", "energy", "band", "to the engine", "footprint", "in DRAM", "cycles",
                 "recall accuracy", "assumes"),
                tuple(rows),
                tuple(f"comparison-{row.name}" for row in report.comparisons),
            ),
        ),
        "comparisons",
    )  # fmt: skip


def _total_row(row: Comparison) -> str:
    """Id of the sum below a comparison's actions."""
    return "action-all" if row.name == "engine" else f"alternative-{row.name}-all"


def _step(previous: Comparison, row: Comparison) -> str:
    if row.total_pj <= previous.total_pj:
        return f"÷{previous.total_pj / row.total_pj:.3g}"
    return factor_text(row.total_pj / previous.total_pj)


def _power_labels(least: float, most: float) -> list[str]:
    powers: list[str] = []
    value = 1e-6
    while value * 10 <= least:
        value *= 10
    while value < most * 10:
        powers.append(energy_text(round(value, 6)))
        value *= 10
    return powers


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
            Figure("recall-against-noise", "Share of bits right at the end.", title, chart),
            Table(title, headers, rows),
        ),
        "recall-against-noise",
    )
