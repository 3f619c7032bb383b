"""Levels that are not evenly spaced: plane weights fitted to the weights' own distribution.

B planes of weights C make the 2**B levels ±C[0] ± C[1] …: for B = 2, {±a, ±b} with any a < b, which
is what weights in two clusters ask for. The fit is k-means whose centroids are tied by that form:
assign every weight to its nearest level, solve for the plane weights by least squares, repeat. It
works on a histogram; the codes themselves come from the weights.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.codes import check_plane_weights
from hwsim.compress.weights import (
    FloatArray,
    QuantizedWeights,
    code_values,
    plane_signs,
)
from hwsim.config import MAX_PLANE_WEIGHT, default_plane_weights

HISTOGRAM_BINS = 4096
ROUNDS = 30  # of the alternations; they mostly settle in under ten
COMPARED_LEVELS = 16  # with so few, comparing with each is faster than searching
FIRST_ROWS = 512  # rows of the matrix that choose where an alternation starts
# Smaller plane weights mean a narrower accumulator: take the smallest whose error is within a
# hundredth of the best, or above it by less than a thousandth of what an evenly spaced code leaves.
SLACK = 1.01
EVEN_SHARE = 1e-3


def nearest_codes(values: FloatArray, levels: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """The code of the level nearest to each value.

    Args:
        values: any shape.
        levels: (2**B,), the level of each code, in any order. A value half-way takes the lower
            level; of codes with equal levels the lowest is used.
    """
    distinct, codes = np.unique(levels, return_index=True)
    middles = (distinct[1:] + distinct[:-1]) / 2
    if len(middles) > COMPARED_LEVELS:
        return codes[np.searchsorted(middles, values)].astype(np.uint8)
    rank = np.zeros(values.shape, dtype=np.uint8)
    for middle in middles:
        rank += values > middle
    return codes.astype(np.uint8)[rank]


def _weighted_error(
    values: FloatArray, counts: FloatArray, levels: npt.NDArray[Any], scale: float
) -> float:
    """Squared error of values against the nearest of scale * levels, the scale refitted once."""
    for _ in range(2):
        chosen = levels[nearest_codes(values, scale * levels)]
        scale = float(np.sum(counts * values * chosen) / np.sum(counts * chosen**2 + 1e-300))
    return float(np.sum(counts * (values - scale * chosen) ** 2))


def _alternate(values: FloatArray, counts: FloatArray, start: FloatArray) -> FloatArray:
    """Real plane weights from `start` to where assignment and least squares agree."""
    plane_weights = start
    signs = plane_signs(len(start))
    root = np.sqrt(counts)
    for _ in range(ROUNDS):
        design = signs[nearest_codes(values, signs @ plane_weights)]
        solved = np.linalg.lstsq(design * root[:, np.newaxis], values * root, rcond=None)[0]
        # A negative plane weight is a positive one with its bits turned over.
        fitted: FloatArray = np.sort(np.abs(solved)).astype(np.float64)
        if np.allclose(fitted, plane_weights, rtol=1e-6, atol=1e-9):
            break
        plane_weights = fitted
    return plane_weights


def fit_plane_weights(values: FloatArray, bits: int) -> tuple[int, ...]:
    """Integer plane weights whose levels, over a common scale, fit `values` best.

    Args:
        values: weights, each neuron's already over its own scale if it has one; any shape.
        bits: B.

    Returns:
        C in rising order, 1 … 255 each; (1, 2, 4, …) when there is nothing to fit.
    """
    if bits == 1:
        return (1,)
    if not values.any():
        return default_plane_weights(bits)
    counts, edges = np.histogram(values, HISTOGRAM_BINS)
    kept = counts > 0
    bins = ((edges[1:] + edges[:-1]) / 2)[kept]
    weight = counts[kept].astype(np.float64)
    mean = float(np.sum(weight * np.abs(bins)) / weight.sum())
    spread = float(np.sqrt(np.sum(weight * (np.abs(bins) - mean) ** 2) / weight.sum()))
    place_values = 2.0 ** np.arange(bits) / (2**bits - 1)
    starts = [top * mean * place_values for top in (1.0, 1.5, 2.0, 3.0)]
    starts.append(np.append(spread * place_values[:-1] + 1e-6 * mean, mean))  # two clusters
    best: FloatArray = starts[0]
    least = np.inf
    for start in starts:
        fitted = _alternate(bins, weight, start)
        error = _weighted_error(bins, weight, plane_signs(bits) @ fitted, 1.0)
        if error < least:
            best, least = fitted, error
    return _to_integers(bins, weight, best)


def _to_integers(values: FloatArray, counts: FloatArray, real: FloatArray) -> tuple[int, ...]:
    """The smallest integers in nearly the proportion of `real` whose error is nearly the least."""
    candidates: dict[tuple[int, ...], float] = {}
    for largest in range(1, MAX_PLANE_WEIGHT + 1):
        whole = np.maximum(1, np.rint(real / real.max() * largest)).astype(np.int64)
        key = tuple(int(weight) for weight in whole)
        if key not in candidates:
            scale = float(real.max() / largest)
            candidates[key] = _weighted_error(values, counts, code_values(key), scale)
    least = min(candidates.values())
    floor = EVEN_SHARE * 4.0 ** -len(real) * float(np.sum(counts * values**2))
    return next(key for key, error in candidates.items() if error <= SLACK * least + floor)


def kmeans(
    alpha: FloatArray, bits: int, axis: int | None, plane_weights: tuple[int, ...] | None = None
) -> QuantizedWeights:
    """Nearest levels under fitted (or given) plane weights; symmetric, so mid is 0.

    Args:
        alpha: (P, N).
        bits: B.
        axis: None for one scale, 0 for one a neuron. The plane weights are the datapath's and so
            common to all neurons either way.
        plane_weights: C, or None for fitted ones or (1, 2, 4, …), whichever has the lesser error.
    """
    size = np.mean(np.abs(alpha), axis=axis, keepdims=True)
    relative = alpha / np.where(size > 0, size, 1)
    if plane_weights is not None:
        check_plane_weights(plane_weights, bits)
        candidates = {plane_weights}
    else:
        silent = np.broadcast_to(size == 0, alpha.shape)
        candidates = {fit_plane_weights(relative[~silent], bits), default_plane_weights(bits)}
    best: QuantizedWeights | None = None
    least = np.inf
    for candidate in sorted(candidates):
        codes, scale, error = _assign(relative, code_values(candidate), axis)
        if error < least:
            least = error
            per_neuron = np.broadcast_to((scale * size)[0], alpha.shape[1:]).astype(np.float64)
            best = QuantizedWeights(codes, candidate, per_neuron, np.zeros(alpha.shape[1]))
    assert best is not None
    return best


def _assign(
    relative: FloatArray, levels: npt.NDArray[np.int64], axis: int | None
) -> tuple[npt.NDArray[np.uint8], FloatArray, float]:
    """Codes and scales by turns until they agree, and the squared error they leave."""
    stride = -(-len(relative) // FIRST_ROWS)
    scale = _first_scale(relative[::stride], levels, axis)
    codes = np.zeros(relative.shape, dtype=np.uint8)
    for _ in range(ROUNDS):
        codes = nearest_codes(relative / np.where(scale > 0, scale, 1), levels)
        chosen = levels[codes].astype(np.float64)
        fitted = np.sum(relative * chosen, axis=axis, keepdims=True)
        power = np.sum(chosen * chosen, axis=axis, keepdims=True)
        before, scale = scale, fitted / np.maximum(power, 1)
        if np.allclose(scale, before, rtol=1e-6, atol=0):
            break
    return codes, scale, float(np.sum((relative - scale * levels[codes]) ** 2))


def _first_scale(
    relative: FloatArray, levels: npt.NDArray[np.int64], axis: int | None
) -> FloatArray:
    """Of a few scales, each column's best: the alternation that follows is local."""
    mean_level = float(np.mean(np.abs(levels)))
    best = np.zeros(())
    least = np.array(np.inf)
    for factor in (0.7, 0.85, 1.0, 1.2, 1.5, 2.0):
        scale = np.full(np.mean(relative, axis=axis, keepdims=True).shape, factor / mean_level)
        chosen = scale * levels[nearest_codes(relative / scale, levels)]
        error = np.sum((relative - chosen) ** 2, axis=axis, keepdims=True)
        best = np.where(error < least, scale, best)
        least = np.minimum(error, least)
    return best
