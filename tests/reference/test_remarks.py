"""What is legal and yet told: notes that are no notes, copies, memories the other way round."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hwsim
from hwsim.errors import HwsimWarning
from hwsim.reference.data import digits
from hwsim.reference.memory import Memory
from hwsim.reference.remarks import load_and_tell, remarks
from hwsim.reference.training import train

RNG = np.random.default_rng(3)
PATTERNS = RNG.choice(np.array([-1, 1], dtype=np.int8), (60, 100))
TRAINED = train(PATTERNS, 0.02)


def test_a_trained_memory_draws_none() -> None:
    assert list(remarks(TRAINED)) == []


@pytest.mark.parametrize("shape", [(60, 100), (100, 40), (50, 50)])
def test_a_transposed_memory_is_told(shape: tuple[int, int], tmp_path: Path) -> None:
    patterns = RNG.choice(np.array([-1, 1], dtype=np.int8), shape)
    trained = train(patterns, 0.005, method="converged")
    assert list(remarks(trained)) == []
    np.savez(tmp_path / "t.npz", patterns=patterns.T, alpha=trained.alpha.T, gamma=0.005)
    with pytest.warns(
        HwsimWarning, match=r"t\.npz: patterns and alpha seem to be transposed"
    ) as all_:
        hwsim.load_memory(tmp_path / "t.npz")
    assert len(all_) == 1
    assert "save patterns.T and alpha.T" in str(all_[0].message)


@pytest.mark.parametrize("gamma", [0.005, 0.02, 0.1])
def test_a_poor_memory_is_not_called_transposed(gamma: float) -> None:
    for alpha in (RNG.normal(size=PATTERNS.shape), PATTERNS.astype(float), np.zeros((60, 100))):
        assert list(remarks(Memory(PATTERNS, alpha, gamma))) == []
        assert list(remarks(Memory(PATTERNS.T, alpha.T, gamma))) == []


def test_digits_the_other_way_round_recall_themselves_and_are_told() -> None:
    patterns = np.unique(digits()[:200], axis=0)
    trained = train(patterns, 0.1, method="converged")
    assert list(remarks(trained)) == []
    equal, turned = remarks(Memory(patterns.T, trained.alpha.T, 0.1))
    assert equal.startswith("patterns 0 and ")  # pixels that no digit has
    assert turned.startswith("patterns and alpha seem to be transposed")


def test_copies_are_counted() -> None:
    twice = np.vstack([PATTERNS, PATTERNS[7], PATTERNS[3], PATTERNS[7]])
    (words,) = remarks(Memory(twice, twice.astype(float), 0.1))
    assert words.startswith("patterns 7 and 60 are equal, 3 of 63 a copy of an earlier one")


@pytest.mark.parametrize(
    ("notes", "told"),
    [
        ({"mixing": np.ones(60)}, "mixing"),
        ({"mixing": 0.5, "delay": 3}, "mixing, delay"),
        ({"author": "somebody", "seed": 3, "steps": 500, "kernel": "rbf"}, None),
    ],
)
def test_numbers_of_unknown_meaning_are_told(
    notes: dict[str, Any], told: str | None, tmp_path: Path
) -> None:
    arrays = {"patterns": PATTERNS, "alpha": TRAINED.alpha, "gamma": 0.02}
    np.savez(tmp_path / "m.npz", **arrays, **notes)
    if told is None:
        load_and_tell(tmp_path / "m.npz")
        return
    with pytest.warns(HwsimWarning, match=f"m.npz: {told}: numbers that hwsim does not know"):
        load_and_tell(tmp_path / "m.npz")
