"""Weighted sums by small-integer dot products: four bytes times four bytes, added to 32 bits.

Kernel values are cut into unsigned bytes and weight codes into signed bytes (`plan`), so that
sum_m k[m] * u[m, i] is a few matrix products of bytes. Four patterns at a time meet sixteen
neurons in one `vpdpbusd`; eight queries by forty-eight neurons stay in registers.

Exact: a product is at most 255 * 127 and never negative, and one call of `dot_tile` adds at most
SPAN = 2048 of them, 66,324,480 < 2**31, in 32 bits without saturation. What the calls of different
spans and bytes add up to is kept in the accumulator's own type, whose range `plan` checks: where
that is 32 bits and one unit is worth 1, a call adds to it at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir

from hwsim.hardware.fast import target

VECTOR = 16  # neurons in one vector
WIDTH = 48  # neurons in one tile: three vectors
SPAN = 2048  # most patterns in one call
FEATURE = "avx512vnni"


def tile_codes(codes: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """Codes (P, N) int8, 0 to 127, as tiles (ceil(N / 48), ceil(P / 4), 48, 4); padding is 0."""
    patterns, neurons = codes.shape
    tiles, quads = -(-neurons // WIDTH), -(-patterns // 4)
    padded = np.zeros((quads * 4, tiles * WIDTH), dtype=np.int8)
    padded[:patterns, :neurons] = codes
    return np.ascontiguousarray(padded.reshape(quads, 4, tiles, WIDTH).transpose(2, 0, 3, 1))


def _add_fours(builder: Any, total: Any, unsigned: Any, signed: Any) -> Any:
    """Each 32-bit lane of `total`, plus its four unsigned bytes times its four signed ones."""
    vector = total.type
    if target.has(FEATURE):
        kind = ir.FunctionType(vector, [vector] * 3)
        name = "llvm.x86.avx512.vpdpbusd.512"
        product = builder.module.declare_intrinsic(name, (), kind)
        return builder.call(product, [total, unsigned, signed])

    def splat(value: int) -> Any:
        return ir.Constant(vector, [value] * VECTOR)

    for byte in range(4):
        one = builder.and_(builder.lshr(unsigned, splat(8 * byte)), splat(255))
        other = builder.ashr(builder.shl(signed, splat(24 - 8 * byte)), splat(24))
        total = builder.add(total, builder.mul(one, other))
    return total


def _dot_codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    rows = signature.args[9].literal_value
    word, i64 = ir.IntType(32), ir.IntType(64)
    vector = ir.VectorType(word, VECTOR)
    codes = target.pointer(context, builder, signature, args, 0, 1)
    kernel = target.pointer(context, builder, signature, args, 2, 3)
    stride, quads, out_stride = (
        context.cast(builder, args[index], signature.args[index], target.types.intp)
        for index in (4, 5, 8)
    )
    out = target.pointer(context, builder, signature, args, 6, 7)
    vectors = WIDTH // VECTOR
    lines = [
        target.at(builder, out, word, builder.mul(out_stride, ir.Constant(i64, row)))
        for row in range(rows)
    ]
    places = [(line, j) for line in lines for j in range(vectors)]
    sums = [
        target.cgutils.alloca_once_value(builder, target.load(builder, line, vector, j, 4))
        for line, j in places
    ]
    with target.cgutils.for_range(builder, quads, intp=i64) as loop:
        first = builder.mul(loop.index, ir.Constant(i64, vectors))
        weights = [
            target.load(builder, codes, vector, builder.add(first, ir.Constant(i64, j)), 4)
            for j in range(vectors)
        ]
        for row in range(rows):
            offset = builder.mul(stride, ir.Constant(i64, row))
            here = target.at(builder, kernel, ir.IntType(8), offset)
            four = target.splat(builder, target.load(builder, here, word, loop.index, 1), VECTOR)
            for j in range(vectors):
                total = sums[row * vectors + j]
                added = _add_fours(builder, builder.load(total), four, weights[j])
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
    rows: int,
) -> None:
    """What the intrinsic computes, in NumPy."""
    tile = codes[code_start : code_start + quads * WIDTH * 4].reshape(quads, WIDTH, 4)
    for row in range(rows):
        start = kernel_start + row * kernel_stride
        values = kernel[start : start + quads * 4].reshape(quads, 1, 4).astype(np.int32)
        here = out_start + row * out_stride
        out[here : here + WIDTH] += (values * tile).sum(axis=(0, 2))


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
    rows: Any,
) -> Any:
    """Add the products of some rows of kernel bytes with one tile of codes to `out`, int32.

    Arrays are flat, each with the index to start at and, but for `codes`, the distance of rows;
    `rows` is a literal.
    """
    signature = target.types.void(
        codes, code_start, kernel, kernel_start, kernel_stride, quads,
        out, out_start, out_stride, rows,
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
    rows: int,
) -> None:
    """`dot_tile` for 8, 4 or 1 rows."""
    c, k, s, o, t = code_start, kernel_start, kernel_stride, out_start, out_stride
    if rows == 8:
        dot_tile(codes, c, kernel, k, s, quads, out, o, t, 8)
    elif rows == 4:
        dot_tile(codes, c, kernel, k, s, quads, out, o, t, 4)
    else:
        dot_tile(codes, c, kernel, k, s, quads, out, o, t, 1)


@target.jit
def add_products(
    codes: npt.NDArray[np.int8],
    tiles: int,
    kernel: npt.NDArray[np.uint8],
    queries: int,
    scale: Any,
    out: npt.NDArray[Any],
) -> None:
    """Add scale * sum_m kernel[q, m] * codes[m, i] to out[q, i].

    Args:
        codes: flat `tile_codes`, int8.
        tiles: how many tiles of 48 neurons.
        kernel: (Q * 4 * quads,) uint8, rows padded with zeros to whole quads of patterns.
        queries: Q.
        scale: what one unit of this pair of bytes is worth.
        out: (Q, >= 48 * tiles) int32 or int64.
    """
    quads = codes.size // (tiles * WIDTH * 4)
    stride = 4 * quads
    width = out.shape[1]
    flat = out.reshape(-1)
    block = np.zeros(8 * WIDTH, np.int32)
    span = SPAN // 4
    at_once = scale == 1 and out.itemsize == 4
    for start in range(0, quads, span):
        length = min(span, quads - start)
        for tile in range(tiles):
            here = (tile * quads + start) * WIDTH * 4
            q = 0
            while q < queries:
                rows = 8 if queries - q >= 8 else 4 if queries - q >= 4 else 1
                at, to = q * stride + 4 * start, q * width + tile * WIDTH
                if at_once:
                    dot_rows(codes, here, kernel, at, stride, length, flat, to, width, rows)
                else:
                    block[:] = 0
                    dot_rows(codes, here, kernel, at, stride, length, block, 0, WIDTH, rows)
                    for row in range(rows):
                        line = out[q + row, tile * WIDTH : (tile + 1) * WIDTH]
                        for i in range(WIDTH):
                            line[i] += scale * block[row * WIDTH + i]
                q += rows
