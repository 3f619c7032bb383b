"""The row dataflow: for each word of the state, the plane words of every candidate.

    a[i] = 2 * U[i] - sum(C) * S,  U[i] = sum over candidates and planes of C[p] * k[m] * bit

A plane that equals the patterns is read from their memory, once for all such planes. Shares go side
by side, each with candidates of its own; a word takes as long as the one that has most.
"""

from __future__ import annotations

from collections.abc import Iterator

from hwsim.hardware.spec.kernel import look_up, may_decide, rounds
from hwsim.hardware.spec.machine import OwnShare, Slot, Step
from hwsim.hardware.spec.threshold import threshold


def update(slot: Slot, step: Step, origin: int) -> int | None:
    """List candidates, accumulate, threshold; as `group.update`."""
    p, tally = slot.parameters, slot.tally
    if step.active_groups:
        step.kernel_sum = slot.registers.latch("kernel_sum", 0)
    counts = [_list_candidates(share, step, origin) for share in slot.shares]
    tally["accumulated_groups"] += len(step.active_groups)
    tally["accumulated_rounds"] += rounds(slot)
    most = max(counts)
    if not step.kernel_sum:  # only after a fault: an active group has a kernel value
        return 0
    if may_decide(slot, step) and step.kernel_sum <= p.winner_limit:
        return None
    tally["accumulating_steps"] += 1
    # The sums of a word leave lane by lane; those of the next one wait for them.
    waiting = most * p.candidate_words <= p.lanes
    tally["serial_waits"] += (p.words - 1) * max(p.lanes - most * p.candidate_words, 0)
    flips = 0
    for share in slot.shares:
        share.lane_sums = share.registers.latch_lanes("lane_accumulators", [0] * p.lanes, 0)
    for w in range(p.words):
        tally["lane_rounds"] += most * p.candidate_words
        for share, count in zip(slot.shares, counts, strict=True):
            _accumulate(share, count, w)
        for i in range(w * p.lanes, min((w + 1) * p.lanes, p.neurons)):
            # The sums of a word that had to wait take the place of the last one as it leaves.
            replaced = i % p.lanes == p.lanes - 1 and w < p.words - 1 and waiting
            total = sum(_leave(share, replaced=replaced) for share in slot.shares)
            flips += threshold(slot, step, i, total)
    return flips


def _list_candidates(share: OwnShare, step: Step, origin: int) -> int:
    """List the patterns that have a kernel value; how many."""
    count = 0
    for position in range(share.active_groups):
        for m, value in look_up(share, step, position, origin):
            if value:
                share.candidates.write(count, m)
                share.kernel_values.write(count, value)
                count += 1
    return count


def _accumulate(share: OwnShare, count: int, w: int) -> None:
    """Add what a share's candidates say of the neurons of word w; the sums are ready to leave."""
    latch_lanes = share.registers.latch_lanes
    left = count * share.parameters.candidate_words
    share.leaving = [0] * len(share.lane_sums)  # a share without candidates says nothing
    for t in range(count):
        m, value = share.candidates.read(t), share.kernel_values.read(t)
        for coefficient, word in _plane_words(share, m, w):
            share.tally["plane_multiplications"] += 1
            share.tally["lane_accumulations"] += 1
            addend, left = coefficient * value, left - 1
            sums = [total + addend * (word >> j & 1) for j, total in enumerate(share.lane_sums)]
            if left:
                share.lane_sums = latch_lanes("lane_accumulators", sums, 0)
            else:  # the last ones leave, and the next word begins
                share.leaving = latch_lanes("lane_accumulators", sums, 1)
                share.lane_sums = latch_lanes("lane_accumulators", [0] * len(sums), 0)


def _leave(share: OwnShare, *, replaced: bool) -> int:
    """The sum of the next lane; those behind it move up, unless others take their place at once."""
    total, *others = share.leaving
    if not replaced:
        share.leaving = share.registers.latch_lanes("lane_accumulators", [*others, 0], 1)
    return total


def _plane_words(share: OwnShare, m: int, w: int) -> Iterator[tuple[int, int]]:
    """Word w of each plane of pattern m's codes, with what a bit of it counts."""
    p = share.parameters
    address = m * p.words + w
    if p.shared_planes:
        yield sum(p.C[plane] for plane in p.shared_planes), share.patterns.read(address)
    for position, plane in enumerate(p.stored_planes):
        yield p.C[plane], share.weights.read(address * len(p.stored_planes) + position)
