"""Scales of outputs: what makes their integer fields comparable.

Signs need no scale, the largest of several fields does: output i's float field is about
scale[i] * (a[i] + mid[i] / scale[i] * S), so that scale[i] * f[i] is one and the same factor off.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from hwsim.compress.weights import QuantizedWeights

SCALE_BITS: Final = 8  # a scale is off by half of 1 / 255 of the largest one at most


def integer_scales(quantized: QuantizedWeights) -> tuple[npt.NDArray[np.int64], int]:
    """Each output's scale relative to the largest, up to 2**SB - 1; 0 for one without weights.

    Returns:
        (M,) int64, and SB: 8, or 0 where all scales are one.
    """
    scale = quantized.scale
    most = float(scale.max())
    if most == float(scale.min()):
        return np.ones(len(scale), dtype=np.int64), 0
    top = 2**SCALE_BITS - 1
    rounded = np.maximum(np.rint(scale / most * top), scale > 0)
    return rounded.astype(np.int64), SCALE_BITS
