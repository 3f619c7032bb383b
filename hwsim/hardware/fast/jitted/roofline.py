"""How fast this machine can xor and popcount words that lie in the first-level cache."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from hwsim.hardware.fast.jitted import target
from hwsim.hardware.fast.jitted.distance import distances
from hwsim.hardware.fast.jitted.target import popcount
from hwsim.hardware.fast.memory import aligned
from hwsim.hardware.fast.threads import new_counter, share, take, thread_count
from hwsim.hardware.fast.tiles import CHUNK, PER_STATE_WORD

# 4 KB of patterns, 4 KB of states and 4 KB of distances: a first-level cache holds them twice, for
# two threads. Enough states that a tile's loop over them takes its time, as in a recall.
_WORDS = 512
_STATES = 32


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
    patterns: npt.NDArray[np.uint32],
    states: npt.NDArray[np.uint32],
    out: npt.NDArray[np.uint16],
    repetitions: int,
) -> None:
    """The distance stage again and again on what fits the cache."""
    for _ in range(repetitions):
        distances(patterns, states, CHUNK, 0, CHUNK, out)


def works(words: int) -> dict[str, tuple[Callable[[], object], int]]:
    """The two ways there are, each as a call for all cores and the 64-bit words that it does.

    `plain` popcounts every word; `adders` adds up to sixteen words first, as `distance` does.

    Args:
        words: at least so many.
    """
    rng = np.random.default_rng(0)
    threads = thread_count()
    counter = new_counter()

    def some(count: int) -> npt.NDArray[np.uint64]:
        out = aligned((count,), np.uint64)
        out[:] = rng.integers(0, 2**63, count, dtype=np.uint64)
        return out

    patterns = some(_WORDS)
    states = [some(_WORDS) for _ in range(threads)]
    outs = [
        np.zeros(_STATES * _WORDS * PER_STATE_WORD // CHUNK, dtype=np.uint16)
        for _ in range(threads)
    ]

    def times(words_each: int) -> int:
        return -(-words // (threads * words_each))

    plain, adders = times(_WORDS), times(_WORDS * _STATES)

    def by_plain() -> None:
        differing_bits(patterns, states[take(counter) % threads], plain)

    def by_adders() -> None:
        thread = take(counter) % threads
        few = states[thread].view(np.uint32)[: _STATES * CHUNK].reshape(_STATES, CHUNK)
        repeated_distances(patterns.view(np.uint32), few, outs[thread], adders)

    return {
        "plain": (lambda: share(by_plain, threads), plain * threads * _WORDS),
        "adders": (lambda: share(by_adders, threads), adders * threads * _WORDS * _STATES),
    }
