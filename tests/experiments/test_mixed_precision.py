"""Mixed precision: the program's optimum, and levels that stay what they are in wider codes."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

import hwsim
from hwsim.compress.lower import lower_weights
from hwsim.compress.offsets import learn_offsets
from hwsim.compress.quantize import quantize
from hwsim.design import PLAIN, Design
from hwsim.experiments import mixed_precision
from hwsim.experiments.allocation import allocate
from hwsim.hardware import fast
from tests.images import near_queries

WIDTHS = mixed_precision.WIDTHS


@given(st.integers(1, 4), st.integers(0, 12), st.integers(0, 2**32))
def test_no_other_choice_within_the_budget_costs_less(count: int, over: int, seed: int) -> None:
    costs = np.random.default_rng(seed).integers(0, 6, (count, len(WIDTHS))).astype(float)
    budget = count + over
    found = allocate(costs, WIDTHS, budget)
    assert sum(WIDTHS[index] for index in found) <= budget
    least = min(
        sum(costs[neuron, index] for neuron, index in enumerate(each))
        for each in product(range(len(WIDTHS)), repeat=count)
        if sum(WIDTHS[index] for index in each) <= budget
    )
    assert costs[np.arange(count), found].sum() == least


def test_an_integer_program_s_solver_finds_the_same_cost() -> None:
    rng = np.random.default_rng(3)
    costs = np.sort(rng.random((60, len(WIDTHS))), axis=1)[:, ::-1]
    one_each = np.kron(np.eye(60), np.ones(len(WIDTHS)))
    solved = milp(
        costs.ravel(),
        integrality=np.ones(costs.size),
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(one_each, 1, 1),
            LinearConstraint(np.tile(WIDTHS, 60)[None], ub=120),
        ],
        options={"mip_rel_gap": 0},
    )
    found = costs[np.arange(60), allocate(costs, WIDTHS, 120)].sum()
    assert found == pytest.approx(solved.fun, abs=1e-6)


@pytest.fixture(scope="module")
def memory() -> hwsim.Memory:
    rng = np.random.default_rng(2)
    patterns = rng.choice(np.array([-1, 1], dtype=np.int8), (60, 24))
    return hwsim.train(patterns, 0.08, method="converged")


def test_levels_of_fewer_bits_are_levels_of_the_most(memory: hwsim.Memory) -> None:
    """An image of all neurons at two bits in four-bit codes recalls as the two-bit image does."""
    by_width = {
        width: learn_offsets(memory, quantize(memory.alpha, width, "neuron-mse"))
        for width in WIDTHS
    }
    design = Design(bits=2, **PLAIN)
    plain = lower_weights(memory, by_width[2], design)
    wide = mixed_precision.together(by_width, np.full(24, 2))
    assert np.array_equal(wide.integers(), by_width[2].integers())
    assert wide.codes.max() < 16
    image = lower_weights(memory, wide, Design(bits=4, **PLAIN))
    assert np.array_equal(image.offsets, plain.offsets)
    queries = near_queries(plain, 40, np.random.default_rng(1))
    assert np.array_equal(fast.recall(image, queries).states, fast.recall(plain, queries).states)
    widths = np.resize(WIDTHS, 24)
    mixed = mixed_precision.together(by_width, widths)
    for neuron, width in enumerate(widths):
        own = by_width[int(width)]
        assert np.array_equal(mixed.integers()[:, neuron], own.integers()[:, neuron])
        assert (mixed.scale[neuron], mixed.mid[neuron]) == (own.scale[neuron], own.mid[neuron])


def test_costs_are_of_each_neuron_s_own_errors(memory: hwsim.Memory) -> None:
    by_width = {width: quantize(memory.alpha, width, "neuron-mse") for width in WIDTHS}
    costs = mixed_precision.costs_of(memory, by_width, 0)
    assert costs.bits.shape == costs.fields.shape == (24, 4)
    assert (costs.fields.mean(axis=0)[:-1] > costs.fields.mean(axis=0)[1:]).all()
    found = mixed_precision.allocations(costs, 2, 0)
    # at four bits most next bits from 10 and 20 % noise are right, and more than at one bit
    assert costs.bits[:, 3].mean() < min(0.2, costs.bits[:, 0].mean())
    for widths in found.values():
        assert widths.sum() <= 48
    assert sorted(found["shuffled"]) == sorted(found["mixed"])
    rows = np.arange(24)
    uniform = (costs.bits + mixed_precision.TIE * costs.fields)[:, 1].sum()
    mixed = (costs.bits + mixed_precision.TIE * costs.fields)[rows, found["mixed"] - 1].sum()
    assert mixed <= uniform
