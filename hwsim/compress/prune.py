"""Pruning: weights set to zero."""

from __future__ import annotations

import numpy as np

from hwsim.errors import InputError
from hwsim.reference.kernel import FloatArray


def _check_sparsity(sparsity: float) -> None:
    if not 0 <= sparsity <= 1:
        raise InputError(f"sparsity is {sparsity}; it must be a fraction from 0 to 1")


def magnitude_prune(alpha: FloatArray, sparsity: float) -> FloatArray:
    """Zero every weight whose magnitude is under the sparsity-quantile of the magnitudes.

    The quantile interpolates linearly, so that sparsity 0 prunes nothing and 1 keeps the largest
    magnitude alone.

    Args:
        alpha: (P, N).
        sparsity: rho, 0 to 1.

    Returns:
        (P, N), new, of the same dtype.

    Raises:
        InputError: sparsity is outside 0 to 1.
    """
    _check_sparsity(sparsity)
    magnitudes = np.abs(alpha)
    threshold = np.quantile(magnitudes, sparsity)
    return np.where(magnitudes < threshold, alpha.dtype.type(0), alpha)


def random_prune(alpha: FloatArray, sparsity: float, rng: np.random.Generator) -> FloatArray:
    """Zero round(sparsity * P * N) weights chosen at random: what pruning costs by itself.

    Args:
        alpha: (P, N).
        sparsity: 0 to 1.
        rng: the source of the choice.

    Returns:
        (P, N), new, of the same dtype.

    Raises:
        InputError: sparsity is outside 0 to 1.
    """
    _check_sparsity(sparsity)
    pruned = alpha.copy()
    chosen = rng.permutation(alpha.size)[: round(sparsity * alpha.size)]
    pruned.reshape(-1)[chosen] = 0
    return pruned
