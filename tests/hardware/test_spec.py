"""The specification against the contract's formulas in whole arrays."""

from __future__ import annotations

import dataclasses

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hwsim.hardware.accesses import closed_form
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Counts
from hwsim.hardware.spec import Specification, recall
from hwsim.spins import bits_from_spins, spins_from_bits
from tests.images import corner_queries, random_queries, small_images


def direct_step(
    image: Image, state: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Distances, kernel values, fields and next bits of one step in whole-array int64."""
    p = image.parameters
    distances = (image.patterns != state).sum(axis=1, dtype=np.int64)
    kernel = image.kernel_lut[distances - (distances.min() if p.nearest else 0)]
    code_bits = image.codes[:, :, None] >> np.arange(p.weight_bits) & 1
    v = (2 * code_bits.astype(np.int64) - 1) @ np.array(p.C)
    fields = (kernel @ v) * 2**p.offset_frac_bits + image.offsets * kernel.sum()
    return distances, kernel, fields, np.where(fields == 0, state, fields > 0).astype(np.uint8)


@given(small_images(), st.integers(0, 2**32 - 1))
def test_every_step_is_the_contract_s(image: Image, seed: int) -> None:
    p, rng = image.parameters, np.random.default_rng(seed)
    queries = np.concatenate([corner_queries(image, rng), random_queries(p, 2, rng)])
    answer, counts = recall(image, queries), []
    for q, query in enumerate(bits_from_spins(queries)):
        recalled = Specification(image).recall(query)
        steps, converged = recalled.passes, recalled.converged
        state, sums, kernel_values = query, [], 0
        for number, step in enumerate(steps):
            distances, kernel, fields, after = direct_step(image, state)
            lanes = np.arange(p.patterns) // p.lanes
            active = np.unique(lanes[kernel > 0])
            assert step.distances == distances.tolist()
            assert step.kernel == kernel.tolist()
            assert step.kernel_sum == kernel.sum()
            assert step.active_groups == active.tolist()  # skipped: all values are 0
            assert step.fields == (fields.tolist() if step.active_groups else [])
            assert step.changed == (after != state).any()
            assert step.changed or number == len(steps) - 1
            kernel_values += int(np.isin(lanes, active).sum())
            sums.append(int(kernel.sum()))
            state = after
        assert converged == (not steps[-1].changed)
        assert converged or len(steps) == p.max_steps
        # recall() tells what the steps were
        assert np.array_equal(answer.states[q], spins_from_bits(state))
        assert answer.steps[q] == len(steps)
        assert answer.converged[q] == converged
        assert answer.miss[q] == (sums[0] == 0)
        assert answer.distance[q] == min(steps[-1].distances)
        counts.append((len(steps), steps, kernel_values))
    expected = closed_form(
        p,
        steps=np.array([count for count, _, _ in counts]),
        active_steps=np.array([sum(bool(s.active_groups) for s in ss) for _, ss, _ in counts]),
        groups_active=np.array([sum(len(s.active_groups) for s in ss) for _, ss, _ in counts]),
        kernel_values=np.array([values for _, _, values in counts]),
    )
    for name in Counts.names():
        assert getattr(answer.counts, name).tolist() == getattr(expected, name).tolist(), name


@given(small_images(), st.integers(0, 2**32 - 1))
def test_the_order_of_patterns_and_of_neurons_does_not_matter(image: Image, seed: int) -> None:
    rng = np.random.default_rng(seed)
    queries = corner_queries(image, rng)
    of_patterns = rng.permutation(image.parameters.patterns)
    of_neurons = rng.permutation(image.parameters.neurons)
    shuffled = dataclasses.replace(
        image,
        patterns=image.patterns[of_patterns][:, of_neurons],
        codes=image.codes[of_patterns][:, of_neurons],
        offsets=image.offsets[of_neurons],
    )
    first, second = recall(image, queries), recall(shuffled, queries[:, of_neurons])
    assert np.array_equal(first.states[:, of_neurons], second.states)
    for name in ("steps", "converged", "miss", "distance"):
        assert np.array_equal(getattr(first, name), getattr(second, name))


@given(small_images(), st.integers(0, 2**32 - 1))
def test_the_complement_of_everything_recalls_the_complement(image: Image, seed: int) -> None:
    # Flipping every bit of a code negates v, so with offsets negated too every field changes sign.
    p = image.parameters
    lowest = -(2**p.offset_bits // 2)
    image = dataclasses.replace(  # the lowest offset has no negative
        image, offsets=np.where(image.offsets == lowest, 0, image.offsets)
    )
    complement = dataclasses.replace(
        image,
        patterns=1 - image.patterns,
        codes=(2**p.weight_bits - 1 - image.codes.astype(np.int64)).astype(np.uint8),
        offsets=-image.offsets,
    )
    queries = corner_queries(image, np.random.default_rng(seed))
    first, second = recall(image, queries), recall(complement, -queries)
    assert np.array_equal(first.states, -second.states)
    for name in ("converged", "miss", "distance"):
        assert np.array_equal(getattr(first, name), getattr(second, name))
    assert all(first.counts.row(q) == second.counts.row(q) for q in range(len(queries)))


@given(small_images())
def test_a_recall_does_not_depend_on_the_ones_before(image: Image) -> None:
    queries = corner_queries(image, np.random.default_rng(1))
    together, backwards = recall(image, queries), recall(image, queries[::-1])
    assert np.array_equal(together.states, backwards.states[::-1])
    for q in range(len(queries)):
        alone = recall(image, queries[q : q + 1])
        assert alone.counts.row(0) == together.counts.row(q)


@given(small_images())
def test_a_converged_state_recalls_itself_in_one_step(image: Image) -> None:
    answer = recall(image, corner_queries(image, np.random.default_rng(2)))
    again = recall(image, answer.states)
    assert again.converged[answer.converged].all()
    assert (again.steps[answer.converged] == 1).all()
    assert np.array_equal(again.states[answer.converged], answer.states[answer.converged])
