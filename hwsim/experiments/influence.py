"""Walsh influences of the update function, by Monte Carlo, and the Gini coefficient.

The influence of input j on output i is the probability, over uniformly random states, that
flipping spin j changes the sign of h_i (O'Donnell, Analysis of Boolean Functions, 2014, ch. 2).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hwsim.errors import InputError
from hwsim.experiments.lab import FloatArray, Memory, kernel


def influences(
    memory: Memory, states: npt.NDArray[np.int8], outputs: npt.NDArray[np.int64]
) -> FloatArray:
    """Estimated influences from the given states.

    Flipping spin j multiplies pattern m's kernel value by exp(-4 gamma s_j xi_mj), that is by
    cosh(4 gamma) - s_j xi_mj sinh(4 gamma); so one product of matrices a state gives every field
    with every spin flipped.

    Args:
        memory: the trained memory.
        states: (M, N) int8 of ±1.
        outputs: (O,) the neurons i to look at.

    Returns:
        (N, O) float64, entry (j, o) the influence of input j on output outputs[o]; at
        j = outputs[o] it is the self-influence.

    Raises:
        InputError: the memory's kernel is no Gaussian.
    """
    if memory.gamma is None:
        raise InputError(
            "the memory has kernel_values of its own; influence is computed for the Gaussian "
            "kernel alone, give a memory with gamma"
        )
    spins = memory.patterns.astype(np.float64)
    alpha = memory.alpha[:, outputs].astype(np.float64)
    values = kernel(memory, states)  # (M, P)
    still, turned = np.cosh(4 * memory.gamma), np.sinh(4 * memory.gamma)
    changed = np.zeros((memory.neurons, len(outputs)), dtype=np.int64)
    for state, row in zip(states, values, strict=True):
        weighted = alpha * row[:, np.newaxis]  # (P, O)
        field = weighted.sum(axis=0)
        crossed = spins.T @ weighted  # (N, O): sum over m of xi_mj k_m alpha_mi
        flipped = still * field - turned * state[:, np.newaxis] * crossed
        changed += (flipped > 0) != (field > 0)
    return changed / len(states)


def split_self(matrix: FloatArray, outputs: npt.NDArray[np.int64]) -> tuple[FloatArray, FloatArray]:
    """Cross-influences, flat, and self-influences (O,) of a matrix of `influences`."""
    own = np.zeros(matrix.shape, dtype=bool)
    own[outputs, np.arange(len(outputs))] = True
    return np.asarray(matrix[~own]), np.asarray(matrix[outputs, np.arange(len(outputs))])


def gini(values: FloatArray) -> float:
    """Gini coefficient of non-negative values: 0 when all are equal, near 1 when one has all.

    The mean absolute difference of all pairs over twice the mean; 0 when every value is 0.
    """
    ordered = np.sort(values.ravel())
    total = ordered.sum()
    if total == 0:
        return 0.0
    count = len(ordered)
    ranks = np.arange(1, count + 1)
    return float((2 * (ranks * ordered).sum() / (count * total)) - (count + 1) / count)
