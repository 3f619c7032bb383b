"""Where points are computed: processes of this machine, or a Dask cluster.

Both yield (point, row) in whatever order points finish and carry on when a worker dies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from threadpoolctl import threadpool_limits

from hwsim.cost.technology import Technology
from hwsim.explore.sweep.evaluate import evaluate
from hwsim.explore.sweep.point import Point
from hwsim.explore.sweep.sources import OwnMemory
from hwsim.measure.cluster import connected
from hwsim.measure.memories import Source, Store, train_into
from hwsim.measure.rows import Row
from hwsim.measure.workers import run_tasks
from hwsim.reference.memory import Memory

Finished = Iterator[tuple[Point, Row]]
Tables = Mapping[str, tuple[Technology, str]]  # each with its file's hash, by name


def memory_keys(points: Sequence[Point]) -> list[Source]:
    """The trained memories the points need, each once, in order of first need."""
    return list(dict.fromkeys(point.memory for point in points))


def table_of(point: Point, tables: Tables) -> Technology | None:
    """The energy table a point names; None for the built-in one."""
    return tables[point.technology][0] if point.technology else None


# LOCAL -----------------------------------------------------------------------------------------


def _evaluate_stored(task: tuple[Path, Point, Technology | None]) -> Row:
    folder, point, technology = task
    return evaluate(point, Store(folder).load(point.memory), technology)


def run_locally(points: Sequence[Point], folder: Path, jobs: int, tables: Tables) -> Finished:
    """Compute points in `jobs` processes; memories are trained first, each once, into `folder`."""
    for _ in run_tasks(train_into, [(folder, key) for key in memory_keys(points)], jobs):
        pass
    tasks = [(folder, point, table_of(point, tables)) for point in points]
    for index, row in run_tasks(_evaluate_stored, tasks, jobs):
        yield points[index], row


# DASK ------------------------------------------------------------------------------------------


def _one_thread() -> None:
    # Set and left so, for tasks of one worker may run side by side in threads, and the first to
    # end would lift the limit for the others.
    threadpool_limits(limits=1)


def _train_on_worker(key: Source) -> Memory:
    _one_thread()
    return key.train()


def _same(memory: Memory) -> Memory:
    """A memory that was sent: a task as any other, so that it moves and is sent anew as any."""
    return memory


def _evaluate_on_worker(point: Point, memory: Memory, technology: Technology | None) -> Row:
    _one_thread()
    return evaluate(point, memory, technology)


def run_on_dask(points: Sequence[Point], address: str, tables: Tables) -> Finished:
    """Compute points on the Dask cluster whose scheduler is at `address`.

    A memory is a task that its points depend on: trained once, moved between workers as needed,
    and trained anew if the only worker that had it dies. No folder is shared: memories and tables
    in files are read here and sent.

    Raises:
        ToolError: Dask is not installed, or gave a point up.
        InputError: no scheduler answers at `address`.
    """
    with connected(address, "finished points are kept, run the same command again") as client:
        from distributed import as_completed

        memories = {
            key: client.submit(_same, key.train(), key=f"read-{key.identity}")
            if isinstance(key, OwnMemory)
            else client.submit(_train_on_worker, key, key=f"train-{key.identity}")
            for key in memory_keys(points)
        }
        futures = {
            client.submit(
                _evaluate_on_worker,
                point,
                memories[point.memory],
                table_of(point, tables),
                key=f"evaluate-{point.identity}",
            ): point
            for point in points
        }
        left = dict.fromkeys(memories, 0)
        for point in points:
            left[point.memory] += 1
        for future in as_completed(futures):  # type: ignore[no-untyped-call,unused-ignore]
            row: Row = future.result()
            point = futures.pop(future)
            left[point.memory] -= 1
            if not left[point.memory]:
                del memories[point.memory]  # lets the workers forget it
            yield point, row
