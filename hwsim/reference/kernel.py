"""Radial kernels on spins: exact integer distances through BLAS, then a table of kernel values.

For spins, |x - y|**2 = 4 d with d the Hamming distance, and d = (N - x.y) / 2. There are only N + 1
distances, so one value each is enough, of the Gaussian kernel as of any other.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.config import check_kernel_origin

FloatArray = npt.NDArray[np.floating[Any]]

_AT_ONCE: Final = 2**24  # floats of patterns, or of products, that are in memory together


def hamming_distances(
    states: npt.NDArray[np.int8], patterns: npt.NDArray[np.int8]
) -> npt.NDArray[np.int32]:
    """Exact Hamming distances.

    The inner products run in float32, which holds every integer up to 2**24; N is at most 2**16.
    Floats of a block of patterns are in memory at a time.

    Args:
        states: (Q, N) of ±1.
        patterns: (P, N) of ±1.

    Returns:
        (Q, P) int32.
    """
    given, neurons = states.astype(np.float32), patterns.shape[1]
    distances = np.empty((len(states), len(patterns)), dtype=np.int32)
    size = max(_AT_ONCE // max(neurons, len(states)), 1)
    for start in range(0, len(patterns), size):
        part = slice(start, start + size)
        products = given @ patterns[part].astype(np.float32).T
        np.subtract(np.float32(neurons), products, out=products)
        products *= np.float32(0.5)
        distances[:, part] = products
    return distances


def gaussian_table(neurons: int, gamma: float) -> FloatArray:
    """exp(-4 gamma x) at the Hamming distances x = 0 … N, (N + 1,) float64."""
    table: FloatArray = np.exp(-4.0 * gamma * np.arange(neurons + 1))
    return table


def kernel_from_distances(
    distances: npt.NDArray[np.int32],
    table: FloatArray,
    *,
    origin: str = "absolute",
    dtype: npt.DTypeLike = np.float64,
) -> FloatArray:
    """Kernel values of Hamming distances.

    Args:
        distances: (Q, P) integers from 0 to N.
        table: (N + 1,) the kernel's values at each distance.
        origin: `absolute`, table[d], or `nearest`, table[d - d0] with d0 the row's smallest. Of
            exponentials the latter is the same over the row's largest: it has the same sign of
            every field and never underflows to a row of zeros. Of no other kernel is it that.
        dtype: of the result, rounded from the table.

    Returns:
        (Q, P) of `dtype`.
    """
    check_kernel_origin(origin)
    table = table.astype(dtype)
    if origin == "nearest":
        distances = distances - distances.min(axis=1, keepdims=True)
    kernel: FloatArray = table[distances]
    return kernel


def rbf_kernel(
    states: npt.NDArray[np.int8],
    patterns: npt.NDArray[np.int8],
    gamma: float,
    *,
    origin: str = "absolute",
    dtype: npt.DTypeLike = np.float64,
) -> FloatArray:
    """K(states, patterns) = exp(-gamma |x - y|**2), (Q, P); see `kernel_from_distances`."""
    table = gaussian_table(patterns.shape[1], gamma)
    return kernel_from_distances(
        hamming_distances(states, patterns), table, origin=origin, dtype=dtype
    )
