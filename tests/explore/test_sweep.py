"""Sweeps: specifications, resuming after kills, Dask with a dying worker, Pareto fronts."""

from __future__ import annotations

import itertools
import json
import signal
import subprocess
import sys
import textwrap
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from hwsim.comparison.sweeps import compare_rows
from hwsim.errors import InputError
from hwsim.explore import sweep
from hwsim.explore.sweep.journal import NAME, open_journal
from hwsim.explore.sweep.pareto import front
from hwsim.explore.sweep.point import Point
from hwsim.explore.sweep.spec import load_spec, parse_spec
from hwsim.report.sweep import pareto

SPEC = """
[sweep]
neurons = 24
load = [1.5, 3.0]
gamma = 0.08
quantizer = ["minmax", "neuron-mse", "sign-zero"]
bits = [1, 2]
offset_bits = [0, 6]
noise = [0.1, 0.2]
trials = 2
queries = 12
"""
POINTS = 2 * 5 * 2 * 2 * 2  # loads, quantizers at their bits, offsets, noises, trials
FILES = ("results.csv", "summary.csv", "pareto.csv")


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "spec.toml"
    path.write_text(SPEC)
    return path


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The result files of a sweep that nothing disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "spec.toml").write_text(SPEC)
    result = sweep.run(folder / "spec.toml", folder / "out", jobs=1)
    assert result.computed == len(result.points) == POINTS
    return {name: (folder / "out" / name).read_bytes() for name in FILES}


def assert_same(folder: Path, expected: dict[str, bytes]) -> None:
    for name, content in expected.items():
        assert (folder / name).read_bytes() == content, name


# SPECIFICATION ---------------------------------------------------------------------------------


def test_points_are_in_canonical_order_and_of_legal_bits(spec: Path) -> None:
    points = load_spec(spec).points()
    assert len(points) == POINTS
    assert {p.patterns for p in points} == {36, 72}
    assert {p.bits for p in points if p.quantizer == "sign-zero"} == {1}
    memories = [point.memory for point in points]
    changes = sum(a != b for a, b in itertools.pairwise(memories))
    assert changes == len(set(memories)) - 1  # points of one memory are neighbours


def test_the_documented_example_is_legal() -> None:
    text = textwrap.dedent(str(sweep.__doc__).split("\n\n")[2])
    points = parse_spec(tomllib.loads(text)).points()
    assert len(points) == 2 * 5 * 2 * 2 * 2 * 3


