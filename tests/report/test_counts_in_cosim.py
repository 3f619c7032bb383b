"""Counts in the report are the engine's own, for the same queries."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from hwsim.config import Parameters
from hwsim.cosim import cosimulate
from hwsim.cost.energy import estimate
from hwsim.export.folder import write_image
from hwsim.golden import make_vectors
from hwsim.hardware import fast
from hwsim.report import write_report
from tests.images import corner_queries, random_image
from tests.tools import require_tool


def test_counts_and_cycles_in_the_report_are_the_engines(tmp_path: Path) -> None:
    """Cosim compares the engine's counters with the vectors, here the vectors with the report."""
    require_tool("iverilog")
    rng = np.random.default_rng(8)
    image = random_image(Parameters(20, 37, lanes=16, kernel_bits=5, offset_bits=3), rng)
    queries = corner_queries(image, rng)
    write_image(tmp_path / "image", image)
    make_vectors(tmp_path / "image", queries, tmp_path / "vectors")
    measured = cosimulate(tmp_path / "image", tmp_path / "vectors")
    assert measured.mismatches == ()
    assert measured.recalls == len(queries)

    counts = fast.recall(image, queries).counts
    write_report(tmp_path / "report", estimate(image.parameters, image.gamma, counts))
    content = json.loads((tmp_path / "report" / "report.json").read_text())
    mean = content["timing"]["cycles_mean"]
    assert abs(mean * len(queries) - sum(measured.cycles)) < 1e-6
    expected = json.loads((tmp_path / "vectors" / "vectors.json").read_text())
    totals: dict[str, int] = {}
    for recall in expected["recalls"]:
        for name, count in recall["counters"].items():
            totals[name] = totals.get(name, 0) + count
    assert len(totals) > 10
    totals.pop("cycles", None)
    assert {name: content["counts"][name]["total"] for name in totals} == totals
    actions = {action["name"]: action["count"] for action in content["actions"]}
    for name, total in totals.items():
        if name in actions:
            assert abs(actions[name] * len(queries) - total) < 1e-6
