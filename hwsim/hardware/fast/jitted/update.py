"""From weighted sums to the next state: scale, offset, threshold."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.hardware.fast.jitted.state_words import ONE
from hwsim.hardware.fast.jitted.target import inner, jit, popcount
from hwsim.hardware.fast.operands import Buffers, Prepared
from hwsim.hardware.fast.tiles import STATE_WORD


@jit
def look_up(
    image: Prepared,
    buffers: Buffers,
    lut: npt.NDArray[np.floating[Any]],
    count: int,
    values: npt.NDArray[np.floating[Any]],
) -> None:
    """KERNEL values of the first `count` queries of `many`, for BLAS, and their `sums`.

    Args:
        image, buffers: as `select` left them.
        lut: (N + 1,) of the image, as the matrix product wants it.
        count: queries.
        values: (>= count, P), gets the kernel values.
    """
    for r in range(count):
        q = buffers.many[r]
        distances = buffers.distances[q * image.columns :][: image.patterns]
        origin = buffers.found[q, 0] if image.nearest else 0
        total = 0.0  # of whole numbers below 2**53
        row = values[r]
        for m in range(len(distances)):
            value = lut[distances[m] - origin]
            row[m] = value
            total += value
        buffers.sums[q] = np.int64(total)


@inner
def threshold(image: Prepared, buffers: Buffers, chosen: npt.NDArray[np.int64]) -> None:
    """THRESHOLD: states to the signs of their fields, `flips` the bits that are other ones.

    f = (2 * products - sum(C) * S) * 2**F + z * S, for the products' first R rows; a field of 0
    keeps the bit.

    Args:
        image, buffers: products and sums of the chosen queries.
        chosen: (R,) int64, the queries to do.
    """
    for r in range(len(chosen)):
        q = chosen[r]
        total = buffers.sums[q]
        shift = image.code_sum * total
        for word in range(len(image.offsets) // STATE_WORD):
            old = buffers.running[q, word]
            new = np.uint64(0)
            for bit in range(STATE_WORD):
                i = word * STATE_WORD + bit
                doubled = 2 * np.int64(buffers.products[r, i]) - shift
                field = (doubled << image.frac_bits) + np.int64(image.offsets[i]) * total
                mask = ONE << np.uint64(bit)
                if field > 0:
                    new |= mask
                elif field == 0:
                    new |= old & mask
            buffers.running[q, word] = new
            buffers.flips[q] += np.int64(popcount(new ^ old))


@jit
def threshold_of(image: Prepared, buffers: Buffers, chosen: npt.NDArray[np.int64]) -> None:
    """`threshold`, for Python."""
    threshold(image, buffers, chosen)