def test_order_of_values_in_the_file_does_not_matter() -> None:
    def points(noise: list[float]) -> list[Point]:
        return parse_spec({"sweep": {"neurons": 8, "patterns": [4, 2], "noise": noise}}).points()

    assert points([0.1, 0.2]) == points([0.2, 0.1, 0.2])


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"neuron": 8}, "neuron is unknown; the keys are .*; did you mean 'neurons'"),
        ({"patterns": 8}, "neurons is missing"),
        ({"neurons": 8}, "either patterns or load"),
        ({"neurons": 8, "patterns": 8, "load": 1}, "either patterns or load"),
        ({"neurons": [8, 0], "load": 1}, r"neurons\[1\] is 0"),
        ({"neurons": True, "load": 1}, "neurons is True"),
        ({"neurons": 8.0, "load": 1}, "neurons is 8.0"),
        ({"neurons": 8, "load": 0}, "load is 0"),
        ({"neurons": 8, "load": 1, "gamma": "wide"}, "gamma is 'wide'"),
        (
            {"neurons": 8, "load": 1, "gamma": []},
            r"gamma is \[\]; it must be a number above 0, at most 1e\+300, or a list",
        ),
        ({"neurons": 8, "load": 1, "bits": 9}, "bits is 9"),
        ({"neurons": 8, "load": 1, "lanes": 12}, "lanes is 12"),
        ({"neurons": 8, "load": 1, "noise": 1.5}, "noise is 1.5"),
        ({"neurons": 8, "load": 1, "quantizer": "best"}, "quantizer is 'best'"),
        ({"neurons": 8, "load": 1, "method": "adam"}, "method is 'adam'"),
        ({"neurons": 8, "load": 1, "kernel_origin": "far"}, "kernel_origin is 'far'"),
        ({"neurons": 8, "load": 1, "trials": 0}, "trials is 0"),
        ({"neurons": 8, "load": 1, "seed": -1}, "seed is -1"),
        ({"neurons": 8, "load": 1, "trials": [1, 2]}, r"trials is \[1, 2\]"),
    ],
)
def test_a_bad_value_is_named(table: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        parse_spec({"sweep": table})


def test_the_method_s_old_name() -> None:
    table = {"neurons": 8, "load": 1, "trainer": ["converged", "gradient-descent"]}
    with pytest.warns(FutureWarning, match="^the sweep's key trainer is called method now$"):
        old = parse_spec({"sweep": table})
    table["method"] = table.pop("trainer")
    assert old == parse_spec({"sweep": table})
    with pytest.raises(InputError, match="trainer is the old name of method"):
        parse_spec({"sweep": table | {"trainer": "converged"}})


def test_points_are_filed_as_they_were_under_the_old_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a sweep begun by hwsim 0.1 goes on."""
    monkeypatch.setattr("hwsim.explore.sweep.point.__version__", "0.1.0")
    point = Point(
        data="random",
        neurons=32,
        patterns=96,
        gamma=0.02,
        method="converged",
        penalty="l2",
        seed=0,
        quantizer="minmax",
        bits=1,
        kernel_bits=8,
        kernel_origin="nearest",
        offset_bits=0,
        lanes=64,
        max_steps=50,
        noise=0.1,
        queries=40,
    )
    assert point.identity == "17b0a2ec5a6c9997912592b4"


def test_bad_files_are_named(tmp_path: Path) -> None:
    path = tmp_path / "spec.toml"
    with pytest.raises(InputError, match="does not exist"):
        load_spec(path)
    path.write_text("neurons = ")
    with pytest.raises(InputError, match="is not TOML"):
        load_spec(path)
    path.write_text("neurons = 8\n")
    with pytest.raises(InputError, match=r"no table \[sweep\]"):
        load_spec(path)
    path.write_text("noise = 0.1\n[sweep]\nneurons = 8\nload = 1\n")
    with pytest.raises(InputError, match="noise is outside"):
        load_spec(path)


def test_a_sweep_without_points_or_with_too_many_is_refused() -> None:
    table: dict[str, Any] = {"neurons": 8, "load": 1, "quantizer": "sign-mean", "bits": 2}
    with pytest.raises(InputError, match="no point"):
        parse_spec({"sweep": table}).points()
    wide = {"neurons": list(range(1, 1001)), "patterns": list(range(1, 1001)), "trials": 2}
    with pytest.raises(InputError, match="at most 200000"):
        parse_spec({"sweep": wide}).points()


# LOCAL -----------------------------------------------------------------------------------------


def test_one_process_or_two_and_a_second_run(
    spec: Path, tmp_path: Path, expected: dict[str, bytes]
) -> None:
    out = tmp_path / "out"
    calls: list[tuple[int, int]] = []
    once = sweep.run(spec, out, None, lambda *at: calls.append(at), jobs=2)
    assert once.computed == POINTS
    assert_same(out, expected)
    assert calls[0] == (0, POINTS)
    assert calls[-1] == (POINTS, POINTS)
    again = sweep.run(spec, out, jobs=2)
    assert again.computed == 0
    assert_same(out, expected)
    pictures = [pareto(found) for run in (once, again) if (found := compare_rows(run.summary))]
    assert pictures[0] == pictures[1]
    assert not (out / "memories").exists()


def test_killed_and_resumed(spec: Path, tmp_path: Path, expected: dict[str, bytes]) -> None:
    out = tmp_path / "out"
    code = f"from hwsim.explore import sweep; sweep.run(Path({str(spec)!r}), Path({str(out)!r}))"
    code = f"from pathlib import Path\nif __name__ == '__main__':\n    {code}\n"
    script = tmp_path / "sweep.py"
    script.write_text(code)
    process = subprocess.Popen([sys.executable, str(script)], start_new_session=True)
    journal = out / NAME
    try:
        deadline = time.monotonic() + 60
        while not journal.exists() or journal.read_bytes().count(b"\n") < POINTS // 4:
            assert process.poll() is None, "the sweep ended before it could be killed"
            assert time.monotonic() < deadline
            time.sleep(0.005)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    kept = journal.read_bytes()
    assert not (out / "results.csv").exists()
    with journal.open("ab") as stream:
        stream.write(b'{"identity": "torn')  # a kill in the middle of a line
    result = sweep.run(spec, out, jobs=1)
    assert result.computed == POINTS - kept.count(b"\n")
    assert result.computed > 0
    assert journal.read_bytes().startswith(kept)  # what was finished was not computed again
    assert journal.read_bytes().count(b"\n") == POINTS
    assert_same(out, expected)
    assert sweep.run(spec, out, jobs=1).computed == 0  # the torn line spoilt none after it


def test_folders_that_are_not_a_sweeps_are_left_alone(spec: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("irreplaceable")
    with pytest.raises(InputError, match=r"holds no points\.jsonl"):
        sweep.run(spec, out)
    (out / "thesis.txt").unlink()
    with open_journal(out), pytest.raises(InputError, match="another sweep is at work"):
        sweep.run(spec, out)
    (out / NAME).write_text("nonsense\n")
    with pytest.raises(InputError, match="line 1"):
        sweep.run(spec, out)


# DASK ------------------------------------------------------------------------------------------


@contextmanager
def dask_cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler's address, and worker processes without a nanny to revive them."""
    info = folder / "scheduler.json"
    common = ["--no-dashboard"]
    log = (folder / "dask.log").open("wb")

    def start(command: str, *arguments: str) -> subprocess.Popen[bytes]:
        line = [sys.executable, "-m", "dask", command, *arguments, *common]
        return subprocess.Popen(line, stdout=log, stderr=log, cwd=folder)

    processes = [start("scheduler", "--port", "0", "--host", "127.0.0.1",
                       "--scheduler-file", str(info))]  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while not (info.exists() and info.read_text().rstrip().endswith("}")):
            assert time.monotonic() < deadline, (folder / "dask.log").read_text()
            time.sleep(0.05)
        address = json.loads(info.read_text())["address"]
        for _ in range(workers):
            processes.append(start("worker", address, "--nthreads", "1", "--no-nanny"))
        yield address, processes[1:]
    finally:
        for process in processes:
            process.kill()
            process.wait()
        log.close()


@pytest.mark.filterwarnings("ignore")  # what Dask warns of is not ours to mend
def test_dask_with_a_worker_killed_half_way(
    spec: Path, tmp_path: Path, expected: dict[str, bytes]
) -> None:
    pytest.importorskip("distributed")
    out = tmp_path / "out"
    with dask_cluster(tmp_path, workers=2) as (address, processes):

        def kill_half_way(done: int, total: int) -> None:
            if done >= total // 2 and processes[0].poll() is None:
                processes[0].kill()
                processes[0].wait()

        result = sweep.run(spec, out, address, kill_half_way)
        assert processes[0].poll() is not None, "no worker was killed"
        assert processes[1].poll() is None
    assert result.computed == POINTS
    assert_same(out, expected)


@pytest.mark.filterwarnings("ignore")
def test_an_address_where_nobody_answers(
    spec: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("hwsim.measure.cluster.TIMEOUT", "1s")
    with pytest.raises(InputError, match="no Dask scheduler answers"):
        sweep.run(spec, tmp_path / "out", "tcp://127.0.0.1:1")


# PARETO ----------------------------------------------------------------------------------------


def test_front_by_hand() -> None:
    rows = [
        {"recall_accuracy": accuracy, "cost": cost}
        for accuracy, cost in ((0.9, 3), (0.8, 1), (0.7, 2), (0.95, 3), (0.95, 5), (0.99, 9))
    ]
    assert [(row["recall_accuracy"], row["cost"]) for row in front(rows, "cost")] == [
        (0.8, 1),
        (0.95, 3),
        (0.99, 9),
    ]
