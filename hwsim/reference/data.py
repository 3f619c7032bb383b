"""Patterns to store and noise to recall them from."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hwsim.config import MAX_NEURONS, MAX_PATTERNS
from hwsim.errors import InputError
from hwsim.spins import spins_from_bits

# Half of the brightest pixel value, 16: a pixel at least this bright is ink.
DIGITS_INK = 8


def random_patterns(neurons: int, patterns: int, seed: int) -> npt.NDArray[np.int8]:
    """Independent fair spins, the paper's data.

    Args:
        neurons: N.
        patterns: P.
        seed: repeats the same patterns.

    Returns:
        (P, N) int8 of ±1.

    Raises:
        InputError: N or P is outside its legal range.
    """
    for name, value, most in (
        ("neurons", neurons, MAX_NEURONS),
        ("patterns", patterns, MAX_PATTERNS),
    ):
        if not 1 <= value <= most:
            raise InputError(f"{name} is {value}; it must be from 1 to {most}")
    bits = np.random.default_rng(seed).integers(0, 2, (patterns, neurons), dtype=np.int8)
    return spins_from_bits(bits)


def digits() -> npt.NDArray[np.int8]:
    """scikit-learn's handwritten digits as spins: correlated real data.

    A pixel of at least half the full brightness is +1. Of images that look the same after that,
    the first is kept: storing a pattern twice only doubles its weight. In the data set's order,
    so that any first part of them mixes all ten digits.

    Returns:
        (1750, 64) int8 of ±1, row-major 8 x 8 images.
    """
    from sklearn.datasets import load_digits  # takes a second to import, few commands need it

    images = np.asarray(load_digits().data)
    spins = spins_from_bits(images >= DIGITS_INK)
    _, first = np.unique(spins, axis=0, return_index=True)
    unique: npt.NDArray[np.int8] = spins[np.sort(first)]
    return unique


def check_noise(fraction: float) -> None:
    """Raise InputError for a share of spins to flip that is none."""
    if not 0 <= fraction <= 1:
        percent = f"; did you mean {fraction / 100:g}?" if 1 < fraction <= 100 else ""
        raise InputError(f"noise is {fraction}; it must be a fraction from 0 to 1{percent}")


def add_noise(
    patterns: npt.NDArray[np.int8], fraction: float, rng: np.random.Generator
) -> npt.NDArray[np.int8]:
    """Flip exactly round(fraction * N) spins of every pattern, chosen without replacement.

    A half rounds to even, as Python's round does. The paper: "randomly flipping a specified
    fraction of bits in the target pattern".

    Args:
        patterns: (P, N) int8 of ±1.
        fraction: 0 to 1.
        rng: the source of the choice.

    Returns:
        (P, N) int8 of ±1, new.

    Raises:
        InputError: fraction is outside 0 to 1.
    """
    check_noise(fraction)
    count, neurons = patterns.shape
    flips = round(fraction * neurons)
    # The places of the smallest of N random keys are a uniform choice of distinct spins.
    order = np.argsort(rng.random((count, neurons)), axis=1)[:, :flips]
    noisy = patterns.copy()
    np.put_along_axis(noisy, order, -np.take_along_axis(patterns, order, axis=1), axis=1)
    return noisy
