"""What of a step counts: the nearest pattern, the groups, and zero-skipping's few patterns.

The LUT never increases, so its value is not 0 exactly up to one distance, the *last*: whether a
pattern or a group contributes is a comparison, and only contributing patterns are looked up.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.hardware.fast.jitted.distance import distances as complete
from hwsim.hardware.fast.jitted.target import inlined, inner, jit
from hwsim.hardware.fast.operands import Buffers, Prepared


@inlined
def minimum_of(distances: npt.NDArray[Any], start: int, stop: int) -> int:
    """Smallest of the distances from `start` to `stop` - 1, in a flat array."""
    part = distances[start:stop]  # whose indices are known not to be negative
    least = part[0]
    for m in range(len(part)):
        if part[m] < least:  # `min` would make it 64 bits wide
            least = part[m]
    return np.int64(least)  # type: ignore[return-value]


@inner
def find_minima(image: Prepared, buffers: Buffers, q: int) -> tuple[int, int]:
    """Each group's smallest distance, into `minima`; the smallest of all, and its first group.

    Args:
        image, buffers: distances; columns past P are set to `padding`, which no group's minimum
            then comes from.
        q: the query.
    """
    distances, lanes, columns = buffers.distances, image.lanes, image.columns
    row = q * columns
    for m in range(row + image.patterns, row + columns):
        distances[m] = image.padding
    best = 1 << 32
    first = 0
    for group in range((image.patterns + lanes - 1) // lanes):
        start, stop = group * lanes, min((group + 1) * lanes, columns)
        minimum = minimum_of(distances, row + start, row + stop)
        buffers.minima[q, group] = minimum
        if minimum < best:
            best = minimum
            first = group
    return best, first


@inner
def complete_groups(image: Prepared, buffers: Buffers, q: int, first: int) -> int:
    """Complete the groups that may matter, of distances over the first `head` words; d0.

    Those distances are lower bounds. The group of the smallest bound is completed first: its
    smallest distance is at least the smallest of all, d0; after it all groups with a bound of at
    most the cut which that distance leads to. The cut never gets smaller than the final one, so
    what stays a bound lies past the final cut and past d0: the LUT is 0 there as it is at the
    distance itself, and all that is found is exact.

    Args:
        image, buffers: as `find_minima` left them.
        q: the query.
        first: the group of the smallest bound.
    """
    distances, minima, state = buffers.distances, buffers.minima, buffers.halves[q : q + 1]
    lanes, patterns, columns, words = image.lanes, image.patterns, image.columns, image.words
    row = q * columns
    best = 1 << 32
    for turn in range(-1, (patterns + lanes - 1) // lanes):
        group = first if turn < 0 else turn
        limit = best + max(image.last, 0) if image.nearest else max(best, image.last)
        if turn != first and minima[q, group] <= limit:
            start, stop = group * lanes, min((group + 1) * lanes, columns)
            tiles = image.tiled_patterns[start * words : stop * words]
            part = distances[row + start : row + stop]
            for m in range(row + patterns, row + stop):
                distances[m] = 0  # the rest, added to padding, would overflow
            complete(tiles, state, words, image.head, words, part)
            for m in range(row + patterns, row + stop):
                distances[m] = image.padding
            minimum = minimum_of(distances, row + start, row + stop)
            minima[q, group] = minimum
            best = min(best, minimum)
    return best


@inner
def count_active(image: Prepared, buffers: Buffers, q: int, best: int) -> None:
    """What the query's update will need, into `found`, from its groups' minima.

    No more groups are counted through once more kernel values than `most_counted` are not 0.
    """
    distances, lanes, patterns = buffers.distances, image.lanes, image.patterns
    row = q * image.columns
    cut = best + image.last if image.nearest and image.last >= 0 else image.last
    active = 0
    values = 0
    nonzero = 0
    within = min(cut, image.padding)
    for group in range((patterns + lanes - 1) // lanes):
        if buffers.minima[q, group] <= cut:
            start, stop = group * lanes, min((group + 1) * lanes, image.columns)
            active += 1
            values += min(stop, patterns) - start
            if nonzero > image.most_counted:
                continue
            part = distances[row + start : row + stop]
            for m in range(len(part)):
                nonzero += part[m] <= within
    buffers.found[q, 0] = best
    buffers.found[q, 1] = cut
    buffers.found[q, 2] = active
    buffers.found[q, 3] = values
    buffers.found[q, 4] = nonzero


@inlined
def select_one(image: Prepared, buffers: Buffers, q: int) -> None:
    """As `select`, for one query."""
    best, first = find_minima(image, buffers, q)
    if image.head < image.words:
        best = complete_groups(image, buffers, q, first)
    count_active(image, buffers, q, best)


@inlined
def select(image: Prepared, buffers: Buffers, count: int) -> None:
    """KERNEL, without its values: what each query's step will need, into `minima` and `found`.

    Args:
        image, buffers: the distances over the first `head` words.
        count: queries, the first running states.
    """
    for q in range(count):
        select_one(image, buffers, q)


@inner
def skip_zeros(image: Prepared, buffers: Buffers, chosen: npt.NDArray[np.int64]) -> None:
    """ACCUMULATE by zero-skipping: add k[m] * codes[m] for the patterns with k[m] > 0 alone.

    Args:
        image, buffers: as `select` left them; the first rows of products get the sums of rows, and
            the chosen queries' `sums` S.
        chosen: (R,) int64, the queries to do.
    """
    lanes, patterns, codes, lut = image.lanes, image.patterns, image.codes, image.lut
    products = buffers.products[: len(chosen)]
    products[:] = 0
    for r in range(len(chosen)):
        q = chosen[r]
        distances = buffers.distances[q * image.columns : (q + 1) * image.columns]
        cut = buffers.found[q, 1]
        origin = buffers.found[q, 0] if image.nearest else 0
        total = 0
        for group in range((patterns + lanes - 1) // lanes):
            if buffers.minima[q, group] <= cut:
                for m in range(group * lanes, min((group + 1) * lanes, patterns)):
                    if distances[m] <= cut:
                        value = lut[distances[m] - origin]
                        total += value
                        row = codes[m]
                        for i in range(len(row)):
                            products[r, i] += value * row[i]
        buffers.sums[q] = total


@jit
def rows_of(image: Prepared, buffers: Buffers, chosen: npt.NDArray[np.int64]) -> None:
    """`skip_zeros`, for Python."""
    skip_zeros(image, buffers, chosen)


@inlined
def first_at(distances: npt.NDArray[Any], start: int, distance: int) -> int:
    """The first pattern at a distance that there is, from `start` on."""
    m = 0
    while distances[start + m] != distance:
        m += 1
    return m


@inlined
def first_nearest(
    image: Prepared,
    buffers: Buffers,
    index: npt.NDArray[np.int64],
    smallest: npt.NDArray[np.int64],
) -> None:
    """The smallest distance of each query, and the first pattern it belongs to.

    Args:
        image, buffers: the distances over all words; columns past P are set to `padding`.
        index: (Q,) int64, gets the patterns.
        smallest: (Q,) int64, gets the distances.
    """
    columns = image.columns
    for q in range(len(index)):
        row = buffers.distances[q * columns : (q + 1) * columns]
        row[image.patterns :] = image.padding
        best = minimum_of(row, 0, columns)
        index[q] = first_at(row, 0, best)
        smallest[q] = best
