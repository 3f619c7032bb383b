"""The committed reports: whole, consistent, and summed up rightly by their README."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from hwsim.quantities import energy_text
from hwsim.report.numbers import decimal_size

FOLDER = Path(__file__).resolve().parents[2] / "reports" / "energy"
NAMES = ("paper", "paper-row", "demo", "demo-row", "digits", "digits-row")


def content(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / name / "report.json").read_text("utf-8"))
    return loaded


@pytest.mark.parametrize("name", NAMES)
def test_actions_add_up(name: str) -> None:
    report = content(name)
    for action in report["actions"]:
        assert action["energy_pj"] == action["count"] * action["energy_pj_each"]
    total = math.fsum(action["energy_pj"] for action in report["actions"])
    assert report["total_energy_pj"] == total
    for row in report["comparisons"]:
        energies = (action["energy_pj"] for action in row["actions"])
        assert row["total_energy_pj"] == math.fsum(energies)


def test_the_summary_shows_the_reports_numbers() -> None:
    summary = (FOLDER / "README.md").read_text("utf-8")
    rows = {
        cells[0].strip(): [cell.strip() for cell in cells[1:]]
        for cells in (line.strip("| ").split(" | ") for line in summary.splitlines())
        if len(cells) == 1 + len(NAMES)
    }
    reports = [content(name) for name in NAMES]
    assert rows["energy of a recall"] == [energy_text(r["total_energy_pj"]) for r in reports]
    assert rows["whole datapath, padding included"] == [
        decimal_size(sum(report["footprint_bits"].values())) for report in reports
    ]
    titles = {
        "float32 from DRAM": "float32_dram",
        "float32 from ideal SRAM": "float32_sram",
        "8-bit integers from ideal SRAM": "int8_sram",
        "the engine, nothing skipped": "engine_dense",
        "nearest-pattern search, no weights": "nearest",
    }
    for title, name in titles.items():
        for cell, report in zip(rows[title], reports, strict=True):
            row = next(row for row in report["comparisons"] if row["name"] == name)
            assert cell.startswith(energy_text(row["total_energy_pj"]))


def test_the_table_of_engines_says_what_their_reports_do() -> None:
    folder = FOLDER.parent / "architecture"
    summary = (folder / "README.md").read_text("utf-8")
    reports = [
        json.loads((folder / name / "report.json").read_text("utf-8"))
        for name in ("paper", "paper-row", "demo-row")
    ]
    for number in ("1", "2", "4", "8"):
        [line] = [line for line in summary.splitlines() if line.startswith(f"| {number} |")]
        for cell, report in zip(line.strip("| ").split(" | ")[1:], reports, strict=True):
            spent = report["rules"]["engines"][number]
            start = f"{energy_text(spent['energy_pj'])}, {spent['cycles']:,} cycles, "
            assert cell.startswith(start)
            bits, unit = cell.removeprefix(start).split()
            scale = {"Mbit": 1e6, "kbit": 1e3}[unit]
            assert bits == f"{spent['footprint_bits'] / scale:.{len(bits.split('.')[1])}f}"
