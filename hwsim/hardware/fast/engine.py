"""The fast twin of the specification: same image, same queries, same results and counts.

A block of queries goes through the stages of one step together, DISTANCE, KERNEL, ACCUMULATE and
THRESHOLD (see `hwsim.hardware.spec` for what they mean), until all its queries have stopped.
Blocks are independent: one thread a core takes them one by one. The stages release the
interpreter's lock.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from hwsim.config import Parameters
from hwsim.errors import InputError
from hwsim.hardware.accesses import closed_form
from hwsim.hardware.fast import distance, dot, lookup, update
from hwsim.hardware.fast.memory import (
    Block,
    Buffers,
    Sizes,
    align,
    aligned,
    block_queries,
    thread_count,
)
from hwsim.hardware.fast.plan import Method, make_plan, slice_codes, whole_codes
from hwsim.hardware.fast.spins import pack, unpack
from hwsim.hardware.fast.step import Prepared, finish, iterate, settle, start, step
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
        self.matrix: npt.NDArray[Any] | None = None
        codes = np.ascontiguousarray(whole_codes(p, image.weights))
        slices = aligned((0, 0), np.int8)
        if self.plan.dense == "dot":
            columns = self.sizes.columns
            slices = aligned((len(self.plan.slices), self.sizes.codes * columns), np.int8)
            for row, part in zip(slices, self.plan.slices, strict=True):
                row[:] = dot.tile_codes(slice_codes(part, image.weights), columns)
        else:
            self.matrix = codes.astype(self.plan.matrix)
        offsets = np.zeros(-(-p.neurons // update.WORD) * update.WORD, dtype=self.plan.accumulator)
        offsets[: p.neurons] = image.offsets
        radius = int(np.count_nonzero(image.kernel_lut)) - 1
        self.image = Prepared(
            state_words=self.sizes.state_words,
            words=self.sizes.words,
            head=distance.head_words(p.neurons, p.lanes, radius),
            columns=self.sizes.columns,
            patterns=p.patterns,
            lanes=p.lanes,
            radius=radius,
            padding=int(np.iinfo(distance.distance_dtype(p.neurons)).max),
            nearest=p.nearest,
            code_sum=sum(p.C),
            frac_bits=p.offset_frac_bits,
            most_rows=self.plan.most_rows,
            by_bytes=self.plan.dense == "dot",
            tiled_patterns=align(
                distance.tile_patterns(image.patterns, self.sizes.columns).reshape(-1)
            ),
            codes=codes,
            slices=slices,
            widths=np.array(dot.tile_widths(p.neurons)),
            scales=np.array([part.scale for part in self.plan.slices], dtype=np.int64),
            lut=np.ascontiguousarray(image.kernel_lut, dtype=np.int64),
            lut_bytes=lookup.cut_lut(image.kernel_lut, self.plan.kernel_bytes),
            offsets=offsets,
        )

    def measure_distances(
        self, states: npt.NDArray[np.uint64], buffers: Buffers
    ) -> npt.NDArray[np.unsignedinteger[Any]]:
        """Hamming distances (Q, >= P) of states (Q, words) to all patterns."""
        out = buffers.distances[: len(states) * self.sizes.columns]
        words = self.sizes.words
        distance.distances(
            self.image.tiled_patterns, states.reshape(-1), self.sizes.state_words, words, 0, words,
            out,
        )  # fmt: skip
        table: npt.NDArray[np.unsignedinteger[Any]] = out.reshape(len(states), -1)
        return table

    def run_block(self, queries: npt.NDArray[np.int8], buffers: Buffers, max_steps: int) -> Block:
        """Iterate (Q, N) queries, Q <= `block`, until each repeats or `max_steps` have run."""
        block = Block.of(self.pack(queries))
        if self.matrix is None:
            iterate(self.image, buffers, block, max_steps)
            return block
        count = start(self.image, buffers, block)
        for _ in range(max_steps):
            chosen = buffers.many[: step(self.image, buffers, count)]
            if len(chosen):
                self._multiply(self.matrix, chosen, buffers)
                finish(self.image, buffers, chosen)
            count = settle(self.image, buffers, block, count)
            if count == 0:
                break
        return block

    def _multiply(self, matrix: npt.NDArray[Any], chosen: IntArray, buffers: Buffers) -> None:
        """ACCUMULATE by BLAS, for dense queries where there are no byte products.

        Exact: `matrix` has the type for which `plan` proves it.
        """
        p = self.parameters
        table = buffers.distances.reshape(-1, self.sizes.columns)
        origins = buffers.found[chosen, :1] if p.nearest else 0
        values = self.image.lut[table[chosen, : p.patterns] - origins]
        buffers.sums[chosen] = values.sum(axis=1)
        buffers.products[: len(chosen)] = 0
        buffers.products[: len(chosen), : p.neurons] = values.astype(matrix.dtype) @ matrix

    def pack(self, spins: npt.NDArray[np.int8]) -> npt.NDArray[np.uint64]:
        """Spins (Q, N) of ±1 as words (Q, words).

        Raises:
            InputError: a spin is wrong.
        """
        words = np.empty((len(spins), self.sizes.state_words), dtype=np.uint64)
        plain = np.ascontiguousarray(spins)
        if plain.dtype != np.int8:
            check_queries(self.parameters, plain)
            plain = plain.astype(np.int8)
        if not pack(
            plain.reshape(-1), self.parameters.neurons, self.sizes.state_words, words.reshape(-1)
        ):
            check_queries(self.parameters, plain)
        return words

    def unpack(self, states: npt.NDArray[np.uint64], out: npt.NDArray[np.int8]) -> None:
        """Words (Q, words) as spins into `out`, contiguous (Q, N)."""
        unpack(states.reshape(-1), self.parameters.neurons, self.sizes.state_words, out.reshape(-1))

    def nearest(self, queries: npt.NDArray[np.int8]) -> tuple[IntArray, IntArray]:
        """The Hamming-only search: each query's first nearest pattern and its distance, (Q,)."""
        _check_shape(self.parameters, queries)
        index = np.empty(len(queries), dtype=np.int64)
        smallest = np.empty(len(queries), dtype=np.int64)

        def run(first: int) -> None:
            part = slice(first, first + self.block)
            buffers = self._borrow()
            table = self.measure_distances(self.pack(queries[part]), buffers)
            table = table[:, : self.parameters.patterns]
            index[part] = found = table.argmin(axis=1)
            smallest[part] = np.take_along_axis(table, found[:, np.newaxis], axis=1)[:, 0]
            self._spare.append(buffers)

        for _ in _in_order(run, range(0, len(queries), self.block), self.threads):
            pass
        return index, smallest

    def _block_of(self, queries: int) -> int:
        """Queries a block: at most `block`, and so many that every thread does as many blocks."""
        blocks = -(-queries // (self.threads * self.block)) * self.threads
        share = -(-queries // (blocks * 8)) * 8 if blocks else 1
        return min(self.block, share)

    def _borrow(self) -> Buffers:
        """Buffers that no thread is using: fresh memory costs more than a block's work."""
        try:
            return self._spare.pop()
        except IndexError:
            return Buffers.of(self.parameters, self.plan, self.block)

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
        size = self._block_of(total)
        starts = range(0, total, size)
        results: list[Block] = []

        def run(first: int) -> Block:
            part = slice(first, first + size)
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
                progress(min(len(results) * size, total), total)

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
    pool = _pool(threads)
    waiting: list[Future[Outcome]] = []
    try:
        for first in starts:
            waiting.append(pool.submit(run, first))
            if len(waiting) > threads:
                yield waiting.pop(0).result()
        while waiting:
            yield waiting.pop(0).result()
    finally:  # a block failed: let those under way finish, for they write into our arrays
        for future in waiting:
            future.cancel()
        wait(waiting)


@functools.cache
def _pool(threads: int) -> ThreadPoolExecutor:
    """Threads that stay: starting them takes as long as recalling a thousand small states."""
    return ThreadPoolExecutor(threads, thread_name_prefix="hwsim")


# A forked child has the pool, but not its threads.
os.register_at_fork(after_in_child=_pool.cache_clear)


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
