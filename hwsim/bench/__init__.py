"""The exact model against float32, side by side in one run.

Contenders take turns, so that a busy machine slows all of them; medians are compared. Times are
wall-clock microseconds a query and step, one step a recall, on all cores, with everything that
does not depend on the queries prepared beforehand.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from importlib import metadata
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_info

from hwsim.bench.contenders import (
    NOISE,
    Float32,
    Point,
    Spins,
    Work,
    alternate,
    distance_stage,
)
from hwsim.bench.others import OTHERS, other_works
from hwsim.bench.stages import peaks, stage_times
from hwsim.design import Design
from hwsim.hardware import spec
from hwsim.hardware.fast import FastModel, memory_bytes, thread_count
from hwsim.hardware.fast.path import JITTED
from hwsim.hardware.fast.processor import processor_features, processor_name
from hwsim.hardware.image import Image
from hwsim.hardware.rules import with_rules
from hwsim.spins import spins_from_bits

Progress = Callable[[int, int], None]

# At 10 % noise other patterns lie 0.4 N further away than the nearest. With gamma 0.02 their
# kernel value of 8 bits is 0; with this gamma it is 255 * exp(-4 * 0.0017 * 400) = 17.
DENSE_GAMMA: Final = 0.0017
SECONDS = 0.05  # of one measurement: shorter works are repeated
REST = 0.3  # seconds after float32
ROUNDS = {"quick": 5, "whole": 25, "curve": 5}
CURVE_QUERIES: Final = 256  # where their number does not grow
CASES: Final = {
    "sparse-1000": Point(1000, 3000, 0.02),
    "dense-1000": Point(1000, 3000, DENSE_GAMMA),
    "small-200": Point(200, 600, 0.02, queries=4096),
}
# What grows in each curve, from sparse-1000 and from dense-1000; gamma from the latter alone.
CURVES: Final[dict[str, tuple[float, ...]]] = {
    "neurons": (125, 250, 500, 1000, 2000, 4000),
    "patterns": (375, 750, 1500, 3000, 6000, 12000),
    "weight_bits": (1, 2, 4, 8),
    "kernel_bits": (1, 4, 8, 12, 16),
    "queries": (1, 8, 64, 512, 4096),
    "gamma": (0.0005, 0.001, 0.002, 0.003, 0.004, 0.005, 0.0075, 0.01, 0.02),
}


@dataclass(frozen=True)
class CaseResult:
    """One case's medians, in microseconds a query and step.

    Attributes:
        ratio: float32_us / fast_us.
        spec_us: of one query, once, with what the specification prepares.
        distance_us: the fast model's distance stage alone, all words of all patterns. A recall
            with a narrow kernel compares about half of the words with most patterns.
        roofline_fraction: words a second of that stage, P * N / 64 a query, over the machine's
            peak, the larger of the two that follow: the median over all rounds, each of which
            measures the three one right after the other.
        plain_words: 64-bit words xored and popcounted a second, all cores, from the first-level
            cache, one popcount a word; the median round.
        adder_words: the same, words added up bit by bit before they are popcounted.
        ruled_us: the fast model of the same integers as `hwsim export` writes them unless told
            otherwise, by the engine's rules.
        hamming_us: search for the nearest pattern by the fast model's distances.
        others_us: what other programs take that are installed, by name, see `others`.
        quartiles: first and third quartile over the rounds, by contender, in microseconds too, and
            of `ratio`, each round's own.
        typical_kernel: median kernel value over queries and patterns.
        nonzero_share: share of kernel values that are not 0.
        method: how the fast model multiplies and accumulates here.
        path: the code that ran, see `fast.path`.
        stages: microseconds a query of the fast model's stages, one core, see `stages`.
        products_fraction: of what the path's instructions can do, see `stages`; None where there
            are no byte products.
    """

    name: str
    neurons: int
    patterns: int
    weight_bits: int
    kernel_bits: int
    gamma: float
    queries: int
    float32_us: float
    spec_us: float
    fast_us: float
    ratio: float
    distance_us: float
    roofline_fraction: float
    plain_words: float
    adder_words: float
    ruled_us: float
    hamming_us: float
    others_us: dict[str, float]
    quartiles: dict[str, list[float]]
    typical_kernel: float
    nonzero_share: float
    method: str
    path: str
    stages: dict[str, float]
    products_fraction: float | None


@dataclass(frozen=True)
class BenchResult:
    """Everything one run measured.

    Attributes:
        cases: the three cases.
        curves: growth, rows of `quantity`, `value`, `case`, `float32_us`, `fast_us`, `ratio`.
        machine: processor, cores, versions.
        settings: what was timed.
    """

    cases: list[CaseResult]
    curves: list[dict[str, Any]]
    machine: dict[str, Any]
    settings: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return asdict(self)


def machine() -> dict[str, Any]:
    """What the times depend on."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]  # type: ignore[call-overload,index,unused-ignore]
    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    return {
        "processor": processor_name(),
        "features": list(processor_features()),
        "cores": thread_count(),
        "python": platform.python_version(),
        "blas": f"{blas['name']} {blas['version']}",
        "blas_target": " ".join(sorted({pool.get("architecture", "") for pool in pools})).strip(),
        "blas_threads": max((pool["num_threads"] for pool in pools), default=1),
        **{name: metadata.version(name) for name in ("numpy", "numba", "llvmlite")},
    }


def _compiled() -> bool:
    """Whether numba compiles what it is given."""
    from hwsim.hardware.fast.jitted.target import jit_disabled  # where numba runs anyway

    return not jit_disabled()


