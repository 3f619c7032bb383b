"""What engines side by side show together in a step, in rounds of one group of each."""

from __future__ import annotations

from hwsim.config import Parameters
from hwsim.hardware.spec import Step


def most_active(p: Parameters, step: Step) -> int:
    """Active groups of the engine that has most."""
    return max(len(sums) for sums in _group_sums(p, step))


def kernel_sums(p: Parameters, step: Step) -> list[int]:
    """S over all engines after each round of loading, in the group dataflow.

    While the winner may decide, round r is the r-th group of each engine. Then, but for the first
    groups, which are loaded together, an engine loads a group where it has as many left as others.
    """
    if step.ended_by == "radius" or not step.active_groups:
        return []
    groups, count = _group_sums(p, step), most_active(p, step)
    first = sum(sum(sums[:1]) for sums in groups)
    seen: list[int] = []
    if p.winner_limit and (p.nearest or step.nearest == 0):
        for position in range(count):
            seen.append(sum(sum(sums[: position + 1]) for sums in groups))
            if seen[-1] > p.winner_limit:
                break
        else:
            return seen  # the winner decides
    if len(seen) != 1:  # anew
        seen.append(first)
    for slot in range(1, count):
        loaded = (sums[: max(1, slot - (count - len(sums)) + 1)] for sums in groups)
        seen.append(sum(map(sum, loaded)))
    return seen


def _group_sums(p: Parameters, step: Step) -> list[list[int]]:
    """The sum of the kernel values of each active group, by engines."""
    return [
        [
            sum(step.kernel[group * p.lanes : (group + 1) * p.lanes])
            for group in step.active_groups
            if group in groups
        ]
        for groups in p.shares
    ]
