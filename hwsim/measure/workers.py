"""Work spread over processes so that the result does not depend on how many there are.

Every task runs with one BLAS thread: OpenBLAS may add in another order with more, and the last
bits of a trained memory would then depend on the machine's load and core count.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import SpawnContext, SpawnProcess
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


class _DeafWorker(SpawnProcess):
    """A process that a terminal's Ctrl-C does not reach: whoever started it ends it."""

    def start(self) -> None:
        """Start it; what is blocked here stays so in what is started."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGHUP))
        try:
            super().start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _DeafContext(SpawnContext):
    """Spawned, not forked: BLAS and numba keep threads that do not survive a fork."""

    def __init__(self) -> None:
        super().__init__()
        self.workers: list[SpawnProcess] = []

    def Process(self, *args: Any, **others: Any) -> SpawnProcess:  # type: ignore[override]  # noqa: N802
        """A worker, kept in `workers`."""
        self.workers.append(worker := _DeafWorker(*args, **others))
        return worker


def _run_in_pool(
    function: Callable[[Task], Outcome], tasks: dict[int, Task], jobs: int
) -> Iterator[tuple[int, Outcome]]:
    context = _DeafContext()
    pool = ProcessPoolExecutor(
        min(jobs, len(tasks)), mp_context=context, initializer=_end_with_parent
    )
    try:
        futures: dict[Future[Any], int] = {
            pool.submit(single_threaded, function, task): index for index, task in tasks.items()
        }
        for future in as_completed(futures):
            yield futures.pop(future), future.result()
    except BaseException:  # the caller's too, closing this generator
        for worker in context.workers:
            worker.kill()  # or their tasks, minutes of them, would be waited for
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
