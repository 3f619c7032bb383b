"""Hamming distances of many states to all patterns, on packed words.

Patterns lie in tiles of sixteen, word by word (`tiles.tile_patterns`): a state's word meets all
sixteen at once, which the compiler makes vectors of. A sum is at most N <= 65536, which the output
type holds (`tiles.distance_dtype`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.hardware.fast.jitted.target import inlined, inner, popcount
from hwsim.hardware.fast.operands import Buffers, Prepared
from hwsim.hardware.fast.tiles import TILE

TOGETHER = 4  # words whose counts are added up before they meet memory


@inner
def distances(
    patterns: npt.NDArray[np.uint32],
    states: npt.NDArray[np.uint32],
    words: int,
    first: int,
    last: int,
    out: npt.NDArray[Any],
) -> None:
    """Fill `out` with Hamming distances over words `first` to `last` - 1, or add them to it.

    Args:
        patterns: (tiles * words * 16,) uint32, `tiles.tile_patterns` flattened.
        states: (Q, >= words) uint32.
        words: `tiles.padded_words(N)`.
        first: 0, or where the words that `out` covers end, an even number; then the rest is
            added to it.
        last: `words`, or `tiles.head_words`.
        out: (Q * tiles * 16,) uint16 or uint32.
    """
    tiles = patterns.size // (words * TILE)
    for tile in range(tiles):
        for q in range(len(states)):
            here = out[(q * tiles + tile) * TILE :][:TILE]
            if first == 0:
                here[:] = 0
            state = states[q]
            word = first
            while word + TOGETHER <= last:
                rows = patterns[(tile * words + word) * TILE :][: TOGETHER * TILE]
                a, b, c, d = state[word], state[word + 1], state[word + 2], state[word + 3]
                for i in range(TILE):
                    here[i] += (
                        popcount(rows[i] ^ a)
                        + popcount(rows[TILE + i] ^ b)
                        + popcount(rows[2 * TILE + i] ^ c)
                        + popcount(rows[3 * TILE + i] ^ d)
                    )
                word += TOGETHER
            while word < last:
                rows = patterns[(tile * words + word) * TILE :][:TILE]
                for i in range(TILE):
                    here[i] += popcount(rows[i] ^ state[word])
                word += 1


@inlined
def measure_distances(image: Prepared, buffers: Buffers, count: int, words: int) -> None:
    """DISTANCE of the first `count` running states to all patterns, over the first words."""
    distances(
        image.tiled_patterns, buffers.halves[:count], image.words, image.first_word, words,
        buffers.distances[: count * image.columns],
    )  # fmt: skip
