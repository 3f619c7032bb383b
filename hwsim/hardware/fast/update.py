"""From weighted sums to the next state: scale, offset, threshold, all bits of a word at once."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from hwsim.hardware.fast import target

WORD = 64


def _signs_codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    element = ir.IntType(signature.args[0].dtype.bitwidth)
    vector = ir.VectorType(element, WORD)
    address = target.pointer(context, builder, signature, args, 0, 1)
    values = target.load(builder, address, vector, 0, element.width // 8)
    zero = ir.Constant(vector, None)
    masks = (builder.icmp_signed(relation, values, zero) for relation in (">", "=="))
    positive, none = (builder.bitcast(mask, ir.IntType(WORD)) for mask in masks)
    return builder.or_(positive, builder.and_(none, args[2]))


if numba.config.DISABLE_JIT:

    def sign_word(values: npt.NDArray[Any], start: int, old: np.uint64) -> np.uint64:
        """The plain twin of the intrinsic below."""
        row = values[start : start + WORD]
        positive, none = (
            np.packbits(mask, bitorder="little").view("<u8")[0] for mask in (row > 0, row == 0)
        )
        return np.uint64(positive | (none & old))

else:

    @intrinsic  # type: ignore[misc,untyped-decorator,unused-ignore]
    def sign_word(typing_context: Any, values: Any, start: Any, old: Any) -> Any:
        """Bit j is 1 where values[start + j] > 0, 0 where it is < 0, and `old`'s bit where 0."""
        return types.uint64(values, start, types.uint64), _signs_codegen


@numba.njit(cache=True, nogil=True, boundscheck=False)  # type: ignore[misc,untyped-decorator,unused-ignore]
def threshold(products, stride, chosen, code_sum, scale, offsets, sums, states, changed):  # type: ignore[no-untyped-def]
    """Replace states by the signs of their fields f = (2 * products - sum(C) * S) * 2**F + z * S.

    Args:
        products: flat (R, stride) int32 or int64, sum_m k[m] * u[m, i]; the fields replace them.
        stride: at least 64 * n.
        chosen: (R,) int64, the queries to do.
        code_sum: sum(C).
        scale: 2**F.
        offsets: (64 * n,) int64, zeros past N.
        sums: (Q,) int64, S.
        states: (Q, >= n) uint64.
        changed: (Q,) bool, set where a bit changed.
    """
    width = len(offsets)
    for r in range(len(chosen)):
        q = chosen[r]
        kernel_sum = sums[q]
        shift = code_sum * kernel_sum
        start = r * stride
        for i in range(width):
            value = 2 * products[start + i] - shift
            products[start + i] = value * scale + offsets[i] * kernel_sum
        for word in range(width // WORD):
            old = states[q, word]
            new = sign_word(products, start + word * WORD, old)
            states[q, word] = new
            changed[q] |= new != old
