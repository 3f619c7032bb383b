"""Hamming distances of many states to all patterns, on 64-bit words.

Patterns lie in tiles of eight, word by word: word w of the eight patterns of a tile is one
512-bit vector, eight lanes of 64 bits, and a state's word meets all eight at once. Up to sixteen
words are added up bit by bit with full adders before anything is popcounted: eleven full adders
(two logic operations each) turn sixteen vectors into five, and only those five are popcounted.

Exact: the adders lose nothing, a byte of the weighted sum is at most 16 words * 8 bits = 128, and
a lane's sum at most N <= 65536, which the output type holds (`distance_dtype`).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir

from hwsim.hardware.fast import target

TILE = 8  # patterns side by side in one vector
CHUNK = 16  # most words added up before a popcount


def distance_dtype(neurons: int) -> type[np.uint16] | type[np.uint32]:
    """The narrowest type that holds every distance from 0 to N."""
    return np.uint16 if neurons < 2**16 else np.uint32


def padded_words(neurons: int) -> int:
    """64-bit words a pattern takes here: whole chunks, then 1, 2, 3, 4, 6, 8, 12 or 16 words."""
    whole, rest = divmod(-(-neurons // 64), CHUNK)
    return whole * CHUNK + next(size for size in (0, 1, 2, 3, 4, 6, 8, 12, 16) if size >= rest)


def head_words(neurons: int, radius: int) -> int:
    """How many words of a state to compare with every pattern before ruling most patterns out.

    A distance over some of the words is a lower bound. About half of the words are enough where
    an unrelated pattern, which differs in half of the bits, is then past all that counts, for
    queries N / 8 away from the nearest pattern and with four standard deviations to spare. All
    words elsewhere: two parts take longer than one.

    Args:
        neurons: N.
        radius: largest x with lut[x] > 0, or -1.
    """
    words = padded_words(neurons)
    head = max(words // 2 // CHUNK, 1) * CHUNK if words > CHUNK else words // 2
    unrelated = 32 * head - 2 * math.isqrt(64 * head)
    return head if radius + neurons // 8 < unrelated else words


def tile_patterns(bits: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint64]:
    """Bits (P, N) uint8 as tiles (ceil(P / 8), words, 8) uint64; padding is 0."""
    patterns, neurons = bits.shape
    words = padded_words(neurons)
    packed = np.zeros((-(-patterns // TILE) * TILE, words * 8), dtype=np.uint8)
    rows = np.packbits(bits, axis=1, bitorder="little")
    packed[:patterns, : rows.shape[1]] = rows
    by_pattern = packed.view("<u8").astype(np.uint64).reshape(-1, TILE, words)
    return np.ascontiguousarray(by_pattern.transpose(0, 2, 1))


def _call(builder: Any, name: str, result: Any, operands: list[Any]) -> Any:
    kinds = [operand.type for operand in operands]
    function = builder.module.declare_intrinsic(name, (), ir.FunctionType(result, kinds))
    return builder.call(function, operands)


def _full_adder(builder: Any, a: Any, b: Any, c: Any) -> tuple[Any, Any]:
    """Sum and carry of three vectors, bit by bit."""
    if target.has("avx512f"):  # any function of three bits is one instruction, by its truth table
        name = "llvm.x86.avx512.pternlog.q.512"
        tables = (ir.Constant(ir.IntType(32), table) for table in (0x96, 0xE8))
        total, carry = (_call(builder, name, a.type, [a, b, c, table]) for table in tables)
        return total, carry
    half = builder.xor(a, b)
    carry = builder.or_(builder.and_(a, b), builder.and_(half, c))
    return builder.xor(half, c), carry


def _popcount_bytes(builder: Any, vector: Any, weight: int) -> Any:
    """`weight` times the set bits of every byte."""
    kind = ir.VectorType(ir.IntType(8), 8 * TILE)
    as_bytes = builder.bitcast(vector, kind)

    def splat(value: int) -> Any:
        return ir.Constant(kind, [value] * (8 * TILE))

    if not target.has("avx512bw"):
        bits = _call(builder, f"llvm.ctpop.v{8 * TILE}i8", kind, [as_bytes])
        return builder.mul(bits, splat(weight))
    table = ir.Constant(kind, [weight * value.bit_count() for value in range(16)] * (TILE // 2))
    low = builder.and_(as_bytes, splat(15))
    high = builder.lshr(as_bytes, splat(4))
    halves = [
        _call(builder, "llvm.x86.avx512.pshuf.b.512", kind, [table, half]) for half in (low, high)
    ]
    return builder.add(*halves)


def _weighted_popcount(builder: Any, ones: list[Any]) -> Any:
    """Per byte, how many bits are set in all vectors of `ones` together."""
    columns: list[list[Any]] = [ones]  # columns[j]: vectors whose bits count 2**j
    level = 0
    while level < len(columns):
        column = columns[level]
        while len(column) > 2:
            total, carry = _full_adder(builder, column.pop(0), column.pop(0), column.pop(0))
            column.append(total)
            if level + 1 == len(columns):
                columns.append([])
            columns[level + 1].append(carry)
        level += 1
    count = None
    for level, column in enumerate(columns):
        for vector in column:
            part = _popcount_bytes(builder, vector, 2**level)
            count = part if count is None else builder.add(count, part)
    return count


def _sum_bytes(builder: Any, count: Any) -> Any:
    """The eight bytes of every 64-bit lane, added up."""
    lanes = ir.VectorType(ir.IntType(64), TILE)
    if target.has("avx512bw"):
        zero = ir.Constant(count.type, None)
        return _call(builder, "llvm.x86.avx512.psad.bw.512", lanes, [count, zero])

    def splat(value: int) -> Any:
        return ir.Constant(lanes, [value] * TILE)

    wide = builder.bitcast(count, lanes)
    low = splat(0x00FF00FF00FF00FF)
    pairs = builder.add(builder.and_(wide, low), builder.and_(builder.lshr(wide, splat(8)), low))
    return builder.lshr(builder.mul(pairs, splat(0x0001000100010001)), splat(48))


def _xor_popcount_codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    words = signature.args[6].literal_value
    accumulate = signature.args[7].literal_value
    lanes = ir.VectorType(ir.IntType(64), TILE)
    patterns = target.pointer(context, builder, signature, args, 0, 1)
    states = target.pointer(context, builder, signature, args, 2, 3)
    out = target.pointer(context, builder, signature, args, 4, 5)
    differing = []
    for word in range(words):
        state = target.load(builder, states, ir.IntType(64), word, 8)
        pattern = target.load(builder, patterns, lanes, word, 8)
        differing.append(builder.xor(pattern, target.splat(builder, state, TILE)))
    count = _sum_bytes(builder, _weighted_popcount(builder, differing))
    narrow = ir.VectorType(ir.IntType(signature.args[4].dtype.bitwidth), TILE)
    result = builder.trunc(count, narrow)
    if accumulate:
        result = builder.add(result, target.load(builder, out, narrow, 0, 2))
    target.store(builder, result, out, 0, 2)
    return context.get_dummy_value()


def _plain_xor_popcount(
    patterns: npt.NDArray[np.uint64],
    pattern_start: int,
    states: npt.NDArray[np.uint64],
    state_start: int,
    out: npt.NDArray[Any],
    out_start: int,
    words: int,
    accumulate: int,
) -> None:
    """What the intrinsic computes, in NumPy."""
    tile = patterns[pattern_start : pattern_start + TILE * words].reshape(words, TILE)
    state = states[state_start : state_start + words, np.newaxis]
    counts = np.bitwise_count(tile ^ state).sum(axis=0)
    if accumulate:
        counts += out[out_start : out_start + TILE]
    out[out_start : out_start + TILE] = counts


def _typed_xor_popcount(
    typing_context: Any,
    patterns: Any,
    pattern_start: Any,
    states: Any,
    state_start: Any,
    out: Any,
    out_start: Any,
    words: Any,
    accumulate: Any,
) -> Any:
    """How many bits of `words` state words differ from those of a tile's eight patterns.

    `patterns`, `states` and `out` are flat arrays, each with the index to start at; `words`
    (1 to 16) and `accumulate` (add to `out` instead of replacing it) are literals.
    """
    signature = target.types.void(
        patterns, pattern_start, states, state_start, out, out_start, words, accumulate
    )
    return signature, _xor_popcount_codegen


xor_popcount = target.intrinsic(_typed_xor_popcount, _plain_xor_popcount)


@target.jit
def distances(
    patterns: npt.NDArray[np.uint64],
    states: npt.NDArray[np.uint64],
    words: int,
    first: int,
    last: int,
    out: npt.NDArray[Any],
) -> None:
    """Fill `out` with Hamming distances over words `first` to `last` - 1, or add them to it.

    Args:
        patterns: (tiles * words * 8,) uint64, `tile_patterns` flattened.
        states: (Q * words,) uint64.
        words: `padded_words(N)`.
        first: 0, or where the words that `out` covers end; then the rest is added to it.
        last: `words`, or `head_words`.
        out: (Q * tiles * 8,) uint16 or uint32.
    """
    tiles = patterns.size // (words * TILE)
    queries = states.size // words
    row = tiles * TILE
    for tile in range(tiles):
        word = first
        while word < last:
            start = (tile * words + word) * TILE
            left = last - word
            for q in range(queries):
                s, o = q * words + word, q * row + tile * TILE
                if word > 0:
                    if left >= 16:
                        xor_popcount(patterns, start, states, s, out, o, 16, 1)
                    elif left == 12:
                        xor_popcount(patterns, start, states, s, out, o, 12, 1)
                    elif left == 8:
                        xor_popcount(patterns, start, states, s, out, o, 8, 1)
                    elif left == 6:
                        xor_popcount(patterns, start, states, s, out, o, 6, 1)
                    elif left == 4:
                        xor_popcount(patterns, start, states, s, out, o, 4, 1)
                    elif left == 3:
                        xor_popcount(patterns, start, states, s, out, o, 3, 1)
                    elif left == 2:
                        xor_popcount(patterns, start, states, s, out, o, 2, 1)
                    else:
                        xor_popcount(patterns, start, states, s, out, o, 1, 1)
                elif left >= 16:
                    xor_popcount(patterns, start, states, s, out, o, 16, 0)
                elif left == 12:
                    xor_popcount(patterns, start, states, s, out, o, 12, 0)
                elif left == 8:
                    xor_popcount(patterns, start, states, s, out, o, 8, 0)
                elif left == 6:
                    xor_popcount(patterns, start, states, s, out, o, 6, 0)
                elif left == 4:
                    xor_popcount(patterns, start, states, s, out, o, 4, 0)
                elif left == 3:
                    xor_popcount(patterns, start, states, s, out, o, 3, 0)
                elif left == 2:
                    xor_popcount(patterns, start, states, s, out, o, 2, 0)
                else:
                    xor_popcount(patterns, start, states, s, out, o, 1, 0)
            word += 16
