"""Training at the load of the literature, thirty patterns a neuron, and what is recalled then.

Each training runs in a process of its own, whose peak of memory and processor time are its own.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from hwsim.bench import machine
from hwsim.config import Parameters
from hwsim.reference.data import random_patterns
from hwsim.reference.metrics import recall_accuracy
from hwsim.reference.queries import noisy_queries
from hwsim.reference.recall import recall
from hwsim.reference.training import train

Progress = Callable[[int, int], None]


class Training(NamedTuple):
    """One of those that are measured; all of the same gamma, for all neurons."""

    patterns: int
    method: str
    matrix: str


NEURONS: Final = 1000
GAMMA: Final = 0.02
TRAININGS: Final = (
    Training(3000, "gradient-descent", "dense"),
    Training(3000, "gradient-descent", "auto"),
    Training(30000, "converged", "auto"),
    Training(30000, "gradient-descent", "auto"),
)
QUERIES: Final = 500
NOISES: Final = (0.0, 0.1, 0.2)


def measure(seed: int = 0, progress: Progress | None = None) -> dict[str, Any]:
    """Train, one after the other, and recall.

    Returns:
        `cases`, one a training, `machine` and `settings`, ready for JSON.
    """
    cases = []
    for done, training in enumerate(TRAININGS, start=1):
        apart = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
        with apart as pool:
            cases.append(pool.submit(trained, training, NEURONS, seed).result())
        if progress is not None:
            progress(done, len(TRAININGS))
    settings = {"seed": seed, "gamma": GAMMA, "queries": QUERIES}
    return {"cases": cases, "machine": machine(), "settings": settings}


def trained(training: Training, neurons: int, seed: int) -> dict[str, Any]:
    """Train in this process; seconds and peak are of the training, without what is recalled."""
    patterns = random_patterns(neurons, training.patterns, seed)
    start, spent = time.perf_counter(), time.process_time()
    memory = train(patterns, GAMMA, method=training.method, matrix=training.matrix)
    seconds, processor = time.perf_counter() - start, time.process_time() - spent
    peak = _peak_bytes()
    notes = memory.provenance
    case: dict[str, Any] = {
        "method": training.method,
        "matrix": "sparse" if "kernel_entries" in notes else "dense",
        "neurons": neurons,
        "patterns": training.patterns,
        "processor_seconds": processor,
        "seconds": seconds,
        "peak_mb": round(peak / 1e6),
        "dropped": notes.get("dropped", 0.0),
        "field_error": notes.get("field_error", 0.0),
    }
    for noise in NOISES:
        queries, chosen = noisy_queries(patterns, QUERIES, noise, seed + 1)
        states = recall(memory, queries, max_steps=Parameters.max_steps if noise else 1).states
        name = f"recall_{round(100 * noise)}" if noise else "bit_accuracy"
        case[name] = recall_accuracy(states, np.asarray(patterns[chosen]))
    return case


def _peak_bytes() -> int:
    """Most memory that this process has had resident.

    Of this program alone: on Linux `getrusage` also knows of what started it, across exec.
    """
    status = Path("/proc/self/status")
    if status.exists():
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(peak.split()[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
