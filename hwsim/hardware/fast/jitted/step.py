"""One step of a block of queries, and what is noted after it."""

from __future__ import annotations

from hwsim.hardware.fast.jitted.distance import measure_distances
from hwsim.hardware.fast.jitted.select import select, skip_zeros
from hwsim.hardware.fast.jitted.target import inlined, jit
from hwsim.hardware.fast.jitted.update import threshold
from hwsim.hardware.fast.operands import Buffers, Prepared, Results


@jit
def step(image: Prepared, buffers: Buffers, count: int) -> int:
    """Update the first `count` running states, but for dense queries.

    Returns:
        How many dense queries there are, the first of `buffers.many`.
    """
    measure_distances(image, buffers, count, image.head)
    select(image, buffers, count)
    return update(image, buffers, count)


@inlined
def update(image: Prepared, buffers: Buffers, count: int) -> int:
    """ACCUMULATE and THRESHOLD; as `step`, for what `select` found."""
    few = 0
    many = 0
    for q in range(count):
        buffers.sums[q] = 0
        buffers.flips[q] = 0
        if buffers.found[q, 4] > image.most_rows:
            buffers.many[many] = q
            many += 1
        elif buffers.found[q, 4] > 0:
            buffers.few[few] = q
            few += 1
    if few > 0:
        sparse = buffers.few[:few]
        skip_zeros(image, buffers, sparse)
        threshold(image, buffers, sparse)
    return many


@jit
def settle(image: Prepared, buffers: Buffers, results: Results, first: int, count: int) -> int:
    """ITERATE: note what the step found; keep the queries that changed, and return how many.

    Args:
        image, buffers: as everywhere.
        results: of all queries; the block's begin at `first`.
        count: queries that took the step.
    """
    kept = 0
    for row in range(count):
        here = buffers.live[row]
        q = first + here
        if results.steps[q] == 0:
            results.miss[q] = buffers.sums[row] == 0
        results.steps[q] += 1
        results.distance[q] = buffers.found[row, 0]
        groups = buffers.found[row, 2]
        results.active_steps[q] += groups > 0
        results.groups_active[q] += groups
        results.kernel_values[q] += buffers.found[row, 3]
        changed = buffers.flips[row] > 0
        results.converged[q] = not changed
        for word in range(image.state_words):
            buffers.final[here, word] = buffers.running[row, word]
            buffers.running[kept, word] = buffers.running[row, word]
        if changed:
            buffers.live[kept] = here
            kept += 1
    return kept
