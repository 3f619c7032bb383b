"""Batches of queries in flight: the fast model's outcomes and counts are the specification's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hwsim.config import Parameters
from hwsim.hardware import fast, spec
from hwsim.hardware.batches import batch_sizes
from hwsim.hardware.image import Image
from tests.images import near_queries, random_image, random_queries, ruled_images

OUTCOME = ("states", "steps", "converged", "miss", "distance")


def assert_equal(image: Image, slots: int, queries: np.ndarray) -> None:
    image = replace(image, parameters=replace(image.parameters, queries_in_flight=slots))
    outcome, counts = spec.recall_in_flight(image, queries, slots)
    found = fast.recall_in_flight(image, queries)
    for name in OUTCOME:
        assert np.array_equal(getattr(found, name), getattr(outcome, name)), name
    for name in counts.names():
        assert np.array_equal(getattr(found.counts, name), getattr(counts, name)), name


@settings(max_examples=150)
@given(ruled_images(), st.sampled_from((1, 2, 4, 8)), st.integers(0, 10), st.integers(0, 2**32 - 1))
def test_counts_of_batches(image: Image, slots: int, count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    queries = [near_queries(image, count, rng), random_queries(image.parameters, 1, rng)]
    assert_equal(image, slots, np.concatenate(queries))


def test_no_queries() -> None:
    image = random_image(Parameters(9, 8, lanes=8, queries_in_flight=4), np.random.default_rng(0))
    found = fast.recall_in_flight(image, np.zeros((0, 9), np.int8))
    assert (len(found.steps), len(found.counts.steps)) == (0, 0)


@pytest.mark.parametrize(
    ("queries", "slots", "sizes"), [(0, 2, []), (3, 4, [3]), (8, 4, [4, 4]), (9, 8, [8, 1])]
)
def test_batch_sizes(queries: int, slots: int, sizes: list[int]) -> None:
    assert batch_sizes(queries, slots).tolist() == sizes
