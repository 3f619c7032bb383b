"""The whole study in its quick size, and a sweep, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

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


def test_a_figure_with_values_and_a_memory_of_one_s_own(run: Run, tmp_path: Path) -> None:
    own, output = tmp_path / "own.npz", tmp_path / "figure"
    assert run("train", "--neurons", 20, "--patterns", 30, "--gamma", 0.06, "-o", own).status == 0
    options = ("--neurons", 20, "--patterns", 30, "--gamma", 0.06, "--noise", "0,0.2")
    command = ("experiments", "run", "figure5", *options, "--trials", 2, "-o", output, "--json")
    for data in ((), ("--memory", own)):
        ran = run(*command, *data)
        assert ran.status == 0, ran.err
        outcomes = {verdict["outcome"] for verdict in json.loads(ran.out)["verdicts"]}
        assert outcomes <= {"holds here", "holds partly here", "does not hold here", "undecided"}
        held = json.loads((output / "figure5.json").read_text())["parameters"]
        assert (held["neurons"], held["patterns"], held["gamma"]) == (20, 30, 0.06)
        assert held["noise"] == [0, 0.2]
        assert held.get("memory") == ("own.npz" if data else None)
    listed = json.loads(run("experiments", "list", "figure5", "--json").out)["parameters"]
    assert {"--neurons", "--noise", "--lambda"} <= {row["option"] for row in listed}


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("figure6 --noise 0.1", "figure6 has no parameter --noise; it has --neurons, "),
        ("figure5 --gamma 0.1,0.2", "--gamma has 2 values; this experiment takes one"),
        ("figure5 --neurons many", "--neurons is 'many'; it must be a whole number"),
        ("figure7 --memory own.npz", "figure7 trains several memories"),
        ("figure5 --memory own.npz --gamma 1", "--gamma is 1.0, but own.npz has gamma 0.1; leave"),
        ("figure5 --memory gone.npz", "gone.npz"),
        ("figure5 --patterns-file gone.npy", "gone.npy"),
    ],
)
def test_what_a_figure_cannot_take_is_refused(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    run("train", "--neurons", 8, "--patterns", 4, "--gamma", 0.1, "-o", "own.npz")
    ran = run("experiments", "run", *typed.split(), "-o", "out")
    assert ran.status == 2
    assert ran.err.startswith("Error: ")
    assert message in ran.err
    assert ran.err.count("\n") == 1
    assert not Path("out").exists()


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
