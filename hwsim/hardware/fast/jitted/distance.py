"""Hamming distances of many states to all patterns, on packed words.

Patterns lie in tiles of sixteen, word by word (`tiles.tile_patterns`): a state's word meets all
sixteen at once, which the compiler makes vectors of. A sum is at most N <= 65536, which the output
type holds (`tiles.distance_dtype`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.hardware.fast.jitted.target import inlined, jit, popcount
from hwsim.hardware.fast.operands import Buffers, Prepared
from hwsim.hardware.fast.tiles import PER_STATE_WORD, TILE, WORD


@jit
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
        patterns: (tiles * words * 16,) uint32, `tiles.tile_patterns` flattened.
        states: (Q * state_words,) uint64.
        state_words: at least words / 2.
        words: `tiles.padded_words(N)`.
        first: 0, or where the words that `out` covers end, an even number; then the rest is
            added to it.
        last: `words`, or `tiles.head_words`.
        out: (Q * tiles * 16,) uint16 or uint32.
    """
    tiles = patterns.size // (words * TILE)
    for tile in range(tiles):
        for q in range(states.size // state_words):
            here = out[(q * tiles + tile) * TILE :][:TILE]
            if first == 0:
                here[:] = 0
            for word in range(first, last):
                whole = states[q * state_words + word // PER_STATE_WORD]
                half = np.uint32(whole >> np.uint64(word % PER_STATE_WORD * WORD) & 0xFFFFFFFF)
                row = patterns[(tile * words + word) * TILE :][:TILE]
                for i in range(TILE):
                    here[i] += popcount(row[i] ^ half)


@inlined
def measure_distances(image: Prepared, buffers: Buffers, count: int, words: int) -> None:
    """DISTANCE of the first `count` running states to all patterns, over the first words."""
    distances(
        image.tiled_patterns, buffers.running[:count].reshape(-1), image.state_words, image.words,
        image.first_word, words, buffers.distances[: count * image.columns],
    )  # fmt: skip
