"""From distances to kernel values: the nearest pattern, the groups that count, the look-up.

The LUT never increases, so its value is not 0 exactly up to one distance, the *radius*: whether a
pattern or a group contributes is a comparison, and only contributing patterns are looked up.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir

from hwsim.hardware.fast import target

TILE = 8  # distances in one vector; L is a multiple of it, and so is a row with its padding


def _loop(context: Any, builder: Any, signature: Any, args: Any) -> tuple[Any, Any, Any]:
    """The vector type of args[0], its first vector's address, and how many vectors to take."""
    element = ir.IntType(signature.args[0].dtype.bitwidth)
    address = target.pointer(context, builder, signature, args, 0, 1)
    count = context.cast(builder, args[2], signature.args[2], target.types.intp)
    return ir.VectorType(element, TILE), address, count


def _minimum_codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    vector, address, count = _loop(context, builder, signature, args)
    width = vector.element.width
    least = target.cgutils.alloca_once_value(builder, ir.Constant(vector, [-1] * TILE))
    with target.cgutils.for_range(builder, count, intp=ir.IntType(64)) as loop:
        here = target.load(builder, address, vector, loop.index, width // 8)
        before = builder.load(least)
        less = builder.icmp_unsigned("<", here, before)
        builder.store(builder.select(less, here, before), least)
    name = f"llvm.vector.reduce.umin.v{TILE}i{width}"
    reduce = builder.module.declare_intrinsic(name, (), ir.FunctionType(vector.element, [vector]))
    return builder.zext(builder.call(reduce, [builder.load(least)]), ir.IntType(64))


def _count_codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    vector, address, count = _loop(context, builder, signature, args)
    i64 = ir.IntType(64)
    wide = ir.VectorType(i64, TILE)
    cut = target.splat(builder, args[3], TILE)
    total = target.cgutils.alloca_once_value(builder, ir.Constant(i64, 0))
    with target.cgutils.for_range(builder, count, intp=i64) as loop:
        here = target.load(builder, address, vector, loop.index, vector.element.width // 8)
        within = builder.icmp_signed("<=", builder.zext(here, wide), cut)
        bits = builder.ctpop(builder.bitcast(within, ir.IntType(TILE)))
        builder.store(builder.add(builder.load(total), builder.zext(bits, i64)), total)
    return builder.load(total)


def _plain_minimum_of(distances: npt.NDArray[Any], start: int, tiles: int) -> int:
    """What the intrinsic computes, in NumPy."""
    return int(distances[start : start + tiles * TILE].min())


def _plain_count_within(distances: npt.NDArray[Any], start: int, tiles: int, cut: int) -> int:
    """What the intrinsic computes, in NumPy."""
    return int(np.count_nonzero(distances[start : start + tiles * TILE] <= cut))


def _typed_minimum_of(typing_context: Any, distances: Any, start: Any, tiles: Any) -> Any:
    """Smallest of 8 * tiles unsigned distances from `start` on, in a flat array."""
    return target.types.int64(distances, start, tiles), _minimum_codegen


def _typed_count_within(
    typing_context: Any, distances: Any, start: Any, tiles: Any, cut: Any
) -> Any:
    """How many of 8 * tiles distances are at most `cut`."""
    return target.types.int64(distances, start, tiles, target.types.int64), _count_codegen


minimum_of = target.intrinsic(_typed_minimum_of, _plain_minimum_of)
count_within = target.intrinsic(_typed_count_within, _plain_count_within)


@target.jit
def measure(
    distances: npt.NDArray[Any],
    columns: int,
    patterns: int,
    lanes: int,
    radius: int,
    padding: int,
    nearest: bool,
    minima: npt.NDArray[Any],
    found: npt.NDArray[np.int64],
) -> None:
    """Find out what each query's step will need, without looking anything up.

    Args:
        distances: flat (Q, columns) uint16 or uint32. Columns past P are padding and are set to
            `padding`, which no group's minimum then comes from.
        columns: P, rounded up to a multiple of 8.
        patterns: P.
        lanes: L, a multiple of 8.
        radius: largest x with lut[x] > 0, or -1.
        padding: largest value of the distances' type.
        nearest: whether distances count from the nearest pattern's.
        minima: (Q, ceil(P / L)), gets each group's smallest distance.
        found: (Q, 5) int64, gets the smallest distance, the largest one that counts (or -1),
            groups active, patterns in them, and about how many kernel values are not 0.
    """
    groups = (patterns + lanes - 1) // lanes
    for q in range(distances.size // columns):
        row = q * columns
        for m in range(row + patterns, row + columns):
            distances[m] = padding
        best = 1 << 32
        for group in range(groups):
            start = group * lanes
            minimum = minimum_of(distances, row + start, min(lanes, columns - start) // TILE)
            minima[q, group] = minimum
            if minimum < best:
                best = minimum
        cut = best + radius if nearest and radius >= 0 else radius
        active = 0
        values = 0
        nonzero = 0
        for group in range(groups):
            if minima[q, group] <= cut:
                start = group * lanes
                active += 1
                values += min(lanes, patterns - start)
                tiles = min(lanes, columns - start) // TILE
                nonzero += count_within(distances, row + start, tiles, cut)
        found[q, 0] = best
        found[q, 1] = cut
        found[q, 2] = active
        found[q, 3] = values
        found[q, 4] = nonzero


@target.jit
def add_rows(
    distances: npt.NDArray[Any],
    chosen: npt.NDArray[np.int64],
    patterns: int,
    lanes: int,
    nearest: bool,
    minima: npt.NDArray[Any],
    found: npt.NDArray[np.int64],
    lut: npt.NDArray[np.int64],
    codes: npt.NDArray[Any],
    out: npt.NDArray[Any],
    sums: npt.NDArray[np.int64],
) -> None:
    """Zero-skipping: add k[m] * codes[m] to `out` for the patterns with k[m] > 0 alone.

    Args:
        distances: (Q, columns), as `measure` left them.
        patterns, lanes, nearest, minima, found: as in `measure`.
        chosen: (R,) int64, the queries to do.
        lut: (N + 1,) int64.
        codes: (P, N) unsigned.
        out: (R, >= N) int32 or int64, zero at first.
        sums: (Q,) int64, gets S.
    """
    for r in range(len(chosen)):
        q = chosen[r]
        cut = found[q, 1]
        origin = found[q, 0] if nearest else 0
        total = 0
        for group in range((patterns + lanes - 1) // lanes):
            if minima[q, group] <= cut:
                for m in range(group * lanes, min((group + 1) * lanes, patterns)):
                    if distances[q, m] <= cut:
                        value = lut[distances[q, m] - origin]
                        total += value
                        for i in range(codes.shape[1]):
                            out[r, i] += value * codes[m, i]
        sums[q] = total


@target.jit
def look_up(
    distances: npt.NDArray[Any],
    columns: int,
    chosen: npt.NDArray[np.int64],
    patterns: int,
    nearest: bool,
    found: npt.NDArray[np.int64],
    lut_bytes: npt.NDArray[np.uint8],
    kernel: npt.NDArray[np.uint8],
    stride: int,
    sums: npt.NDArray[np.int64],
) -> None:
    """Kernel values of all patterns, cut into bytes.

    Args:
        distances: flat (Q, columns), as `measure` left them.
        columns, patterns, nearest, found: as in `measure`.
        chosen: (R,) int64, the queries to do.
        lut_bytes: (KB / 8, N + 1) uint8, lowest byte first.
        kernel: flat (KB / 8, R, stride) uint8; columns past P stay as they are.
        stride: at least P.
        sums: (Q,) int64, gets S.
    """
    entries = lut_bytes.shape[1]
    # moved by the origin, so that a distance is an index: what lies before is never read
    table = np.zeros(2 * entries, np.uint8)
    for r in range(len(chosen)):
        q = chosen[r]
        origin = found[q, 0] if nearest else 0
        total = np.int64(0)
        for part in range(len(lut_bytes)):
            # a view each: an index that may be negative to the compiler costs three times as much
            moved = table[origin : origin + entries]
            for x in range(entries):
                moved[x] = lut_bytes[part, x]
            start = (part * len(chosen) + r) * stride
            out = kernel[start : start + patterns]
            row = distances[q * columns : q * columns + patterns]
            for m in range(patterns):
                out[m] = table[row[m]]
            subtotal = np.int64(0)
            for m in range(patterns):
                subtotal += np.int64(out[m])
            total += subtotal << (8 * part)
        sums[q] = total
