"""The kernel look-up table: the one place where the kernel becomes integers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hwsim.reference.kernel import FloatArray, gaussian_table


def kernel_lut(neurons: int, gamma: float, kernel_bits: int) -> npt.NDArray[np.int64]:
    """lut[x] = floor(exp(-4 * gamma * x) * (2**KB - 1) + 1/2), x = 0 … N.

    x counts differing spins from the kernel's origin; spins differ by 2, hence the 4. The values
    start at 2**KB - 1 and never rise.

    Args:
        neurons: N.
        gamma: the kernel's width, positive.
        kernel_bits: KB.

    Returns:
        (N + 1,) int64.
    """
    return rounded_kernel(gaussian_table(neurons, gamma), kernel_bits)


def rounded_kernel(table: FloatArray, kernel_bits: int) -> npt.NDArray[np.int64]:
    """lut[x] = floor(table[x] / table[0] * (2**KB - 1) + 1/2).

    Args:
        table: (N + 1,) a kernel's values, never rising, the first positive.
        kernel_bits: KB.

    Returns:
        (N + 1,) int64, from 2**KB - 1 down.
    """
    scaled = table / table[0] * (2**kernel_bits - 1)
    rounded: npt.NDArray[np.int64] = np.floor(scaled + 0.5).astype(np.int64)
    return rounded
