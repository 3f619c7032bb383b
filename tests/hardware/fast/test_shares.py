"""Engines side by side: the fast model's outcomes and counts are the specification's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hwsim.config import Parameters
from hwsim.hardware import fast, spec
from hwsim.hardware.image import Image
from tests.images import corner_queries, near_queries, random_image, ruled_images
from tests.rtl.ruled import random_case

OUTCOME = ("states", "steps", "converged", "miss", "distance")


def assert_equal(image: Image, engines: int, queries: np.ndarray) -> None:
    p = image.parameters
    engines = min(engines, 1 << (p.groups.bit_length() - 1))
    image = replace(image, parameters=replace(p, engines=engines))
    expected, found = spec.recall(image, queries), fast.recall(image, queries)
    for name in OUTCOME:
        assert np.array_equal(getattr(found, name), getattr(expected, name)), name
    for name in expected.counts.names():
        assert np.array_equal(getattr(found.counts, name), getattr(expected.counts, name)), name


@settings(max_examples=40)
@given(ruled_images(max_patterns=70), st.sampled_from((2, 4, 8)), st.integers(0, 2**32 - 1))
def test_counts_of_engines_side_by_side(image: Image, engines: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    queries = [corner_queries(image, rng), near_queries(image, 4, rng)]
    assert_equal(image, engines, np.concatenate(queries))


@pytest.mark.parametrize("seed", range(12))
def test_images_of_the_engine_s_tests(seed: int) -> None:
    image, queries = replace(random_case(seed), any_limits=False).make()
    assert_equal(image, (2, 4, 8)[seed % 3], queries)


def test_no_queries() -> None:
    p = Parameters(9, 16, lanes=8, engines=2)
    image, queries = random_image(p, np.random.default_rng(0)), np.zeros((0, 9), np.int8)
    assert len(fast.recall(image, queries).counts.steps) == 0
