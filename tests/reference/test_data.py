"""Patterns and noise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwsim.errors import InputError
from hwsim.reference.data import add_noise, digits, random_patterns


def test_random_patterns_repeat_and_are_fair() -> None:
    patterns = random_patterns(200, 600, 7)
    assert patterns.shape == (600, 200)
    assert patterns.dtype == np.int8
    assert set(np.unique(patterns)) == {-1, 1}
    assert abs(patterns.mean()) < 0.02  # 120000 fair spins: standard deviation 0.003
    assert np.array_equal(patterns, random_patterns(200, 600, 7))
    assert not np.array_equal(patterns, random_patterns(200, 600, 8))


@pytest.mark.parametrize(
    ("neurons", "patterns", "message"),
    [
        (0, 1, "neurons is 0; it must be from 1 to 65536"),
        (1, 0, "patterns is 0; it must be from 1 to 1048576"),
        (65537, 1, "neurons is 65537"),
    ],
)
def test_sizes_out_of_range(neurons: int, patterns: int, message: str) -> None:
    with pytest.raises(InputError, match=message):
        random_patterns(neurons, patterns, 0)


def test_digits() -> None:
    images = digits()
    assert images.shape == (1750, 64)
    assert images.dtype == np.int8
    assert set(np.unique(images)) == {-1, 1}
    assert len(np.unique(images, axis=0)) == 1750
    # The first image of the set is a zero: ink around a hole.
    assert ["".join(".#"[int(spin > 0)] for spin in row) for row in images[0].reshape(8, 8)] == [
        "...##...",
        "..####..",
        "..#..##.",
        "..#..##.",
        "..#..##.",
        "..#..#..",
        "..#.##..",
        "...##...",
    ]


@given(neurons=st.integers(1, 40), fraction=st.floats(0, 1), seed=st.integers(0, 2**32 - 1))
def test_noise_flips_exactly_its_fraction(neurons: int, fraction: float, seed: int) -> None:
    patterns = random_patterns(neurons, 5, seed)
    kept = patterns.copy()
    noisy = add_noise(patterns, fraction, np.random.default_rng(seed))
    assert np.array_equal(patterns, kept)
    assert noisy.dtype == np.int8
    assert ((noisy != patterns).sum(axis=1) == round(fraction * neurons)).all()
    assert np.array_equal(np.abs(noisy), np.ones_like(noisy))


def test_noise_by_hand() -> None:
    patterns = np.ones((1, 4), dtype=np.int8)
    assert np.array_equal(add_noise(patterns, 0.0, np.random.default_rng(0)), patterns)
    assert np.array_equal(add_noise(patterns, 1.0, np.random.default_rng(0)), -patterns)


def test_noise_reaches_every_spin_alike() -> None:
    patterns = np.ones((20000, 5), dtype=np.int8)
    flipped = add_noise(patterns, 0.4, np.random.default_rng(3)) < 0
    assert np.allclose(flipped.mean(axis=0), 0.4, atol=0.015)


@pytest.mark.parametrize("fraction", [-0.1, 1.1, float("nan")])
def test_noise_out_of_range(fraction: float) -> None:
    with pytest.raises(InputError, match="it must be a fraction from 0 to 1"):
        add_noise(np.ones((1, 4), dtype=np.int8), fraction, np.random.default_rng(0))
