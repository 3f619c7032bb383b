"""KERNEL: which groups have a kernel value at all, and the look-up of a group's."""

from __future__ import annotations

from collections.abc import Iterator

from hwsim.hardware.spec.machine import OwnShare, Slot, Step


def list_active_groups(slot: Slot, step: Step, origin: int) -> None:
    """Put on each share's active list those of its groups whose nearest pattern's kernel value is
    not 0.

    The LUT never increases, so all values of any other group are 0.
    """
    for share in slot.shares:
        share.active_groups = 0
        for own, group in enumerate(share.groups):
            if share.lut.read(share.group_minimum.read(own) - origin):
                share.active_list.write(share.active_groups, own)
                share.active_groups += 1
                step.active_groups.append(group)
            else:
                slot.tally["groups_skipped"] += 1
    slot.tally["groups_active"] += len(step.active_groups)
    slot.tally["active_steps"] += bool(step.active_groups)


def rounds(slot: Slot) -> int:
    """Rounds in which every share takes one of its active groups: as many as the most one has."""
    return max(share.active_groups for share in slot.shares)


def look_up(share: OwnShare, step: Step, position: int, origin: int) -> Iterator[tuple[int, int]]:
    """The patterns, by their numbers in the share, of the active group at a position of its list,
    with their kernel values."""
    p = share.parameters
    group = share.active_list.read(position)
    for own in range(group * p.lanes, min((group + 1) * p.lanes, share.count)):
        m = share.first + own
        step.kernel[m] = share.lut.read(share.distances.read(own) - origin)
        if step.kernel[m] or not p.row:  # rows add what they list
            total = (step.kernel_sum + step.kernel[m]) % 2**p.kernel_sum_bits
            step.kernel_sum = share.registers.latch("kernel_sum", total)
        yield own, step.kernel[m]


def may_decide(slot: Slot, step: Step) -> bool:
    """Whether the winner might decide this step alone.

    **Winner.** Signs are shared, sign(v[m, i]) = X[m, i]. With k0 = lut[0] the winner's kernel
    value, it pulls every field its way by k0 * (|v| * 2**F + z * sign(v)), at least
    own = k0 * (min|v| * 2**F - max|z|); the others pull by (S - k0) * per at most,
    per = max|v| * 2**F + max|z|. For (S - k0) * per < own, S <= k0 + (own - 1) // per, the next
    state is X[w]. The winner's value is lut[0] in the nearest origin, and in the absolute one at
    distance 0. Two patterns at d0 have S >= 2 * k0: per >= own / k0, so the limit is not kept.
    """
    p = slot.parameters
    return p.winner_limit > 0 and (p.nearest or step.nearest == 0)
