"""How fast this machine can xor and popcount words that lie in the first-level cache."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir

from hwsim.hardware.fast import target
from hwsim.hardware.fast.distance import CHUNK, distances
from hwsim.hardware.fast.memory import aligned, thread_count

_WORDS = 1024  # 8 KB of patterns, and 1 KB of states beside them
_STATES = 8
_SECONDS = 0.02  # of one measurement, long against a thread's start


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
def differing_bits(
    first: npt.NDArray[np.uint64], second: npt.NDArray[np.uint64], repetitions: int
) -> int:
    """Popcount of first ^ second, word by word, as the compiler vectorises it."""
    total = 0
    for repetition in range(repetitions):
        for word in range(len(first)):
            total += popcount(first[word] ^ second[word])
        second[repetition % len(second)] ^= np.uint64(1)  # else one pass would do for all
    return total


@target.jit
def repeated_distances(
    patterns: npt.NDArray[np.uint64],
    states: npt.NDArray[np.uint64],
    out: npt.NDArray[np.uint16],
    repetitions: int,
) -> None:
    """The distance stage again and again on what fits the cache."""
    for _ in range(repetitions):
        distances(patterns, states, CHUNK, out)


def _rate(work: Any, words: int) -> float:
    """Words a second when every core does `work(repetitions)`, `words` a repetition."""
    threads = thread_count()
    work(1)
    start = time.perf_counter()
    work(16)
    repetitions = max(1, int(_SECONDS * 16 / max(time.perf_counter() - start, 1e-6)))
    with ThreadPoolExecutor(threads) as pool:
        start = time.perf_counter()
        list(pool.map(work, [repetitions] * threads))
        return words * repetitions * threads / (time.perf_counter() - start)


def measure() -> dict[str, float]:
    """Words of 64 bits a second, all cores together, by the two ways there are.

    `plain` popcounts every word; `adders` adds up to sixteen words first, as `distance` does.
    """
    rng = np.random.default_rng(0)

    def words(count: int) -> npt.NDArray[np.uint64]:
        out = aligned((count,), np.uint64)
        out[:] = rng.integers(0, 2**63, count, dtype=np.uint64)
        return out

    patterns = words(_WORDS)

    def plain(repetitions: int) -> None:
        differing_bits(patterns, words(_WORDS), repetitions)

    def adders(repetitions: int) -> None:
        states = words(_STATES * CHUNK)
        out = np.zeros(_STATES * _WORDS // CHUNK, dtype=np.uint16)
        repeated_distances(patterns, states, out, repetitions)

    return {"plain": _rate(plain, _WORDS), "adders": _rate(adders, _WORDS * _STATES)}
