"""What training will take, told before it begins: form of the matrix, memory and time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import expit

from hwsim.choices import STEPS
from hwsim.reference.converged import L1_STEPS
from hwsim.reference.kernel import FloatArray
from hwsim.reference.kernel_matrix import BLOCK, matrix_form
from hwsim.reference.memory import checked_gamma
from hwsim.reference.sparse_kernel import kept_share
from hwsim.reference.training import WORKING_ARRAYS
from hwsim.spins import SpinArray

# Work in logistic functions of one float32, which bounds on a machine's speed at single entries.
DESCENT_STEP: Final = 3.0  # an entry of (P, N) in a step of gradient descent, its loss included
NEWTON_STEP: Final = 35.0
CONJUGATE_STEP: Final = 8.0
PROXIMAL_STEP: Final = 12.0
KERNEL_ENTRY: Final = 3.0  # making one from its inner product
SPARSE_ENTRY: Final = 0.3  # adding a kept entry times one weight
# Products by K and Newton steps until the L2 solution has converged, of a dense or sparse matrix,
# seen from N = 100 to 1000 and gamma from 0.0017 to 0.02.
L2_PRODUCTS: Final = {False: 50, True: 12}
L2_NEWTON: Final = 7


@dataclass(frozen=True)
class Forecast:
    """What training will take on this machine, roughly.

    Attributes:
        matrix: the form of the kernel matrix.
        memory: bytes at the peak.
        seconds: wall-clock time.
        at_most: the time is that of all steps allowed, and training may end before.
    """

    matrix: str
    memory: int
    seconds: float
    at_most: bool


def forecast(
    patterns: SpinArray,
    gamma: float,
    *,
    method: str,
    penalty: str,
    steps: int | None,
    matrix: str = "auto",
) -> Forecast:
    """Foretell from sizes and from two short measurements of this machine.

    Args:
        patterns: (P, N) of ±1.
        gamma: the kernel's width.
        method, penalty, steps, matrix: as `train` takes them.
    """
    stored, neurons = patterns.shape
    single = method == "gradient-descent"
    dtype = np.dtype(np.float32 if single else np.float64)
    if matrix == "auto":
        matrix = matrix_form(patterns, checked_gamma(gamma), dtype, WORKING_ARRAYS[method])
    share = kept_share(patterns, gamma) if matrix == "sparse" else 1.0
    multiply_add, entry = _speeds(patterns)
    squared, weights = stored**2, stored * neurons
    making = squared * (neurons * multiply_add + KERNEL_ENTRY * entry)
    product = squared * neurons * multiply_add * dtype.itemsize / 4
    if matrix == "sparse":
        product = (share * squared + stored) * neurons * SPARSE_ENTRY * entry
    elif matrix == "blocks":
        product += making
    if single:
        work = (steps or STEPS) * (2 * product + DESCENT_STEP * entry * weights)
    elif penalty == "l1":
        work = (steps or L1_STEPS) * (2 * product + PROXIMAL_STEP * entry * weights)
    else:
        products = L2_PRODUCTS[matrix == "sparse"]
        work = products * (product + CONJUGATE_STEP * entry * weights)
        work += L2_NEWTON * NEWTON_STEP * entry * weights
    kept = {"dense": dtype.itemsize * squared, "sparse": 20 * share * squared, "blocks": 0}
    block = 16 * min(BLOCK + stored, squared)
    memory = kept[matrix] + block + (WORKING_ARRAYS[method] + 1) * dtype.itemsize * weights
    return Forecast(matrix, round(memory), making + work, not single and penalty == "l1")


def _speeds(patterns: SpinArray) -> tuple[float, float]:
    """Seconds of one float32 multiply-add by BLAS, and of one logistic function."""
    factor = patterns[:2048].astype(np.float32)
    entries: FloatArray = np.zeros(1 << 18, dtype=np.float32)
    pair, one = [], []
    for _ in range(3):
        start = time.perf_counter()
        factor @ factor.T
        pair.append((time.perf_counter() - start) / (len(factor) * factor.size))
        start = time.perf_counter()
        expit(entries, out=entries)
        one.append((time.perf_counter() - start) / entries.size)
    return min(pair), min(one)
