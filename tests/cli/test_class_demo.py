"""The demo of classes: what it says of the held-out digits, worked out again from its own files."""

from __future__ import annotations

import json
import shutil
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

import hwsim
from hwsim import class_demo
from hwsim.compress.aware import learn_codes
from hwsim.cosim.result import CosimResult
from tests.cli.conftest import Run
from tests.tools import require_tool


def test_without_a_simulator_it_says_what_is_missing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    monkeypatch.setattr("hwsim.class_demo.learn_codes", partial(learn_codes, steps=5))
    ran = run("demo", "--task", "classify", "-o", tmp_path / "demo")
    assert ran.status == 0, ran.err
    assert "the Verilog engine was not simulated: iverilog is not on the PATH" in ran.out
    assert json.loads((tmp_path / "demo" / "demo.json").read_text())["cosim"] is None
    assert hwsim.check(tmp_path / "demo" / "vectors").sound


def test_a_difference_ends_with_status_1(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = CosimResult("icarus", 50, ("recall 3: label 1, expected 7",), (9,), (9,), (8,), 0.1)
    monkeypatch.setattr(class_demo, "cosimulate_if_possible", lambda *_, **__: (found, ""))
    monkeypatch.setattr("hwsim.class_demo.learn_codes", partial(learn_codes, steps=5))
    ran = run("demo", "--task", "classify", "-o", tmp_path / "demo")
    assert ran.status == 1
    assert "differs: recall 3: label 1, expected 7" in ran.out


def test_classes(run: Run, tmp_path: Path) -> None:
    require_tool("iverilog")
    output = tmp_path / "demo"
    ran = run("demo", "--task", "classify", "--seed", "4", "-o", output)
    assert ran.status == 0, ran.err
    kept = json.loads((output / "demo.json").read_text())
    image = hwsim.load_image(output / "image")
    grey, labels = load_digits(return_X_y=True)
    out = class_demo._held_out(labels, np.random.default_rng([4, 21]))
    assert np.abs(np.bincount(labels[out]) - np.bincount(labels) / 4).max() <= 0.5
    # two thresholds, a third and two thirds of the range
    spins = np.where(np.concatenate([grey > 16 / 3, grey > 32 / 3], axis=1), 1, -1)
    right = float((hwsim.associate(image, spins[out]).labels == labels[out]).mean())
    engine, nearest = kept["engine"], kept["nearest"]
    assert engine["accuracy"] == right
    near = labels[~out][np.argmax(spins[out] @ spins[~out].T, axis=1)]
    assert nearest["accuracy"] == (near == labels[out]).mean()
    assert engine["accuracy"] > 0.95
    assert engine["kbit"] <= 12.1
    # patterns, a label of four bits each, and the query
    assert nearest["kbit"] == (~out).sum() * (128 + 4) / 1000 + 0.128
    assert kept["learned"] == (~out).sum()
    assert nearest["nj"] > 10 * engine["nj"]
    assert kept["agreed"] == kept["compared"] == 50
    assert f"{engine['accuracy']:.4f}" in ran.out
    assert " -> " in ran.out
    assert "50 of 50 answers have the same integers" in ran.out
    cosim = kept["cosim"]
    assert (cosim["recalls"], cosim["mismatches"]) == (50, 0)
    assert cosim["cycles_each"] == cosim["cycles_predicted_each"]
    rows = json.loads((output / "vectors" / "vectors.json").read_text())["recalls"]
    assert [row["label"] for row in rows] == hwsim.associate(image, spins[out][:50]).labels.tolist()
    assert "50 recalls co-simulated in icarus: bit-exact" in ran.out
    assert run("check", output / "image").status == 0


def test_random_patterns_have_no_classes(run: Run, tmp_path: Path) -> None:
    ran = run("demo", "--task", "classify", "--data", "random", "-o", tmp_path / "demo")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == (
        "Error: --data is random, which has no classes; give digits, or leave it out\n"
    )
    assert not (tmp_path / "demo").exists()
