"""Designs side by side from the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run, folder_content, refused


@pytest.fixture
def other(run: Run, memory: Path, tmp_path: Path) -> Path:
    """The same memory's image at 1 bit with offsets."""
    path = tmp_path / "other"
    words = ("--bits", 1, "--offset-bits", 4, "--lanes", 8)
    assert run("export", memory, *words, "-o", path).status == 0
    return path


def test_table_json_csv_and_page_say_the_same(
    run: Run, image: Path, other: Path, memory: Path, tmp_path: Path
) -> None:
    given = ("compare", image, other, "--memory", memory, "--count", 12, "--clock", 100)
    told = json.loads(run(*given, "-o", tmp_path / "out", "--json").out)
    assert told.pop("output") == str(tmp_path / "out")
    assert told == json.loads((tmp_path / "out" / "comparison.json").read_text())
    (task,) = told["tasks"]
    names = [each["name"] for each in task["candidates"]]
    assert names[:2] == ["image", "other"]
    table = run(*given, "--csv").out
    assert table == (tmp_path / "out" / "comparison.csv").read_text()
    assert [row["name"] for row in csv.DictReader(io.StringIO(table))] == names
    shown = run(*given).out
    for words in ("12 patterns of 20 neurons", "nearest-pattern search", "float32", "at 10 %"):
        assert words in shown
    assert run("check", tmp_path / "out").status == 0


def test_a_sweep_is_read_and_not_measured_again(run: Run, image: Path, tmp_path: Path) -> None:
    spec = tmp_path / "spec.toml"
    spec.write_text(
        "[sweep]\nneurons = 16\nload = 2.0\nbits = [1, 2]\nlanes = [8, 16]\n"
        "noise = [0.1, 0.2]\nqueries = 5\ntrials = 1\n"
    )
    assert run("sweep", spec, "-o", tmp_path / "sweep").status == 0
    before = folder_content(tmp_path / "sweep")
    told = json.loads(run("compare", tmp_path / "sweep", "--json").out)
    assert folder_content(tmp_path / "sweep") == before
    (task,) = told["tasks"]
    engines = [each for each in task["candidates"] if each["kind"] == "engine"]
    assert [each["name"] for each in engines] == [
        *("1 bit, 8 lanes", "1 bit, 16 lanes", "2 bits, 8 lanes", "2 bits, 16 lanes"),
    ]
    assert task["noise"] == [0.1, 0.2]
    refused(run, "compare", tmp_path / "sweep", image, words=("is a sweep", "by itself"))
    refused(run, "compare", tmp_path / "sweep", "--count", 5, words=("--count is for images",))


def test_an_unfinished_sweep_says_what_is_left_out(run: Run, tmp_path: Path) -> None:
    spec, out = tmp_path / "spec.toml", tmp_path / "sweep"
    spec.write_text(
        "[sweep]\nneurons = 16\nload = 2.0\nbits = [1, 2, 3]\nnoise = [0.1, 0.2]\n"
        "queries = 5\ntrials = 2\n"
    )
    assert run("sweep", spec, "-o", out).status == 0
    whole = run("compare", out, "--json")
    assert json.loads(whole.out)["missing"] == ""
    assert "left out" not in whole.err
    journal = out / "points.jsonl"
    lines = journal.read_text().splitlines(keepends=True)

    def at(line: str, **asked: float) -> bool:
        point = json.loads(line)["point"]
        return all(point[name] == value for name, value in asked.items())

    gone = [line for line in lines if at(line, bits=2, noise=0.1)]
    trial = [line for line in lines if at(line, bits=3, noise=0.2)][:1]
    assert len(gone) == 2  # of two trials
    (out / "results.csv").unlink()
    journal.write_text("".join(line for line in lines if line not in (*gone, *trial)))
    told = run("compare", out, "-o", tmp_path / "page")
    for words in (
        "Warning: the sweep in ",
        "was not finished, so designs may be missing",
        "; 1 design not measured at every noise is left out; ",
        "; some are means of 1 trials, others of 2; run hwsim sweep to its end",
    ):
        assert words in told.err
    for name in ("comparison.md", "comparison.json", "comparison.html"):
        assert "1 design not measured at every noise" in (tmp_path / "page" / name).read_text()


