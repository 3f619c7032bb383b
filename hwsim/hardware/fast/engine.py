"""The fast twin of the specification: same image, same queries, same results and counts.

A block of queries goes through the stages of one step together, DISTANCE, KERNEL, ACCUMULATE and
THRESHOLD (see `hwsim.hardware.spec` for what they mean), until all its queries have stopped.
Blocks are independent: one thread a core takes them one by one. The stages release the
interpreter's lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from hwsim.config import Parameters
from hwsim.errors import InputError
from hwsim.hardware.accesses import closed_form
from hwsim.hardware.fast import distance, dot, select, update
from hwsim.hardware.fast.memory import Block, Buffers, Sizes, align, block_queries, thread_count
from hwsim.hardware.fast.plan import Method, make_plan, slice_codes, whole_codes
from hwsim.hardware.fast.spins import pack, unpack
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import IntArray, Recalls, check_queries

Outcome = TypeVar("Outcome")
Progress = Callable[[int, int], None]


class Engine:
    """An image made ready; `recall` as often as you like, from any thread.

    Args:
        image: the integers.
        method: force one way to multiply and accumulate instead of the fastest one.
        threads: how many blocks run at once; None for one a core.
    """

    def __init__(
        self, image: Image, method: Method | None = None, threads: int | None = None
    ) -> None:
        p = self.parameters = image.parameters
        self.plan = make_plan(p, method)
        self.sizes = Sizes.of(p)
        self.threads = threads or thread_count()
        self.block = block_queries(p, self.plan)
        self._spare: list[Buffers] = []
        self.patterns = align(distance.tile_patterns(image.patterns).reshape(-1))
        self.codes = np.ascontiguousarray(whole_codes(p, image.weights))
        self.slices: list[npt.NDArray[np.int8]] = []
        self.matrix: npt.NDArray[Any] | None = None
        if self.plan.dense == "dot":
            for part in self.plan.slices:
                tiled = dot.tile_codes(slice_codes(part, image.weights))
                self.slices.append(align(tiled.reshape(-1)))
        else:
            self.matrix = self.codes.astype(self.plan.matrix)
        self.padding = int(np.iinfo(distance.distance_dtype(p.neurons)).max)
        self.lut = image.kernel_lut
        self.lut_bytes = np.stack(
            [(self.lut >> (8 * part)).astype(np.uint8) for part in range(self.plan.kernel_bytes)]
        )
        self.radius = int(np.count_nonzero(self.lut)) - 1
        self.offsets = np.zeros(
            -(-p.neurons // update.WORD) * update.WORD, dtype=self.plan.accumulator
        )
        self.offsets[: p.neurons] = image.offsets

    # DISTANCE ---------------------------------------------------------------------------------

    def measure_distances(
        self, states: npt.NDArray[np.uint64], buffers: Buffers
    ) -> npt.NDArray[np.unsignedinteger[Any]]:
        """Hamming distances (Q, >= P) of states (Q, words) to all patterns."""
        out = buffers.distances[: len(states) * self.sizes.columns]
        distance.distances(self.patterns, states.reshape(-1), self.sizes.words, out)
        table: npt.NDArray[np.unsignedinteger[Any]] = out.reshape(len(states), -1)
        return table

    # ACCUMULATE -------------------------------------------------------------------------------

    def _accumulate_dense(
        self, distances: npt.NDArray[Any], chosen: IntArray, buffers: Buffers
    ) -> None:
        """Products of the chosen queries by all patterns, into the first rows of `products`."""
        p, count = self.parameters, len(chosen)
        if self.matrix is not None:
            origins = buffers.found[chosen, :1] if p.nearest else 0
            values = self.lut[distances[chosen, : p.patterns] - origins]
            buffers.sums[chosen] = values.sum(axis=1)
            buffers.products[:count, : p.neurons] = values.astype(self.plan.matrix) @ self.matrix
            return
        stride = 4 * self.sizes.quads
        kernel = buffers.kernel[: self.plan.kernel_bytes * count * stride]
        select.look_up(
            distances.reshape(-1), self.sizes.columns, chosen, p.patterns, p.nearest,
            buffers.found, self.lut_bytes, kernel, stride, buffers.sums,
        )  # fmt: skip
        for part, codes in zip(self.plan.slices, self.slices, strict=True):
            for byte in range(self.plan.kernel_bytes):
                scale = self.plan.accumulator(part.scale << (8 * byte))
                flat = kernel[byte * count * stride : (byte + 1) * count * stride]
                out = buffers.products[:count]
                dot.add_products(codes, self.sizes.tiles, flat, count, scale, out)

    def _step(
        self, states: npt.NDArray[np.uint64], buffers: Buffers
    ) -> tuple[npt.NDArray[np.int64], IntArray, npt.NDArray[np.bool_]]:
        """One update of `states`, in place; what was found, S, and which changed."""
        p, count = self.parameters, len(states)
        distances = self.measure_distances(states, buffers)
        found, sums = buffers.found[:count], buffers.sums[:count]
        # KERNEL
        select.measure(
            distances.reshape(-1), self.sizes.columns, p.patterns, p.lanes, self.radius,
            self.padding, p.nearest, buffers.minima, found,
        )  # fmt: skip
        sums[:] = 0
        nonzero = found[:, 4]
        few = np.flatnonzero((nonzero > 0) & (nonzero <= self.plan.most_rows))
        many = np.flatnonzero(nonzero > self.plan.most_rows)
        changed = np.zeros(count, dtype=np.bool_)
        for chosen in (few, many):
            if not len(chosen):
                continue
            products = buffers.products[: len(chosen)]
            products[...] = 0
            if chosen is many:
                self._accumulate_dense(distances, chosen, buffers)
            else:
                select.add_rows(
                    distances, chosen, p.patterns, p.lanes, p.nearest, buffers.minima, found,
                    self.lut, self.codes, products, sums,
                )  # fmt: skip
            # THRESHOLD
            update.threshold(
                products.reshape(-1), self.sizes.width, chosen, sum(p.C),
                p.offset_frac_bits, self.offsets, sums, states, changed,
            )  # fmt: skip
        return found, sums, changed

    # ITERATE ----------------------------------------------------------------------------------

    def run_block(self, queries: npt.NDArray[np.int8], buffers: Buffers, max_steps: int) -> Block:
        """Iterate (Q, N) queries, Q <= `block`, until each repeats or `max_steps` have run."""
        block = Block.of(self.pack(queries))
        live = np.arange(len(queries))
        running = block.states.copy()
        for step in range(max_steps):
            found, sums, changed = self._step(running, buffers)
            if step == 0:
                block.miss[live] = sums == 0
            block.steps[live] += 1
            block.active_steps[live] += found[:, 2] > 0
            block.groups_active[live] += found[:, 2]
            block.kernel_values[live] += found[:, 3]
            block.distance[live] = found[:, 0]
            block.states[live] = running
            block.converged[live] = ~changed
            live, running = live[changed], running[changed]
            if not len(live):
                break
        return block

    def pack(self, spins: npt.NDArray[np.int8]) -> npt.NDArray[np.uint64]:
        """Spins (Q, N) of ±1 as words (Q, words).

        Raises:
            InputError: a spin is wrong.
        """
        words = np.empty((len(spins), self.sizes.words), dtype=np.uint64)
        plain = np.ascontiguousarray(spins)
        if plain.dtype != np.int8:
            check_queries(self.parameters, plain)
            plain = plain.astype(np.int8)
        if not pack(
            plain.reshape(-1), self.parameters.neurons, self.sizes.words, words.reshape(-1)
        ):
            check_queries(self.parameters, plain)
        return words

    def unpack(self, states: npt.NDArray[np.uint64], out: npt.NDArray[np.int8]) -> None:
        """Words (Q, words) as spins into `out`, contiguous (Q, N)."""
        unpack(states.reshape(-1), self.parameters.neurons, self.sizes.words, out.reshape(-1))

    def nearest(self, queries: npt.NDArray[np.int8]) -> tuple[IntArray, IntArray]:
        """The Hamming-only search: each query's first nearest pattern and its distance, (Q,)."""
        _check_shape(self.parameters, queries)
        index = np.empty(len(queries), dtype=np.int64)
        smallest = np.empty(len(queries), dtype=np.int64)

        def run(start: int) -> None:
            part = slice(start, start + self.block)
            buffers = self._borrow()
            table = self.measure_distances(self.pack(queries[part]), buffers)
            table = table[:, : self.parameters.patterns]
            index[part] = found = table.argmin(axis=1)
            smallest[part] = np.take_along_axis(table, found[:, np.newaxis], axis=1)[:, 0]
            self._spare.append(buffers)

        for _ in _in_order(run, range(0, len(queries), self.block), self.threads):
            pass
        return index, smallest

    def _borrow(self) -> Buffers:
        """Buffers that no thread is using: fresh memory costs more than a block's work."""
        try:
            return self._spare.pop()
        except IndexError:
            return Buffers(self.parameters, self.plan, self.block)

    def recall(
        self,
        queries: npt.NDArray[np.int8],
        progress: Progress | None = None,
        max_steps: int | None = None,
    ) -> Recalls:
        """Recall each query; see `recall` below. `max_steps` lowers the image's own T."""
        p = self.parameters
        _check_shape(p, queries)
        steps = min(max_steps or p.max_steps, p.max_steps)
        total = len(queries)
        states = np.empty((total, p.neurons), dtype=np.int8)
        starts = range(0, total, self.block)
        results: list[Block] = []

        def run(start: int) -> Block:
            part = slice(start, start + self.block)
            buffers = self._borrow()
            try:
                block = self.run_block(queries[part], buffers, steps)
            except InputError:
                check_queries(p, queries)  # names the row among all queries
                raise
            self._spare.append(buffers)
            self.unpack(block.states, states[part])
            return block

        for block in _in_order(run, starts, self.threads):
            results.append(block)
            if progress is not None:
                progress(min(len(results) * self.block, total), total)

        def joined(name: str, kind: type[Any]) -> npt.NDArray[Any]:
            parts = [getattr(block, name) for block in results]
            return np.concatenate(parts) if parts else np.zeros(0, dtype=kind)

        counts = closed_form(
            p,
            steps=joined("steps", np.int64),
            active_steps=joined("active_steps", np.int64),
            groups_active=joined("groups_active", np.int64),
            kernel_values=joined("kernel_values", np.int64),
        )
        return Recalls(
            states,
            joined("converged", np.bool_),
            joined("miss", np.bool_),
            joined("distance", np.int64),
            counts,
        )


def _check_shape(parameters: Parameters, queries: npt.NDArray[Any]) -> None:
    """The spins themselves are checked block by block."""
    if queries.ndim != 2 or queries.shape[1] != parameters.neurons:
        check_queries(parameters, queries)


def _in_order(run: Callable[[int], Outcome], starts: range, threads: int) -> Iterator[Outcome]:
    """Results of `run` for all starts, in order, at most `threads` + 1 blocks under way."""
    if threads == 1 or len(starts) <= 1:
        yield from map(run, starts)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting: list[Future[Outcome]] = []
        for start in starts:
            waiting.append(pool.submit(run, start))
            if len(waiting) > threads:
                yield waiting.pop(0).result()
        for future in waiting:
            yield future.result()


def recall(
    image: Image, queries: npt.NDArray[np.int8], progress: Progress | None = None
) -> Recalls:
    """Recall each query, bit by bit as `hwsim.hardware.spec.recall` does.

    Args:
        image: the integers.
        queries: (Q, N) int8 of ±1.
        progress: called with (recalls done, recalls in all).

    Raises:
        InputError: the queries' shape or a spin is wrong.
    """
    return Engine(image).recall(queries, progress)
