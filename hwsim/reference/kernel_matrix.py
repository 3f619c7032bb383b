"""The stored patterns' kernel matrix K (P, P), in the form that training multiplies by fastest.

- `dense`: every entry, P**2 of them in memory.
- `sparse`: the entries that can matter, with a proved bound on what all others come to
  (`sparse_kernel.py`). At N = 1000 and gamma 0.02 that is little more than the diagonal.
- `blocks`: nothing is kept; each product makes the rows anew, some at a time, and takes three to
  five times as long as `dense`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from hwsim.limits import usable_memory
from hwsim.reference.kernel import FloatArray, rbf_kernel
from hwsim.reference.sparse_kernel import SparseKernel, kept_share, sparse_kernel
from hwsim.spins import SpinArray

BLOCK: Final = 1 << 24  # entries made at a time: 128 MiB of float64
# A product by a stored entry takes about 70 times what BLAS takes for one (430 ns against 6 at
# N = 1000 in float32, measured on a processor with AVX-512).
SPARSE_SHARE: Final = 0.01
# Below, a dense matrix takes milliseconds, and its sums stay in the order they always had.
SPARSE_PATTERNS: Final = 1024


def row_blocks(patterns: int) -> Iterator[slice]:
    """Rows of K that are made at a time."""
    rows = max(1, BLOCK // patterns)
    for start in range(0, patterns, rows):
        yield slice(start, min(start + rows, patterns))


@dataclass(frozen=True, eq=False)
class BlockKernel:
    """K as what makes its rows: a product needs no more memory than a block of them.

    Attributes:
        patterns: (P, N) of ±1.
        gamma: the kernel's width.
        dtype: of the entries.
    """

    patterns: SpinArray
    gamma: float
    dtype: np.dtype[Any]

    @property
    def shape(self) -> tuple[int, int]:
        """(P, P)."""
        return len(self.patterns), len(self.patterns)

    def __matmul__(self, factor: FloatArray) -> FloatArray:
        """K @ factor, for a factor (P,) or (P, n)."""
        product = np.empty(factor.shape, dtype=self.dtype)
        for rows in row_blocks(len(self.patterns)):
            product[rows] = self.rows(rows) @ factor
        return product

    def rows(self, rows: slice) -> FloatArray:
        """Some of K's rows, dense."""
        return rbf_kernel(self.patterns[rows], self.patterns, self.gamma, dtype=self.dtype)


KernelMatrix: TypeAlias = FloatArray | SparseKernel | BlockKernel


def matrix_form(
    patterns: SpinArray, gamma: float, dtype: npt.DTypeLike, working_arrays: int
) -> str:
    """The form that suits these patterns on this machine: a name of `choices.KERNEL_MATRICES`.

    Args:
        patterns: (P, N) of ±1.
        gamma: the kernel's width.
        dtype: of the entries.
        working_arrays: (P, N) arrays that training needs beside the matrix.
    """
    stored, neurons = patterns.shape
    if stored >= SPARSE_PATTERNS and kept_share(patterns, gamma) <= SPARSE_SHARE:
        return "sparse"
    size = np.dtype(dtype).itemsize
    most = 3 * usable_memory()  # three quarters of the machine's
    return "dense" if size * stored * (stored + working_arrays * neurons) <= most else "blocks"


def kernel_matrix(
    patterns: SpinArray, gamma: float, dtype: npt.DTypeLike, form: str
) -> KernelMatrix:
    """K in one of its forms, made in blocks of rows."""
    if form == "sparse":
        return sparse_kernel(patterns, gamma, dtype, list(row_blocks(len(patterns))))
    made = BlockKernel(patterns, gamma, np.dtype(dtype))
    if form == "blocks":
        return made
    dense = np.empty(made.shape, dtype=dtype)
    for rows in row_blocks(len(patterns)):
        dense[rows] = made.rows(rows)
    return dense


def multiply(kernel: KernelMatrix, factor: FloatArray, out: FloatArray) -> None:
    """K @ factor into `out`; a dense matrix needs no memory for it."""
    if isinstance(kernel, np.ndarray):
        np.matmul(kernel, factor, out=out)
    else:
        out[:] = kernel @ factor


def largest_eigenvalue(kernel: KernelMatrix, tolerance: float = 1e-4) -> float:
    """Largest eigenvalue of a kernel matrix by power iteration, to a relative `tolerance`.

    No entry is negative, so the leading eigenvector has none either and a start from ones meets it.
    """
    vector = np.ones(kernel.shape[0], dtype=kernel.dtype)
    estimate = 0.0
    for _ in range(1000):
        product = kernel @ vector
        norm = float(np.linalg.norm(product))
        vector = product / norm
        if abs(norm - estimate) <= tolerance * norm:
            break
        estimate = norm
    return norm
