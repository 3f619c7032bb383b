"""What a report says first: the engine beside the search for the nearest pattern, and in short."""

from __future__ import annotations

from typing import Final

from hwsim.cost.baseline import WAYS, Baseline
from hwsim.cost.comparisons import Comparison
from hwsim.cost.energy import EnergyReport
from hwsim.cost.leakage import not_included
from hwsim.quantities import counted, energy_text, power_text, ratio_words, size_text, time_text
from hwsim.report.document import Block, Cell, Link, Number, Section, Table, Text
from hwsim.report.memory_sections import weights_row
from hwsim.report.numbers import accuracy, count, energy, percent_text, size, slug

_ASKED: Final = ("stop", "winner", "radius")
_WHY: Final = "this memory's weights leave no state in which they decide"
# The ways of the first table, the engine and what it is measured by above the others.
FIRST: Final = (
    *("engine", *WAYS),
    *("engine_alone", "engine_plain", "float32_sram", "float32_dram"),
)


def summary(report: EnergyReport) -> Section:
    """The few numbers most people come for."""
    sentences = Baseline.of(report).sentences().values()
    blocks: list[Block] = [
        *(Text.of(f"{words[0].upper()}{words[1:]}.") for words in sentences),
        _ways(report),
        _engine(report),
        Text.of(_about(report)),
    ]
    if "command" in report.provenance:
        blocks.append(Text.of(f"Made by: {report.provenance['command']}"))
    if "design" in report.provenance:
        choices = report.provenance["design"].items()
        words = ", ".join(f"{name} {value}" for name, value in choices if value is not None)
        blocks.append(Text.of(f"Design: {words}.{_idle(report)}"))
    return Section("In short", tuple(blocks), "in-short")


def _idle(report: EnergyReport) -> str:
    """Rules that the design asks for and this image leaves nothing to do, in words."""
    design, p = report.provenance["design"], report.parameters
    idle = [name for name in _ASKED if design.get(name) is True and name not in p.rules]
    if not idle:
        return ""
    verb = "is" if len(idle) == 1 else "are"
    on = ", ".join(p.rules) or "none"
    return f" Of its rules {' and '.join(idle)} {verb} idle, as {_WHY}; at work: {on}."


def _ways(report: EnergyReport) -> Table:
    """The engine and what it could be replaced by, with time and power where there is a clock."""
    ways = [way for name in FIRST if (way := report.comparison(name)) is not None]
    clock = report.timing.clock_mhz
    headers = ["way", "recall accuracy", "energy", "memory", "cycles"]
    if clock is not None:
        headers += ["latency", "recalls a second", "power"]
    rows = []
    for way in ways:
        row: list[Cell] = [
            Link(way.title, f"comparison-{way.name}"),
            accuracy(way.accuracy),
            energy(way.total_pj),
            size(way.footprint_bits),
            cycles(way),
        ]
        if clock is not None:
            row += _times(report, way, clock)
        row.append(energy_words(way, report.engine))
        rows.append(tuple(row))
    at = "" if clock is None else f", at {clock:g} MHz"
    headers.append("energy, to the engine's")
    return Table(f"One average recall{at}", tuple(headers), tuple(rows), name="in-short")


def cycles(way: Comparison) -> Number:
    """Mean cycles, at least those where nobody built the way."""
    exact = count(way.cycles)
    return exact if way.cycles_exact else Number(exact.value, f"≥\u00a0{exact.text}")


def energy_words(way: Comparison, engine: Comparison) -> str:
    """Its energy by the engine's: 7.7 %."""
    return "" if way.name == "engine" else ratio_words(way.total_pj, engine.total_pj)


def _times(report: EnergyReport, way: Comparison, clock: float) -> list[Cell]:
    """Latency, throughput and dynamic power."""
    rate = 1e6 * clock / way.cycles
    latency = way.answer_cycles / clock
    if way.name == "engine" and report.timing.latency_us is not None:
        latency = report.timing.latency_us  # of a whole batch of queries in flight
    power = 1e-9 * way.total_pj * rate
    return [
        Number(latency, time_text(latency), unit="µs"),
        Number(rate, f"{rate:,.0f}"),
        Number(power, power_text(power), unit="mW"),
    ]


def _engine(report: EnergyReport) -> Table:
    """More of the engine."""
    engine, alone = report.engine, report.weights_alone
    low, high = engine.band_pj
    component, most = next(iter(report.components.items()))
    rows: list[tuple[Cell, ...]] = [
        (
            "energy if other readings of the table hold",
            f"{energy_text(low)} to {energy_text(high)}",
        ),
        (
            "largest part of it",
            Link(
                f"{component}: {energy_text(most)}, {percent_text(most / engine.total_pj)}",
                f"component-{slug(component)}",
            ),
        ),
        (
            "weights alone, as the paper counts",
            Link(
                f"{size_text(alone['float32'])} in float32, {size_text(alone['engine'])} here",
                weights_row(report),
            ),
        ),
        (
            "whole datapath, padding included",
            Link(size_text(engine.footprint_bits), "footprint"),
        ),
    ]
    if outside := report.engine.memories.external_bits:
        rows.append(
            (
                "of it in an external memory, and on the chip",
                f"{size_text(outside)}, {size_text(engine.footprint_bits - outside)}",
            )
        )
    leakage, spent = report.leakage_mw, report.leakage_pj
    if leakage is not None:
        rows.append(("leakage of the memories", Number(leakage, power_text(leakage), unit="mW")))
    if spent is not None:
        rows.append(("leakage in a recall, besides", energy(spent)))
    return Table("Of the engine", ("quantity", "value"), tuple(rows), name="engine")


def _about(report: EnergyReport) -> str:
    p = report.parameters
    kernel = "own kernel values" if report.gamma is None else f"γ = {report.gamma:g}"
    return (
        f"N = {p.neurons}, P = {p.patterns}, B = {p.weight_bits}, KB = {p.kernel_bits}, "
        f"L = {p.lanes}, {kernel}; mean of {counted(report.queries, 'recall')} "
        f"({report.query_note}). {report.technology.title}. "
        f"Not included: {', '.join(not_included(report.engine.memories))}. "
        "Each table is a CSV file in the folder of this report, too."
    )
