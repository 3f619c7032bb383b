"""From weighted sums to the next state: scale, offset, threshold, all bits of a word at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir

from hwsim.hardware.fast.jitted import target
from hwsim.hardware.fast.jitted.state_words import popcount
from hwsim.hardware.fast.operands import Buffers, Prepared
from hwsim.hardware.fast.tiles import STATE_WORD


def _sign_word_codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    element = ir.IntType(signature.args[0].dtype.bitwidth)
    vector = ir.VectorType(element, STATE_WORD)

    def load(array: int) -> Any:
        address = target.pointer(context, builder, signature, args, array, array + 1)
        return target.load(builder, address, vector, 0, element.width // 8)

    def splat(index: int) -> Any:
        value = args[index] if element.width == 64 else builder.trunc(args[index], element)
        return target.splat(builder, value, STATE_WORD)

    products = load(0)
    doubled = builder.sub(builder.add(products, products), splat(4))
    shifted = builder.shl(doubled, splat(5))
    fields = builder.add(shifted, builder.mul(load(2), splat(6)))
    zero = ir.Constant(vector, None)
    masks = (builder.icmp_signed(relation, fields, zero) for relation in (">", "=="))
    positive, none = (builder.bitcast(mask, ir.IntType(STATE_WORD)) for mask in masks)
    return builder.or_(positive, builder.and_(none, args[7]))


def _plain_sign_word(
    products: npt.NDArray[Any],
    start: int,
    offsets: npt.NDArray[Any],
    offset_start: int,
    shift: int,
    frac_bits: int,
    kernel_sum: int,
    old: np.uint64,
) -> np.uint64:
    """What the intrinsic computes, in NumPy."""
    values = products[start : start + STATE_WORD].astype(np.int64)
    offset = offsets[offset_start : offset_start + STATE_WORD].astype(np.int64)
    fields = ((2 * values - shift) << frac_bits) + offset * kernel_sum
    positive, none = (
        np.packbits(mask, bitorder="little").view("<u8")[0] for mask in (fields > 0, fields == 0)
    )
    return np.uint64(positive | (none & old))


def _typed_sign_word(
    typing_context: Any,
    products: Any,
    start: Any,
    offsets: Any,
    offset_start: Any,
    shift: Any,
    frac_bits: Any,
    kernel_sum: Any,
    old: Any,
) -> Any:
    """64 bits: 1 where f = (2 * product - shift) * 2**F + z * S > 0, `old`'s where f = 0."""
    i64 = target.types.int64
    signature = target.types.uint64(
        products, start, offsets, offset_start, i64, i64, i64, target.types.uint64
    )
    return signature, _sign_word_codegen


sign_word = target.intrinsic(_typed_sign_word, _plain_sign_word)


@target.jit
def threshold(image: Prepared, buffers: Buffers, chosen: npt.NDArray[np.int64]) -> None:
    """THRESHOLD: states to the signs of their fields, `flips` the bits that are other ones.

    f = (2 * products - sum(C) * S) * 2**F + z * S, for the products' first R rows.

    Args:
        image, buffers: products and sums of the chosen queries.
        chosen: (R,) int64, the queries to do.
    """
    products, stride = buffers.products.reshape(-1), buffers.products.shape[1]
    offsets = image.offsets
    for r in range(len(chosen)):
        q = chosen[r]
        total = buffers.sums[q]
        for word in range(len(offsets) // STATE_WORD):
            old = buffers.running[q, word]
            here = word * STATE_WORD
            new = sign_word(
                products, r * stride + here, offsets, here, image.code_sum * total,
                image.frac_bits, total, old,
            )  # fmt: skip
            buffers.running[q, word] = new
            buffers.flips[q] += popcount(new ^ old)
