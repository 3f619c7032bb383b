"""Where the fast model's time goes: each stage of a step alone, on one core.

The rest of a recall (packing, counting, unpacking) and what a second core gains are not in it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from hwsim.bench.contenders import Spins
from hwsim.hardware.fast import Engine
from hwsim.hardware.fast.distance import distances
from hwsim.hardware.fast.dot import ROWS, add_products
from hwsim.hardware.fast.lookup import look_up
from hwsim.hardware.fast.memory import Buffers
from hwsim.hardware.fast.select import add_rows, measure
from hwsim.hardware.fast.step import finish, step

REPEATS = 40


def stage_times(engine: Engine, queries: Spins, repeats: int = REPEATS) -> dict[str, float]:
    """Microseconds a query of each stage, the median of some repetitions on one block.

    Args:
        engine: the fast model.
        queries: (Q, N) int8; the first block of them is taken.
        repeats: how often each stage runs.

    Returns:
        `distance`, `select` (nearest pattern, active groups, and the words left out before),
        `look_up`, `byte_products`, `rows` (zero-skipping) and `threshold`; stages without a query
        are left out, and all but the first two where BLAS multiplies.
    """
    image = engine.image
    queries = queries[: engine.block]
    count = len(queries)
    states = engine.pack(queries)
    buffers = Buffers.of(engine.parameters, engine.plan, engine.block)
    table = buffers.distances[: count * image.columns]
    flat = states.reshape(-1)

    def begin() -> None:
        buffers.running[:count] = states

    def distance() -> None:
        distances(
            image.tiled_patterns, flat, image.state_words, image.words, image.first_word,
            image.head, table,
        )  # fmt: skip

    def select() -> None:
        measure(
            image.tiled_patterns, flat, image.state_words, image.words, image.head, table,
            image.columns, image.patterns, image.lanes, image.radius, image.padding,
            image.nearest, image.most_rows, buffers.minima, buffers.found,
        )  # fmt: skip

    begin()
    step(image, buffers, count)  # compiled, and told which queries are dense
    nonzero = buffers.found[:count, 4]
    few = np.flatnonzero((nonzero > 0) & (nonzero <= image.most_rows))
    many = np.flatnonzero(nonzero > image.most_rows)
    rows = -(-len(many) // ROWS) * ROWS
    size = rows * image.columns

    def zero_skipping() -> None:
        products = buffers.products[: len(few)]
        products[:] = 0
        add_rows(
            table.reshape(count, -1), few, image.patterns, image.lanes, image.nearest,
            buffers.minima, buffers.found, image.lut, image.codes, products, buffers.sums,
        )  # fmt: skip

    def look() -> None:
        look_up(
            table, image.columns, many, image.nearest, buffers.found, image.lut_bytes,
            buffers.kernel, rows, buffers.sums,
        )  # fmt: skip

    def byte_products() -> None:
        for part, codes in enumerate(image.slices):
            for byte in range(len(image.lut_bytes)):
                add_products(
                    codes, image.widths, buffers.kernel[byte * size : (byte + 1) * size],
                    image.columns, len(many), image.scales[part] << (8 * byte),
                    part + byte > 0, buffers.products[:rows],
                )  # fmt: skip

    stages: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {
        "distance": (begin, distance),
        "select": (distance, select),
    }
    if len(few):
        stages["rows"] = (begin, zero_skipping)
    if len(many) and image.by_bytes:
        stages["look_up"] = (begin, look)
        stages["byte_products"] = (begin, byte_products)
    if len(few) + len(many) == count and (image.by_bytes or not len(many)):
        chosen = np.concatenate([few, many])
        stages["threshold"] = (begin, lambda: finish(image, buffers, chosen))
    times: dict[str, list[float]] = {name: [] for name in stages}
    for _ in range(repeats):
        for name, (prepare, work) in stages.items():
            prepare()
            start = time.perf_counter()
            work()
            times[name].append(1e6 * (time.perf_counter() - start) / count)
    return {name: float(np.median(each)) for name, each in times.items()}
