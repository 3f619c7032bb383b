"""The demo on real images, whole; `make demo` runs the other one."""

from __future__ import annotations

import json
import re
from pathlib import Path

from hwsim.demo import CORNERS
from hwsim.reference.data import digits
from tests.cli.conftest import Run


def test_digits(run: Run, tmp_path: Path) -> None:
    output = tmp_path / "demo"
    ran = run("demo", "--data", "digits", "-o", output)
    assert ran.status == 0, ran.err
    assert ran.out.splitlines()[-1] == "18 recalls co-simulated in icarus: bit-exact"
    assert ran.out.count(" = predicted ") == 19  # each recall, and the sum
    kept = json.loads((output / "report" / "report.json").read_text())
    # the figures that the page begins with, and what they are the mean of: not the table's noise
    assert f"{output / 'report' / 'report.html'}: " in ran.out
    assert "mean of 14 recalls: the co-simulated queries with 10 % and 20 % noise; " in ran.out
    # 14 recalls would say that the search is the less accurate, the table's that it is not
    rows = kept["validation"]["recall"][1:3]
    for ways in ("exact", "engine"), ("nearest", "nearest"):
        mean = sum(row[ways[0]] for row in rows) / len(rows)
        told = next(way for way in kept["comparisons"] if way["name"] == ways[1])
        assert abs(told["recall_accuracy"] - mean) < 0.005
    words = ran.out.split("mean of 14")[1]
    assert re.search(r"% of the energy and (0\.\d{4} more accurate|as accurate) here", words)
    assert kept["parameters"]["neurons"] == 64
    assert kept["parameters"]["patterns"] == len(digits())
    assert kept["cosim"]["cycles"] == kept["cosim"]["cycles_predicted"]
    assert sum(row["parting"]["unexplained"] for row in kept["validation"]["recall"]) == 0
    assert (output / "report" / "digits.png").read_bytes()[:4] == b"\x89PNG"
    page = (output / "report" / "report.html").read_text()
    assert page.index("<h2") == page.index('<h2 id="story">')
    assert page.count("<svg") > 3
    # counts of the report are the counts the engine was compared with, on the same queries
    vectors = json.loads((output / "vectors" / "vectors.json").read_text())
    for name in ("pattern_reads", "weight_reads", "lut_reads", "groups_skipped"):
        total = sum(recall["counters"][name] for recall in vectors["recalls"][CORNERS:])
        assert kept["counts"][name]["total"] == total
