"""What is timed: the same update of the same queries by different programs.

The image has random patterns and, as weight codes, the stored bit with random low bits: recall
works, and no program's time depends on the weights. Training would take longer than the bench.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hwsim.compress.kernel_lut import kernel_lut
from hwsim.config import Parameters
from hwsim.hardware.fast import FastModel
from hwsim.hardware.image import Image
from hwsim.reference.data import random_patterns
from hwsim.reference.queries import noisy_queries
from hwsim.spins import bits_from_spins, spins_from_bits

NOISE = 0.1
Spins = npt.NDArray[np.int8]
Work = Callable[[], object]


@dataclass(frozen=True)
class Point:
    """One choice of sizes to time at."""

    neurons: int
    patterns: int
    gamma: float
    weight_bits: int = 2
    kernel_bits: int = 8
    queries: int = 1024

    def image(self, seed: int) -> Image:
        """Random patterns and codes; one step a recall."""
        p = Parameters(
            self.neurons,
            self.patterns,
            self.weight_bits,
            kernel_bits=self.kernel_bits,
            max_steps=1,
        )
        bits = bits_from_spins(random_patterns(self.neurons, self.patterns, seed))
        rng = np.random.default_rng(seed)
        low = rng.integers(0, 2 ** (p.weight_bits - 1), bits.shape, dtype=np.uint8)
        return Image(
            parameters=p,
            patterns=bits,
            codes=bits << np.uint8(p.weight_bits - 1) | low,
            kernel_lut=kernel_lut(self.neurons, self.gamma, self.kernel_bits),
            offsets=np.zeros(self.neurons, dtype=np.int64),
            gamma=self.gamma,
        )

    def query_spins(self, seed: int) -> Spins:
        """Stored patterns with a tenth of their spins flipped, (Q, N)."""
        stored = random_patterns(self.neurons, self.patterns, seed)
        return noisy_queries(stored, self.queries, NOISE, seed + 1, order="independent")[0]


class Float32:
    """One update in float32 by BLAS on all cores, as lean as NumPy allows.

    Two matrix products and one exponential in place: 2 gamma is folded into the stored patterns,
    exp(-4 gamma d) = exp(2 gamma x.y) exp(-2 gamma N), and the common factor is left away while
    exp(2 gamma N) fits float32. Queries are given and states returned in float32.
    """

    def __init__(self, point: Point, image: Image, queries: Spins) -> None:
        scale = np.float32(2 * point.gamma)
        stored = spins_from_bits(image.patterns).astype(np.float32)
        self.patterns = np.ascontiguousarray((stored * scale).T)
        self.values = 2 * image.codes.astype(np.float32) - (2**point.weight_bits - 1)
        self.queries = queries.astype(np.float32)
        self.shift = np.float32(2 * point.gamma * point.neurons)
        self.states = np.empty_like(self.queries)
        self.batch = 0
        times = {batch: self._time(batch) for batch in (128, 512, 2048)}
        self.batch = min(times, key=times.__getitem__)

    def _time(self, batch: int) -> float:
        self.batch = min(batch, len(self.queries))
        self.kernel = np.empty((self.batch, len(self.values)), dtype=np.float32)
        self.run()
        start = time.perf_counter()
        self.run()
        return time.perf_counter() - start

    def run(self) -> None:
        if len(self.kernel) != self.batch:
            self.kernel = np.empty((self.batch, len(self.values)), dtype=np.float32)
        for start in range(0, len(self.queries), self.batch):
            rows = self.queries[start : start + self.batch]
            kernel = self.kernel[: len(rows)]
            np.matmul(rows, self.patterns, out=kernel)
            if self.shift > 80:  # exp(88) is about the largest float32
                kernel -= self.shift
            np.exp(kernel, out=kernel)
            fields = self.states[start : start + self.batch]
            np.matmul(kernel, self.values, out=fields)
            np.sign(fields, out=fields)


def distance_stage(model: FastModel, queries: Spins) -> Work:
    """The fast model's distances alone, blocks on all cores."""
    states = model.pack(queries)
    return lambda: model.measure_distances(states)


def alternate(
    works: dict[str, tuple[Work, float]], rounds: int, seconds: float, rest: float
) -> dict[str, npt.NDArray[np.float64]]:
    """Microseconds a query of each work in each round; a round is all of them once, in turn.

    Args:
        works: name to what is called and how many queries that is.
        rounds: how often.
        seconds: short works are repeated to last about this long.
        rest: seconds of sleep after `float32` and PyTorch. OpenBLAS' threads look for more work for
            up to 2**28 ticks of the processor's clock (THREAD_TIMEOUT in its blas_server.c; 0.11 s
            at 2.5 GHz) and take the cores from what comes next. Measured for the fast model at
            N = 200, P = 600 on two cores: 1.7 to 2.2 microseconds a query after no rest, 1.8 to
            2.4 after 0.05 s, 1.2 to 1.4 after 0.1 s, 1.1 to 1.4 after 0.3 s.
    """
    repetitions = {}
    for name, (work, _) in works.items():
        work()  # compiled, buffers touched
        start = time.perf_counter()
        work()
        once = time.perf_counter() - start
        repetitions[name] = max(1, int(seconds / max(once, 1e-7)))
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, (work, queries) in works.items():
            work()  # caches and clock frequency as in a long run
            start = time.perf_counter()
            for _ in range(repetitions[name]):
                work()
            spent = time.perf_counter() - start
            times[name].append(1e6 * spent / (queries * repetitions[name]))
            if name == "float32" or name.startswith("PyTorch"):
                time.sleep(rest)
    return {name: np.array(each) for name, each in times.items()}
