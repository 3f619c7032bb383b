"""The table of sizes is made, of small ones; what it says is measured, and not tested here."""

from __future__ import annotations

import pytest

from tests.sizes.__main__ import main


def test_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--size", "100", "70", "2", "2000"]) == 0
    lines = capsys.readouterr().out.splitlines()
    head, row = lines[2], lines[-1]
    assert head.count("|") == row.count("|") == 13
    assert row.startswith("| 100 | 70 | 2 | 2,000 |")
