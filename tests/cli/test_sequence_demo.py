"""The demo of a sequence: what it says of its steps, worked out again from its own files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

import hwsim
from hwsim import sequence_demo
from hwsim.cosim.result import CosimResult
from hwsim.pictures import blocks
from hwsim.reference.queries import noisy_queries
from tests.cli.conftest import Run
from tests.tools import require_tool

T = 50


def replayed(folder: Path, cues: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Which steps are right, (Q, T), by the specification's states and the order of storing."""
    memory = hwsim.load_memory(folder / "memory.npz")
    wanted = memory.patterns[(chosen[:, None] + np.arange(1, T + 1)) % T]
    states = hwsim.associate(folder / "image", cues, model="spec").trajectories
    right: np.ndarray = (states == wanted).all(axis=2)
    return right


def test_digits_are_counted_from_a_noisy_cue(run: Run, tmp_path: Path) -> None:
    require_tool("iverilog")
    output = tmp_path / "demo"
    ran = run("demo", "--task", "sequence", "--seed", 3, "-o", output)
    assert ran.status == 0, ran.err
    kept = json.loads((output / "demo.json").read_text())
    patterns = hwsim.load_memory(output / "memory.npz").patterns
    grey, labels = load_digits(return_X_y=True)
    spins = np.where(grey >= 8, 1, -1)
    drawn_as = {state.tobytes(): label for state, label in zip(spins, labels, strict=True)}
    of = [drawn_as[state.tobytes()] for state in patterns.astype(spins.dtype)]
    assert of == list(range(10)) * 5
    assert len(np.unique(patterns, axis=0)) == kept["patterns"] == kept["sequence_steps"] == T
    cue, _ = noisy_queries(patterns[:1], 1, 0.1, 3)
    assert (cue != patterns[:1]).sum() == 6
    (right,) = replayed(output, cue, np.zeros(1, dtype=np.int64))
    assert (kept["right"], kept["stored"], kept["agreed"]) == (right.sum(), T, T)
    assert right.sum() > 40
    assert f"{right.sum()} of {T} steps from a cue with 10% noise are right" in ran.out
    # the picture: the cue, then the digits in order
    for state in (cue[0], patterns[1], patterns[2]):
        for line in blocks(state, (8, 8)):
            assert line.rstrip() in ran.out
    assert ran.out.index("cue ") < ran.out.index("step 1 ") < ran.out.index("step 20")
    assert f"{T} of {T} steps have the same integers" in ran.out
    cosim = kept["cosim"]
    assert (cosim["recalls"], cosim["sequence_steps"], cosim["mismatches"]) == (1, T, 0)
    assert cosim["cycles_each"] == cosim["cycles_predicted_each"]
    assert f"1 sequence of {T} steps co-simulated in icarus: bit-exact" in ran.out
    cues, chosen = noisy_queries(patterns, 50, 0.1, 3)
    rights = replayed(output, cues, chosen)
    engine, nearest = kept["engine"], kept["nearest"]
    assert engine["steps"] == pytest.approx(rights.mean())
    assert engine["sequences"] == pytest.approx(rights.all(axis=1).mean())
    near = (cues.astype(int) @ patterns.T).argmax(axis=1)
    assert nearest["sequences"] == pytest.approx((near == chosen).mean())
    report = hwsim.assess(output / "image", memory=output / "memory.npz", queries=None, count=5)
    assert engine["kbit"] == report.engine.footprint_bits / 1000
    assert f"{engine['steps']:.4f}" in ran.out
    assert run("check", output).status == 0


def test_without_a_simulator_it_says_what_is_missing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    ran = run("demo", "--task", "sequence", "--data", "random", "-o", tmp_path / "demo", "--json")
    assert ran.status == 0, ran.err
    told = json.loads(ran.out)
    assert (told["data"], told["cosim"], told["sequence_steps"]) == ("random", None, 100)
    assert told["right"] == told["agreed"] == 100
    memory = hwsim.load_memory(tmp_path / "demo" / "memory.npz")
    assert (memory.neurons, memory.stored) == (200, 100)
    assert hwsim.check(tmp_path / "demo" / "vectors").sound


def test_a_cue_that_leads_elsewhere_and_a_difference_are_told(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # as noise a shift: the cue is the eleventh pattern, another 0
    given = sequence_demo.noisy_queries

    def led_astray(patterns, count, noise, seed):  # type: ignore[no-untyped-def]
        whole = sequence_demo.counting_digits(0)
        return (whole[10:11], [0]) if count == 1 else given(patterns, count, noise, seed)

    found = CosimResult(
        "icarus", 1, ("sequence 0, step 3: label 1, expected 7",), (9,), (9,), (8,), 0.1, results=T
    )
    monkeypatch.setattr(sequence_demo, "noisy_queries", led_astray)
    monkeypatch.setattr(sequence_demo, "cosimulate_if_possible", lambda *_, **__: (found, ""))
    ran = run("demo", "--task", "sequence", "-o", tmp_path / "demo")
    assert ran.status == 1
    assert "0 of 50 steps from a cue with 10% noise are right and 50 a stored pattern" in ran.out
    assert "step 1 *" in ran.out
    assert "differs: sequence 0, step 3: label 1, expected 7" in ran.out


def test_foreign_folders_stay_as_they_are(run: Run, tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "mine.txt").write_text("mine")
    ran = run("demo", "--task", "sequence", "-o", tmp_path / "demo")
    assert (ran.status, ran.out) == (2, "")
    assert [file.name for file in (tmp_path / "demo").iterdir()] == ["mine.txt"]
