"""Where the fast model's time goes: each stage of a step alone, on one core.

The rest of a recall (packing, counting, unpacking) and what a second core gains are not in it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from hwsim.bench.contenders import Spins
from hwsim.hardware.fast import FastModel
from hwsim.hardware.fast.jitted.distance import measure_distances
from hwsim.hardware.fast.jitted.dot import multiply_bytes
from hwsim.hardware.fast.jitted.lookup import look_up_kernel
from hwsim.hardware.fast.jitted.select import select, skip_zeros
from hwsim.hardware.fast.jitted.step import step
from hwsim.hardware.fast.jitted.update import threshold
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

    def begin() -> None:
        buffers.running[:count] = states

    def distance() -> None:
        measure_distances(image, buffers, count, image.head)

    begin()
    step(image, buffers, count)  # compiled, and told which queries are dense
    nonzero = buffers.found[:count, 4]
    few = np.flatnonzero((nonzero > 0) & (nonzero <= image.most_rows))
    many = np.flatnonzero(nonzero > image.most_rows)

    def again() -> None:
        begin()
        distance()

    stages: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {
        "distance": (begin, distance),
        "select": (again, lambda: select(image, buffers, count)),
    }
    if len(few):
        stages["rows"] = (begin, lambda: skip_zeros(image, buffers, few))
    if len(many) and image.by_bytes:
        stages["look_up"] = (begin, lambda: look_up_kernel(image, buffers, many))
        stages["byte_products"] = (begin, lambda: multiply_bytes(image, buffers, len(many)))
    if len(few) + len(many) == count and (image.by_bytes or not len(many)):
        chosen = np.concatenate([few, many])
        stages["threshold"] = (begin, lambda: threshold(image, buffers, chosen))
    times: dict[str, list[float]] = {name: [] for name in stages}
    for turn in range(repeats + 1):
        for name, (prepare, work) in stages.items():
            prepare()
            start = time.perf_counter()
            work()
            if turn > 0:  # the first compiles
                times[name].append(1e6 * (time.perf_counter() - start) / count)
    return {name: float(np.median(each)) for name, each in times.items()}