def _kernel_values(model: FastModel, queries: Spins, image: Image) -> tuple[float, float]:
    """Median kernel value and share that is not 0, over a few queries."""
    few = queries[:64].astype(np.int64)
    stored = spins_from_bits(image.patterns).astype(np.int64)
    distances = (model.parameters.neurons - few @ stored.T) // 2
    values = image.kernel_lut[distances - distances.min(axis=1, keepdims=True)]
    return float(np.median(values)), float(np.mean(values > 0))


def _quartiles(rounds: Mapping[str, npt.NDArray[np.float64]]) -> dict[str, list[float]]:
    """First and third of each name's rounds."""
    return {name: np.quantile(each, [0.25, 0.75]).tolist() for name, each in rounds.items()}


def _case(name: str, point: Point, seed: int, rounds: int, path: str | None) -> CaseResult:
    image, queries = point.image(seed), point.query_spins(seed)
    model = FastModel(image, path=path)
    ruled = FastModel(with_rules(image, coarse_words=Design().coarse_words), path=path)
    count = point.queries
    works: dict[str, tuple[Work, float]] = {
        "float32": (Float32(point, image, queries).run, count),
        "fast": (lambda: model.recall(queries), count),
        "ruled": (lambda: ruled.recall(queries), count),
        "hamming": (lambda: model.nearest(queries), count),
    }
    others = other_works(point, image, queries)
    works |= {other: (work, count) for other, work in others.items()}
    works["distance"] = (distance_stage(model, queries), count)
    words = point.neurons * point.patterns * count // 64
    for kind, (work, done) in peaks(model, words).items():
        works[kind] = (work, done / words * count)  # what as many words take from the cache
    times = alternate(works, rounds, SECONDS, REST)
    medians = {kind: float(np.median(spent)) for kind, spent in times.items()}
    start = time.perf_counter()
    spec.recall(image, queries[:1])
    spec_us = 1e6 * (time.perf_counter() - start)
    stages = stage_times(model, queries)
    typical, share = _kernel_values(model, queries, image)
    few = share * point.patterns <= model.plan.most_rows
    peak_us = np.minimum(times["plain"], times["adders"])
    return CaseResult(
        name=name,
        **asdict(point),
        float32_us=medians["float32"],
        spec_us=spec_us,
        fast_us=medians["fast"],
        ratio=medians["float32"] / medians["fast"],
        distance_us=medians["distance"],
        roofline_fraction=float(np.median(peak_us / times["distance"])),
        plain_words=words / count / (medians["plain"] * 1e-6),
        adder_words=words / count / (medians["adders"] * 1e-6),
        ruled_us=medians["ruled"],
        hamming_us=medians["hamming"],
        others_us={other: medians[other] for other in others},
        quartiles=_quartiles({**times, "ratio": times["float32"] / times["fast"]}),
        typical_kernel=typical,
        nonzero_share=share,
        method="rows" if few else model.plan.dense,
        path=model.path.name,
        stages=stages.times,
        products_fraction=stages.products_fraction,
    )


def _curve_point(
    quantity: str, value: float, case: str, seed: int, rounds: int, path: str | None
) -> dict[str, Any]:
    whole = value if quantity == "gamma" else int(value)
    point = replace(CASES[case], **{"queries": CURVE_QUERIES, quantity: whole})  # type: ignore[arg-type]
    image, queries = point.image(seed), point.query_spins(seed)
    model = FastModel(image, path=path)
    times = alternate(
        {
            "float32": (Float32(point, image, queries).run, point.queries),
            "fast": (lambda: model.recall(queries), point.queries),
        },
        rounds,
        SECONDS,
        REST,
    )
    float32_us, fast_us = (float(np.median(times[name])) for name in ("float32", "fast"))
    return {
        "quantity": quantity,
        "value": whole,
        "case": case,
        "float32_us": float32_us,
        "fast_us": fast_us,
        "ratio": float32_us / fast_us,
    }


def run(
    quick: bool = False,
    seed: int = 0,
    progress: Progress | None = None,
    path: str | None = None,
) -> BenchResult:
    """Measure.

    Args:
        quick: few repetitions and no growth curves.
        seed: of patterns, codes and queries.
        progress: called with (measurements done, measurements in all).
        path: of the fast model; None for the fastest one.

    Raises:
        InputError: no such path is here.
    """
    rounds = ROUNDS["quick" if quick else "whole"]
    points = [
        (quantity, value, case)
        for quantity, values in ({} if quick else CURVES).items()
        for case in ("sparse-1000", "dense-1000")[quantity == "gamma" :]
        for value in values
    ]
    total = len(CASES) + len(points)
    done = 0

    def advance() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)

    cases = []
    for name, point in CASES.items():
        cases.append(_case(name, point, seed, rounds, path))
        advance()
    curves = []
    for quantity, value, case in points:
        curves.append(_curve_point(quantity, value, case, seed, ROUNDS["curve"], path))
        advance()
    largest = CASES["dense-1000"].image(seed).parameters
    return BenchResult(
        cases=cases,
        curves=curves,
        machine=machine(),
        settings={
            "seed": seed,
            "rounds": rounds,
            "curve_rounds": ROUNDS["curve"],
            "curve_queries": CURVE_QUERIES,
            "rest": REST,
            "noise": NOISE,
            "steps": 1,
            "others": list(OTHERS),
            "compiled": cases[0].path != JITTED.name or _compiled(),
            "memory_bytes": memory_bytes(largest),
        },
    )
