"""Blocks of queries through the stages that numba compiles, with BLAS for dense queries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.hardware.fast.jitted.distance import measure_distances
from hwsim.hardware.fast.jitted.dot import multiply_bytes
from hwsim.hardware.fast.jitted.lookup import look_up_kernel
from hwsim.hardware.fast.jitted.ruled import ruled_blocks, ruled_settle, ruled_step
from hwsim.hardware.fast.jitted.run import (
    distance_blocks,
    nearest_blocks,
    recall_blocks,
    take_block,
)
from hwsim.hardware.fast.jitted.select import select, skip_zeros
from hwsim.hardware.fast.jitted.state_words import pack, unpack
from hwsim.hardware.fast.jitted.step import settle, step
from hwsim.hardware.fast.jitted.update import threshold
from hwsim.hardware.fast.operands import Buffers, Events, Prepared, Results, Rules
from hwsim.hardware.fast.threads import Counter
from hwsim.hardware.outcome import IntArray


class Loop:
    """`loop.Loop` where there is no C.

    Args:
        image, rules: as everywhere.
        matrix: u (P, N) of the type for which `plan` proves its products exact, or None where
            dense queries go by byte products.
    """

    def __init__(
        self, image: Prepared, rules: Rules | None, matrix: npt.NDArray[np.floating[Any]] | None
    ) -> None:
        self._image, self._rules, self._matrix = image, rules, matrix

    def recall(
        self,
        buffers: Buffers,
        spins: npt.NDArray[np.int8],
        counter: Counter,
        block: int,
        max_steps: int,
        states: npt.NDArray[np.int8],
        results: Results,
        events: Events,
    ) -> bool:
        where = (buffers, spins, counter, block, max_steps, states, results)
        if self._matrix is not None:
            return self._recall_by_blas(*where, events)
        if self._rules is not None:
            return ruled_blocks(self._image, self._rules, *where, events)
        return recall_blocks(self._image, *where)

    def nearest(
        self,
        buffers: Buffers,
        spins: npt.NDArray[np.int8],
        counter: Counter,
        block: int,
        index: IntArray,
        distance: IntArray,
    ) -> bool:
        return nearest_blocks(self._image, buffers, spins, counter, block, index, distance)

    def distances(
        self, buffers: Buffers, packed: npt.NDArray[np.uint64], counter: Counter, block: int
    ) -> bool:
        return distance_blocks(self._image, buffers, packed, counter, block)

    def pack(self, spins: npt.NDArray[np.int8], out: npt.NDArray[np.uint64]) -> bool:
        return pack(spins, 0, len(out), self._image.neurons, out.shape[1], out)

    def stages(
        self, buffers: Buffers, count: int, few: IntArray, many: IntArray
    ) -> dict[str, Callable[[], object]]:
        image = self._image
        found: dict[str, Callable[[], object]] = {
            "distance": lambda: measure_distances(image, buffers, count, image.head),
            "select": lambda: select(image, buffers, count),
        }
        if len(few):
            found["rows"] = lambda: skip_zeros(image, buffers, few)
        if len(many) and image.by_bytes:
            found["look_up"] = lambda: look_up_kernel(image, buffers, many)
            found["byte_products"] = lambda: multiply_bytes(image, buffers, len(many))
        if image.by_bytes or not len(many):
            found["threshold"] = lambda: threshold(image, buffers, np.concatenate([few, many]))
        return found

    def _multiply(self, chosen: IntArray, buffers: Buffers) -> None:
        """ACCUMULATE by BLAS, for dense queries."""
        image, matrix = self._image, self._matrix
        assert matrix is not None
        table = buffers.distances.reshape(-1, image.columns)
        origins = buffers.found[chosen, :1] if image.nearest else 0
        values = image.lut[table[chosen, : image.patterns] - origins]
        buffers.sums[chosen] = values.sum(axis=1)
        buffers.products[: len(chosen)] = 0
        buffers.products[: len(chosen), : image.neurons] = values.astype(matrix.dtype) @ matrix

    def _recall_by_blas(
        self,
        buffers: Buffers,
        spins: npt.NDArray[np.int8],
        counter: Counter,
        block: int,
        max_steps: int,
        states: npt.NDArray[np.int8],
        results: Results,
        events: Events,
    ) -> bool:
        """`recall_blocks` or `ruled_blocks`, but for the products of dense queries."""
        image, rules = self._image, self._rules
        total = len(results.steps)
        while True:
            first, stop, sound = take_block(image, buffers, spins, total, counter, block)
            if first == stop:
                return sound
            count = stop - first
            for t in range(max_steps):
                if rules is None:
                    many = step(image, buffers, count)
                else:
                    many = ruled_step(image, rules, buffers, events, first, count, t > 0)
                if many:
                    chosen = buffers.many[:many]
                    self._multiply(chosen, buffers)
                    threshold(image, buffers, chosen)
                if rules is None:
                    count = settle(image, buffers, results, first, count)
                else:
                    left = max_steps - 1 - t
                    count = ruled_settle(image, rules, buffers, events, results, first, count, left)
                if count == 0:
                    break
            unpack(buffers.final, image.neurons, states, first, stop)
