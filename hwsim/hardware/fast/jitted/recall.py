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
from hwsim.hardware.fast.jitted.select import first_nearest, select, skip_zeros
from hwsim.hardware.fast.jitted.state_words import pack, unpack
from hwsim.hardware.fast.jitted.step import begin, settle, step
from hwsim.hardware.fast.jitted.target import jit_disabled
from hwsim.hardware.fast.jitted.update import look_up, threshold
from hwsim.hardware.fast.operands import Buffers, Events, Prepared, Results, Rules
from hwsim.hardware.fast.threads import Counter, take
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


def _blocks(counter: Counter, block: int, total: int) -> Iterator[tuple[int, int]]:
    """First and stop of every block that this thread takes: no two threads get the same."""
    while (first := take(counter) * block) < total:
        yield first, min(first + block, total)


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
        image, rules = self._image, self._rules
        total = len(results.steps)
        room: _Room | None = None
        for first, stop in _blocks(counter, block, total):
            if not begin(image, buffers, spins, first, stop):
                counter[0] = total
                return False
            count = stop - first
            for t in range(max_steps):
                if rules is None:
                    many = step(image, buffers, count)
                else:
                    many = ruled_step(image, rules, buffers, events, first, count, t > 0)
                if many:
                    room = room or _Room(block, self._matrix)
                    self._multiply(many, buffers, room)
                if rules is None:
                    count = settle(image, buffers, results, first, count)
                else:
                    left = max_steps - 1 - t
                    count = ruled_settle(image, rules, buffers, events, results, first, count, left)
                if count == 0:
                    break
            unpack(buffers.final, image.neurons, states, first, stop)
        return True

    def _multiply(self, many: int, buffers: Buffers, room: _Room) -> None:
        """ACCUMULATE by BLAS, and THRESHOLD, of dense queries, the first of `many`."""
        image = self._image
        look_up(image, buffers, self._lut, many, room.values)
        with _ONE_THREAD:
            np.matmul(room.values[:many], self._matrix, out=room.fields[:many])
        buffers.products[:many, : image.neurons] = room.fields[:many]
        threshold(image, buffers, buffers.many[:many])

    def nearest(
        self,
        buffers: Buffers,
        spins: npt.NDArray[np.int8],
        counter: Counter,
        block: int,
        index: IntArray,
        distance: IntArray,
    ) -> bool:
        for first, stop in _blocks(counter, block, len(index)):
            if not begin(self._image, buffers, spins, first, stop):
                counter[0] = len(index)
                return False
            measure_distances(self._image, buffers, stop - first, self._image.words)
            first_nearest(self._image, buffers, index[first:stop], distance[first:stop])
        return True

    def distances(
        self, buffers: Buffers, packed: npt.NDArray[np.uint64], counter: Counter, block: int
    ) -> bool:
        for first, stop in _blocks(counter, block, len(packed)):
            buffers.running[: stop - first] = packed[first:stop]
            measure_distances(self._image, buffers, stop - first, self._image.words)
        return True

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
        if not len(many):
            found["threshold"] = lambda: threshold(image, buffers, few)
        return found
