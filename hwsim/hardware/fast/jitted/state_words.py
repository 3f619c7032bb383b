"""Spins to state words and back, 64 at a time, the check that spins are spins, and popcounts."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir

from hwsim.hardware.fast.jitted import target

WORD = 64
_SPINS = ir.VectorType(ir.IntType(8), WORD)


def _constant(value: int) -> Any:
    return ir.Constant(_SPINS, [value] * WORD)


def _pack_codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    spins = target.load(
        builder, target.pointer(context, builder, signature, args, 0, 1), _SPINS, 0, 1
    )
    up, down = (builder.icmp_signed("==", spins, _constant(value)) for value in (1, -1))
    words = [builder.bitcast(mask, ir.IntType(WORD)) for mask in (up, builder.or_(up, down))]
    return context.make_tuple(builder, signature.return_type, words)


def _unpack_codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    mask = builder.bitcast(args[0], ir.VectorType(ir.IntType(1), WORD))
    spins = builder.select(mask, _constant(1), _constant(-1))
    target.store(builder, spins, target.pointer(context, builder, signature, args, 1, 2), 0, 1)
    return context.get_dummy_value()


def _plain_pack_word(spins: npt.NDArray[np.int8], start: int) -> tuple[np.uint64, np.uint64]:
    """What the intrinsic computes, in NumPy."""
    row = spins[start : start + WORD]
    masks = (row == 1, (row == 1) | (row == -1))
    up, valid = (np.packbits(mask, bitorder="little").view("<u8")[0] for mask in masks)
    return np.uint64(up), np.uint64(valid)


def _plain_unpack_word(word: np.uint64, out: npt.NDArray[np.int8], start: int) -> None:
    """What the intrinsic computes, in NumPy."""
    bits = np.unpackbits(np.array([word], dtype="<u8").view(np.uint8), bitorder="little")
    out[start : start + WORD] = 2 * bits.astype(np.int8) - 1


def _typed_pack_word(typing_context: Any, spins: Any, start: Any) -> Any:
    """Which of 64 spins are +1, and which are +1 or -1, as words."""
    return target.types.UniTuple(target.types.uint64, 2)(spins, start), _pack_codegen


def _typed_unpack_word(typing_context: Any, word: Any, out: Any, start: Any) -> Any:
    """Write the 64 bits of a word as spins."""
    return target.types.void(target.types.uint64, out, start), _unpack_codegen


pack_word = target.intrinsic(_typed_pack_word, _plain_pack_word)
unpack_word = target.intrinsic(_typed_unpack_word, _plain_unpack_word)


def _typed_popcount(typing_context: Any, word: Any) -> Any:
    """How many bits of a 64-bit word are set."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kind = ir.FunctionType(args[0].type, [args[0].type])
        return builder.call(builder.module.declare_intrinsic("llvm.ctpop.i64", (), kind), args)

    return target.types.int64(target.types.uint64), generate


def _plain_popcount(word: np.uint64) -> int:
    """What the intrinsic computes, in NumPy."""
    return int(np.bitwise_count(word))


popcount = target.intrinsic(_typed_popcount, _plain_popcount)


@target.jit
def pack(
    spins: npt.NDArray[np.int8],
    first: int,
    stop: int,
    neurons: int,
    words: int,
    out: npt.NDArray[np.uint64],
) -> bool:
    """Pack rows `first` to `stop` - 1 of the spins; whether all are +1 or -1.

    Args:
        spins: flat (Q, N) int8.
        first, stop: the rows.
        neurons: N.
        words: of a row of `out`, at least N / 64.
        out: (>= stop - first, words) uint64, gets the rows from its first row on.
    """
    whole, rest = neurons // WORD, neurons % WORD
    one = np.uint64(1)
    every = ~np.uint64(0)
    for q in range(stop - first):
        row = (first + q) * neurons
        for word in range(whole, words):
            out[q, word] = 0
        for word in range(whole):
            up, valid = pack_word(spins, row + word * WORD)
            if valid != every:
                return False
            out[q, word] = up
        if rest > 0 and whole > 0:  # the row's last 64 spins, of which the first are done
            up, valid = pack_word(spins, row + neurons - WORD)
            if valid != every:
                return False
            out[q, whole] = up >> np.uint64(WORD - rest)
        elif rest > 0:
            for i in range(neurons):
                if spins[row + i] == 1:
                    out[q, 0] |= one << np.uint64(i)
                elif spins[row + i] != -1:
                    return False
    return True


@target.jit
def unpack(
    states: npt.NDArray[np.uint64],
    neurons: int,
    out: npt.NDArray[Any],
    first: int,
    stop: int,
) -> None:
    """Write states as rows `first` to `stop` - 1 of the spins; the reverse of `pack`."""
    whole, rest = neurons // WORD, neurons % WORD
    for q in range(stop - first):
        row = (first + q) * neurons
        for word in range(whole):
            unpack_word(states[q, word], out, row + word * WORD)
        if rest > 0 and whole > 0:  # the row's last 64 spins, of which the first are done
            before = states[q, whole - 1] >> np.uint64(rest)
            last = before | (states[q, whole] << np.uint64(WORD - rest))
            unpack_word(last, out, row + neurons - WORD)
        elif rest > 0:
            for i in range(neurons):
                out[row + i] = 1 if (states[q, 0] >> np.uint64(i)) & np.uint64(1) else -1
