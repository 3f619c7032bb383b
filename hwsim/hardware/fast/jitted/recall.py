"""Blocks of queries through the stages that numba compiles, with BLAS for dense queries."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from hwsim.hardware.fast.jitted.distance import measure_distances
from hwsim.hardware.fast.jitted.kept import folder
from hwsim.hardware.fast.jitted.ruled import ruled_settle, ruled_step
from hwsim.hardware.fast.jitted.select import first_nearest, rows_of, select
from hwsim.hardware.fast.jitted.state_words import pack, unpack
from hwsim.hardware.fast.jitted.step import settle, step
from hwsim.hardware.fast.jitted.target import jit_disabled
from hwsim.hardware.fast.jitted.update import look_up, threshold_of
from hwsim.hardware.fast.operands import Buffers, Events, Prepared, Queries, Results, Rules
from hwsim.hardware.fast.threads import take
from hwsim.hardware.outcome import IntArray


@functools.cache
def tell_of_compiling() -> None:
    """Say once, on stderr unless logging goes elsewhere, what the first recall will wait for."""
    kept = folder()
    if not jit_disabled() and (kept is None or not any(kept.rglob("*.nbi"))):
        logging.getLogger("hwsim").warning(
            "numba compiles the fast model, which takes some seconds, once%s",
            " a run: there is no folder to keep it in" if kept is None else "",
        )


def _blocks(queries: Queries) -> Iterator[tuple[int, int]]:
    """First and stop of every block that this thread takes: no two threads get the same."""
    while (first := take(queries.counter) * queries.block) < queries.total:
        yield first, min(first + queries.block, queries.total)


class _OneThread:
    """BLAS on one thread for as long as any of ours is within: they have all cores already."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._within = 0
        self._limits: Any = None

    def __enter__(self) -> None:
        with self._lock:
            if self._within == 0:
                self._limits = _blas().limit(limits=1)
                self._limits.__enter__()
            self._within += 1

    def __exit__(self, *error: object) -> None:
        with self._lock:
            self._within -= 1
            if self._within == 0:
                self._limits.__exit__(*error)


@functools.cache
def _blas() -> Any:
    """Libraries of BLAS in this process; looking for them takes longer than a recall."""
    return ThreadpoolController().select(user_api="blas")


_ONE_THREAD: Final = _OneThread()


class _Room:
    """What one thread's BLAS reads and writes, for so many queries."""

    def __init__(self, queries: int, matrix: npt.NDArray[np.floating[Any]]) -> None:
        self.values = np.empty((queries, matrix.shape[0]), dtype=matrix.dtype)
        self.fields = np.empty((queries, matrix.shape[1]), dtype=matrix.dtype)


class Loop:
    """`loop.Loop` where there is no C.

    Args:
        image, rules: as everywhere.
        matrix: u (P, N) of the type for which `plan` proves its products exact.
    """

    def __init__(
        self, image: Prepared, rules: Rules | None, matrix: npt.NDArray[np.floating[Any]]
    ) -> None:
        tell_of_compiling()
        self._image, self._rules, self._matrix = image, rules, matrix
        self._lut = image.lut.astype(matrix.dtype)

    def lend(self, buffers: Buffers) -> Buffers:
        return buffers

    def recall(
        self, queries: Queries, results: Results, events: Events
    ) -> Callable[[Buffers], bool]:
        def work(buffers: Buffers) -> bool:
            room: _Room | None = None
            for first, stop in _blocks(queries):
                if not self._begin(buffers, queries, first, stop):
                    return False
                count = stop - first
                for t in range(queries.max_steps):
                    many = self._step(buffers, events, first, count, t)
                    if many:
                        room = room or _Room(queries.block, self._matrix)
                        self._multiply(many, buffers, room)
                    left = queries.max_steps - 1 - t
                    count = self._settle(buffers, results, events, first, count, left)
                    if count == 0:
                        break
                unpack(buffers.final, self._image.neurons, queries.states, first, stop)
            return True

        return work

    def _begin(self, buffers: Buffers, queries: Queries, first: int, stop: int) -> bool:
        """Make queries `first` to `stop` - 1 run; if a spin is not sound, nobody takes any more."""
        buffers.live[: stop - first] = np.arange(stop - first)
        image = self._image
        sound = pack(queries.spins, first, stop, image.neurons, image.state_words, buffers.running)
        if not sound:
            queries.counter[0] = queries.total
        return sound

    def _step(self, buffers: Buffers, events: Events, first: int, count: int, t: int) -> int:
        """All of step t but for dense queries; how many these are."""
        if self._rules is None:
            return int(step(self._image, buffers, count))
        return int(ruled_step(self._image, self._rules, buffers, events, first, count, t > 0))

    def _settle(
        self, buffers: Buffers, results: Results, events: Events, first: int, count: int, left: int
    ) -> int:
        """How many queries go on."""
        image, rules = self._image, self._rules
        if rules is None:
            return int(settle(image, buffers, results, first, count))
        return int(ruled_settle(image, rules, buffers, events, results, first, count, left))

    def _multiply(self, many: int, buffers: Buffers, room: _Room) -> None:
        """ACCUMULATE by BLAS, and THRESHOLD, of dense queries, the first of `many`."""
        image = self._image
        look_up(image, buffers, self._lut, many, room.values)
        with _ONE_THREAD:
            np.matmul(room.values[:many], self._matrix, out=room.fields[:many])
        buffers.products[:many, : image.neurons] = room.fields[:many]
        threshold_of(image, buffers, buffers.many[:many])

    def nearest(
        self, queries: Queries, index: IntArray, distance: IntArray
    ) -> Callable[[Buffers], bool]:
        def work(buffers: Buffers) -> bool:
            for first, stop in _blocks(queries):
                if not self._begin(buffers, queries, first, stop):
                    return False
                measure_distances(self._image, buffers, stop - first, self._image.words)
                first_nearest(self._image, buffers, index[first:stop], distance[first:stop])
            return True

        return work

    def distances(
        self, queries: Queries, packed: npt.NDArray[np.uint64]
    ) -> Callable[[Buffers], bool]:
        def work(buffers: Buffers) -> bool:
            for first, stop in _blocks(queries):
                buffers.running[: stop - first] = packed[first:stop]
                measure_distances(self._image, buffers, stop - first, self._image.words)
            return True

        return work

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
            found["rows"] = lambda: rows_of(image, buffers, few)
        if not len(many):
            found["threshold"] = lambda: threshold_of(image, buffers, few)
        return found
