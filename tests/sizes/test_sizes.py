"""The table of sizes is made, of small ones; what it says is measured, and not tested here."""

from __future__ import annotations

import pytest

from tests.sizes.__main__ import main


@pytest.mark.parametrize(("rules", "shown"), [("0", ""), ("1", "yes")])
def test_a_table(rules: str, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--size", "100", "70", "2", "2000", rules]) == 0
    lines = capsys.readouterr().out.splitlines()
    head, row = lines[2], lines[-1]
    assert head.count("|") == row.count("|") == 16
    assert row.startswith(f"| 100 | 70 | 2 | 2,000 | {shown} |")
