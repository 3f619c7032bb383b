"""The fast model is the specification: every state, step, flag and count, by every method."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hwsim.config import KERNEL_ORIGINS, Parameters
from hwsim.hardware.fast import tiles
from hwsim.hardware.fast.model import FastModel
from hwsim.hardware.image import Image
from hwsim.spins import spins_from_bits
from tests.hardware.fast.agreement import (
    COMPILED,
    all_queries,
    check_all_methods,
    simple_image,
)
from tests.images import corner_queries, random_image, random_queries, small_images


@settings(max_examples=400 if COMPILED else 24)
@given(small_images(), st.integers(0, 2**32 - 1))
def test_it_is_the_specification(image: Image, seed: int) -> None:
    check_all_methods(image, all_queries(image, np.random.default_rng(seed)))


@settings(max_examples=25 if COMPILED else 2)
@given(small_images(max_neurons=150, max_patterns=150), st.integers(0, 2**32 - 1))
def test_it_is_the_specification_past_a_word(image: Image, seed: int) -> None:
    check_all_methods(image, corner_queries(image, np.random.default_rng(seed)))


@pytest.mark.parametrize(
    "neurons", [1, 47, 48, 49, 63, 64, 65, 128, 193, 320, 450, 700, 1000, 1100]
)
@pytest.mark.parametrize("patterns", [1, 9])
def test_every_number_of_words(neurons: int, patterns: int) -> None:
    rng = np.random.default_rng(neurons + patterns)
    p = Parameters(neurons, patterns, kernel_bits=3, lanes=512, max_steps=2)
    image = random_image(p, rng)
    check_all_methods(image, corner_queries(image, rng)[-2:])


@pytest.mark.parametrize("reach", [1, 127, 128, 129, 256, 1024, 1025, 1101])
def test_every_reach_of_the_look_up(reach: int) -> None:
    rng = np.random.default_rng(reach)
    p = Parameters(1100, 40, kernel_bits=12, lanes=16, max_steps=1)
    lut = np.zeros(1101, dtype=np.int64)
    lut[:reach] = np.arange(4000, 4000 - reach, -1)
    image = replace(random_image(p, rng), kernel_lut=lut)
    check_all_methods(image, corner_queries(image, rng)[-2:])
    absolute = replace(image, parameters=replace(p, kernel_origin="absolute"))
    check_all_methods(absolute, spins_from_bits(image.patterns[:3]))


@pytest.mark.skipif(not COMPILED, reason="too slow without the compiler")
@pytest.mark.parametrize("neurons", [32767, 32768, 65535, 65536])
def test_distances_that_fill_their_type(neurons: int) -> None:
    rng = np.random.default_rng(neurons)
    p = Parameters(neurons, 3, weight_bits=1, kernel_bits=1, lanes=512, max_steps=1)
    image = random_image(p, rng)
    stored = spins_from_bits(image.patterns)
    queries = np.concatenate([stored, -stored, random_queries(p, 2, rng)])
    index, smallest = FastModel(image).nearest(queries)
    apart = (queries[:, np.newaxis] != stored).sum(axis=2)
    np.testing.assert_array_equal(index, apart.argmin(axis=1))
    np.testing.assert_array_equal(smallest, apart.min(axis=1))
    alone = replace(
        image,
        parameters=replace(p, patterns=1),
        patterns=image.patterns[:1],
        codes=image.codes[:1],
        radius=image.radius[:1],
        kernel_lut=np.ones_like(image.kernel_lut),  # whatever pads a row must not count
    )
    assert check_all_methods(alone, -stored[:1]).distance[0] == neurons


def test_more_patterns_than_one_span_of_byte_products() -> None:
    rng = np.random.default_rng(5)
    for kernel_bits, weight_bits in ((16, 8), (8, 2), (9, 7)):
        p = Parameters(5, 4200, kernel_bits=kernel_bits, weight_bits=weight_bits, max_steps=2)
        image = random_image(p, rng)
        lut = np.full(6, p.kernel_max)
        check_all_methods(replace(image, kernel_lut=lut), corner_queries(image, rng)[-2:])


def test_a_tie_keeps_the_bit() -> None:
    patterns = np.array([[1, 0, 1], [1, 0, 1]])
    image = simple_image(np.array([[1, 1, 0], [0, 0, 1]]), patterns, [7], weight_bits=1)
    queries = spins_from_bits(np.array([[1, 0, 1], [0, 0, 1]], dtype=np.uint8))
    recalls = check_all_methods(image, queries)
    np.testing.assert_array_equal(recalls.states, queries)
    assert recalls.converged.all()


@pytest.mark.parametrize("max_steps", [1, 2, 7])
def test_a_cycle_of_period_two_runs_out_of_steps(max_steps: int) -> None:
    patterns = np.array([[1, 0, 1, 1], [0, 1, 0, 0]])
    image = simple_image(1 - patterns, patterns, [9], weight_bits=1, max_steps=max_steps)
    queries = spins_from_bits(patterns.astype(np.uint8))
    recalls = check_all_methods(image, queries)
    assert not recalls.converged.any()
    assert (recalls.steps == max_steps).all()
    np.testing.assert_array_equal(recalls.states, queries if max_steps % 2 == 0 else -queries)


def test_a_miss_comes_back_as_it_was() -> None:
    patterns = np.array([[1, 0, 1, 1, 0]])
    image = simple_image(patterns, patterns, [9, 3], weight_bits=1, kernel_origin="absolute")
    queries = spins_from_bits(np.concatenate([patterns, 1 - patterns]).astype(np.uint8))
    recalls = check_all_methods(image, queries)
    np.testing.assert_array_equal(recalls.miss, [False, True])
    np.testing.assert_array_equal(recalls.states, queries)


@pytest.mark.parametrize("origin", KERNEL_ORIGINS)
def test_a_lut_of_zeros(origin: str) -> None:
    patterns = np.array([[1, 0, 1, 1, 0], [0, 0, 1, 0, 0]])
    image = simple_image(patterns, patterns, [0], weight_bits=1, kernel_origin=origin)
    recalls = check_all_methods(image, spins_from_bits(patterns.astype(np.uint8)))
    assert recalls.miss.all()
    assert (recalls.counts.groups_active == 0).all()


@pytest.mark.parametrize("origin", KERNEL_ORIGINS)
@pytest.mark.parametrize("neurons", [700, 1000, 1100, 2100])
@pytest.mark.parametrize("radius", [-1, 0, 60])
def test_patterns_ruled_out_by_half_of_their_words(neurons: int, radius: int, origin: str) -> None:
    rng = np.random.default_rng(neurons + radius)
    p = Parameters(neurons, 53, lanes=16, kernel_bits=8, max_steps=2, kernel_origin=origin)
    image = random_image(p, rng)
    stored = image.patterns.copy()
    stored[18] = stored[40]
    stored[18, -20:] ^= 1  # differs in the words that come last
    stored[52, -70:] = stored[6, -70:]
    lut = np.zeros(neurons + 1, dtype=np.int64)
    lut[: radius + 1] = np.arange(200, 200 - radius - 1, -1)
    image = replace(image, patterns=stored, kernel_lut=lut)
    head = FastModel(image).image.head
    assert 0 < head < tiles.padded_words(neurons)
    mixed = stored[[40, 18, 6, 52, 40, 0, 22, 10]]
    mixed[4, -10:] ^= 1  # as far from 18 as from 40
    mixed[5, : 32 * head] = stored[2, : 32 * head]  # the nearest by its first words is not
    mixed[6, : 32 * head] ^= 1  # the nearest comes last by its first words
    mixed[7, : 32 * head : 3] ^= 1
    noisy = mixed[:4] ^ (rng.random(mixed[:4].shape) < 0.05)
    states = np.concatenate([mixed, noisy, rng.integers(0, 2, (2, neurons))]).astype(np.uint8)
    check_all_methods(image, spins_from_bits(states))
