"""The one door from float weights to codes: quantizers by name.

Every quantizer takes the whole matrix as one or, with `neuron-` before its name, each neuron
(column) by itself. That costs nothing in this hardware: only the sign of a neuron's field matters,
so a scale of its own is free, and an offset of its own is what the ZB offset bits pay for.

At 1 bit the paper's quantizer is the sign about the mean or the median. `minmax` takes the mean:
the median splits the weights evenly whether or not the patterns' bits are, so at N = 100, P = 300,
gamma = 0.02 it puts about one weight in 420 on the wrong side, and each is a stored bit lost (bit
accuracy 0.9976; 0.9996 about the mean, 1.0 with offsets). `sign-median` is there to compare.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.choices import NEURON
from hwsim.codes import FITS_PLANE_WEIGHTS, check_bits, check_fit, check_quantizer
from hwsim.compress.levels import kmeans
from hwsim.compress.weights import FloatArray, QuantizedWeights, blocks
from hwsim.config import default_plane_weights
from hwsim.design import Design

PERCENTILE: Final = 99.0  # of the magnitudes: `percentile` clips what is above
CLIP_GRID: Final = 64  # clips that `mse` tries, evenly spaced up to the largest magnitude

# (alpha, bits, axis): axis None takes the matrix as one, 0 each column by itself.
Quantizer = Callable[[FloatArray, int, int | None], QuantizedWeights]


def _per_neuron(statistic: FloatArray, alpha: FloatArray) -> FloatArray:
    """A statistic with kept dimensions, (1, 1) or (1, N), as (N,)."""
    return np.broadcast_to(statistic[0], alpha.shape[1:]).astype(np.float64)


def _evenly_spaced(
    alpha: FloatArray, low: FloatArray, high: FloatArray, bits: int
) -> QuantizedWeights:
    """The one rounding rule: code = round((w - low) / delta), delta = (high - low) / (2**B - 1).

    A weight outside low … high takes the outermost code. A weight half-way between two levels takes
    the even code, as NumPy's and Python's round do. With plane weights 1, 2, 4, … code c stands for
    v = 2 c - (2**B - 1), so that low + delta * c = delta / 2 * v + (low + high) / 2.

    Where low = high, all weights are one value: the outermost code of its sign stands for it
    exactly, without an offset.
    """
    flat = high <= low
    extent = np.abs(high)
    low, high = np.where(flat, -extent, low), np.where(flat, extent, high)
    top = 2**bits - 1
    delta = (high - low) / top
    codes = np.rint((alpha - low) / np.where(delta > 0, delta, 1))
    return QuantizedWeights(
        codes=np.clip(codes, 0, top).astype(np.uint8),
        plane_weights=default_plane_weights(bits),
        scale=_per_neuron(delta / 2, alpha),
        mid=_per_neuron((low + high) / 2, alpha),
    )


def _sign(alpha: FloatArray, threshold: FloatArray) -> QuantizedWeights:
    """1 bit: code 1 above the threshold t, 0 at or below; w is about mean |w - t| * (±1) + t."""
    size = _mean_size(alpha, threshold)
    threshold = np.where(size > 0, threshold, 0)  # all weights are t: their own sign stands for it
    size = _mean_size(alpha, threshold)
    return QuantizedWeights(
        codes=(alpha > threshold).astype(np.uint8),
        plane_weights=(1,),
        scale=_per_neuron(size, alpha),
        mid=_per_neuron(threshold, alpha),
    )


def _mean_size(alpha: FloatArray, threshold: FloatArray) -> FloatArray:
    """Mean of |alpha - threshold| over what shares a threshold, kept dimensions."""
    axis = 0 if threshold.shape[1] == alpha.shape[1] else None
    size: FloatArray = np.mean(np.abs(alpha - threshold), axis=axis, keepdims=True)
    return size


def _minmax(alpha: FloatArray, bits: int, axis: int | None) -> QuantizedWeights:
    """The paper's: evenly spaced from the least weight to the greatest; 1 bit: sign-mean."""
    if bits == 1:
        return _sign_mean(alpha, bits, axis)
    low = np.min(alpha, axis=axis, keepdims=True)
    return _evenly_spaced(alpha, low, np.max(alpha, axis=axis, keepdims=True), bits)


def _symmetric(alpha: FloatArray, bits: int, axis: int | None) -> QuantizedWeights:
    """Evenly spaced over ± the largest magnitude."""
    clip = np.max(np.abs(alpha), axis=axis, keepdims=True)
    return _evenly_spaced(alpha, -clip, clip, bits)


