"""What is legal and yet told: notes that are no notes, copies, memories the other way round."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import hwsim
from hwsim.errors import HwsimWarning
from hwsim.reference.data import digits, random_patterns
from hwsim.reference.kernel import gaussian_table, hamming_distances
from hwsim.reference.memory import Memory
from hwsim.reference.recall import recall
from hwsim.reference.remarks import load_and_tell, remarks
from hwsim.reference.training import TrainingWarning, train
from hwsim.spins import SpinArray

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


@pytest.mark.parametrize("gamma", [0.002, 0.02, 0.1])
@pytest.mark.parametrize("steps", [20, 500])
@pytest.mark.parametrize("shape", [(300, 8), (180, 60), (30, 8), (8, 300)])
def test_a_badly_trained_memory_is_not_called_transposed(
    shape: tuple[int, int], steps: int, gamma: float
) -> None:
    """Far more patterns than it can hold, or too few steps: the other way round fits better."""
    patterns = random_patterns(shape[1], shape[0], 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TrainingWarning)
        trained = train(patterns, gamma, steps=steps)
    assert not [words for words in remarks(trained) if "transposed" in words]


def ridge(patterns: SpinArray, gamma: float, penalty: float) -> npt.NDArray[np.float64]:
    distances = hamming_distances(patterns, patterns)
    kernel = gaussian_table(patterns.shape[1], gamma)[distances]
    return np.linalg.solve(kernel + penalty * np.eye(len(patterns)), patterns)


@pytest.mark.parametrize("gamma", [0.002, 0.02, 0.1])
@pytest.mark.parametrize("penalty", [0.0, 0.05, 1.0])
@pytest.mark.parametrize("shape", [(180, 60), (50, 50), (40, 100), (200, 30)])
def test_ridge_regression_is_told_one_way_round(
    shape: tuple[int, int], penalty: float, gamma: float
) -> None:
    """Even where both ways round recall well, for patterns hardly meet."""
    patterns = random_patterns(shape[1], shape[0], 1)
    alpha = ridge(patterns, gamma, penalty)
    assert list(remarks(Memory(patterns, alpha, gamma))) == []
    if penalty:  # else fields in the patterns are 1 and say no more
        (words,) = remarks(Memory(patterns.T, alpha.T, gamma))
        assert "transposed" in words
        assert " of -1.00, as training leaves them" in words


def test_both_ways_round_recall_well_and_one_is_told() -> None:
    patterns = random_patterns(100, 200, 1)
    trained = train(patterns, 0.1, method="converged")
    turned = Memory(patterns.T, trained.alpha.T, 0.1)
    for memory in (trained, turned):
        reached = recall(memory, memory.patterns).states
        assert np.array_equal(reached, memory.patterns)
    assert list(remarks(trained)) == []
    assert "transposed" in next(remarks(turned))


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


def test_a_note_without_a_name_is_told_as_such() -> None:
    (words,) = remarks(Memory(TRAINED.patterns, TRAINED.alpha, 0.02, {"": 1.0}))
    assert words.startswith("a note without a name: numbers that hwsim does not know")
