"""The row dataflow: for each word of the state, the plane words of every candidate.

    a[i] = 2 * U[i] - sum(C) * S,  U[i] = sum over candidates and planes of C[p] * k[m] * bit

A plane that equals the patterns is read from their memory, once for all such planes.
"""

from __future__ import annotations

from collections.abc import Iterator

from hwsim.hardware.spec.kernel import look_up, may_decide
from hwsim.hardware.spec.machine import Slot, Step
from hwsim.hardware.spec.threshold import threshold


def update(slot: Slot, step: Step, origin: int) -> int | None:
    """List candidates, accumulate, threshold; as `group.update`."""
    p = slot.parameters
    count = 0
    for position in range(len(step.active_groups)):
        for m, value in look_up(slot, step, position, origin):
            if value:
                slot.candidates.write(count, m)
                slot.kernel_values.write(count, value)
                count += 1
    slot.tally["accumulated_groups"] += len(step.active_groups)
    if count and may_decide(slot, step) and step.kernel_sum <= p.winner_limit:
        return None
    if not count:
        return 0
    slot.tally["accumulating_steps"] += 1
    # The sums of a word leave lane by lane; those of the next one wait for them.
    waits = max(p.lanes - count * p.candidate_words, 0)
    slot.tally["serial_waits"] += (p.words - 1) * waits
    flips = 0
    for w in range(p.words):
        lanes = min(p.lanes, p.neurons - w * p.lanes)
        sums = [0] * lanes
        for t in range(count):
            m, value = slot.candidates.read(t), slot.kernel_values.read(t)
            for coefficient, word in _plane_words(slot, m, w):
                slot.tally["plane_multiplications"] += 1
                slot.tally["lane_accumulations"] += 1
                for j in range(lanes):
                    sums[j] += coefficient * value * (word >> j & 1)
        for j, total in enumerate(sums):
            field = 2 * total - sum(p.C) * step.kernel_sum
            flips += threshold(slot, step, w * p.lanes + j, field)
    return flips


def _plane_words(slot: Slot, m: int, w: int) -> Iterator[tuple[int, int]]:
    """Word w of each plane of pattern m's codes, with what a bit of it counts."""
    p = slot.parameters
    address = m * p.words + w
    if p.shared_planes:
        yield sum(p.C[plane] for plane in p.shared_planes), slot.patterns.read(address)
    for position, plane in enumerate(p.stored_planes):
        yield p.C[plane], slot.weights.read(address * len(p.stored_planes) + position)
