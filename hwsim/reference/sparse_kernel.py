"""A kernel matrix without the entries that cannot matter, and what leaving them out can do.

Let K be the kernel matrix and S the matrix that keeps an entry where patterns are closer than a
cutoff D. With exp(-4 gamma D) <= DROPPED / P, the dropped entries of a row sum to DROPPED at most.
Call the largest such sum of all rows delta; since K - S is symmetric and has no negative entry,
delta bounds its 1-, 2- and maximum norm. Below, vectors belong to one neuron: t its targets, y the
logistic function of the fields, and Lambda at least the largest eigenvalue of K and of S.

Gradient descent: a step with K is G(a) = a - eta K (y(K a) - t + lambda a). Its Jacobian
I - eta (K diag(y') K + lambda K) is symmetric with eigenvalues from -1 to 1 as long as
eta (Lambda**2 / 4 + lambda Lambda) <= 2, for 0 < y' <= 1/4: G brings no two vectors further apart
(nor does soft thresholding). A step with S instead of K differs by
eta |(K - S) (y(S a) - t + lambda a) + K (y(K a) - y(S a))|, so in each step the distance e of the
two runs grows by at most eta delta (sqrt(P) + (lambda + Lambda / 4) |a|), and |a| of the run with K
by at most eta Lambda sqrt(P) / 2, the length of its first step.

The converged L2 solution a of S solves y(S a) - t + lambda a = 0, hence max|a| <= 1 / lambda, and
misses the same condition for K by r = y(K a) - y(S a), max|r| <= delta / (4 lambda). With b the
solution of K: the loss is lambda-convex in the norm |v|_K = sqrt(v' K v), so lambda |a - b|_K**2
<= (a - b)' K r <= |a - b|_K |r|_K, and |a - b|_K <= sqrt(Lambda P) max|r| / lambda.

Either way the fields of *any* state s differ by sum_m (a - b)[m] K(s, m), which by Cauchy and
Schwarz in the kernel's Hilbert space is at most |a - b|_K, where |a - b|_K <= sqrt(Lambda) |a - b|.
All this is exact arithmetic: what floating point rounds comes on top, as it does with K itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.reference.kernel import FloatArray
from hwsim.spins import SpinArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

DROPPED: Final = 1e-9  # of a row at most, beside a diagonal of 1: a 60th of what float32 rounds
SAMPLE: Final = 256  # rows that tell how many entries will be kept
# Row sums are taken in float32: rounding of exponents up to 87, of exponentials and of sums stays
# far below a hundredth; what float32 flushes to 0 is below 2e-38 an entry.
ROUNDING: Final = 1.01
FLUSHED: Final = 2e-38


@dataclass(frozen=True, eq=False)
class SparseKernel:
    """The kept entries S.

    Attributes:
        matrix: (P, P) in compressed rows.
        dropped: delta, at least what the dropped entries of any row sum to.
    """

    matrix: csr_array
    dropped: float

    @property
    def shape(self) -> tuple[int, int]:
        """(P, P)."""
        rows, columns = self.matrix.shape
        return rows, columns

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of the entries."""
        kind: np.dtype[Any] = self.matrix.dtype
        return kind

    @property
    def entries(self) -> int:
        """Entries kept."""
        return int(self.matrix.nnz)

    @property
    def top(self) -> float:
        """Lambda: the largest row sum, which bounds every eigenvalue of S, and of K with delta."""
        return float(self.matrix.sum(axis=1, dtype=np.float64).max()) + self.dropped

    def __matmul__(self, factor: FloatArray) -> FloatArray:
        """S @ factor, for a factor (P,) or (P, n)."""
        product: FloatArray = self.matrix @ factor
        return product


def cutoff(patterns: int, gamma: float) -> int:
    """D: entries of Hamming distance D and more come to DROPPED at most in a row."""
    return math.ceil(math.log(patterns / DROPPED) / (4 * gamma))


def kept_share(patterns: SpinArray, gamma: float) -> float:
    """The share of entries closer than the cutoff, from SAMPLE rows against all."""
    stored, neurons = patterns.shape
    limit = cutoff(stored, gamma)
    if limit > neurons:
        return 1.0
    rows = patterns[:: -(-stored // SAMPLE)]
    products = rows.astype(np.float32) @ patterns.astype(np.float32).T
    return float(np.mean(products > neurons - 2 * limit))


def sparse_kernel(
    patterns: SpinArray, gamma: float, dtype: npt.DTypeLike, blocks: Sequence[slice]
) -> SparseKernel:
    """Find and keep the entries closer than the cutoff.

    Args:
        patterns: (P, N) of ±1.
        gamma: the kernel's width.
        dtype: of the entries; their exponentials are taken in float64 and rounded.
        blocks: rows to make at a time, which together are all.
    """
    from scipy.sparse import csr_array  # a tenth of a second that a dense matrix need not wait

    stored, neurons = patterns.shape
    limit = cutoff(stored, gamma)
    table = np.exp(-4.0 * gamma * np.arange(neurons + 1)).astype(dtype)
    floats = patterns.astype(np.float32)
    values, columns, counts, dropped = [], [], [], 0.0
    for rows in blocks:
        products = floats[rows] @ floats.T  # exact: whole numbers up to N
        kept = products > neurons - 2 * limit
        distances = (np.float32(neurons) - products[kept]) * np.float32(0.5)
        values.append(table[distances.astype(np.int64)])
        columns.append(np.nonzero(kept)[1].astype(np.int32))
        counts.append(np.count_nonzero(kept, axis=1))
        products -= np.float32(neurons)
        products *= np.float32(min(2 * gamma, 100.0))  # beyond, all that is dropped is 0
        np.exp(products, out=products)
        products[kept] = 0
        dropped = max(dropped, float(products.sum(axis=1).max()))
    starts = np.concatenate([[0], np.cumsum(np.concatenate(counts))])
    matrix = csr_array(
        (np.concatenate(values), np.concatenate(columns), starts), shape=(stored, stored)
    )
    return SparseKernel(matrix, ROUNDING * dropped + FLUSHED * stored)


def descent_error(
    kernel: SparseKernel, learning_rate: float, regularization: float, steps: int
) -> float | None:
    """What dropping can have changed in the field of any state after gradient descent.

    Args:
        kernel: S, descended with.
        learning_rate: eta.
        regularization: lambda of the squares; 0 for L1.
        steps: of descent.

    Returns:
        A bound on the fields' difference; None where a step is too long for the proof.
    """
    top = kernel.top
    if learning_rate * (top**2 / 4 + regularization * top) > 2:
        return None
    root = math.sqrt(kernel.shape[0])
    length = error = 0.0
    for _ in range(steps):
        grown = root + (regularization + top / 4) * (length + error)
        error += learning_rate * kernel.dropped * grown
        length += learning_rate * top * root / 2
    return math.sqrt(top) * error


def converged_error(kernel: SparseKernel, regularization: float) -> float:
    """What dropping can have changed in the field of any state at the converged L2 solution."""
    root = math.sqrt(kernel.top * kernel.shape[0])
    return root * kernel.dropped / (4 * regularization) / regularization
