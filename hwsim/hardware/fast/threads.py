"""All cores on one task: threads that stay, and a counter they take their work from.

The caller is one of the threads. Were it to wait for the others, they would often be woken on its
own core, and the scheduler might leave two of them there for a tenth of a second.
"""

from __future__ import annotations

import contextlib
import functools
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Outcome = TypeVar("Outcome")
Counter = npt.NDArray[np.int64]


def thread_count() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@functools.cache
def _helpers() -> ThreadPoolExecutor:
    """Threads that stay: starting one takes as long as recalling a hundred small states."""
    return ThreadPoolExecutor(thread_count(), thread_name_prefix="hwsim")


# A forked child has the pool, but not its threads.
os.register_at_fork(after_in_child=_helpers.cache_clear)


def share(work: Callable[[], Outcome], threads: int) -> list[Outcome]:
    """Call `work` so many times, on the caller's thread and on others; returns when all have.

    Raises:
        Exception: what a call raised, the caller's own first.
    """
    others: list[Future[Outcome]] = []
    try:
        # refused while the interpreter ends: then the caller does it all
        with contextlib.suppress(RuntimeError):
            for _ in range(threads - 1):
                others.append(_helpers().submit(work))
        return [work(), *(other.result() for other in others)]
    finally:  # they write into arrays of ours
        wait(others)


_one_at_a_time = threading.Lock()


def take(counter: Counter) -> int:
    """The counter's value, which then grows by one: no two threads get the same."""
    with _one_at_a_time:
        counter[0] += 1
        return int(counter[0]) - 1


def new_counter() -> Counter:
    """A counter at 0; set past all there is to take, it stops all threads."""
    return np.zeros(1, dtype=np.int64)