def test_a_sweep_without_a_clock_is_given_one(run: Run, tmp_path: Path) -> None:
    spec, out = tmp_path / "spec.toml", tmp_path / "sweep"
    text = "[sweep]\nneurons = 16\nload = 2.0\nbits = [1, 2]\nqueries = 5\ntrials = 2\n"
    spec.write_text(text)
    assert run("sweep", spec, "-o", out).status == 0
    (plain,) = json.loads(run("compare", out, "--json").out)["tasks"]
    (task,) = json.loads(run("compare", out, "--clock", 50, "--json").out)["tasks"]
    for before, each in zip(plain["candidates"], task["candidates"], strict=True):
        assert each["latency_us"] == pytest.approx(each["answer_cycles"] / 50)
        assert each["recalls_per_second"] == pytest.approx(50e6 / each["cycles"])
        assert before["latency_us"] is None
        assert each["name"] == before["name"]
    assert "latency" in run("compare", out, "--clock", 50).out
    refused(run, "compare", out, "--clock", "nan", words=("clock is nan",))
    spec.write_text(f"{text}clock_mhz = [50, 100]\n")
    clocked = tmp_path / "clocked"
    assert run("sweep", spec, "-o", clocked).status == 0
    words = ("clock_mhz is 20, but the sweep in ", "has clocks of its own; leave the clock out")
    refused(run, "compare", clocked, "--clock", 20, words=words)


def test_float_stands_beside_the_designs_of_a_sweep(run: Run, tmp_path: Path) -> None:
    """Once: what it takes depends on steps, which differ, and of these the least is told."""
    spec, out = tmp_path / "spec.toml", tmp_path / "sweep"
    spec.write_text(
        "[sweep]\nneurons = 16\nload = 2.0\nbits = [1, 2]\nlanes = [8, 16]\n"
        "noise = [0.1, 0.2]\nqueries = 20\ntrials = 1\n"
    )
    assert run("sweep", spec, "-o", out).status == 0
    (task,) = json.loads(run("compare", out, "--json").out)["tasks"]
    (floats,) = (each for each in task["candidates"] if each["kind"] == "float")
    assert floats["name"] == "float32, weights in DRAM"
    rows = [*csv.DictReader((out / "results.csv").read_text().splitlines())]
    rows = [row for row in rows if row["noise"] == "0.1"]
    assert {row["float_recall_accuracy"] for row in rows} == {
        f"{floats['recall_accuracy']['0.1']:.10g}"
    }
    assert floats["energy_pj"] == min(float(row["float32_dram_energy_pj"]) for row in rows)


@pytest.mark.parametrize("journal", [b"", b'{"identity": "9763fe53b7d8'])
def test_a_sweep_of_no_finished_point_is_told(run: Run, tmp_path: Path, journal: bytes) -> None:
    """As one that was killed in its first point leaves."""
    (tmp_path / "sweep").mkdir()
    (tmp_path / "sweep" / "points.jsonl").write_bytes(journal)
    words = ("sweep holds no design that is finished", "run hwsim sweep to its end")
    refused(run, "compare", tmp_path / "sweep", "-o", tmp_path / "out", words=words)
    assert not (tmp_path / "out").exists()


def test_what_cannot_be_compared_is_refused(run: Run, image: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    refused(run, "compare", image, image, "-o", out, words=("is named twice",))
    refused(run, "compare", image, tmp_path / "gone", "-o", out, words=("gone",))
    refused(run, "compare", image, "--noise", "x", "-o", out, words=("noise is 'x'",))
    refused(run, "compare", image, "--noise", "0,nan", "-o", out, words=("noise is nan",))
    refused(run, "compare", image, "--noise=-0.1", "-o", out, words=("noise is -0.1",))
    refused(run, "compare", image, "--csv", "--json", words=("leave one out",))
    refused(run, "compare", image, "-o", image, words=("image",))
    assert not out.exists()
