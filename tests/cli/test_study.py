"""The whole study in its quick size, and a sweep, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

from hwsim.experiments.catalogue import names
from tests.cli.conftest import Run


def test_every_experiment_runs_quickly(run: Run, tmp_path: Path) -> None:
    output = tmp_path / "study"
    ran = run("experiments", "run", "all", "--quick", "-o", output, "--json")
    assert ran.status == 0, ran.err
    summary = json.loads(ran.out)
    assert summary["experiments"] == list(names())
    study = (output / "README.md").read_text()
    for name in names():
        result = json.loads((output / f"{name}.json").read_text())
        assert result["name"] == name
        assert (output / f"{name}.csv").stat().st_size > 0
        assert (output / f"{name}.svg").read_text().startswith("<?xml")
        assert f"({name}.svg)" in study
    claimed = {verdict["experiment"] for verdict in summary["verdicts"]}
    assert {f"figure{number}" for number in range(1, 10)} <= claimed
    # Small samples and small networks do not judge the paper.
    outcomes = {verdict["outcome"] for verdict in summary["verdicts"]}
    assert "undecided" in outcomes
    assert not outcomes & {"reproduced", "partly", "not reproduced"}


def test_experiments_are_listed(run: Run) -> None:
    listed = json.loads(run("experiments", "list", "--json").out)["experiments"]
    assert [row["name"] for row in listed] == list(names())


def test_an_unknown_experiment_is_refused(run: Run, tmp_path: Path) -> None:
    ran = run("experiments", "run", "figure10", "-o", tmp_path / "study")
    assert ran.status == 2
    assert ran.err.startswith("Error: ")
    assert "figure10" in ran.err
    assert not (tmp_path / "study").exists()


def test_a_sweep_goes_on_where_it_stopped(run: Run, tmp_path: Path) -> None:
    spec = tmp_path / "spec.toml"
    spec.write_text("[sweep]\nneurons = 16\nload = 2.0\nbits = [1, 2]\nqueries = 5\ntrials = 1\n")
    counts = []
    for _ in range(2):
        ran = run("sweep", spec, "-o", tmp_path / "sweep", "--json")
        assert ran.status == 0, ran.err
        counts.append(json.loads(ran.out)["computed"])
    assert counts == [2, 0]
