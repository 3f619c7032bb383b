"""Kernel, field, update, recall and the measures, against sums written out and worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwsim.errors import InputError
from hwsim.reference.data import random_patterns
from hwsim.reference.kernel import hamming_distances, rbf_kernel
from hwsim.reference.memory import Memory
from hwsim.reference.metrics import (
    bit_accuracy,
    recall_accuracy,
    stability_margin,
)
from hwsim.reference.recall import BATCH, field, recall, update


def random_memory(neurons: int, patterns: int, seed: int, gamma: float = 0.05) -> Memory:
    rng = np.random.default_rng(seed)
    return Memory(
        random_patterns(neurons, patterns, seed), rng.normal(size=(patterns, neurons)), gamma
    )


@given(
    neurons=st.integers(1, 30),
    patterns=st.integers(1, 10),
    gamma=st.floats(0.001, 1),
    seed=st.integers(0, 2**32 - 1),
)
def test_kernel_is_the_papers(neurons: int, patterns: int, gamma: float, seed: int) -> None:
    stored = random_patterns(neurons, patterns, seed)
    states = random_patterns(neurons, 4, seed + 1)
    distances = hamming_distances(states, stored)
    kernel = rbf_kernel(states, stored, gamma)
    nearest = rbf_kernel(states, stored, gamma, origin="nearest")
    for q, m in np.ndindex(distances.shape):
        apart = states[q].astype(int) - stored[m].astype(int)
        assert distances[q, m] == np.count_nonzero(apart)
        assert kernel[q, m] == pytest.approx(math.exp(-gamma * int(apart @ apart)), rel=1e-12)
    assert np.allclose(nearest * kernel.max(axis=1, keepdims=True), kernel, rtol=1e-9, atol=0)
    assert (nearest.max(axis=1) == 1).all()


def test_distances_are_exact_at_the_largest_size() -> None:
    ones = np.ones((1, 65536), dtype=np.int8)
    other = ones.copy()
    other[0, ::3] = -1
    assert hamming_distances(ones, np.vstack([ones, other, -ones])).tolist() == [[0, 21846, 65536]]


def test_kernel_origin_must_be_known() -> None:
    with pytest.raises(InputError, match="kernel_origin is 'far'"):
        rbf_kernel(np.ones((1, 2), np.int8), np.ones((1, 2), np.int8), 0.1, origin="far")


def test_field_by_hand() -> None:
    # Two patterns of three spins at distances 1 and 2 from the state; exp(-4 * 0.25) = 1/e.
    memory = Memory(
        np.array([[1, 1, 1], [-1, -1, 1]], np.int8),
        np.array([[1.0, 2.0, 0.0], [3.0, -1.0, 0.5]]),
        0.25,
    )
    state = np.array([[1, 1, -1]], np.int8)
    e = math.e
    expected = [1 / e + 3 / e**3, 2 / e - 1 / e**3, 0.5 / e**3]
    assert field(memory, state)[0] == pytest.approx(expected, rel=1e-12)
    assert field(memory, state, origin="nearest")[0] == pytest.approx(
        [value * e for value in expected], rel=1e-12
    )
    assert update(memory, state).tolist() == [[1, 1, 1]]


def test_a_field_of_zero_keeps_the_spin() -> None:
    memory = Memory(np.array([[1, -1]], np.int8), np.array([[0.0, 0.0]]), 0.1)
    states = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]], np.int8)
    assert np.array_equal(update(memory, states), states)
    assert bit_accuracy(memory) == 1.0


def test_steps_and_convergence_by_hand() -> None:
    # One pattern: every state goes to the signs of its weights in one step; a second confirms.
    memory = Memory(np.array([[1, -1, 1]], np.int8), np.array([[2.0, -1.0, 0.5]]), 0.1)
    queries = np.array([[1, -1, 1], [-1, -1, -1]], np.int8)
    result = recall(memory, queries)
    assert result.states.tolist() == [[1, -1, 1], [1, -1, 1]]
    assert result.steps.tolist() == [1, 2]
    assert result.converged.tolist() == [True, True]
    cut = recall(memory, queries, max_steps=1)
    assert cut.states.tolist() == [[1, -1, 1], [1, -1, 1]]
    assert cut.steps.tolist() == [1, 1]
    assert cut.converged.tolist() == [True, False]


def test_a_cycle_never_converges() -> None:
    # The state and its complement are both stored and each points to the other.
    memory = Memory(np.array([[1, 1], [-1, -1]], np.int8), np.array([[-1, -1], [1, 1]]), 1.0)
    result = recall(memory, np.array([[1, 1]], np.int8), max_steps=7)
    assert (result.states.tolist(), result.steps.tolist()) == ([[-1, -1]], [7])
    assert result.converged.tolist() == [False]


@given(
    neurons=st.integers(1, 12),
    patterns=st.integers(1, 8),
    max_steps=st.integers(1, 6),
    seed=st.integers(0, 2**32 - 1),
)
def test_recall_is_update_repeated(neurons: int, patterns: int, max_steps: int, seed: int) -> None:
    memory = random_memory(neurons, patterns, seed)
    queries = random_patterns(neurons, 6, seed + 1)
    result = recall(memory, queries, max_steps=max_steps)
    for q in range(6):
        state = queries[q : q + 1]
        step, still = 0, False
        while step < max_steps and not still:
            following = update(memory, state)
            step, still, state = step + 1, np.array_equal(following, state), following
        assert np.array_equal(result.states[q], state[0])
        assert (result.steps[q], result.converged[q]) == (step, still)


def test_batches_do_not_matter() -> None:
    memory = random_memory(10, 20, 0)
    states = random_patterns(10, 2 * BATCH + 3, 1)
    whole = field(memory, states)
    single = np.vstack([field(memory, states[[q]]) for q in (0, BATCH - 1, BATCH, 2 * BATCH + 2)])
    assert np.allclose(whole[[0, BATCH - 1, BATCH, 2 * BATCH + 2]], single, rtol=1e-12)


def test_float32_agrees_with_float64() -> None:
    memory = random_memory(50, 100, 3)
    queries = random_patterns(50, 40, 4)
    assert field(memory, queries, dtype=np.float32).dtype == np.float32
    double, single = recall(memory, queries), recall(memory, queries, dtype=np.float32)
    assert np.mean(double.states == single.states) > 0.99


@pytest.mark.parametrize("factor", [1e60, 1e-60])
def test_float32_takes_weights_beyond_its_range(factor: float) -> None:
    rng = np.random.default_rng(3)
    patterns = rng.choice(np.array([-1, 1], dtype=np.int8), (6, 20))
    alpha = rng.normal(size=(6, 20))
    plain, scaled = Memory(patterns, alpha, 0.05), Memory(patterns, alpha * factor, 0.05)
    queries = rng.choice(np.array([-1, 1], dtype=np.int8), (50, 20))
    assert recall(scaled, queries, dtype=np.float32) == recall(plain, queries, dtype=np.float64)


def test_far_queries_do_not_underflow() -> None:
    # exp(-4 * 0.5 * 900) is far below the smallest float64; the sign of the field is still known.
    pattern = np.ones((1, 1000), np.int8)
    memory = Memory(pattern, np.ones((1, 1000)), 0.5)
    query = pattern.copy()
    query[0, :900] = -1
    assert np.array_equal(recall(memory, query).states, pattern)


def test_measures_by_hand() -> None:
    memory = Memory(
        np.array([[1, -1], [1, 1]], np.int8), np.array([[1.0, -2.0], [-3.0, 1.0]]), 0.25
    )
    near = 1 / math.e
    fields = np.array([[1 - 3 * near, -2 + near], [-3 + near, 1 - 2 * near]])
    margin = (fields[0, 0] - fields[0, 1] + fields[1, 0] + fields[1, 1]) / 4
    assert stability_margin(memory) == pytest.approx(margin, rel=1e-12)
    assert bit_accuracy(memory) == 0.5  # 1 - 3/e < 0 and -3 + 1/e < 0 are wrong
    assert bit_accuracy(memory, alpha=memory.patterns.astype(float)) == 1.0
    assert recall_accuracy(np.array([[1, -1]], np.int8), np.array([[1, 1]], np.int8)) == 0.5


def test_complaints() -> None:
    memory = random_memory(4, 3, 0)
    good = random_patterns(4, 2, 0)
    with pytest.raises(InputError, match="max_steps is 0"):
        recall(memory, good, max_steps=0)
    with pytest.raises(InputError, match=r"queries have shape \(2, 3\); the network has 4 neurons"):
        recall(memory, good[:, :3])
    with pytest.raises(InputError, match=r"alpha has shape \(2, 4\), patterns \(3, 4\)"):
        recall(memory, good, alpha=np.ones((2, 4)))
