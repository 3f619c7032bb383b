"""Where the fast model's time goes: each stage of a step alone, on one core.

The rest of a recall (packing, counting, unpacking) and what a second core gains are not in it.
"""

from __future__ import annotations

import time

import numpy as np

from hwsim.bench.contenders import Spins
from hwsim.hardware.fast import FastModel
from hwsim.hardware.fast.memory import new_buffers

REPEATS = 40


def stage_times(model: FastModel, queries: Spins, repeats: int = REPEATS) -> dict[str, float]:
    """Microseconds a query of each stage, the median of some repetitions on one block.

    Args:
        model: the fast model.
        queries: (Q, N) int8; the first block of them is taken.
        repeats: how often each stage runs.

    Returns:
        `distance`, `select` (nearest pattern, active groups, and the words left out before),
        `look_up`, `byte_products`, `rows` (zero-skipping) and `threshold`; stages without a query
        are left out, and all but the first two where BLAS multiplies.
    """
    image = model.image
    queries = queries[: model.block]
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
    times: dict[str, list[float]] = {name: [] for name in stages}
    for turn in range(repeats + 1):
        for name, work in stages.items():
            (again if name == "select" else begin)()
            start = time.perf_counter()
            work()
            if turn > 0:  # the first may compile
                times[name].append(1e6 * (time.perf_counter() - start) / count)
    return {name: float(np.median(each)) for name, each in times.items()}
