"""Weighted sums by small-integer dot products: four bytes times four bytes, added to 32 bits.

Kernel values are cut into unsigned bytes and weight codes into signed bytes (`plan`), so that
sum_m k[m] * u[m, i] is a few matrix products of bytes. Four patterns at a time meet sixteen
neurons in one `vpdpbusd`; eight queries by forty-eight neurons stay in registers.

Exact: a product is at most 255 * 127, and one call of `multiply_tile` adds at most SPAN = 2048 of
them, 66,324,480 < 2**31, in 32 bits without saturation. What the calls of different spans and
bytes add up to is kept in the accumulator's own type, whose range `plan` checks.
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
    rows = signature.args[7].literal_value
    word, i64 = ir.IntType(32), ir.IntType(64)
    vector = ir.VectorType(word, VECTOR)
    codes = target.pointer(context, builder, signature, args, 0, 1)
    kernel = target.pointer(context, builder, signature, args, 2, 3)
    stride, quads = (
        context.cast(builder, args[index], signature.args[index], target.types.intp)
        for index in (4, 5)
    )
    out = target.pointer(context, builder, signature, args, 6, 8)
    vectors = WIDTH // VECTOR
    zero = ir.Constant(vector, None)
    sums = [target.cgutils.alloca_once_value(builder, zero) for _ in range(rows * vectors)]
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
    for index, total in enumerate(sums):
        target.store(builder, builder.load(total), out, index, 4)
    return context.get_dummy_value()


def _plain_dot_tile(
    codes: npt.NDArray[np.int8],
    code_start: int,
    kernel: npt.NDArray[np.uint8],
    kernel_start: int,
    kernel_stride: int,
    quads: int,
    out: npt.NDArray[np.int32],
    rows: int,
    out_start: int,
) -> None:
    """What the intrinsic computes, in NumPy."""
    flat = out.reshape(-1)
    tile = codes[code_start : code_start + quads * WIDTH * 4].reshape(quads, WIDTH, 4)
    for row in range(rows):
        start = kernel_start + row * kernel_stride
        values = kernel[start : start + quads * 4].reshape(quads, 1, 4).astype(np.int32)
        here = out_start + row * WIDTH
        flat[here : here + WIDTH] = (values * tile).sum(axis=(0, 2))


def _typed_dot_tile(
    typing_context: Any,
    codes: Any,
    code_start: Any,
    kernel: Any,
    kernel_start: Any,
    kernel_stride: Any,
    quads: Any,
    out: Any,
    rows: Any,
    out_start: Any,
) -> Any:
    """Dot products of `rows` kernel rows with a tile's 48 columns, over 4 * `quads` patterns.

    Arrays are contiguous. `out` (int32) gets rows * 48 sums; `rows` is a literal.
    """
    signature = target.types.void(
        codes, code_start, kernel, kernel_start, kernel_stride, quads, out, rows, out_start
    )
    return signature, _dot_codegen


dot_tile = target.intrinsic(_typed_dot_tile, _plain_dot_tile)


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
        out: (Q, 48 * tiles) int32 or int64.
    """
    quads = codes.size // (tiles * WIDTH * 4)
    stride = 4 * quads
    block = np.empty((8, WIDTH), np.int32)
    span = SPAN // 4
    for start in range(0, quads, span):
        length = min(span, quads - start)
        for tile in range(tiles):
            code_start = (tile * quads + start) * WIDTH * 4
            q = 0
            while q < queries:
                at = q * stride + 4 * start
                if queries - q >= 8:
                    rows = 8
                    dot_tile(codes, code_start, kernel, at, stride, length, block, 8, 0)
                elif queries - q >= 4:
                    rows = 4
                    dot_tile(codes, code_start, kernel, at, stride, length, block, 4, 0)
                else:
                    rows = 1
                    dot_tile(codes, code_start, kernel, at, stride, length, block, 1, 0)
                for row in range(rows):
                    line = out[q + row, tile * WIDTH : (tile + 1) * WIDTH]
                    for i in range(WIDTH):
                        line[i] += scale * block[row, i]
                q += rows
