"""Hamming distances of many states to all patterns, on packed words.

Patterns lie in tiles of sixteen, word by word: 32-bit word w of the sixteen patterns of a tile is
one 512-bit vector, and a state's word meets all sixteen at once. Up to sixteen words are added up
bit by bit with full adders before anything is popcounted: eleven full adders (two logic operations
each) turn sixteen vectors into five, and only those five are popcounted.

Exact: the adders lose nothing, a byte of the weighted sum is at most 16 words * 8 bits = 128, and
a lane's sum at most N <= 65536, which the output type holds (`distance_dtype`).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from llvmlite import ir

from hwsim.hardware.fast.jitted import target
from hwsim.hardware.fast.operands import Buffers, Prepared
from hwsim.hardware.fast.tiles import CHUNK, PER_STATE_WORD, TILE, WORD

_BYTES: Final = TILE * WORD // 8


def _call(builder: Any, name: str, result: Any, operands: list[Any]) -> Any:
    kinds = [operand.type for operand in operands]
    function = builder.module.declare_intrinsic(name, (), ir.FunctionType(result, kinds))
    return builder.call(function, operands)


def _full_adder(builder: Any, a: Any, b: Any, c: Any) -> tuple[Any, Any]:
    """Sum and carry of three vectors, bit by bit."""
    if target.has("avx512f"):  # any function of three bits is one instruction, by its truth table
        name = "llvm.x86.avx512.pternlog.d.512"
        tables = (ir.Constant(ir.IntType(32), table) for table in (0x96, 0xE8))
        total, carry = (_call(builder, name, a.type, [a, b, c, table]) for table in tables)
        return total, carry
    half = builder.xor(a, b)
    carry = builder.or_(builder.and_(a, b), builder.and_(half, c))
    return builder.xor(half, c), carry


def _popcount_bytes(builder: Any, vector: Any, weight: int) -> Any:
    """`weight` times the set bits of every byte."""
    kind = ir.VectorType(ir.IntType(8), _BYTES)
    as_bytes = builder.bitcast(vector, kind)

    def splat(value: int) -> Any:
        return ir.Constant(kind, [value] * _BYTES)

    if not target.has("avx512bw"):
        bits = _call(builder, f"llvm.ctpop.v{_BYTES}i8", kind, [as_bytes])
        return builder.mul(bits, splat(weight))
    table = ir.Constant(kind, [weight * value.bit_count() for value in range(16)] * (_BYTES // 16))
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
    """The four bytes of every 32-bit lane, added up."""
    lanes = ir.VectorType(ir.IntType(32), TILE)
    if target.has("avx512bw"):
        pairs = ir.VectorType(ir.IntType(16), 2 * TILE)
        ones = (ir.Constant(kind, [1] * kind.count) for kind in (count.type, pairs))
        sums = _call(builder, "llvm.x86.avx512.pmaddubs.w.512", pairs, [count, next(ones)])
        return _call(builder, "llvm.x86.avx512.pmaddw.d.512", lanes, [sums, next(ones)])

    def splat(value: int) -> Any:
        return ir.Constant(lanes, [value] * TILE)

    wide = builder.bitcast(count, lanes)
    low = splat(0x00FF00FF)
    both = builder.add(builder.and_(wide, low), builder.and_(builder.lshr(wide, splat(8)), low))
    return builder.lshr(builder.mul(both, splat(0x00010001)), splat(16))


def _xor_popcount_codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    words = signature.args[7].literal_value
    word_type = ir.IntType(WORD)
    lanes = ir.VectorType(word_type, TILE)
    patterns = target.pointer(context, builder, signature, args, 0, 1)
    states = target.pointer(context, builder, signature, args, 2, 3)
    out = target.pointer(context, builder, signature, args, 4, 5)
    differing = []
    for word in range(words):
        state = target.load(builder, states, word_type, word, 4)
        pattern = target.load(builder, patterns, lanes, word, 4)
        differing.append(builder.xor(pattern, target.splat(builder, state, TILE)))
    count = _sum_bytes(builder, _weighted_popcount(builder, differing))
    kind = ir.VectorType(ir.IntType(signature.args[4].dtype.bitwidth), TILE)
    result = count if kind == lanes else builder.trunc(count, kind)
    more = builder.trunc(args[6], ir.IntType(1))
    with builder.if_then(more):
        before = target.load(builder, out, kind, 0, 2)
        target.store(builder, builder.add(result, before), out, 0, 2)
    with builder.if_then(builder.not_(more)):
        target.store(builder, result, out, 0, 2)
    return context.get_dummy_value()


def _plain_xor_popcount(
    patterns: npt.NDArray[np.uint32],
    pattern_start: int,
    states: npt.NDArray[np.uint64],
    state_start: int,
    out: npt.NDArray[Any],
    out_start: int,
    add: bool,
    words: int,
) -> None:
    """What the intrinsic computes, in NumPy."""
    tile = patterns[pattern_start : pattern_start + TILE * words].reshape(words, TILE)
    stop = state_start + -(-words // PER_STATE_WORD)
    state = states[state_start:stop].view(np.uint32)[:words, np.newaxis]
    counts = np.bitwise_count(tile ^ state).sum(axis=0)
    if add:
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
    add: Any,
    words: Any,
) -> Any:
    """How many bits of `words` words of a state differ from those of a tile's sixteen patterns.

    `patterns`, `states` and `out` are flat arrays, each with the index to start at; `add` tells
    whether to add to `out` instead of replacing it; `words` (1 to 16) is a literal.
    """
    signature = target.types.void(
        patterns, pattern_start, states, state_start, out, out_start, target.types.boolean, words
    )
    return signature, _xor_popcount_codegen


xor_popcount = target.intrinsic(_typed_xor_popcount, _plain_xor_popcount)


@target.jit
def distances(
    patterns: npt.NDArray[np.uint32],
    states: npt.NDArray[np.uint64],
    state_words: int,
    words: int,
    first: int,
    last: int,
    out: npt.NDArray[Any],
) -> None:
    """Fill `out` with Hamming distances over words `first` to `last` - 1, or add them to it.

    Args:
        patterns: (tiles * words * 16,) uint32, `tile_patterns` flattened.
        states: (Q * state_words,) uint64.
        state_words: at least words / 2.
        words: `padded_words(N)`.
        first: 0, or where the words that `out` covers end, an even number; then the rest is
            added to it.
        last: `words`, or `head_words`.
        out: (Q * tiles * 16,) uint16 or uint32.
    """
    tiles = patterns.size // (words * TILE)
    queries = states.size // state_words
    row = tiles * TILE
    for tile in range(tiles):
        for word in range(first, last, CHUNK):
            p = (tile * words + word) * TILE
            left = last - word
            more = word > 0
            for q in range(queries):
                s, o = q * state_words + word // PER_STATE_WORD, q * row + tile * TILE
                if left >= 16:
                    xor_popcount(patterns, p, states, s, out, o, more, 16)
                elif left == 12:
                    xor_popcount(patterns, p, states, s, out, o, more, 12)
                elif left == 8:
                    xor_popcount(patterns, p, states, s, out, o, more, 8)
                elif left == 7:
                    xor_popcount(patterns, p, states, s, out, o, more, 7)
                elif left == 4:
                    xor_popcount(patterns, p, states, s, out, o, more, 4)
                elif left == 2:
                    xor_popcount(patterns, p, states, s, out, o, more, 2)
                else:
                    xor_popcount(patterns, p, states, s, out, o, more, 1)


@target.inlined
def measure_distances(image: Prepared, buffers: Buffers, count: int, words: int) -> None:
    """DISTANCE of the first `count` running states to all patterns, over the first words."""
    distances(
        image.tiled_patterns, buffers.running[:count].reshape(-1), image.state_words, image.words,
        image.first_word, words, buffers.distances[: count * image.columns],
    )  # fmt: skip
