"""Where the fast model's time goes: each stage of a step alone, on one core.

The rest of a recall (packing, counting, unpacking) and what a second core gains are not in it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hwsim.bench.contenders import Spins
from hwsim.hardware.fast import FastModel
from hwsim.hardware.fast.memory import new_buffers
from hwsim.hardware.fast.native import roofline
from hwsim.hardware.fast.native.recall import tables

REPEATS = 40


@dataclass(frozen=True)
class Stages:
    """What the stages of a step take.

    Attributes:
        times: microseconds a query of `distance`, `select` (nearest pattern, active groups, and
            the words left out before), `look_up`, `byte_products`, `rows` (zero-skipping) and
            `threshold`; stages without a query are left out, and all but the first two where BLAS
            multiplies.
        products_fraction: byte products a second over those of the path's instructions alone, the
            median of rounds that measure both; None without the stage, or the C.
    """

    times: dict[str, float]
    products_fraction: float | None


def peaks(model: FastModel, words: int) -> dict[str, tuple[Callable[[], object], int]]:
    """At least so many 64-bit words xored and popcounted from the first-level cache, all cores.

    Returns:
        Calls, and the words each does: `plain`, one word after the other, and `adders`, as the
        path's distance stage does them.
    """
    if model.path.name in tables():
        return roofline.works(model.path.name, words)
    from hwsim.hardware.fast.jitted import roofline as jitted  # numba, only where it runs

    return jitted.works(words)


def stage_times(model: FastModel, queries: Spins, repeats: int = REPEATS) -> Stages:
    """Each stage's time, the median of some repetitions on one block.

    Args:
        model: the fast model.
        queries: (Q, N) int8; the first block of them is taken.
        repeats: how often each stage runs.
    """
    image = model.image
    queries = queries[: model.block_of(len(queries))]
    count = len(queries)
    states = model.pack(queries)
    buffers = new_buffers(model.parameters, model.plan, model.block)

    none = np.zeros(0, dtype=np.int64)

    def begin() -> None:
        buffers.running[:count] = states

    def again() -> None:
        begin()
        first["distance"]()

    begin()
    first = model.loop.stages(buffers, count, none, none)
    for name in ("distance", "select"):  # which tell which queries are dense
        first[name]()
    nonzero = buffers.found[:count, 4]
    few = np.flatnonzero((nonzero > 0) & (nonzero <= image.most_rows))
    many = np.flatnonzero(nonzero > image.most_rows)
    stages = model.loop.stages(buffers, count, few, many)
    if len(few) + len(many) < count:
        stages.pop("threshold", None)
    done = products = len(many) * _products(model)
    if "byte_products" in stages and model.path.name in tables():
        stages["peak"], done = roofline.products_on_one_core(model.path.name, products)
    times: dict[str, list[float]] = {name: [] for name in stages}
    for turn in range(repeats + 1):
        for name, work in stages.items():
            (again if name == "select" else begin)()
            start = time.perf_counter()
            work()
            if turn > 0:  # the first may compile
                times[name].append(1e6 * (time.perf_counter() - start) / count)
    fraction = None
    if "peak" in times:
        peaks = np.array(times.pop("peak")) * products / done
        fraction = float(np.median(peaks / times["byte_products"]))
    return Stages({name: float(np.median(each)) for name, each in times.items()}, fraction)


def _products(model: FastModel) -> int:
    """Byte products of one query."""
    p, plan = model.parameters, model.plan
    return p.patterns * p.neurons * len(plan.slices) * plan.kernel_bytes
