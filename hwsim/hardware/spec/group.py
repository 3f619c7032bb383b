"""The group dataflow: one group's kernel planes held still against all its weight words.

    a[i] = 2 * U[i] - sum(C) * S,  U[i] = sum over groups and planes of
                                   C[p] * sum_c 2**c * popcount(W[p, i] & K[c])

Shares go side by side, in rounds: in each of them a share that takes part works on one of its
active groups. Their last ones end together, where the sums of all meet on the way to the threshold.
"""

from __future__ import annotations

from collections.abc import Iterator

from hwsim.hardware.packing import lane_mask, xnor_popcount
from hwsim.hardware.spec.kernel import look_up, may_decide, rounds
from hwsim.hardware.spec.machine import OwnShare, Slot, Step
from hwsim.hardware.spec.threshold import threshold

Values = list[tuple[int, int]]


def update(slot: Slot, step: Step, origin: int) -> int | None:
    """Accumulate and threshold; the bits changed, or None where the winner decides alone."""
    count = rounds(slot)
    loaded: dict[int, Values] = {}
    if count and may_decide(slot, step):
        loaded, decided = _decide(slot, step, origin)
        if decided:
            return None
    slot.tally["accumulating_steps"] += bool(count)
    slot.tally["accumulated_groups"] += len(step.active_groups)
    slot.tally["accumulated_rounds"] += count
    flips = 0
    for number in range(count):
        taking_part = []
        for share in slot.shares:
            position = number - (count - share.active_groups)
            if position >= 0:
                early = loaded.get(share.first) if position == 0 else None
                values = early or list(look_up(share, step, position, origin))
                taking_part.append(_accumulate(share, position, values))
        for i, sums in enumerate(zip(*taking_part, strict=True)):
            if number == count - 1:
                flips += threshold(slot, step, i, sum(sums))
    return flips


def _decide(slot: Slot, step: Step, origin: int) -> tuple[dict[int, Values], bool]:
    """Load groups round after round while the kernel sum allows that the winner decides.

    Returns:
        The first groups' values, by their shares' first pattern, if they alone exceed the limit:
        they stay loaded, and accumulation begins with them; and whether the winner decides.
    """
    limit = slot.parameters.winner_limit
    for position in range(rounds(slot)):
        loaded = {
            share.first: list(look_up(share, step, position, origin))
            for share in slot.shares
            if position < share.active_groups
        }
        if step.kernel_sum > limit and position == 0:
            return loaded, False
        slot.tally["deciding_groups"] += len(loaded)
        slot.tally["deciding_rounds"] += 1
        if step.kernel_sum > limit:
            step.kernel_sum = 0  # the groups are loaded anew, from the first ones
            return {}, False
    return {}, True


def _accumulate(share: OwnShare, position: int, values: Values) -> Iterator[int]:
    """Add one active group to every accumulator; those of the last one leave."""
    p = share.parameters
    first, last = position == 0, position == share.active_groups - 1
    group = values[0][0] // p.lanes if values else 0  # none: a fault in the list names no group
    planes = [0] * p.kernel_bits
    for m, value in values:
        for c in range(p.kernel_bits):
            planes[c] |= ((value >> c) & 1) << (m - group * p.lanes)
    ones = lane_mask(p.lanes, p.lanes)
    for i in range(p.fields):
        total = 0 if first else share.accumulators.read(i)
        for plane, plane_weight in enumerate(p.C):
            weight = share.weights.read((group * p.fields + i) * p.weight_bits + plane)
            agreeing = 0
            for c, kernel_plane in enumerate(planes):
                agreeing += 2**c * xnor_popcount(weight, ones, kernel_plane)
                share.tally["weight_popcounts"] += 1
            total += plane_weight * agreeing
            share.tally["plane_multiplications"] += 1
            share.tally["accumulations"] += 1
        if not last:
            share.accumulators.write(i, total)
        yield total
