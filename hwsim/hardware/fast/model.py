"""The fast model beside the specification: same image, same queries, same results and counts.

A block of queries goes through the stages of one step together, DISTANCE, KERNEL, ACCUMULATE and
THRESHOLD (see `hwsim.hardware.spec` for what they mean), until all its queries have stopped.
Blocks are independent: one thread a core takes them one by one.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.config import Parameters
from hwsim.errors import InputError
from hwsim.hardware.accesses import closed_form, recall_counts
from hwsim.hardware.association import check_recalls_states
from hwsim.hardware.fast.loop import Loop, Work
from hwsim.hardware.fast.memory import Sizes, block_queries, has_rules, new_buffers
from hwsim.hardware.fast.native import recall as native
from hwsim.hardware.fast.operands import Buffers, Events, Queries, Results
from hwsim.hardware.fast.path import JITTED, Method, chosen_path
from hwsim.hardware.fast.plan import make_plan, whole_codes
from hwsim.hardware.fast.prepare import prepare, prepare_rules
from hwsim.hardware.fast.threads import new_counter, share, thread_count
from hwsim.hardware.fast.tiles import ROWS
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Counts, IntArray, Recalls
from hwsim.spins import checked_queries

Progress = Callable[[int, int], None]

# Patterns times neurons times queries between two calls of `progress`: about a tenth of a second.
_ROUND: Final = 2**34
_WORTH_A_THREAD: Final = 2**24  # the same product, which takes as long as waking a thread
_BLOCKS_PER_THREAD: Final = 16  # so that one that is held up does not hold up all
_LEAST_QUERIES: Final = 128  # in a block, where there are so many: codes come from afar for each
_NO_SPINS: Final = np.empty(0, dtype=np.int8)


class FastModel:
    """An image made ready; `recall` as often as you like, from any thread.

    Args:
        image: the integers.
        method: force one way to multiply and accumulate instead of the fastest one.
        threads: how many blocks run at once; None for one a core.
        path: the name of one of `path.paths`; None for HWSIM_PATH's, or the fastest one.

    Raises:
        InputError: `threads` is not positive, or no such path or method is here.
    """

    def __init__(
        self,
        image: Image,
        method: Method | None = None,
        threads: int | None = None,
        path: str | None = None,
    ) -> None:
        if threads is not None and threads < 1:
            raise InputError(f"threads is {threads}; there must be 1 or more")
        p = self.parameters = image.parameters
        check_recalls_states(p)
        self.path = chosen_path(path)
        self.plan = make_plan(p, method, self.path)
        self.sizes = Sizes.of(p)
        self.threads = threads or thread_count()
        self.block = block_queries(p, self.plan)
        self._spare: list[tuple[Buffers, Any]] = []
        codes: npt.NDArray[np.unsignedinteger[Any]] = np.zeros((0, 0), dtype=np.uint8)
        if not self.plan.packed:
            codes = np.ascontiguousarray(whole_codes(p, image.codes))
        self.image = prepare(image, self.plan, self.sizes, codes)
        self.rules = prepare_rules(image, self.sizes) if has_rules(p) else None

        self.loop = self._new_loop(codes)

    def _new_loop(self, codes: npt.NDArray[np.unsignedinteger[Any]]) -> Loop:
        """The path's; numba is imported for its own alone."""
        if self.path is not JITTED:
            return native.Loop(self.path.name, self.image, self.rules, self.sizes.width)
        from hwsim.hardware.fast.jitted import recall as jitted

        return jitted.Loop(self.image, self.rules, codes.astype(self.plan.matrix))

    def pack(self, spins: npt.NDArray[np.int8]) -> npt.NDArray[np.uint64]:
        """Spins (Q, N) int8 of ±1, contiguous, as words (Q, state_words).

        Raises:
            InputError: a spin is wrong.
        """
        out = np.empty((len(spins), self.sizes.state_words), dtype=np.uint64)
        if not self.loop.pack(spins.reshape(-1), out):
            checked_queries(spins, self.parameters.neurons)
        return out

    def nearest(self, queries: npt.NDArray[np.int8]) -> tuple[IntArray, IntArray]:
        """The Hamming-only search: each query's first nearest pattern and its distance, (Q,).

        Raises:
            InputError: the queries' shape or a spin is wrong.
        """
        index = np.empty(len(queries), dtype=np.int64)
        smallest = np.empty(len(queries), dtype=np.int64)
        given = self._queries(self._flat(queries), len(queries))
        if not self._on_blocks(given, self.loop.nearest(given, index, smallest)):
            checked_queries(queries, self.parameters.neurons)
        return index, smallest

    def measure_distances(self, packed: npt.NDArray[np.uint64]) -> None:
        """The distance stage alone, all words of all patterns, for states as `pack` gives them."""
        given = self._queries(_NO_SPINS, len(packed))
        self._on_blocks(given, self.loop.distances(given, packed))

    def _queries(
        self,
        spins: npt.NDArray[np.int8],
        total: int,
        max_steps: int = 0,
        states: npt.NDArray[np.int8] = _NO_SPINS,
    ) -> Queries:
        """So many queries, none of them taken yet; spins and states are flat."""
        return Queries(spins, total, self.block_of(total), new_counter(), max_steps, states)

    def _on_blocks(self, queries: Queries, work: Work) -> bool:
        """Call `work` on as many threads as have something to do; whether all say True."""

        def take_blocks() -> bool:
            try:
                with self._borrowed() as (_, lent):
                    return work(lent)
            except BaseException:
                queries.counter[0] = queries.total  # the others need not go on
                raise

        p, total = self.parameters, queries.total
        worth_it = 1 + total * p.patterns * p.neurons // _WORTH_A_THREAD
        return all(share(take_blocks, min(self.threads, -(-total // queries.block), worth_it)))

    def _flat(self, queries: npt.NDArray[Any]) -> npt.NDArray[np.int8]:
        """The queries, contiguous int8, in one dimension; int8 spins are checked while packed."""
        p = self.parameters
        if queries.ndim != 2 or queries.shape[1] != p.neurons or queries.dtype != np.int8:
            queries = checked_queries(queries, p.neurons)
        return np.ascontiguousarray(queries).reshape(-1)

    def block_of(self, queries: int) -> int:
        """Queries a block: several blocks a thread where they are not too small, else one."""
        several = -(-queries // (_BLOCKS_PER_THREAD * self.threads))
        one = min(_LEAST_QUERIES, -(-queries // self.threads))
        return min(self.block, -(-max(several, one, 1) // ROWS) * ROWS)

    @contextlib.contextmanager
    def _borrowed(self) -> Iterator[tuple[Buffers, Any]]:
        """Buffers that no other thread is using, and as the loop wants them.

        Fresh memory costs more than a block's work.
        """
        try:
            buffers = self._spare.pop()
        except IndexError:
            made = new_buffers(self.parameters, self.plan, self.block)
            buffers = made, self.loop.lend(made)
        yield buffers
        self._spare.append(buffers)

    def recall(
        self,
        queries: npt.NDArray[np.int8],
        progress: Progress | None = None,
        *,
        max_steps: int | None = None,
    ) -> Recalls:
        """Recall each query, (Q, N) int8 of ±1; see `hwsim.hardware.fast.recall`.

        `max_steps` is instead of the image's own, which is no part of what is made ready.
        """
        p = self.parameters
        spins = self._flat(queries)
        total = len(queries)
        steps = p.max_steps if max_steps is None else max_steps
        states = np.empty((total, p.neurons), dtype=np.int8)
        results, events = Results.of(total), Events.of(total if self.rules else 0)
        size = total if progress is None else self._round_of(total)
        for first in range(0, total, max(size, 1)):
            part = slice(first, first + size)
            within = slice(first * p.neurons, (first + size) * p.neurons)
            given = self._queries(spins[within], len(states[part]), steps, states[part].reshape(-1))
            work = self.loop.recall(given, results.part(part), events.part(part))
            if not self._on_blocks(given, work):
                checked_queries(queries, p.neurons)
            if progress is not None:
                progress(min(first + size, total), total)
        return Recalls(
            states,
            results.converged,
            results.miss,
            results.distance,
            functools.partial(_counts, p, results, events if self.rules else None),
        )

    def _round_of(self, queries: int) -> int:
        """Queries between two calls of `progress`: about a tenth of a second's."""
        p = self.parameters
        least = self.threads * self.block_of(queries)
        return max(_ROUND // (p.patterns * p.neurons) // least, 1) * least


def _counts(parameters: Parameters, results: Results, events: Events | None) -> Counts:
    if events is not None:
        return recall_counts(parameters, steps=results.steps, **events._asdict())
    return closed_form(
        parameters,
        steps=results.steps,
        active_steps=results.active_steps,
        groups_active=results.groups_active,
        kernel_values=results.kernel_values,
    )
