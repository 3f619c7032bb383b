"""From distances to kernel values: the look-up, cut into bytes.

Where the LUT's values that are not 0 fit a few pairs of registers, 32 distances at a time pick
theirs by permutation (`vpermi2w` takes any of 64 words, 128 bytes of the LUT, for 32 indices at
once); elsewhere they are loaded one by one.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from llvmlite import ir

from hwsim.hardware.fast.jitted import target
from hwsim.hardware.fast.operands import Buffers, Prepared
from hwsim.hardware.fast.tiles import BLOCK, DISTANCES, ROWS

_FEATURE: Final = "avx512bw"
_MOST_BLOCKS: Final = 8  # more take longer than loads do


def _look_up_codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    i64 = ir.IntType(64)
    distances = target.pointer(context, builder, signature, args, 0, 1)
    table = target.pointer(context, builder, signature, args, 4, 5)
    out = target.pointer(context, builder, signature, args, 7, 8)
    vectors, origin, entries = (
        context.cast(builder, args[index], signature.args[index], target.types.int64)
        for index in (2, 3, 6)
    )
    total = target.cgutils.alloca_once_value(builder, ir.Constant(i64, 0))
    where = (distances, origin, table, entries, out, vectors, total)
    if signature.args[0].dtype.bitwidth == 16 and target.has(_FEATURE):
        most = ir.Constant(i64, _MOST_BLOCKS * BLOCK)
        with builder.if_else(builder.icmp_unsigned("<=", entries, most)) as (few, many):
            with few:
                _permute(builder, *where)
            with many:
                _load_each(builder, *where)
    else:
        _load_each(builder, *where)
    return builder.load(total)


def _permute(
    builder: Any, distances: Any, origin: Any, table: Any, entries: Any, out: Any, vectors: Any,
    total: Any,
) -> None:  # fmt: skip
    i16, i64 = ir.IntType(16), ir.IntType(64)
    words, longs = ir.VectorType(i16, DISTANCES), ir.VectorType(i64, 8)
    module = builder.module

    def splat(value: int) -> Any:
        return ir.Constant(words, [value] * DISTANCES)

    def call(name: str, result: Any, *operands: Any) -> Any:
        kind = ir.FunctionType(result, [operand.type for operand in operands])
        return builder.call(module.declare_intrinsic(name, (), kind), operands)

    origins = target.splat(builder, builder.trunc(origin, i16), DISTANCES)
    last = builder.sub(entries, ir.Constant(i64, 1))
    lasts = target.splat(builder, builder.trunc(last, i16), DISTANCES)
    blocks = builder.lshr(entries, ir.Constant(i64, BLOCK.bit_length() - 1))

    def pick(indices: Any, block: Any) -> Any:
        """The words, of two entries each, which hold the entries of these indices."""
        first = builder.shl(block, ir.Constant(i64, 1))
        low = target.load(builder, table, words, first, 1)
        high = target.load(builder, table, words, builder.add(first, ir.Constant(i64, 1)), 1)
        halves = builder.lshr(indices, splat(1))  # of which the instruction takes six bits
        return call("llvm.x86.avx512.vpermi2var.hi.512", words, low, halves, high)

    subtotal = target.cgutils.alloca_once_value(builder, ir.Constant(longs, None))
    with target.cgutils.for_range(builder, vectors, intp=i64) as loop:
        here = target.load(builder, distances, words, loop.index, 2)
        moved = builder.sub(here, origins)
        within = builder.icmp_unsigned("<", moved, lasts)
        indices = builder.select(within, moved, lasts)
        picked = target.cgutils.alloca_once_value(builder, pick(indices, ir.Constant(i64, 0)))
        number = builder.lshr(indices, splat(BLOCK.bit_length() - 1))
        with target.cgutils.for_range_slice(
            builder, ir.Constant(i64, 1), blocks, ir.Constant(i64, 1), intp=i64
        ) as (block, _):
            its_own = target.splat(builder, builder.trunc(block, i16), DISTANCES)
            mine = builder.icmp_unsigned("==", number, its_own)
            better = builder.select(mine, pick(indices, block), builder.load(picked))
            builder.store(better, picked)
        shift = builder.shl(builder.and_(indices, splat(1)), splat(3))
        values = builder.and_(builder.lshr(builder.load(picked), shift), splat(255))
        narrow = ir.VectorType(ir.IntType(8), DISTANCES)
        target.store(builder, builder.trunc(values, narrow), out, loop.index, 1)
        bytes_ = ir.VectorType(ir.IntType(8), 2 * DISTANCES)
        zero = ir.Constant(bytes_, None)
        eight = call("llvm.x86.avx512.psad.bw.512", longs, builder.bitcast(values, bytes_), zero)
        builder.store(builder.add(builder.load(subtotal), eight), subtotal)
    reduced = call("llvm.vector.reduce.add.v8i64", i64, builder.load(subtotal))
    builder.store(reduced, total)


def _load_each(
    builder: Any, distances: Any, origin: Any, table: Any, entries: Any, out: Any, vectors: Any,
    total: Any,
) -> None:  # fmt: skip
    i64 = ir.IntType(64)
    element = distances.type.pointee
    last = builder.sub(entries, ir.Constant(i64, 1))
    count = builder.mul(vectors, ir.Constant(i64, DISTANCES))
    with target.cgutils.for_range(builder, count, intp=i64) as loop:
        here = builder.load(builder.gep(distances, [loop.index]), align=element.width // 8)
        moved = builder.sub(builder.zext(here, i64), origin)
        index = builder.select(builder.icmp_unsigned("<", moved, last), moved, last)
        value = builder.load(builder.gep(table, [index]), align=1)
        builder.store(value, builder.gep(out, [loop.index]), align=1)
        builder.store(builder.add(builder.load(total), builder.zext(value, i64)), total)


def _plain_look_up_row(
    distances: npt.NDArray[Any],
    start: int,
    vectors: int,
    origin: int,
    table: npt.NDArray[np.uint8],
    table_start: int,
    entries: int,
    out: npt.NDArray[np.uint8],
    out_start: int,
) -> int:
    """What the intrinsic computes, in NumPy."""
    count = vectors * DISTANCES
    moved = distances[start : start + count].astype(np.int64) - origin
    values = table[table_start + np.where(moved < 0, entries, moved).clip(max=entries - 1)]
    out[out_start : out_start + count] = values
    return int(values.sum())


def _typed_look_up_row(
    typing_context: Any,
    distances: Any,
    start: Any,
    vectors: Any,
    origin: Any,
    table: Any,
    table_start: Any,
    entries: Any,
    out: Any,
    out_start: Any,
) -> Any:
    """Look up 32 * vectors distances from `start` on, past `origin`, and add the bytes found up.

    Arrays are flat; `table` has `entries` from `table_start` on, the last of which stands for all
    that lies outside.
    """
    signature = target.types.int64(
        distances, start, vectors, origin, table, table_start, entries, out, out_start
    )
    return signature, _look_up_codegen


look_up_row = target.intrinsic(_typed_look_up_row, _plain_look_up_row)


@target.jit
def look_up_kernel(image: Prepared, buffers: Buffers, chosen: npt.NDArray[np.int64]) -> None:
    """KERNEL values of all patterns, cut into bytes, for `dot.multiply_bytes`.

    Args:
        image, buffers: as `select.select` left them: past P, and perhaps elsewhere where the kernel
            value is 0, distances lie past all that counts. `kernel` gets flat (KB / 8, rows,
            columns) bytes in its first R rows, and `sums` S.
        chosen: (R,) int64, the queries to do.
    """
    columns = image.columns
    rows = (len(chosen) + ROWS - 1) // ROWS * ROWS
    table = image.lut_bytes.reshape(-1)
    entries = image.lut_bytes.shape[1]
    for r in range(len(chosen)):
        q = chosen[r]
        origin = buffers.found[q, 0] if image.nearest else 0
        total = np.int64(0)
        for part in range(len(image.lut_bytes)):
            subtotal = look_up_row(
                buffers.distances, q * columns, columns // DISTANCES, origin, table, part * entries,
                entries, buffers.kernel, (part * rows + r) * columns,
            )  # fmt: skip
            total += subtotal << (8 * part)
        buffers.sums[q] = total
