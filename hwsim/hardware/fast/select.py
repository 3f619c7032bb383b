"""What of a step counts: the nearest pattern, the groups, and zero-skipping's few patterns.

The LUT never increases, so its value is not 0 exactly up to one distance, the *radius*: whether a
pattern or a group contributes is a comparison, and only contributing patterns are looked up.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir

from hwsim.hardware.fast import target
from hwsim.hardware.fast.distance import distances as complete
from hwsim.hardware.fast.operands import Buffers, Prepared

WIDE = 32  # distances at a time, where a group has as many; a row with its padding always has
NARROW = 8  # L is a multiple of it


def _loop(context: Any, builder: Any, signature: Any, args: Any) -> tuple[Any, Any, Any]:
    """The vector type of args[0], its first vector's address, and how many vectors to take."""
    element = ir.IntType(signature.args[0].dtype.bitwidth)
    address = target.pointer(context, builder, signature, args, 0, 1)
    count = context.cast(builder, args[2], signature.args[2], target.types.intp)
    return ir.VectorType(element, signature.args[3].literal_value), address, count


def _minimum_codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    vector, address, count = _loop(context, builder, signature, args)
    width = vector.element.width
    least = target.cgutils.alloca_once_value(builder, ir.Constant(vector, [-1] * vector.count))
    with target.cgutils.for_range(builder, count, intp=ir.IntType(64)) as loop:
        here = target.load(builder, address, vector, loop.index, width // 8)
        before = builder.load(least)
        less = builder.icmp_unsigned("<", here, before)
        builder.store(builder.select(less, here, before), least)
    name = f"llvm.vector.reduce.umin.v{vector.count}i{width}"
    reduce = builder.module.declare_intrinsic(name, (), ir.FunctionType(vector.element, [vector]))
    return builder.zext(builder.call(reduce, [builder.load(least)]), ir.IntType(64))


def _count_codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    vector, address, count = _loop(context, builder, signature, args)
    i64 = ir.IntType(64)
    narrow = builder.trunc(args[4], vector.element)
    cut = target.splat(builder, narrow, vector.count)
    total = target.cgutils.alloca_once_value(builder, ir.Constant(i64, 0))
    with target.cgutils.for_range(builder, count, intp=i64) as loop:
        here = target.load(builder, address, vector, loop.index, vector.element.width // 8)
        within = builder.icmp_unsigned("<=", here, cut)
        bits = builder.ctpop(builder.bitcast(within, ir.IntType(vector.count)))
        wide = bits if vector.count == 64 else builder.zext(bits, i64)
        builder.store(builder.add(builder.load(total), wide), total)
    return builder.load(total)


def _plain_minimum_of(distances: npt.NDArray[Any], start: int, vectors: int, width: int) -> int:
    """What the intrinsic computes, in NumPy."""
    return int(distances[start : start + vectors * width].min())


def _plain_count_within(
    distances: npt.NDArray[Any], start: int, vectors: int, width: int, cut: int
) -> int:
    """What the intrinsic computes, in NumPy."""
    return int(np.count_nonzero(distances[start : start + vectors * width] <= cut))


def _typed_minimum_of(
    typing_context: Any, distances: Any, start: Any, vectors: Any, width: Any
) -> Any:
    """Smallest of vectors * width unsigned distances from `start` on, in a flat array."""
    return target.types.int64(distances, start, vectors, width), _minimum_codegen


def _typed_count_within(
    typing_context: Any, distances: Any, start: Any, vectors: Any, width: Any, cut: Any
) -> Any:
    """How many of vectors * width distances are at most `cut`, which their type holds."""
    kind = target.types.int64
    return kind(distances, start, vectors, width, kind), _count_codegen


minimum_of = target.intrinsic(_typed_minimum_of, _plain_minimum_of)
count_within = target.intrinsic(_typed_count_within, _plain_count_within)


@target.inlined
def select(image: Prepared, buffers: Buffers, count: int) -> None:
    """KERNEL, without its values: what each query's step will need, into `minima` and `found`.

    With `head` < `words`, distances so far are lower bounds. Groups that may matter are completed:
    first the one of the smallest bound, whose smallest distance then is at least the smallest of
    all, d0; after it all groups with a bound of at most the cut which that distance leads to. The
    cut never gets smaller than the final one, so what stays a bound lies past the final cut and
    past d0: the LUT is 0 there as it is at the distance itself, and all that is found is exact.

    No more groups are counted through once more kernel values than `most_rows` are not 0.

    Args:
        image, buffers: the distances over the first `head` words; columns past P are set to
            `padding`, which no group's minimum then comes from.
        count: queries, the first running states.
    """
    columns, patterns, lanes = image.columns, image.patterns, image.lanes
    radius, padding, nearest = image.radius, image.padding, image.nearest
    words, state_words = image.words, image.state_words
    distances, minima, found = buffers.distances, buffers.minima, buffers.found
    groups = (patterns + lanes - 1) // lanes
    for q in range(count):
        row = q * columns
        for m in range(row + patterns, row + columns):
            distances[m] = padding
        best = 1 << 32
        first = 0
        for group in range(groups):
            start, stop = group * lanes, min((group + 1) * lanes, columns)
            if (stop - start) % WIDE == 0:
                minimum = minimum_of(distances, row + start, (stop - start) // WIDE, WIDE)
            else:
                minimum = minimum_of(distances, row + start, (stop - start) // NARROW, NARROW)
            minima[q, group] = minimum
            if minimum < best:
                best = minimum
                first = group
        if image.head < words:
            best = 1 << 32
            state = buffers.running[q]
            for turn in range(-1, groups):
                group = first if turn < 0 else turn
                limit = best + max(radius, 0) if nearest else max(best, radius)
                if turn != first and minima[q, group] <= limit:
                    start, stop = group * lanes, min((group + 1) * lanes, columns)
                    tiles = image.tiled_patterns[start * words : stop * words]
                    part = distances[row + start : row + stop]
                    complete(tiles, state, state_words, words, image.head, words, part)
                    for m in range(row + patterns, row + stop):
                        distances[m] = padding
                    minimum = minimum_of(distances, row + start, (stop - start) // NARROW, NARROW)
                    minima[q, group] = minimum
                    best = min(best, minimum)
        cut = best + radius if nearest and radius >= 0 else radius
        active = 0
        values = 0
        nonzero = 0
        within = min(cut, padding)
        for group in range(groups):
            if minima[q, group] <= cut:
                start, stop = group * lanes, min((group + 1) * lanes, columns)
                active += 1
                values += min(stop, patterns) - start
                if nonzero > image.most_rows:
                    continue
                if (stop - start) % WIDE == 0:
                    vectors = (stop - start) // WIDE
                    nonzero += count_within(distances, row + start, vectors, WIDE, within)
                else:
                    vectors = (stop - start) // NARROW
                    nonzero += count_within(distances, row + start, vectors, NARROW, within)
        found[q, 0] = best
        found[q, 1] = cut
        found[q, 2] = active
        found[q, 3] = values
        found[q, 4] = nonzero


@target.jit
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


@target.inlined
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
        best = minimum_of(row, 0, columns // WIDE, WIDE)
        m = 0
        while row[m] != best:
            m += 1
        index[q] = m
        smallest[q] = best
