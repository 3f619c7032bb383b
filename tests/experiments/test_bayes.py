"""The Bayes study: noise as the posterior assumes it, and the point that nothing beats in bits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hwsim.experiments import bayes, lab
from hwsim.experiments.settings import Settings
from hwsim.measure.memories import Store
from hwsim.reference.bayes import bayes_memory
from hwsim.reference.data import random_patterns


def test_every_spin_is_flipped_by_itself() -> None:
    patterns = random_patterns(50, 20, 1)
    queries, targets = bayes.flipped(patterns, 0.2, [3], 4000)
    distances = (queries != targets).sum(axis=1)
    # binomial: mean 10 and variance 8; so many of each query's spins would have variance 0
    assert distances.mean() == pytest.approx(10, abs=0.3)
    assert distances.var() == pytest.approx(8, rel=0.1)
    assert {bytes(row) for row in targets} == {bytes(row) for row in patterns}


def test_a_trial_keeps_what_it_says(tmp_path: Path) -> None:
    setup = bayes.EXPERIMENT.set_up(
        Settings(0, 1, True, {"neurons": 20, "patterns": 40, "gamma": 0.1, "queries": 400})
    )
    tables = bayes.trial(setup, 2, Store(tmp_path))
    assert [row["noise"] for row in tables["trained"]] == [0.0, 0.2]
    (row,) = tables["rows"]  # no width is the posterior's without noise
    patterns = bayes.memories(setup, 2)[0].make_patterns()
    queries, targets = bayes.flipped(patterns, 0.2, [2, 18, 1], 400)
    memory = bayes_memory(patterns, 0.2)
    states = np.where(memory.kernel(queries) @ patterns > 0, 1, -1)
    assert row["bayes"] == (states == targets).mean()
    assert row["bayes_whole"] == (states == targets).all(axis=1).mean()
    assert row["two_bits"] == tables["trained"][1]["two_bits"]
    assert row["over_nearest"] == row["bayes"] - row["nearest"]
    centred = patterns - patterns.mean(axis=0)
    alone = lab.with_alpha(Store(tmp_path).load(bayes.memories(setup, 2)[0]), centred)
    assert tables["trained"][0]["centred"] == lab.float_accuracy(
        alone, *bayes.flipped(patterns, 0.0, [2, 18, 0], 400)
    )
    # the same answers once more at the width of the noise that there is
    assumed = {each["assumed"]: each["bayes"] for each in tables["assumed"]}
    assert assumed[0.2] == row["bayes"]
