"""KERNEL: which groups have a kernel value at all, and the look-up of a group's."""

from __future__ import annotations

from collections.abc import Iterator

from hwsim.hardware.spec.machine import Slot, Step


def list_active_groups(slot: Slot, step: Step, origin: int) -> None:
    """Put on the active list every group whose nearest pattern's kernel value is not 0.

    The LUT never increases, so all values of any other group are 0.
    """
    for group in range(slot.parameters.groups):
        if slot.lut.read(slot.group_minimum.read(group) - origin):
            slot.active_list.write(len(step.active_groups), group)
            step.active_groups.append(group)
        else:
            slot.tally["groups_skipped"] += 1
    slot.tally["groups_active"] += len(step.active_groups)
    slot.tally["active_steps"] += bool(step.active_groups)


def look_up(slot: Slot, step: Step, position: int, origin: int) -> Iterator[tuple[int, int]]:
    """The patterns of the active group at a position of the list, with their kernel values."""
    p = slot.parameters
    group = slot.active_list.read(position)
    for m in range(group * p.lanes, min((group + 1) * p.lanes, p.patterns)):
        step.kernel[m] = slot.lut.read(slot.distances.read(m) - origin)
        step.kernel_sum += step.kernel[m]
        yield m, step.kernel[m]


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
