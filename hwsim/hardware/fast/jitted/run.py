"""What a thread does: take the next block of queries until there are none.

Blocks are as small as the caches want them, and a thread's whole work is one call without the
interpreter's lock: nothing but the counter is shared, and no thread ends long before another.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.hardware.fast.jitted.counter import take
from hwsim.hardware.fast.jitted.distance import measure_distances
from hwsim.hardware.fast.jitted.select import first_nearest
from hwsim.hardware.fast.jitted.state_words import pack, unpack
from hwsim.hardware.fast.jitted.step import settle, step
from hwsim.hardware.fast.jitted.target import inlined, jit
from hwsim.hardware.fast.operands import Buffers, Prepared, Results
from hwsim.hardware.fast.threads import Counter


@inlined
def take_block(
    image: Prepared,
    buffers: Buffers,
    queries: npt.NDArray[np.int8],
    total: int,
    counter: Counter,
    block: int,
) -> tuple[int, int, bool]:
    """Take the next block of queries, if there is one, and make them all run.

    Args:
        queries: flat (total, N) int8.
        counter, block: as in `recall_blocks`.

    Returns:
        Its first query, the one after its last, and whether all its spins are +1 or -1; if not,
        nobody takes any more. Without a block the first two are equal.
    """
    first = min(take(counter) * block, total)
    stop = min(first + block, total)
    sound = pack(queries, first, stop, image.neurons, image.state_words, buffers.running)
    if not sound:
        counter[0] = total
        stop = first
    for row in range(stop - first):
        buffers.live[row] = row
    return first, stop, sound


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
        first, stop, sound = take_block(image, buffers, queries, total, counter, block)
        if first == stop:
            return sound
        count = stop - first
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
        first, stop, sound = take_block(image, buffers, queries, total, counter, block)
        if first == stop:
            return sound
        measure_distances(image, buffers, stop - first, image.words)
        first_nearest(image, buffers, index[first:stop], distance[first:stop])


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
        measure_distances(image, buffers, stop - first, image.words)
