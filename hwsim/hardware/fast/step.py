"""One step of a block of queries, stage by stage, and what is noted after it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from hwsim.hardware.fast.distance import distances
from hwsim.hardware.fast.dot import ROWS, add_products
from hwsim.hardware.fast.lookup import look_up
from hwsim.hardware.fast.memory import Buffers, Results
from hwsim.hardware.fast.select import add_rows, measure
from hwsim.hardware.fast.target import inlined
from hwsim.hardware.fast.update import threshold


class Prepared(NamedTuple):
    """An image as the stages want it; padding and arguments are explained there."""

    neurons: int
    state_words: int  # of 64 bits
    words: int  # of 32 bits, of a pattern
    first_word: int  # 0; as a literal it would make the stage be compiled once more
    head: int  # of them, those that are compared with every pattern
    columns: int
    patterns: int
    lanes: int
    radius: int
    padding: int
    nearest: bool
    code_sum: int
    frac_bits: int
    most_rows: int
    by_bytes: bool  # whether dense queries go by byte products
    tiled_patterns: npt.NDArray[np.uint32]
    codes: npt.NDArray[Any]
    slices: npt.NDArray[np.int8]  # one row a slice
    widths: npt.NDArray[np.int64]  # of the tiles of a slice
    scales: npt.NDArray[np.int64]  # of the slices
    lut: npt.NDArray[np.int64]
    lut_bytes: npt.NDArray[np.uint8]
    offsets: npt.NDArray[Any]


@inlined
def measure_distances(image: Prepared, buffers: Buffers, count: int, words: int) -> None:
    """DISTANCE of the first `count` running states to all patterns, over the first words."""
    distances(
        image.tiled_patterns, buffers.running[:count].reshape(-1), image.state_words, image.words,
        image.first_word, words, buffers.distances[: count * image.columns],
    )  # fmt: skip


@inlined
def select(image: Prepared, buffers: Buffers, count: int) -> None:
    """KERNEL, without its values: what each query's step will need, into `buffers.found`."""
    measure(
        image.tiled_patterns, buffers.running[:count].reshape(-1), image.state_words, image.words,
        image.head, buffers.distances[: count * image.columns], image.columns, image.patterns,
        image.lanes, image.radius, image.padding, image.nearest, image.most_rows, buffers.minima,
        buffers.found,
    )  # fmt: skip


@inlined
def skip_zeros(image: Prepared, buffers: Buffers, chosen: npt.NDArray[np.int64]) -> None:
    """ACCUMULATE of the chosen queries, pattern by pattern, into the first rows of products."""
    products = buffers.products[: len(chosen)]
    products[:] = 0
    add_rows(
        buffers.distances.reshape((-1, image.columns)), chosen, image.patterns, image.lanes,
        image.nearest, buffers.minima, buffers.found, image.lut, image.codes, products,
        buffers.sums,
    )  # fmt: skip


@inlined
def look_up_kernel(image: Prepared, buffers: Buffers, chosen: npt.NDArray[np.int64]) -> None:
    """KERNEL values of the chosen queries, for `multiply_bytes`."""
    rows = (len(chosen) + ROWS - 1) // ROWS * ROWS
    look_up(
        buffers.distances, image.columns, chosen, image.nearest, buffers.found, image.lut_bytes,
        buffers.kernel, rows, buffers.sums,
    )  # fmt: skip


@inlined
def multiply_bytes(image: Prepared, buffers: Buffers, queries: int) -> None:
    """ACCUMULATE of so many queries, by byte products, into the first rows of products."""
    rows = (queries + ROWS - 1) // ROWS * ROWS
    size = rows * image.columns
    more = False
    for part in range(len(image.slices)):
        for byte in range(len(image.lut_bytes)):
            add_products(
                image.slices[part], image.widths, buffers.kernel[byte * size : (byte + 1) * size],
                image.columns, queries, image.scales[part] << (8 * byte), more,
                buffers.products[:rows],
            )  # fmt: skip
            more = True


@inlined
def finish(image: Prepared, buffers: Buffers, chosen: npt.NDArray[np.int64]) -> None:
    """THRESHOLD: new states of the chosen queries, whose products are in the first rows."""
    threshold(
        buffers.products.reshape(-1), buffers.products.shape[1], chosen, image.code_sum,
        image.frac_bits, image.offsets, buffers.sums, buffers.running, buffers.changed,
    )  # fmt: skip


@inlined
def step(image: Prepared, buffers: Buffers, count: int) -> int:
    """Update the first `count` running states, but for dense queries without byte products.

    Returns:
        How many dense queries there are, the first of `buffers.many`.
    """
    measure_distances(image, buffers, count, image.head)
    select(image, buffers, count)
    few = 0
    many = 0
    for q in range(count):
        buffers.sums[q] = 0
        buffers.changed[q] = False
        if buffers.found[q, 4] > image.most_rows:
            buffers.many[many] = q
            many += 1
        elif buffers.found[q, 4] > 0:
            buffers.few[few] = q
            few += 1
    if few > 0:
        sparse = buffers.few[:few]
        skip_zeros(image, buffers, sparse)
        finish(image, buffers, sparse)
    if many > 0 and image.by_bytes:
        dense = buffers.many[:many]
        look_up_kernel(image, buffers, dense)
        multiply_bytes(image, buffers, len(dense))
        finish(image, buffers, dense)
    return many


@inlined
def settle(image: Prepared, buffers: Buffers, results: Results, first: int, count: int) -> int:
    """ITERATE: note what the step found; keep the queries that changed, and return how many.

    Args:
        image, buffers: as everywhere.
        results: of all queries; the block's begin at `first`.
        count: queries that took the step.
    """
    kept = 0
    for row in range(count):
        here = buffers.live[row]
        q = first + here
        if results.steps[q] == 0:
            results.miss[q] = buffers.sums[row] == 0
        results.steps[q] += 1
        results.distance[q] = buffers.found[row, 0]
        groups = buffers.found[row, 2]
        results.active_steps[q] += groups > 0
        results.groups_active[q] += groups
        results.kernel_values[q] += buffers.found[row, 3]
        changed = buffers.changed[row]
        results.converged[q] = not changed
        for word in range(image.state_words):
            buffers.final[here, word] = buffers.running[row, word]
            buffers.running[kept, word] = buffers.running[row, word]
        if changed:
            buffers.live[kept] = here
            kept += 1
    return kept
