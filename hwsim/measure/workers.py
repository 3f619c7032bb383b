"""Work spread over processes so that the result does not depend on how many there are.

Every task runs with one BLAS thread: OpenBLAS may add in another order with more, and the last
bits of a trained memory would then depend on the machine's load and core count.

Each process has a pipe of its own, and this one waits for whichever answers. The pools of the
standard library have queues with named semaphores, which a request to end at the wrong moment
leaves behind (multiprocessing's resource tracker then says so), and threads that do not hear it.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
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
    waiting = deque(enumerate(tasks))
    workers: list[_Worker] = []
    idle: list[_Worker] = []
    busy: dict[object, tuple[_Worker, int]] = {}  # by its connection
    deaths = 0
    try:
        while waiting or busy:
            while waiting and len(busy) < jobs:
                index, task = waiting.popleft()
                if not idle:
                    idle.append(_Worker())
                    workers.append(idle[-1])
                worker = idle.pop()
                busy[worker.connection] = worker, index
                worker.give(function, task)
            for connection in wait([worker.connection for worker, _ in busy.values()]):
                worker, index = busy.pop(connection)
                try:
                    outcome = worker.outcome()
                except _WorkerDied as error:
                    deaths += 1
                    if deaths > MAX_DEATHS:
                        raise ToolError(
                            f"worker processes died {deaths} times; there may be too little memory "
                            f"for {jobs} of them: use fewer jobs"
                        ) from error
                    waiting.append((index, tasks[index]))
                else:
                    idle.append(worker)
                    yield index, outcome
    except BaseException:  # the caller's too, closing this generator
        for worker in workers:
            worker.process.kill()  # or their tasks, minutes of them, would be waited for
        raise
    finally:
        for worker in workers:
            worker.end()


class _WorkerDied(Exception):  # noqa: N818 - its task is run again
    """A worker process ended before its task did."""


class _Worker:
    """A process that runs one task after another, and the pipe to it."""

    def __init__(self) -> None:
        self.connection, theirs = multiprocessing.Pipe()
        self.process = _DeafProcess(target=_serve, args=(theirs,))
        self.process.start()
        theirs.close()  # so that its end is seen here

    def give(self, function: Callable[[Any], Any], task: Any) -> None:
        """Let it run a task; if it is dead, `outcome` will say so."""
        with contextlib.suppress(ConnectionError):
            self.connection.send((function, task))

    def outcome(self) -> Any:
        """What its task returned or raised, waited for.

        Raises:
            _WorkerDied: it has ended.
        """
        try:
            error, outcome = self.connection.recv()
        except (EOFError, OSError) as gone:
            self.end()
            raise _WorkerDied from gone
        if error is not None:
            raise error
        return outcome

    def end(self) -> None:
        """Let it end after its task, and wait for that."""
        self.connection.close()
        self.process.join()


class _DeafProcess(SpawnProcess):
    """A process that a terminal's Ctrl-C does not reach: whoever started it ends it.

    Spawned, not forked: BLAS and numba keep threads that do not survive a fork.
    """

    def start(self) -> None:
        """Start it; what is blocked here stays so in what is started."""
        resource_tracker.ensure_running()  # it unblocks these when it starts
        before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGHUP))
        try:
            super().start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(connection: Connection) -> None:
    """Run tasks as they come, until nobody asks any more."""
    _end_with_parent()
    while True:
        try:
            function, task = connection.recv()
        except (EOFError, ConnectionError):
            return
        error, outcome = None, None
        try:
            outcome = single_threaded(function, task)
        except Exception as raised:
            raised.add_note(f"In a worker process:\n{traceback.format_exc()}")
            error = raised
        with contextlib.suppress(ConnectionError):  # the next question will not come either
            connection.send((error, outcome))


def _end_with_parent() -> None:
    """Let a worker process end when the process that made it is killed, which tells it nothing."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
