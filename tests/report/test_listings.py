"""The committed reports are as hwsim wrote them.

One that was remade otherwise gets its listing from `hwsim check FOLDER --reseal`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from hwsim.audit.check import check
from hwsim.files import LISTING

REPORTS = Path(__file__).resolve().parents[2] / "reports"
FOLDERS = {
    "architecture/demo-row": "report",
    "architecture/paper": "report",
    "architecture/paper-row": "report",
    "beyond": "bench",
    "cosimulation": "bench",
    "energy/demo": "report",
    "energy/demo-row": "report",
    "energy/digits": "report",
    "energy/digits-row": "report",
    "energy/paper": "report",
    "energy/paper-row": "report",
    "load": "bench",
    "paper": "experiments",
    "performance": "bench",
    "protection": "bench",
    "training": "bench",
    "reliability/demo": "report",
    "reliability/demo-no-rules": "report",
    "reliability/demo-row": "report",
    "reliability/digits": "report",
    "reliability/digits-no-rules": "report",
    "reliability/digits-row": "report",
    "reliability/paper": "report",
    "reliability/paper-no-rules": "report",
    "solvers": "bench",
    "synthesis": "bench",
}


@pytest.mark.parametrize(("folder", "kind"), FOLDERS.items())
def test_a_report_is_as_it_was_written(folder: str, kind: str) -> None:
    found = check(REPORTS / folder)
    assert found.kind == kind
    assert [str(difference) for difference in found.differences] == []
    assert list(found.notes) == []


def test_no_report_is_left_out() -> None:
    listed = {str(file.parent.relative_to(REPORTS)) for file in REPORTS.rglob(LISTING)}
    written = {
        str(file.parent.relative_to(REPORTS))
        for file in REPORTS.rglob("*.json")
        if file.name != LISTING
    } - {"verification"}  # by make; tests of proofs, mutants and coverage hold it
    assert listed == written == set(FOLDERS)
