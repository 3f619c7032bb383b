"""Where the figures come from: the energy table, its citations, and a check against real chips."""

from __future__ import annotations

import math

from hwsim.cost.energy import EnergyReport
from hwsim.cost.leakage import not_included
from hwsim.cost.tables import published_chips
from hwsim.cost.technology import Entry, Technology, size_text
from hwsim.quantities import energy_text
from hwsim.report.document import Cell, Link, Section, Table, Text
from hwsim.report.numbers import energy

HOROWITZ = "horowitz2014"  # key of the source whose figures are of caches
NODE_UNITS = {"process_nm": "nm", "voltage_v": "V"}


def source_sections(report: EnergyReport) -> list[Section]:
    """All of them, in reading order."""
    return [table_section(report), sanity_section(report), citations(report)]


def _row(title: str, entry: Entry, extra: str = "") -> tuple[Cell, ...]:
    return (
        title,
        energy(float(entry.energy_pj)),
        f"{entry.access_bits} bits",
        f"{float(entry.process_nm):g} nm, {float(entry.voltage_v):g} V",
        entry.basis,
        "; ".join(filter(None, (entry.derivation, extra))) or "as printed",
        Link(entry.source, f"source-{entry.source}"),
    )


def table_section(report: EnergyReport) -> Section:
    """Every entry of the energy table."""
    technology = report.technology
    rows: list[tuple[Cell, ...]] = []
    ids: list[str] = []
    for name, entry in technology.entries.items():
        rows.append(_row(name, entry))
        ids.append(f"entry-{name}")
    for index, (capacity, entry) in enumerate(technology.sram):
        rows.append(_row(f"SRAM access, {size_text(capacity)}", entry))
        ids.append("entry-sram" if index == 0 else f"entry-sram-{index}")
    band = (
        f"nominal in a band of {energy_text(float(technology.dram_low))} to "
        f"{energy_text(float(technology.dram_high))}"
    )
    rows.append(_row("DRAM access", technology.dram, band))
    ids.append("entry-dram")
    text = (
        f"{_sram_text(technology)} The band is the least and the most of "
        "three readings: that one, straight lines in capacity, and the next larger point's figure "
        "as it stands. Writes are charged like reads. Adders: linear in the width through the 8 "
        "and 32-bit ones, below 8 bits in proportion."
    )
    if technology.own:
        text = f"Given by this table itself: {', '.join(technology.own)}. {text}"
    headers = ("entry", "energy", "width", "node", "basis", "how", "source")
    return Section(
        "Energy table",
        (Text.of(text), Table(technology.title, headers, tuple(rows), tuple(ids))),
        "energy-table",
    )


def _sram_text(technology: Technology) -> str:
    """What the SRAM points are, and how energies between and below them are read off."""
    (small, first), (large, second) = technology.sram[:2]
    power = math.log(second.per_bit / first.per_bit) / math.log(large / small)
    root = abs(power - 0.5) < 1e-9
    below = "sqrt(capacity)" if root else f"capacity to the power of {power:.3g}"
    horowitz = any(entry.source == HOROWITZ for _, entry in technology.sram)
    caches = "Horowitz's figures are cache reads, tags included, so plain SRAM lies below them. "
    return (
        f"{caches if horowitz else ''}Between the points: straight lines in log(capacity), "
        f"log(energy), the end segments extended; with {'his' if horowitz else 'these'} points "
        f"that is {below} below {size_text(small)}."
    )


def sanity_section(report: EnergyReport) -> Section:
    """Derived gate energies beside measured chips; never mixed into the estimate."""
    technology = report.technology
    lanes = report.parameters.lanes
    gates = technology.energy("xnor_gate") * lanes + technology.popcount(lanes)
    ours = 1000 * float(gates) / (2 * lanes)
    rows: list[tuple[Cell, ...]] = [
        (
            f"XNOR and popcount, {lanes} bits, here",
            f"{ours:.3g} fJ",
            f"{float(technology.process_nm):g} nm, {float(technology.voltage_v):g} V",
            "gates alone: no memory, registers, clock or wires",
        )
    ]
    for chip in published_chips():
        node = [f"{chip[key]:g} {unit}" for key, unit in NODE_UNITS.items() if key in chip]
        rows.append(
            (
                str(chip["name"]),
                f"{chip['fj_per_operation']} fJ",
                ", ".join(node) or "not stated",
                f"{chip['source']}; {chip['note']}",
            )
        )
    text = (
        "Energy of one binary operation (an XNOR with its share of the popcount is two). Chips "
        "include memories, clock and control, so gates alone must come out below them at the "
        "same node; these figures are shown as a check and are part of no estimate."
    )
    return Section(
        "Sanity check",
        (Text.of(text), Table("Energy of one binary operation", ("what", "energy", "node", "about"),
                              tuple(rows))),
        "sanity-check",
    )  # fmt: skip


def citations(report: EnergyReport) -> Section:
    """Full citations, and what no figure covers."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(report.technology.sources.items())
    ids = tuple(f"source-{key}" for key in report.technology.sources)
    missing = f"Not included in any figure: {', '.join(not_included(report.engine.memories))}."
    return Section(
        "Sources",
        (Table("Sources", ("key", "citation"), rows, ids), Text.of(missing)),
        "sources",
    )
