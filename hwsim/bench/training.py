"""What a step of training costs beside the two matrix products it cannot do without."""

from __future__ import annotations

import statistics
import time
import warnings
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from hwsim.bench import machine
from hwsim.reference.data import random_patterns
from hwsim.reference.kernel import rbf_kernel
from hwsim.reference.training import TrainingWarning, train

Progress = Callable[[int, int], None]

NEURONS: Final = 1000
PATTERNS: Final = 3000
GAMMA: Final = 0.02
STEPS: Final = (2, 12)  # two lengths of training: their difference leaves out what is done once
ROUNDS: Final = 5


def measure(seed: int = 0, progress: Progress | None = None) -> dict[str, Any]:
    """Time gradient-descent steps and pairs of products K (P, P) @ (P, N) in turns, float32.

    The matrix is dense, as it is where more than its diagonal matters.

    Returns:
        `cases` (one: the paper's size), `machine` and `settings`, ready for JSON.
    """
    patterns = random_patterns(NEURONS, PATTERNS, seed)
    kernel = rbf_kernel(patterns, patterns, GAMMA, dtype=np.float32)
    factor = np.random.default_rng(seed).random((PATTERNS, NEURONS), dtype=np.float32)
    result = np.empty_like(factor)

    def trained(steps: int) -> float:
        start = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", TrainingWarning)
            train(patterns, GAMMA, steps=steps, matrix="dense")
        return time.perf_counter() - start

    def products(count: int) -> float:
        start = time.perf_counter()
        for _ in range(count):
            np.matmul(kernel, factor, out=result)
        return time.perf_counter() - start

    few, many = STEPS
    products(1)
    a_step, two_products = [], []
    for turn in range(ROUNDS):
        a_step.append((trained(many) - trained(few)) / (many - few))
        two_products.append(products(2 * (many - few)) / (many - few))
        if progress is not None:
            progress(turn + 1, ROUNDS)
    ratios = [step / pair for step, pair in zip(a_step, two_products, strict=True)]
    case = {
        "name": "training-1000",
        "neurons": NEURONS,
        "patterns": PATTERNS,
        "step_ms": 1e3 * statistics.median(a_step),
        "two_products_ms": 1e3 * statistics.median(two_products),
        "ratio": statistics.median(ratios),
    }
    return {
        "cases": [case],
        "machine": machine(),
        "settings": {"seed": seed, "rounds": ROUNDS, "steps": list(STEPS), "gamma": GAMMA},
    }
