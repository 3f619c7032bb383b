"""Every count of a recall as a closed form of the parameters and four data-dependent numbers."""

from __future__ import annotations

from hwsim.config import Parameters
from hwsim.hardware.outcome import Counts, IntArray


def closed_form(
    parameters: Parameters,
    *,
    steps: IntArray,
    active_steps: IntArray,
    groups_active: IntArray,
    kernel_values: IntArray,
) -> Counts:
    """The counts of recalls from what the data decided.

    Args:
        parameters: N, P, B, …
        steps: (Q,) updates evaluated.
        active_steps: (Q,) those with at least one group not skipped.
        groups_active: (Q,) groups not skipped, over all steps.
        kernel_values: (Q,) patterns in those groups, over all steps.
    """
    p = parameters
    weight_reads = groups_active * (p.neurons * p.weight_bits)
    pattern_reads = steps * p.pattern_depth
    accumulator_accesses = (groups_active - active_steps) * p.neurons
    thresholds = active_steps * p.neurons
    offset_reads = thresholds if p.offset_bits else thresholds * 0
    group_visits = steps * p.groups
    return Counts(
        steps=steps,
        active_steps=active_steps,
        groups_active=groups_active,
        groups_skipped=group_visits - groups_active,
        pattern_reads=pattern_reads,
        weight_reads=weight_reads,
        lut_reads=group_visits + kernel_values,
        offset_reads=offset_reads,
        # each pattern word meets its state word; the threshold reads, then writes, each word
        state_reads=pattern_reads + (active_steps + 1) * p.words,
        state_writes=(active_steps + 1) * p.words,
        distance_reads=kernel_values,
        distance_writes=steps * p.patterns,
        group_minimum_reads=group_visits,
        group_minimum_writes=group_visits,
        active_list_reads=groups_active,
        active_list_writes=groups_active,
        accumulator_reads=accumulator_accesses,
        accumulator_writes=accumulator_accesses,
        distance_popcounts=pattern_reads,
        weight_popcounts=weight_reads * p.kernel_bits,
        plane_multiplications=weight_reads,
        accumulations=weight_reads,
        offset_multiplications=offset_reads,
        thresholds=thresholds,
    )
