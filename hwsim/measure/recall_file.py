"""Recalls from a file into a file, in memory that does not grow with the states of the queries."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.arrays import Held, QueryFile, open_queries
from hwsim.errors import InputError, ToolError
from hwsim.files.archive import Pieces, write_archive
from hwsim.files.marks import Kind
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Recalls
from hwsim.measure.cluster import connected
from hwsim.measure.two_cycles import in_two_cycle
from hwsim.spins import SpinArray

Progress = Callable[[int, int], None]
Numbers = dict[str, npt.NDArray[Any]]
Ends = Iterator[tuple[int, SpinArray, Numbers]]  # first query, states, and what else is kept

_AT_ONCE: Final = 2**25  # spins of the queries that are in memory together
_WAITING: Final = 2  # blocks a thread of the cluster's, so that none waits for its next one
_AGAIN: Final = "nothing was written; run the same command again"
_KEPT: Final = {"steps": np.int64, "converged": np.bool_, "miss": np.bool_, "distance": np.int64}


def recall_file(
    image: Image,
    queries: Path,
    output: Path,
    *,
    model: str = "fast",
    path: str | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
    force: bool = False,
) -> Numbers:
    """Recall the queries of a .npy and write where they end: the same bytes wherever they run.

    Args:
        image: the integers.
        queries: the file, (Q, N) of ±1; a block of them is in memory at a time.
        output: the .npz to be, with states, steps, converged, miss and distance.
        model: `fast` or `spec`.
        path: as for `FastModel`.
        scheduler: address of a Dask scheduler, whose workers take the blocks; None for this
            machine alone.
        progress: called with (recalls done, recalls in all).
        force: replace a file that is none of hwsim's.

    Returns:
        All but the states, and `period_two`, whether a recall ended in a cycle of two states.

    Raises:
        InputError: the queries are no spins of N neurons, no such path is here, no scheduler
            answers, or the file cannot be written; nothing is then.
        ToolError: Dask is not installed, or its workers keep dying.
    """
    if model == "spec" and path is not None:
        raise InputError(f"path is {path}; the specification has none; leave --path out")
    neurons = image.parameters.neurons
    size = max(_AT_ONCE // neurons, 1)
    with open_queries(queries, neurons, size) as given:
        total = len(given)
        kept: Numbers = {name: np.empty(total, dtype) for name, dtype in _KEPT.items()}
        if scheduler is None:
            ends = _here(image, given, size, model, path, progress)
        else:
            ends = _on_cluster(image, given, size, model, path, scheduler, progress)
        cycling = np.zeros(total, dtype=np.bool_)
        states = Pieces((total, neurons), np.int8, _states(ends, kept | {"period_two": cycling}))
        write_archive(output, {"states": states, **kept}, Kind.RECALLS, force=force)
    return kept | {"period_two": cycling}


def _states(ends: Ends, kept: Numbers) -> Iterator[SpinArray]:
    """The states, after all else of the same recalls was kept."""
    for first, states, numbers in ends:
        for name, values in numbers.items():
            kept[name][first : first + len(states)] = values
        yield states


def _ender(image: Image, model: str, path: str | None) -> Callable[..., tuple[SpinArray, Numbers]]:
    """Where queries end, by a model that makes the image ready once."""
    if model == "spec":
        from hwsim.hardware import spec

        recall: Callable[..., Recalls] = spec.recall
    else:
        from hwsim.hardware.fast import FastModel

        one = replace(image, parameters=replace(image.parameters, engines=1))  # same outcomes
        ready = FastModel(one, path=path)

        def recall(given: Image, queries: SpinArray, progress: Progress | None = None) -> Recalls:
            return ready.recall(queries, progress, max_steps=given.parameters.max_steps)

    def ends(queries: SpinArray, progress: Progress | None = None) -> tuple[SpinArray, Numbers]:
        recalls = recall(image, queries, progress)
        numbers = {name: getattr(recalls, name) for name in _KEPT}
        cycling = ~recalls.converged
        if cycling.any():
            cycling[cycling] = in_two_cycle(image, recalls.states[cycling], recall)
        return recalls.states, numbers | {"period_two": cycling}

    return ends


def _here(
    image: Image,
    given: QueryFile | Held,
    size: int,
    model: str,
    path: str | None,
    progress: Progress | None,
) -> Ends:
    ends = _ender(image, model, path)
    total = len(given)
    for first, queries in given.blocks(size):
        within = None
        if progress is not None:
            within = _from(first, total, progress)
        yield first, *ends(queries, within)


def _from(first: int, total: int, progress: Progress) -> Progress:
    return lambda done, _: progress(first + done, total)


# DASK ------------------------------------------------------------------------------------------

# The image that this worker made ready last, and what recalls there.
_ready: list[tuple[tuple[Image, str, str | None], Callable[..., tuple[SpinArray, Numbers]]]] = []


def _recall_on_worker(
    image: Image, queries: SpinArray, model: str, path: str | None
) -> tuple[SpinArray, Numbers]:
    asked = (image, model, path)
    ready = next((ends for known, ends in _ready if known == asked), None)
    if ready is None:
        ready = _ender(image, model, path)
        _ready[:] = [(asked, ready)]
    return ready(queries)


def _on_cluster(
    image: Image,
    given: QueryFile | Held,
    size: int,
    model: str,
    path: str | None,
    scheduler: str,
    progress: Progress | None,
) -> Ends:
    """Blocks on the cluster's workers, so many at a time, their ends in order."""
    with connected(scheduler, _AGAIN) as client:
        everywhere = client.scatter(image, broadcast=True)
        most = _WAITING * max(sum(client.nthreads().values()), 1)
        size = max(min(size // most, -(-len(given) // most)), 1)

        def submit(queries: SpinArray) -> Any:
            return client.submit(_recall_on_worker, everywhere, queries, model, path, pure=False)

        tasks = ((first, submit(queries)) for first, queries in given.blocks(size))
        for first, future in _ahead(tasks, most):
            try:
                states, numbers = future.result()
            except OSError as error:  # else it would be told of the file that is written
                raise ToolError(f"the cluster was lost: {error}; {_AGAIN}") from error
            yield first, states, numbers
            if progress is not None:
                progress(first + len(states), len(given))


def _ahead(tasks: Iterable[tuple[int, Any]], most: int) -> Iterator[tuple[int, Any]]:
    """The tasks in order, so many of them begun before the first is asked for."""
    begun: deque[tuple[int, Any]] = deque()
    for task in tasks:
        begun.append(task)
        if len(begun) > most:
            yield begun.popleft()
    yield from begun
