"""The group dataflow: one group's kernel planes held still against all its weight words.

a[i] = sum_p C[p] * (2 * sum_c 2**c * popcount(W[p, i] & K[c]) - S)
"""

from __future__ import annotations

from hwsim.hardware.packing import lane_mask, xnor_popcount
from hwsim.hardware.spec.kernel import look_up, may_decide
from hwsim.hardware.spec.machine import Slot, Step
from hwsim.hardware.spec.threshold import threshold


def update(slot: Slot, step: Step, origin: int) -> int | None:
    """Accumulate and threshold; the bits changed, or None where the winner decides alone."""
    groups = len(step.active_groups)
    loaded = None
    if groups and may_decide(slot, step):
        loaded, decided = _decide(slot, step, origin)
        if decided:
            return None
    slot.tally["accumulating_steps"] += bool(groups)
    slot.tally["accumulated_groups"] += groups
    flips = 0
    for position in range(groups):
        values = loaded or list(look_up(slot, step, position, origin))
        flips += _accumulate(slot, step, position, values)
        loaded = None
    return flips


def _decide(slot: Slot, step: Step, origin: int) -> tuple[list[tuple[int, int]] | None, bool]:
    """Load one group after the other while the kernel sum allows that the winner decides.

    Returns:
        The first group's values if they alone exceed the limit: it stays loaded, and accumulation
        begins with it; and whether the winner decides.
    """
    limit = slot.parameters.winner_limit
    first = list(look_up(slot, step, 0, origin))
    if step.kernel_sum > limit:
        return first, False
    slot.tally["deciding_groups"] += 1
    for position in range(1, len(step.active_groups)):
        list(look_up(slot, step, position, origin))
        slot.tally["deciding_groups"] += 1
        if step.kernel_sum > limit:
            step.kernel_sum = 0  # the groups are loaded anew, from the first one
            return None, False
    return None, True


def _accumulate(slot: Slot, step: Step, position: int, values: list[tuple[int, int]]) -> int:
    """Add one active group to all N accumulators; the last one thresholds as it goes."""
    p = slot.parameters
    first, last = position == 0, position == len(step.active_groups) - 1
    planes = [0] * p.kernel_bits
    group = step.active_groups[position]
    for m, value in values:
        for c in range(p.kernel_bits):
            planes[c] |= ((value >> c) & 1) << (m - group * p.lanes)
    ones = lane_mask(p.lanes, p.lanes)
    group_sum = sum(2**c * plane.bit_count() for c, plane in enumerate(planes))
    flips = 0
    for i in range(p.neurons):
        total = 0 if first else slot.accumulators.read(i)
        for plane, plane_weight in enumerate(p.C):
            weight = slot.weights.read((group * p.neurons + i) * p.weight_bits + plane)
            agreeing = 0
            for c, kernel_plane in enumerate(planes):
                agreeing += 2**c * xnor_popcount(weight, ones, kernel_plane)
                slot.tally["weight_popcounts"] += 1
            total += plane_weight * (2 * agreeing - group_sum)
            slot.tally["plane_multiplications"] += 1
            slot.tally["accumulations"] += 1
        if last:
            flips += threshold(slot, step, i, total)
        else:
            slot.accumulators.write(i, total)
    return flips
