"""What `hwsim synth` made of an image, beside what a recall takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from hwsim.comparison.synthesized import Synthesized
from hwsim.report.document import Cell, Number, Section, Table, Text

TITLE: Final = "In silicon"


def synthesis_sections(made: Sequence[Synthesized], cycles: float) -> list[Section]:
    """A table of the syntheses, none without any.

    Args:
        made: of the report's image, on several devices or in standard cells.
        cycles: of an average recall.
    """
    if not made:
        return []
    table = Table(
        "By hwsim synth",
        ("device", "LUTs", "flip-flops", "block RAMs", "clock", "recalls a second",
         "longest path mostly in", "area", "leakage"),
        tuple(_row(one, cycles) for one in made),
        name="synthesis",
    )  # fmt: skip
    told = Text.of(
        "Cells and clock by Yosys and nextpnr, area and leakage of standard cells and SRAM macros; "
        "energies below are the technology's at its own node, not of these devices."
    )
    return [Section(TITLE, (told, table))]


def synthesis_json(made: Sequence[Synthesized], cycles: float) -> dict[str, Any]:
    """The same as numbers; empty without any."""
    if not made:
        return {}
    found = [msgspec.to_builtins(one) | {"recalls_per_second": _rate(one, cycles)} for one in made]
    return {"syntheses": found}


def _rate(one: Synthesized, cycles: float) -> float | None:
    return None if one.clock_mhz is None else 1e6 * one.clock_mhz / cycles


def _row(one: Synthesized, cycles: float) -> tuple[Cell, ...]:
    cells = one.cells
    counted = (cells.luts, cells.flip_flops, cells.block_rams) if cells.luts else ()
    longest = max(one.critical_path, key=lambda hop: hop.nanoseconds, default=None)
    return (
        one.target,
        *(Number(each, f"{each:,}") for each in counted),
        *(("–",) if not counted else ()) * 3,
        _number(one.clock_mhz, "{:.1f} MHz") if one.fits else "does not fit",
        _number(_rate(one, cycles), "{:,.0f}"),
        "–" if longest is None else longest.module.rpartition(".")[2],
        _number(one.area_um2 and one.area_um2 / 1e6, "{:.4f} mm²"),
        _number(one.leakage_uw and one.leakage_uw / 1e3, "{:.3g} mW"),
    )


def _number(value: float | None, pattern: str) -> Cell:
    return "–" if value is None else Number(value, pattern.format(value))
