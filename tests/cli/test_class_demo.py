"""The demo of classes: what it says of the held-out digits, worked out again from its own files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

import hwsim
from hwsim import class_demo
from tests.cli.conftest import Run


def test_classes(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)  # it simulates nothing
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
    assert run("check", output / "image").status == 0


def test_random_patterns_have_no_classes(run: Run, tmp_path: Path) -> None:
    ran = run("demo", "--task", "classify", "--data", "random", "-o", tmp_path / "demo")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == (
        "Error: --data is random, which has no classes; give digits, or leave it out\n"
    )
    assert not (tmp_path / "demo").exists()
