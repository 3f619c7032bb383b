"""An estimate's memories as sections: footprint, and banks of SRAM macros."""

from __future__ import annotations

from hwsim.cost.energy import EnergyReport
from hwsim.cost.hierarchy import MOST_LEFTOVER, MOST_MACROS
from hwsim.quantities import energy_text, size_text
from hwsim.report import svg
from hwsim.report.document import Cell, Figure, Section, Table, Text
from hwsim.report.numbers import bits, decimal_size, energy, of_them


def footprint(report: EnergyReport) -> Section:
    """Bits by memory, weights alone and all of it."""
    alone, engine = report.weights_alone, report.engine
    rows: list[tuple[Cell, ...]] = []
    ids: list[str] = []
    for name, memory in report.memories.items():
        rows.append(
            (
                memory.title,
                memory.kind,
                f"{of_them(memory.copies)}{memory.depth:,} × {memory.width}",
                bits(memory.bits),
                bits(memory.padding_bits),
                size_text(memory.bits),
                engine.memories.places[name],
                _access_text(report, name),
            )
        )
        ids.append(f"memory-{name}")
    padding = sum(memory.padding_bits for memory in report.memories.values())
    rows.append(
        ("all", "", "", bits(engine.footprint_bits), bits(padding),
         size_text(engine.footprint_bits), "", "")
    )  # fmt: skip
    ids.append("memory-all")
    if outside := report.engine.memories.external_bits:
        inside = engine.footprint_bits - outside
        rows.append(("on the chip", "", "", bits(inside), "", size_text(inside), "", ""))
        ids.append("memory-on-chip")
    float32 = report.comparison("float32_sram")
    charts = [
        svg.Bar("weights alone, float32", size_text(alone["float32"]), alone["float32"],
                "comparison-float32_dram", "b"),
        svg.Bar(f"weights alone, {report.parameters.weight_bits} bits", size_text(alone["engine"]),
                alone["engine"], weights_row(report)),
    ]  # fmt: skip
    if float32 is not None:
        charts.append(
            svg.Bar("whole float32 network", size_text(float32.footprint_bits),
                    float32.footprint_bits, "comparison-float32_sram", "b")
        )  # fmt: skip
    charts.append(
        svg.Bar("whole engine", size_text(engine.footprint_bits), engine.footprint_bits,
                "memory-all")
    )  # fmt: skip
    charts += [
        svg.Bar(f"— {memory.title}", size_text(memory.bits), memory.bits, f"memory-{name}", "c")
        for name, memory in sorted(report.memories.items(), key=lambda item: -item[1].bits)
    ]
    title = "Footprint of weights alone, of the whole networks and of each memory of the engine"
    budget = (
        "Everything is taken to be on the chip."
        if report.budget_bits is None
        else f"On-chip budget {size_text(report.budget_bits)}; what does not fit is DRAM."
    )
    text = (
        f"The paper counts weights alone: {decimal_size(alone['float32'])} to "
        f"{decimal_size(alone['engine'])}, a factor of "
        f"{alone['float32'] / alone['engine']:.3g}. The patterns add "
        f"{decimal_size(report.memories['patterns'].useful_bits)}, and with buffers and "
        f"unused lanes the engine holds {decimal_size(engine.footprint_bits)} "
        f"(1 MB is a million bytes, 1 kB a thousand). "
        f"{_shared_text(report)}{_external_text(report)}{budget}"
    )
    return Section(
        "Footprint",
        (
            Text.of(text),
            Figure("footprint", "Bits held, as bytes; 1 KiB = 1024 bytes.", title,
                   svg.bars("footprint-chart", title, charts)),
            Table(
                "Memories of the engine",
                ("memory", "kind", "words × bits", "bits", "of them padding", "size",
                 "place", "an access, and its band"),
                tuple(rows),
                tuple(ids),
            ),
        ),
        "footprint",
    )  # fmt: skip


def weights_row(report: EnergyReport) -> str:
    """Id of the memory that holds the weights."""
    return "memory-weights" if "weights" in report.memories else "memory-patterns"


def _shared_text(report: EnergyReport) -> str:
    """Which weight planes equal the patterns and are not stored a second time."""
    p = report.parameters
    if not p.shared_planes:
        return ""
    if not p.stored_planes:
        return "Its weights are the patterns, read from their memory. "
    planes = "planes equal" if len(p.shared_planes) > 1 else "plane equals"
    return (
        f"{len(p.shared_planes)} weight {planes} the patterns, read from their memory; "
        f"{len(p.stored_planes)} more are stored. "
    )


def _external_text(report: EnergyReport) -> str:
    """What of it another chip holds."""
    if not report.engine.memories.external_bits:
        return ""
    cycles, engine = report.parameters.external_weights, report.engine
    inside = engine.footprint_bits - engine.memories.external_bits
    return (
        f"The weights are in an external memory, which answers in {cycles} cycles and is read as "
        f"DRAM; {decimal_size(inside)} are on the chip. "
    )


def _access_text(report: EnergyReport, name: str) -> str:
    """What one access costs, with the least and most that other readings of the table give."""
    if report.memories[name].kind == "register":
        return "registers"
    one = report.engine.memories.access(name)
    value, low, high = (energy_text(float(part)) for part in (one.value, one.low, one.high))
    return f"{value}; {low} to {high}"


def banks(report: EnergyReport) -> Section:
    """How each larger memory is best cut into macros."""
    rows: list[tuple[Cell, ...]] = []
    for name, plans in report.plans.items():
        memory = report.memories[name]
        whole = report.engine.memories.access(name)
        for place, plan in enumerate(plans[:3]):
            rows.append(
                (
                    f"{memory.title}, {'best' if place == 0 else f'choice {place + 1}'}",
                    f"{plan.macro.depth:,} × {plan.macro.width}",
                    f"{plan.columns} × {plan.rows}",
                    energy(float(plan.access_pj.value)),
                    energy_text(float(whole.value)),
                    bits(plan.leftover_bits),
                    "no sourced figure"
                    if plan.area_um2 is None
                    else f"{float(plan.area_um2):,.4g} µm²",
                )
            )
    text = (
        "A memory of 1 KiB or more cut into equal SRAM macros, columns read together and one row "
        "of them at a time; up to three plans of each. First, by energy an access, come "
        f"plans of at most {MOST_MACROS} macros that leave at most {float(MOST_LEFTOVER):.0%} of "
        "their bits unused, then the others by bits unused. The estimate above takes every memory "
        "in one piece; decoders and wires between macros are in neither."
    )
    if not rows:
        return Section("Banks", (Text.of("No SRAM holds 1 KiB or more."),), "banks")
    headers = (
        "memory", "macro, words × bits", "columns × rows", "energy an access",
        "in one piece", "leftover bits", "area",
    )  # fmt: skip
    return Section("Banks", (Text.of(text), Table("Bank plans", headers, tuple(rows))), "banks")
