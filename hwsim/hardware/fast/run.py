"""What a thread does: take the next block of queries until there are none.

Blocks are as small as the caches want them, and a thread's whole work is one call without the
interpreter's lock: nothing but the counter is shared, and no thread ends long before another.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.hardware.fast.distance import distances
from hwsim.hardware.fast.memory import Buffers, Results
from hwsim.hardware.fast.select import first_nearest
from hwsim.hardware.fast.spins import pack, unpack
from hwsim.hardware.fast.step import Prepared, settle, start, step
from hwsim.hardware.fast.target import jit
from hwsim.hardware.fast.threads import Counter, take


@jit
def recall_blocks(
    image: Prepared,
    buffers: Buffers,
    queries: npt.NDArray[np.int8],
    counter: Counter,
    block: int,
    max_steps: int,
    states: npt.NDArray[np.int8],
    results: Results,
) -> bool:
    """Step every query of every block taken until its state repeats or `max_steps` have run.

    Args:
        image, buffers: whose dense queries go by byte products, if there may be any.
        queries: flat (Q, N) int8.
        counter: of blocks.
        block: queries in one, at most the buffers'.
        max_steps: T.
        states: flat (Q, N) int8, gets the final states.
        results: of all queries, gets the rest.

    Returns:
        Whether all spins of the queries taken are +1 or -1; if not, nobody takes any more.
    """
    total = len(results.steps)
    while True:
        first = take(counter) * block
        if first >= total:
            return True
        stop = min(first + block, total)
        if not pack(queries, first, stop, image.neurons, image.state_words, buffers.running):
            counter[0] = total
            return False
        count = start(buffers, stop - first)
        for _ in range(max_steps):
            step(image, buffers, count)
            count = settle(image, buffers, results, first, count)
            if count == 0:
                break
        unpack(buffers.final, image.neurons, states, first, stop)


@jit
def nearest_blocks(
    image: Prepared,
    buffers: Buffers,
    queries: npt.NDArray[np.int8],
    counter: Counter,
    block: int,
    index: npt.NDArray[np.int64],
    distance: npt.NDArray[np.int64],
) -> bool:
    """The first nearest pattern of every query of every block taken, and its distance.

    Args and returns as `recall_blocks`; `index` and `distance` are (Q,) int64.
    """
    total = len(index)
    while True:
        first = take(counter) * block
        if first >= total:
            return True
        stop = min(first + block, total)
        if not pack(queries, first, stop, image.neurons, image.state_words, buffers.running):
            counter[0] = total
            return False
        measure_all(image, buffers, stop - first)
        first_nearest(
            buffers.distances, image.columns, image.patterns, image.padding, index[first:stop],
            distance[first:stop],
        )  # fmt: skip


@jit
def measure_all(image: Prepared, buffers: Buffers, count: int) -> None:
    """Distances of the block's first `count` states to all patterns, over all words."""
    distances(
        image.tiled_patterns, buffers.running[:count].reshape(-1), image.state_words, image.words,
        image.first_word, image.words, buffers.distances[: count * image.columns],
    )  # fmt: skip


@jit
def distance_blocks(
    image: Prepared,
    buffers: Buffers,
    packed: npt.NDArray[Any],
    counter: Counter,
    block: int,
) -> bool:
    """The distance stage alone, of (Q, state_words) uint64, which the bench measures; True."""
    total = len(packed)
    while True:
        first = take(counter) * block
        if first >= total:
            return True
        stop = min(first + block, total)
        buffers.running[: stop - first] = packed[first:stop]
        measure_all(image, buffers, stop - first)
