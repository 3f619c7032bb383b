"""What of a step counts: the nearest pattern, the groups, and zero-skipping's few patterns.

The LUT never increases, so its value is not 0 exactly up to one distance, the *last*: whether a
pattern or a group contributes is a comparison, and only contributing patterns are looked up.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir

from hwsim.hardware.fast.jitted import target
from hwsim.hardware.fast.jitted.distance import distances as complete
from hwsim.hardware.fast.operands import Buffers, Prepared
from hwsim.hardware.fast.tiles import DISTANCES

WIDE = DISTANCES  # where a group has as many; a row with its padding always has
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


def _below_codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    element = ir.IntType(signature.args[0].dtype.bitwidth)
    address = target.pointer(context, builder, signature, args, 0, 1)
    here = target.load(builder, address, ir.VectorType(element, WIDE), 0, element.width // 8)
    narrow = args[2] if element.width == 64 else builder.trunc(args[2], element)
    less = builder.icmp_unsigned("<", here, target.splat(builder, narrow, WIDE))
    return builder.zext(builder.bitcast(less, ir.IntType(WIDE)), ir.IntType(64))


def _plain_minimum_of(distances: npt.NDArray[Any], start: int, vectors: int, width: int) -> int:
    """What the intrinsic computes, in NumPy."""
    return int(distances[start : start + vectors * width].min())


def _plain_count_within(
    distances: npt.NDArray[Any], start: int, vectors: int, width: int, cut: int
) -> int:
    """What the intrinsic computes, in NumPy."""
    return int(np.count_nonzero(distances[start : start + vectors * width] <= cut))


def _plain_below(distances: npt.NDArray[Any], start: int, cut: int) -> np.uint64:
    """What the intrinsic computes, in NumPy."""
    bits = np.packbits(distances[start : start + WIDE] < cut, bitorder="little")
    return np.uint64(bits.view("<u4")[0])


def _typed_below(typing_context: Any, distances: Any, start: Any, cut: Any) -> Any:
    """Which of 32 distances from `start` on are below `cut`, which their type holds, as bits."""
    return target.types.uint64(distances, start, target.types.int64), _below_codegen


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


below = target.intrinsic(_typed_below, _plain_below)
minimum_of = target.intrinsic(_typed_minimum_of, _plain_minimum_of)
count_within = target.intrinsic(_typed_count_within, _plain_count_within)


@target.inlined
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
        if (stop - start) % WIDE == 0:
            minimum = minimum_of(distances, row + start, (stop - start) // WIDE, WIDE)
        else:
            minimum = minimum_of(distances, row + start, (stop - start) // NARROW, NARROW)
        buffers.minima[q, group] = minimum
        if minimum < best:
            best = minimum
            first = group
    return best, first


@target.inlined
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
    distances, minima, state = buffers.distances, buffers.minima, buffers.running[q]
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
            complete(tiles, state, image.state_words, words, image.head, words, part)
            for m in range(row + patterns, row + stop):
                distances[m] = image.padding
            minimum = minimum_of(distances, row + start, (stop - start) // NARROW, NARROW)
            minima[q, group] = minimum
            best = min(best, minimum)
    return best


@target.inlined
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
            if (stop - start) % WIDE == 0:
                vectors = (stop - start) // WIDE
                nonzero += count_within(distances, row + start, vectors, WIDE, within)
            else:
                vectors = (stop - start) // NARROW
                nonzero += count_within(distances, row + start, vectors, NARROW, within)
    buffers.found[q, 0] = best
    buffers.found[q, 1] = cut
    buffers.found[q, 2] = active
    buffers.found[q, 3] = values
    buffers.found[q, 4] = nonzero


@target.inlined
def select_one(image: Prepared, buffers: Buffers, q: int) -> None:
    """As `select`, for one query."""
    best, first = find_minima(image, buffers, q)
    if image.head < image.words:
        best = complete_groups(image, buffers, q, first)
    count_active(image, buffers, q, best)


@target.inlined
def select(image: Prepared, buffers: Buffers, count: int) -> None:
    """KERNEL, without its values: what each query's step will need, into `minima` and `found`.

    Args:
        image, buffers: the distances over the first `head` words.
        count: queries, the first running states.
    """
    for q in range(count):
        select_one(image, buffers, q)


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
def first_at(distances: npt.NDArray[Any], start: int, distance: int) -> int:
    """The first pattern at a distance that there is, from `start` on."""
    m = 0
    while distances[start + m] != distance:
        m += 1
    return m


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
        index[q] = first_at(row, 0, best)
        smallest[q] = best
