"""Weighted sums by small-integer dot products: four bytes times four bytes, added to 32 bits.

Kernel values are cut into unsigned bytes and weight codes into signed bytes (`plan`), so that
sum_m k[m] * u[m, i] is a few matrix products of bytes. Four patterns at a time meet sixteen
neurons in one `vpdpbusd`; eight queries by forty-eight neurons stay in registers.

Exact: a product is at most 255 * 127 and never negative, and one call of `dot_tile` adds at most
SPAN = 4096 of them, 132,648,960 < 2**31, in 32 bits without saturation. What the calls of different
spans and bytes add up to is kept in the accumulator's own type, whose range `plan` checks: where
that is 32 bits and one unit is worth 1, a call adds to it at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir

from hwsim.hardware.fast.jitted import target
from hwsim.hardware.fast.operands import Buffers, Prepared
from hwsim.hardware.fast.tiles import NEURONS, QUADS, ROWS, SPAN, WIDE

FEATURE = "avx512vnni"


def _add_fours(builder: Any, total: Any, unsigned: Any, signed: Any) -> Any:
    """Each 32-bit lane of `total`, plus its four unsigned bytes times its four signed ones."""
    vector = total.type
    if target.has(FEATURE):
        kind = ir.FunctionType(vector, [vector] * 3)
        name = "llvm.x86.avx512.vpdpbusd.512"
        product = builder.module.declare_intrinsic(name, (), kind)
        return builder.call(product, [total, unsigned, signed])

    def splat(value: int) -> Any:
        return ir.Constant(vector, [value] * NEURONS)

    for byte in range(4):
        one = builder.and_(builder.lshr(unsigned, splat(8 * byte)), splat(255))
        other = builder.ashr(builder.shl(signed, splat(24 - 8 * byte)), splat(24))
        total = builder.add(total, builder.mul(one, other))
    return total


def _dot_codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    rows, width = (signature.args[index].literal_value for index in (10, 11))
    word, i64 = ir.IntType(32), ir.IntType(64)
    vector = ir.VectorType(word, NEURONS)
    codes = target.pointer(context, builder, signature, args, 0, 1)
    kernel = target.pointer(context, builder, signature, args, 2, 3)
    stride, quads, out_stride = (
        context.cast(builder, args[index], signature.args[index], target.types.intp)
        for index in (4, 5, 8)
    )
    out = target.pointer(context, builder, signature, args, 6, 7)
    more = builder.trunc(args[9], ir.IntType(1))
    vectors = width // NEURONS
    lines = [
        target.at(builder, out, word, builder.mul(out_stride, ir.Constant(i64, row)))
        for row in range(rows)
    ]
    places = [(line, j) for line in lines for j in range(vectors)]
    zero = ir.Constant(vector, None)
    sums = [
        target.cgutils.alloca_once_value(
            builder, builder.select(more, target.load(builder, line, vector, j, 4), zero)
        )
        for line, j in places
    ]
    unrolled = QUADS if rows > 1 and target.has(FEATURE) else 1
    turns = builder.udiv(quads, ir.Constant(i64, unrolled))
    with target.cgutils.for_range(builder, turns, intp=i64) as loop:
        quad = builder.mul(loop.index, ir.Constant(i64, unrolled))
        first = builder.mul(quad, ir.Constant(i64, vectors))
        codes_here = target.at(builder, codes, vector, first)
        kernels = [
            target.at(
                builder,
                target.at(
                    builder, kernel, ir.IntType(8), builder.mul(stride, ir.Constant(i64, row))
                ),
                word,
                quad,
            )
            for row in range(rows)
        ]
        for turn in range(unrolled):
            loaded = [
                target.load(builder, codes_here, vector, turn * vectors + j, 4)
                for j in range(vectors)
            ]
            for row in range(rows):
                four = target.splat(
                    builder, target.load(builder, kernels[row], word, turn, 1), NEURONS
                )
                for j in range(vectors):
                    total = sums[row * vectors + j]
                    added = _add_fours(builder, builder.load(total), four, loaded[j])
                    builder.store(added, total)
    for (line, j), total in zip(places, sums, strict=True):
        target.store(builder, builder.load(total), line, j, 4)
    return context.get_dummy_value()


def _plain_dot_tile(
    codes: npt.NDArray[np.int8],
    code_start: int,
    kernel: npt.NDArray[np.uint8],
    kernel_start: int,
    kernel_stride: int,
    quads: int,
    out: npt.NDArray[Any],
    out_start: int,
    out_stride: int,
    more: bool,
    rows: int,
    width: int,
) -> None:
    """What the intrinsic computes, in NumPy."""
    tile = codes[code_start : code_start + quads * width * 4].reshape(quads, width, 4)
    for row in range(rows):
        start = kernel_start + row * kernel_stride
        values = kernel[start : start + quads * 4].reshape(quads, 1, 4).astype(np.int32)
        line = out[out_start + row * out_stride :][:width]
        line[:] = (values * tile).sum(axis=(0, 2)) + (line if more else 0)


def _typed_dot_tile(
    typing_context: Any,
    codes: Any,
    code_start: Any,
    kernel: Any,
    kernel_start: Any,
    kernel_stride: Any,
    quads: Any,
    out: Any,
    out_start: Any,
    out_stride: Any,
    more: Any,
    rows: Any,
    width: Any,
) -> Any:
    """The products of some rows of kernel bytes with one tile of codes, into `out`, int32.

    Arrays are flat, each with the index to start at and, but for `codes`, the distance of rows;
    `more` tells whether to add to `out` instead of replacing it; `rows` and `width` are literals.
    """
    signature = target.types.void(
        codes, code_start, kernel, kernel_start, kernel_stride, quads,
        out, out_start, out_stride, target.types.boolean, rows, width,
    )  # fmt: skip
    return signature, _dot_codegen


dot_tile = target.intrinsic(_typed_dot_tile, _plain_dot_tile)


@target.jit
def dot_rows(
    codes: npt.NDArray[np.int8],
    code_start: int,
    kernel: npt.NDArray[np.uint8],
    kernel_start: int,
    kernel_stride: int,
    quads: int,
    out: npt.NDArray[Any],
    out_start: int,
    out_stride: int,
    more: bool,
    rows: int,
    width: int,
) -> None:
    """`dot_tile` for 8 rows or 1, of 48 or 32 neurons."""
    c, k, s, o, t = code_start, kernel_start, kernel_stride, out_start, out_stride
    if width == 48:
        if rows == 8:
            dot_tile(codes, c, kernel, k, s, quads, out, o, t, more, 8, 48)
        else:
            dot_tile(codes, c, kernel, k, s, quads, out, o, t, more, 1, 48)
    elif rows == 8:
        dot_tile(codes, c, kernel, k, s, quads, out, o, t, more, 8, 32)
    else:
        dot_tile(codes, c, kernel, k, s, quads, out, o, t, more, 1, 32)


@target.jit
def add_products(
    codes: npt.NDArray[np.int8],
    widths: npt.NDArray[np.int64],
    kernel: npt.NDArray[np.uint8],
    stride: int,
    queries: int,
    scale: Any,
    more: bool,
    out: npt.NDArray[Any],
) -> None:
    """Set out[q, i] to scale * sum_m kernel[q, m] * codes[m, i], or add that to it.

    Args:
        codes: `tile_codes`, int8.
        widths: (tiles,) int64, `tile_widths`.
        kernel: flat (Q, stride) uint8, zeros past P; with rows for a multiple of 8 queries, for
            three to seven are done as eight.
        stride: the columns of `tile_codes`.
        queries: Q.
        scale: what one unit of this pair of bytes is worth.
        more: whether to add to `out` instead of replacing it.
        out: (Q, >= sum of widths) int32 or int64, with as many rows.
    """
    quads = stride // 4
    flat = out.reshape(-1)
    block = np.empty(ROWS * WIDE, np.int32)
    span = SPAN // 4
    at_once = scale == 1 and out.itemsize == 4
    for start in range(0, quads, span):
        length = min(span, quads - start)
        adds = more or start > 0
        first = 0
        for width in widths:
            here = (first * quads + start * width) * 4
            q = 0
            while q < queries:
                rows = ROWS if queries - q > 2 else 1
                k = q * stride + 4 * start
                o, lines, adds_here = q * out.shape[1] + first, out.shape[1], adds
                if not at_once:
                    o, lines, adds_here = 0, width, False
                if at_once:
                    dot_rows(
                        codes, here, kernel, k, stride, length, flat, o, lines, adds_here,
                        rows, width,
                    )  # fmt: skip
                else:
                    dot_rows(
                        codes, here, kernel, k, stride, length, block, o, lines, adds_here,
                        rows, width,
                    )  # fmt: skip
                    for row in range(rows):
                        line = out[q + row, first : first + width]
                        for i in range(width):
                            before = line[i] if adds else 0
                            line[i] = before + scale * block[row * width + i]
                q += rows
            first += width


@target.inlined
def multiply_bytes(image: Prepared, buffers: Buffers, queries: int) -> None:
    """ACCUMULATE of so many queries, by byte products, into the first rows of products."""
    rows = (queries + ROWS - 1) // ROWS * ROWS
    size = rows * image.columns
    more = False
    for part in range(len(image.slices)):
        for byte in range(len(image.lut_bytes)):
            add_products(
                image.slices[part], image.widths, buffers.kernel[byte * size : (byte + 1) * size],
                image.columns, queries, image.scales[part] << (8 * byte), more,
                buffers.products[:rows],
            )  # fmt: skip
            more = True
