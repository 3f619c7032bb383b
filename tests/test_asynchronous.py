"""One neuron at a time against the definition in plain whole numbers, and what it costs by hand."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwsim.asynchronous import AsynchronousRecalls
from hwsim.config import Parameters
from hwsim.cost.asynchronous import asynchronous_counts, asynchronous_recall
from hwsim.errors import InputError
from hwsim.hardware import contract
from hwsim.hardware.asynchronous import recall_asynchronously
from hwsim.hardware.image import Image
from hwsim.reference import asynchronous as in_float
from hwsim.reference.data import random_patterns
from hwsim.reference.memory import Memory
from hwsim.reference.training import train
from tests.images import random_image


@st.composite
def images(draw: st.DrawFn) -> Image:
    """Any codes, offsets and falling kernel, both origins."""
    neurons, patterns = draw(st.integers(1, 8)), draw(st.integers(1, 18))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    offset_bits = draw(st.sampled_from((0, 4)))
    p = Parameters(
        neurons,
        patterns,
        draw(st.integers(1, 3)),
        kernel_bits=4,
        lanes=8,
        offset_bits=offset_bits,
        offset_frac_bits=draw(st.integers(0, 2)) if offset_bits else 0,
        kernel_origin=draw(st.sampled_from(("nearest", "absolute"))),
        max_steps=1,
    )
    return random_image(p, rng)


def queries_of(image: Image, count: int) -> npt.NDArray[np.int8]:
    rng = np.random.default_rng(image.parameters.patterns)
    return rng.choice(np.array([-1, 1], np.int8), (count, image.parameters.neurons))


def by_definition(
    image: Image, query: list[int], orders: list[list[int]]
) -> tuple[list[int], int, bool, int, int]:
    """Everything measured anew at every visit: state, sweeps, converged, flips, groups."""
    p = image.parameters
    v, patterns = (
        contract.code_values(image).tolist(),
        (2 * image.patterns.astype(int) - 1).tolist(),
    )
    lut, offsets = image.kernel_lut.tolist(), image.offsets.tolist()
    state, flips, groups = list(query), 0, 0
    for sweep, order in enumerate(orders, 1):
        before = flips
        for i in order:
            d = [sum(a != b for a, b in zip(state, row, strict=True)) for row in patterns]
            origin = min(d) if p.nearest else 0
            k = [lut[distance - origin] for distance in d]
            f = sum(k[m] * v[m][i] for m in range(p.patterns)) * 2**p.offset_frac_bits
            f += offsets[i] * sum(k)
            groups += sum(any(k[g : g + p.lanes]) for g in range(0, p.patterns, p.lanes))
            after = state[i] if f == 0 else 1 if f > 0 else -1
            flips += after != state[i]
            state[i] = after
        if flips == before:
            return state, sweep, True, flips, groups
    return state, len(orders), False, flips, groups


@given(image=images(), order=st.sampled_from(("random", "fixed")), seed=st.integers(0, 2**32))
def test_a_recall_is_the_definition_s(image: Image, order: str, seed: int) -> None:
    queries, most = queries_of(image, 3), 4
    found = recall_asynchronously(image, queries, order=order, seed=seed, max_sweeps=most)
    for q, query in enumerate(queries.tolist()):
        draw, n = np.random.default_rng([seed, q]), image.parameters.neurons
        orders = [
            draw.permutation(n).tolist() if order == "random" else list(range(n))
            for _ in range(most)
        ]
        assert (
            found.states[q].tolist(),
            found.sweeps[q],
            found.converged[q],
            found.flips[q],
            found.groups[q],
        ) == by_definition(image, query, orders)


@given(image=images(), seed=st.integers(0, 2**32))
def test_where_it_ends_a_step_of_all_neurons_changes_nothing(image: Image, seed: int) -> None:
    found = recall_asynchronously(image, queries_of(image, 6), seed=seed, max_sweeps=50)
    ended = found.states[found.converged]
    assert (contract.recall(image, ended).states == ended).all()
    away = (found.states != queries_of(image, 6)).sum(axis=1)
    assert ((found.flips >= away) & ((found.flips - away) % 2 == 0)).all()


@given(image=images())
def test_a_query_s_order_does_not_depend_on_the_others(image: Image) -> None:
    queries = queries_of(image, 5)
    some, all_of_them = (
        recall_asynchronously(image, rows, seed=3) for rows in (queries[:2], queries)
    )
    assert (some.states == all_of_them.states[:2]).all()
    assert (some.flips == all_of_them.flips[:2]).all()


def memory_of(neurons: int, patterns: int, **chosen: Any) -> Memory:
    return train(random_patterns(neurons, patterns, 1), 0.05, **chosen)


@pytest.mark.parametrize("order", ["random", "fixed"])
def test_in_float_a_field_is_measured_anew(order: str) -> None:
    memory = memory_of(24, 60)
    rng = random.Random(4)
    query = [rng.choice((-1, 1)) for _ in range(24)]
    seen: list[npt.NDArray[np.int8]] = []
    found = in_float.recall_asynchronously(
        memory, np.array([query], np.int8), order=order, seed=9, after_sweep=seen.append
    )
    state, draw = np.array(query), np.random.default_rng([9, 0])
    for after in seen:
        for i in draw.permutation(24) if order == "random" else range(24):
            distances = (memory.patterns != state).sum(axis=1)
            field = float(np.exp(-4 * 0.05 * (distances - distances.min())) @ memory.alpha[:, i])
            assert abs(field) > 1e-9  # so that no rounding decides
            state[i] = 1 if field > 0 else -1
        assert after[0].tolist() == state.tolist()
    assert len(seen) == found.sweeps[0]
    assert found.converged[0]
    assert found.groups[0] == 0


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (
            {"order": "fix"},
            "order is 'fix'; it must be one of random, fixed; did you mean 'fixed'?",
        ),
        ({"max_sweeps": 0}, "max_sweeps is 0; it must be at least 1"),
        ({"seed": -1}, "seed is -1; it must be at least 0"),
    ],
)
def test_a_wrong_choice_is_told(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError) as told:
        in_float.recall_asynchronously(memory_of(8, 5), random_patterns(8, 2, 0), **wrong)
    assert str(told.value) == words


def test_what_it_takes_counted_by_hand() -> None:
    p = Parameters(20, 30, 2, kernel_bits=4, lanes=16, offset_bits=4)  # 2 words, 2 groups
    recalls = AsynchronousRecalls(
        np.ones((2, 20), np.int8),
        sweeps=np.array([2, 4]),
        converged=np.array([True, True]),
        flips=np.array([3, 5]),
        groups=np.array([50, 70]),
    )
    assert asynchronous_counts(p, recalls) == {
        "pattern_reads": 60,  # 30 patterns of 2 words
        "distance_popcounts": 60,
        "state_reads": 60 + 60,  # 3 sweeps of 20 neurons
        "state_writes": 2 + 4,
        "pattern_column_reads": 4 * 2,
        "distance_reads": 4 * 30,
        "distance_writes": 5 * 30,
        "lut_reads": 5 * 30,
        "kernel_plane_writes": 5 * 2 * 4,
        "kernel_plane_reads": 60 * 4,
        "weight_reads": 60 * 2,
        "weight_popcounts": 60 * 2 * 4,
        "plane_multiplications": 60 * 2,
        "accumulations": 60 * 2,
        "accumulating_steps": 5,
        "thresholds": 60,
        "offset_reads": 60,
        "offset_multiplications": 60,
    }
    actions = {action.name: action for action in asynchronous_recall(p, recalls)}
    assert actions["weight_reads"].count == 120
    assert actions["pattern_column_reads"].component == "patterns by neuron"
    assert all(action.energy_pj > 0 for name, action in actions.items() if "plane_mult" not in name)


def test_another_layout_is_not_priced() -> None:
    p = Parameters(20, 30, 2, kernel_bits=4, lanes=16, dataflow="row")
    found = AsynchronousRecalls(*(np.zeros((1, 20), np.int8), *[np.zeros(1, np.int64)] * 4))
    with pytest.raises(InputError, match="dataflow is not group"):
        asynchronous_recall(p, found)
