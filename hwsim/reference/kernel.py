"""The RBF kernel on spins: exact integer distances through BLAS, then a table of exponentials.

For spins, |x - y|**2 = 4 d with d the Hamming distance, and d = (N - x.y) / 2. There are only N + 1
distances, so one exponential each is enough.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.config import check_kernel_origin

FloatArray = npt.NDArray[np.floating[Any]]


def hamming_distances(
    states: npt.NDArray[np.int8], patterns: npt.NDArray[np.int8]
) -> npt.NDArray[np.int32]:
    """Exact Hamming distances.

    The inner products run in float32, which holds every integer up to 2**24; N is at most 2**16.

    Args:
        states: (Q, N) of ±1.
        patterns: (P, N) of ±1.

    Returns:
        (Q, P) int32.
    """
    products = states.astype(np.float32) @ patterns.astype(np.float32).T
    np.subtract(np.float32(patterns.shape[1]), products, out=products)
    products *= np.float32(0.5)
    return products.astype(np.int32)


def kernel_from_distances(
    distances: npt.NDArray[np.int32],
    neurons: int,
    gamma: float,
    *,
    origin: str = "absolute",
    dtype: npt.DTypeLike = np.float64,
) -> FloatArray:
    """Kernel values of Hamming distances.

    Args:
        distances: (Q, P) integers from 0 to N.
        neurons: N.
        gamma: the kernel's width.
        origin: `absolute`, exp(-4 gamma d), or `nearest`, the same over the row's largest. The
            latter has the same sign of every field and never underflows to a row of zeros.
        dtype: of the result; the exponentials are taken in float64 and rounded.

    Returns:
        (Q, P) of `dtype`.
    """
    check_kernel_origin(origin)
    table = np.exp(-4.0 * gamma * np.arange(neurons + 1)).astype(dtype)
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
    distances = hamming_distances(states, patterns)
    return kernel_from_distances(distances, patterns.shape[1], gamma, origin=origin, dtype=dtype)
