"""The studies' own measurements against slow or hand-made answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwsim.config import Parameters
from hwsim.cost.comparisons import search_comparisons
from hwsim.cost.tables import load_technology
from hwsim.experiments import lab, step_size
from hwsim.experiments.influence import gini, influences, split_self
from hwsim.experiments.precision import trap
from hwsim.measure.memories import MemoryKey
from hwsim.reference.memory import Memory
from hwsim.reference.recall import field
from tests.experiments.committed import table


@pytest.fixture(scope="module")
def memory() -> Memory:
    return MemoryKey(24, 40, 0.06, seed=3).train()


def test_influences_equal_flipping_every_spin(memory: Memory) -> None:
    states = np.random.default_rng(0).choice([-1, 1], (9, memory.neurons)).astype(np.int8)
    outputs = np.array([2, 5, 23])
    slow = np.zeros((memory.neurons, len(outputs)))
    for state in states:
        before = field(memory, state[np.newaxis])[0] > 0
        for j in range(memory.neurons):
            flipped = state.copy()
            flipped[j] *= -1
            after = field(memory, flipped[np.newaxis])[0] > 0
            slow[j] += (before != after)[outputs] / len(states)
    found = influences(memory, states, outputs)
    np.testing.assert_allclose(found, slow)
    assert found.any()
    cross, own = split_self(found, outputs)
    assert own.tolist() == [found[2, 0], found[5, 1], found[23, 2]]
    assert cross.sum() + own.sum() == pytest.approx(found.sum())
    assert cross.size == found.size - 3


def test_gini_by_hand() -> None:
    assert gini(np.array([3.0, 3.0, 3.0])) == pytest.approx(0)
    assert gini(np.array([0.0, 0.0, 0.0, 8.0])) == pytest.approx(0.75)  # 1 - 1/n: one has all
    assert gini(np.array([1.0, 3.0])) == pytest.approx(0.25)
    assert gini(np.zeros(4)) == 0


@given(st.lists(st.floats(0.01, 100), min_size=2, max_size=12))
def test_gini_is_the_mean_difference(values: list[float]) -> None:
    array = np.array(values)
    differences = np.abs(array[:, np.newaxis] - array).mean()
    assert gini(array) == pytest.approx(differences / (2 * array.mean()), abs=1e-9)


def test_slope_of_a_power_law() -> None:
    rows = [{"step": step, "damage": 3 * step**1.8} for step in (0.1, 0.2, 0.5, 1.0)]
    fit = step_size.slope([*rows, {"step": 2.0, "damage": -1.0}], "damage")
    assert fit["slope"] == pytest.approx(1.8)
    assert fit["r_squared"] == pytest.approx(1)
    assert (fit["points"], fit["of"]) == (4, 5)
    assert step_size.slope(rows[:2], "damage")["slope"] is None


def test_the_margin_is_linear_in_the_weights(memory: Memory) -> None:
    """Why its loss has no power law: errors of either sign cancel exactly."""
    error = np.random.default_rng(1).uniform(-1, 1, memory.alpha.shape)
    plus = lab.margin(lab.with_alpha(memory, memory.alpha + error))
    minus = lab.margin(lab.with_alpha(memory, memory.alpha - error))
    assert (plus + minus) / 2 == pytest.approx(lab.margin(memory))


def test_float_quantization_beyond_codes_is_the_same_rule(memory: Memory) -> None:
    for bits in (2, 5, 8):
        ours = step_size.round_to_grid(memory.alpha.astype(np.float64), bits)
        theirs = lab.dequantized(memory, "minmax", bits).alpha
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_trap_by_hand() -> None:
    assert trap(100, 0.02, 5) == pytest.approx(31 * np.exp(-4))


def test_the_committed_searches_cost_what_they_do_today() -> None:
    """A search's energy hangs on N and P alone: a committed one of an older model is seen."""
    for row in table("asynchronous"):
        size = Parameters(neurons=row["neurons"], patterns=int(row["load"] * row["neurons"]))
        ways = search_comparisons(size, load_technology(), None, None, (), 1)
        assert row["search_pj"] == pytest.approx(min(way.total_pj for way in ways), rel=1e-9)