def _percentile(alpha: FloatArray, bits: int, axis: int | None) -> QuantizedWeights:
    """Evenly spaced over ± the 99th percentile of the magnitudes."""
    sizes = np.abs(alpha)
    clip = np.percentile(sizes, PERCENTILE, axis=axis, keepdims=True)
    clip = np.where(clip > 0, clip, np.max(sizes, axis=axis, keepdims=True))
    return _evenly_spaced(alpha, -clip, clip, bits)


def _mse(alpha: FloatArray, bits: int, axis: int | None) -> QuantizedWeights:
    """Evenly spaced over ± the clip with the least squared error, of a grid of clips."""
    sizes = np.abs(alpha)
    largest = np.max(sizes, axis=axis, keepdims=True)
    sizes = (sizes / np.where(largest > 0, largest, 1)).astype(np.float32)  # only to choose a clip
    best, least = largest, np.full(largest.shape, np.inf, dtype=np.float32)
    level = np.empty_like(sizes)
    for step in range(1, CLIP_GRID + 1):
        # Levels are odd multiples of the half-step; a magnitude's is 2 floor(size / delta) + 1.
        half = step / CLIP_GRID / (2**bits - 1)
        np.floor(np.multiply(sizes, 0.5 / half, out=level), out=level)
        np.minimum(level, 2 ** (bits - 1) - 1, out=level)
        level *= 2 * half
        level += half
        level -= sizes
        error = np.mean(np.square(level, out=level), axis=axis, keepdims=True)
        best = np.where(error < least, largest * (step / CLIP_GRID), best)
        least = np.minimum(error, least)
    return _evenly_spaced(alpha, -best, best, bits)


def _sign_zero(alpha: FloatArray, bits: int, axis: int | None) -> QuantizedWeights:
    return _sign(alpha, np.zeros((1, 1 if axis is None else alpha.shape[1])))


def _sign_mean(alpha: FloatArray, bits: int, axis: int | None) -> QuantizedWeights:
    return _sign(alpha, np.mean(alpha, axis=axis, keepdims=True))


def _sign_median(alpha: FloatArray, bits: int, axis: int | None) -> QuantizedWeights:
    return _sign(alpha, np.median(alpha, axis=axis, keepdims=True))


_BY_NAME: Final[dict[str, Quantizer]] = {
    "minmax": _minmax,
    "symmetric": _symmetric,
    "percentile": _percentile,
    "mse": _mse,
    "kmeans": kmeans,
    "sign-zero": _sign_zero,
    "sign-mean": _sign_mean,
    "sign-median": _sign_median,
}


def quantize(
    alpha: npt.NDArray[np.floating[Any]],
    bits: int,
    quantizer: str = Design.quantizer,
    *,
    plane_weights: tuple[int, ...] | None = None,
) -> QuantizedWeights:
    """Weights to codes.

    Args:
        alpha: (P, N), finite; the arithmetic is float64 whatever its dtype.
        bits: B, 1 to 8; the sign quantizers take 1 alone.
        quantizer: one of `choices.QUANTIZERS`.
        plane_weights: C for the kmeans quantizers in place of fitted ones; any other quantizer
            takes (1, 2, 4, …) alone.

    Raises:
        InputError: an argument is not legal, or they do not go together.
    """
    check_bits(bits)
    check_quantizer(quantizer, bits)
    name = quantizer.removeprefix(NEURON)
    axis = 0 if quantizer.startswith(NEURON) else None
    if plane_weights is not None:
        check_fit(plane_weights, quantizer, bits)
    if name == FITS_PLANE_WEIGHTS:
        return kmeans(np.asarray(alpha, dtype=np.float64), bits, axis, plane_weights)
    if axis is None:
        return _BY_NAME[name](np.asarray(alpha, dtype=np.float64), bits, axis)
    return _by_neurons(_BY_NAME[name], alpha, bits)


def _by_neurons(
    quantizer: Quantizer, alpha: npt.NDArray[np.floating[Any]], bits: int
) -> QuantizedWeights:
    """Each neuron by itself, so that doubles of some alone are in memory at a time."""
    codes = np.empty(alpha.shape, dtype=np.uint8)
    scale, mid = np.empty((2, alpha.shape[1]))
    for neurons in blocks(alpha.shape[1], len(alpha)):
        part = quantizer(np.asarray(alpha[:, neurons], dtype=np.float64), bits, 0)
        codes[:, neurons], scale[neurons], mid[neurons] = part.codes, part.scale, part.mid
    return QuantizedWeights(codes, part.plane_weights, scale, mid)
