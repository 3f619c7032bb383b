"""Work spread over processes so that the result does not depend on how many there are.

Every task runs with one BLAS thread: OpenBLAS may add in another order with more, and the last
bits of a trained memory would then depend on the machine's load and core count.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from threadpoolctl import threadpool_limits

from hwsim.errors import ToolError

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")

MAX_DEATHS = 5  # worker deaths in one run before giving up: more than bad luck


def single_threaded(function: Callable[[Task], Outcome], task: Task) -> Outcome:
    """`function(task)` with one BLAS thread."""
    with threadpool_limits(limits=1):
        return function(task)


def run_tasks(
    function: Callable[[Task], Outcome], tasks: Sequence[Task], jobs: int
) -> Iterator[tuple[int, Outcome]]:
    """Yield (index, function(task)) as tasks finish, in any order.

    Args:
        function: importable by name, as spawned processes find it.
        tasks: picklable.
        jobs: processes; 1 runs everything in this one.

    Raises:
        ToolError: worker processes died more than MAX_DEATHS times; a task whose worker dies is
            run again until then.
    """
    if jobs <= 1 or len(tasks) <= 1:
        for index, task in enumerate(tasks):
            yield index, single_threaded(function, task)
        return
    left = dict(enumerate(tasks))
    deaths = 0
    while left:
        try:
            for index, outcome in _run_in_pool(function, left, jobs):
                del left[index]
                yield index, outcome
        except BrokenProcessPool as error:
            deaths += 1
            if deaths > MAX_DEATHS:
                raise ToolError(
                    f"worker processes died {deaths} times; there may be too little memory for "
                    f"{jobs} of them: use fewer jobs"
                ) from error


def _end_with_parent() -> None:
    """Let a worker process end when the process that made it is killed, which tells it nothing."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _run_in_pool(
    function: Callable[[Task], Outcome], tasks: dict[int, Task], jobs: int
) -> Iterator[tuple[int, Outcome]]:
    # Spawned, not forked: BLAS and numba keep threads that do not survive a fork.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(
        min(jobs, len(tasks)), mp_context=context, initializer=_end_with_parent
    )
    try:
        futures: dict[Future[Any], int] = {
            pool.submit(single_threaded, function, task): index for index, task in tasks.items()
        }
        for future in as_completed(futures):
            yield futures.pop(future), future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
