"""The Bayes point against every query there is, counted in whole numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hwsim
from hwsim.errors import InputError
from hwsim.reference.bayes import bayes_memory, posterior_gamma
from hwsim.reference.data import random_patterns

Integers = npt.NDArray[np.int64]


def every_state(neurons: int) -> npt.NDArray[np.int8]:
    bits = np.arange(2**neurons)[:, None] >> np.arange(neurons) & 1
    return (2 * bits - 1).astype(np.int8)


def joint(patterns: npt.NDArray[np.int8], flipped: int, of: int) -> Integers:
    """P(spin is +1 and y) - P(spin is -1 and y), times P * of**N, of every query y at p = flipped /
    of: (2**N, N), without a rounding.
    """
    neurons = patterns.shape[1]
    overlap = every_state(neurons).astype(np.int64) @ patterns.T.astype(np.int64)
    distance = (neurons - overlap) // 2
    likelihood = flipped**distance * (of - flipped) ** (neurons - distance)
    return likelihood @ patterns.astype(np.int64)


@st.composite
def stored(draw: st.DrawFn) -> npt.NDArray[np.int8]:
    neurons, patterns = draw(st.integers(1, 8)), draw(st.integers(1, 12))
    rows = st.lists(st.sampled_from((-1, 1)), min_size=neurons, max_size=neurons)
    return np.array(draw(st.lists(rows, min_size=patterns, max_size=patterns)), np.int8)


@given(patterns=stored(), flipped=st.integers(1, 4), of=st.integers(9, 12))
def test_no_answer_keeps_more_bits(patterns: npt.NDArray[np.int8], flipped: int, of: int) -> None:
    # the most that any function of the query can keep is sum |joint|; a tie may go either way
    memory = bayes_memory(patterns, flipped / of)
    states = hwsim.recall_float(memory, every_state(patterns.shape[1]), max_steps=1).states
    odds = joint(patterns, flipped, of)
    assert int((odds * states).sum()) == int(np.abs(odds).sum())


@pytest.mark.parametrize("seed", range(3))
def test_nor_at_sixteen_neurons_where_search_and_training_keep_fewer(seed: int) -> None:
    patterns, queries = random_patterns(16, 24, seed), every_state(16)
    odds = joint(patterns, 1, 4)
    best = int(np.abs(odds).sum())

    def kept(states: npt.NDArray[np.int8]) -> int:
        return int((odds * states).sum())

    memory = hwsim.train(patterns, method="bayes", noise=0.25)
    assert kept(hwsim.recall_float(memory, queries, max_steps=1).states) == best
    nearest = patterns[np.argmax(queries.astype(int) @ patterns.T.astype(int), axis=1)]
    trained = hwsim.train(patterns, memory.gamma, method="converged")
    assert kept(nearest) < best
    assert kept(hwsim.recall_float(trained, queries, max_steps=1).states) < best
    assert kept(hwsim.recall_float(memory, queries, max_steps=20).states) < best


def test_the_image_answers_alike_but_where_its_kernel_rounds() -> None:
    patterns = random_patterns(16, 24, 5)
    image = hwsim.lower(bayes_memory(patterns, 0.25), bits=1, kernel_bits=16, max_steps=1, lanes=8)
    odds = joint(patterns, 1, 4)
    # A kernel value is off by half a step of 1 / 65535 of the nearest pattern's at most, a field by
    # P of those.
    overlap = every_state(16).astype(np.int64) @ patterns.T.astype(np.int64)
    nearest = 3 ** ((16 + overlap.max(axis=1)) // 2)
    sure = np.abs(odds) > (nearest * 24)[:, None] / (2 * 65535)
    states = hwsim.recall(image, every_state(16)).states
    assert sure.mean() > 0.99
    assert (states == np.sign(odds))[sure].all()


def test_the_kernel_is_the_odds() -> None:
    for noise in (1e-12, 0.01, 0.1, 0.25, 0.4999):
        gamma = posterior_gamma(noise)
        assert np.exp(-4 * gamma) == pytest.approx(noise / (1 - noise), rel=1e-12)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"noise": 0.0}, "noise is 0.0; a Bayes memory needs the fraction of spins"),
        ({"noise": 0.5}, "above 0 and below 0.5"),
        ({"noise": float("nan")}, "noise is nan"),
        ({}, "noise is missing"),
        ({"noise": 0.1, "gamma": 0.2}, "gamma is 0.2, but method bayes trains nothing"),
        ({"noise": 0.1, "steps": 5}, "steps is 5, but method bayes"),
        ({"noise": 0.1, "penalty": "l1"}, "penalty is l1"),
        ({"noise": 0.1, "regularization": 1.0}, "regularization is 1.0"),
        ({"noise": 0.1, "learning_rate": 1.0}, "learning_rate is 1.0"),
        ({"noise": 0.1, "matrix": "dense"}, "matrix is dense"),
    ],
)
def test_what_it_cannot_use_is_refused(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        hwsim.train([[1, -1], [1, 1]], method="bayes", **arguments)


def test_training_needs_gamma_and_no_noise() -> None:
    with pytest.raises(InputError, match="gamma is missing: method converged"):
        hwsim.train([[1, -1], [1, 1]], method="converged")
    with pytest.raises(InputError, match="noise is of method bayes alone"):
        hwsim.train([[1, -1], [1, 1]], 0.1, noise=0.1)
