"""The benches of training and co-simulation: they run, and say what they measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hwsim.bench import simulation, training
from hwsim.bench.contenders import Point
from tests.cli.conftest import Run
from tests.tools import require_tool


def test_training(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "NEURONS", 20)
    monkeypatch.setattr(training, "PATTERNS", 30)
    monkeypatch.setattr(training, "ROUNDS", 2)
    ran = run("bench", "--what", "training", "-o", tmp_path / "t", "--json")
    assert ran.status == 0, ran.err
    result = json.loads(ran.out)
    assert result == json.loads((tmp_path / "t" / "speed.json").read_text())
    case = result["cases"][0]
    assert (case["neurons"], case["patterns"]) == (20, 30)
    assert case["two_products_ms"] > 0
    assert "hwsim bench --what training" in (tmp_path / "t" / "speed.md").read_text()


def test_cosim(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    require_tool("iverilog")
    tiny = simulation.SimulationCase(Point(20, 30, 0.02), 2, 8)
    monkeypatch.setattr(simulation, "CASES", {"tiny": tiny})
    monkeypatch.setattr(simulation, "ROUNDS", 1)
    ran = run("bench", "--what", "cosim", "-o", tmp_path / "c", "--json")
    assert ran.status == 0, ran.err
    (case,) = json.loads(ran.out)["cases"]
    assert case["recalls"] == 2
    # words in and out and latencies are part of it, so more than the reads of two steps
    assert case["cycles"] > 2 * (30 * 3 + 20 * 2)
    assert case["overhead"] == case["cocotb_seconds"] / case["plain_seconds"]
    assert "tiny" in (tmp_path / "c" / "speed.md").read_text()
