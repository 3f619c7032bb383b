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

Loaded = tuple[int, int]  # a group, and its kernel values, lane 0 lowest


def update(slot: Slot, step: Step, origin: int) -> int | None:
    """Accumulate and threshold; the bits changed, or None where the winner decides alone."""
    count = rounds(slot)
    loaded: dict[int, Loaded] = {}
    step.kernel_sum = slot.registers.latch("kernel_sum", 0)
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
                values = early or _load(share, step, position, origin)
                taking_part.append(_accumulate(share, position, *values))
        for i, sums in enumerate(zip(*taking_part, strict=True)):
            if number == count - 1:
                flips += threshold(slot, step, i, sum(sums))
    return flips


def _decide(slot: Slot, step: Step, origin: int) -> tuple[dict[int, Loaded], bool]:
    """Load groups round after round while the kernel sum allows that the winner decides.

    Returns:
        The first groups' values, by their shares' first pattern, if they alone exceed the limit:
        they stay loaded, and accumulation begins with them; and whether the winner decides.
    """
    limit = slot.parameters.winner_limit
    for position in range(rounds(slot)):
        loaded = {
            share.first: _load(share, step, position, origin)
            for share in slot.shares
            if position < share.active_groups
        }
        if step.kernel_sum > limit and position == 0:
            return loaded, False
        slot.tally["deciding_groups"] += len(loaded)
        slot.tally["deciding_rounds"] += 1
        if step.kernel_sum > limit:
            # The groups are loaded anew, from the first ones.
            step.kernel_sum = slot.registers.latch("kernel_sum", 0)
            return {}, False
    return {}, True


def _load(share: OwnShare, step: Step, position: int, origin: int) -> Loaded:
    """Shift the values of an active group into the registers, 0 for lanes that no pattern has."""
    p = share.parameters
    values = dict(look_up(share, step, position, origin))
    # No value: a fault in the list names no group.
    group = next(iter(values)) // p.lanes if values else 0
    for m in range(group * p.lanes, (group + 1) * p.lanes):
        moved = share.waiting >> p.kernel_bits | values.get(m, 0) << p.kernel_bits * (p.lanes - 1)
        share.waiting = share.registers.latch("kernel_planes", moved, 0)
    return group, share.waiting


def _planes(share: OwnShare, waiting: int) -> list[int]:
    """The planes of a group's kernel values, in use from now on."""
    p = share.parameters
    lanes = range(p.lanes)
    values = [waiting >> p.kernel_bits * j & (1 << p.kernel_bits) - 1 for j in lanes]
    planes = [sum((values[j] >> c & 1) << j for j in lanes) for c in range(p.kernel_bits)]
    together = sum(plane << p.lanes * c for c, plane in enumerate(planes))
    held = share.registers.latch("kernel_planes", together, 1)
    return [held >> p.lanes * c & lane_mask(p.lanes, p.lanes) for c in range(p.kernel_bits)]


def _accumulate(share: OwnShare, position: int, group: int, waiting: int) -> Iterator[int]:
    """Add one active group to every accumulator; those of the last one leave."""
    p = share.parameters
    first, last = position == 0, position == share.active_groups - 1
    planes = _planes(share, waiting)
    ones = lane_mask(p.lanes, p.lanes)
    for i in range(p.fields):
        total = 0 if first else share.accumulators.read(i)
        for plane, plane_weight in enumerate(p.C):
            weight = share.weights.read((group * p.fields + i) * p.weight_bits + plane)
            agreeing = 0
            for c, kernel_plane in enumerate(planes):
                agreeing += 2**c * xnor_popcount(weight, ones, kernel_plane)
                share.tally["weight_popcounts"] += 1
            total = share.registers.latch("running_sum", total + plane_weight * agreeing)
            share.tally["plane_multiplications"] += 1
            share.tally["accumulations"] += 1
        if not last:
            share.accumulators.write(i, total)
        yield total
