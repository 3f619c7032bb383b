"""Every count of a recall without rules as a closed form of four data-dependent numbers."""

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
    """The counts of recalls from what the data decided, in the group dataflow without rules.

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
    nothing = steps * 0
    return Counts(
        steps=steps,
        passes=steps,
        scans=steps,
        probes=nothing,
        shortlist_batches=nothing,
        shortlist_completions=nothing,
        sweeps=nothing,
        sweep_completions=nothing,
        sweep_words=nothing,
        copies=nothing,
        active_steps=active_steps,
        deciding_groups=nothing,
        accumulating_steps=active_steps,
        accumulated_groups=groups_active,
        serial_waits=nothing,
        groups_active=groups_active,
        groups_skipped=group_visits - groups_active,
        pattern_reads=pattern_reads,
        weight_reads=weight_reads,
        lut_reads=group_visits + kernel_values,
        offset_reads=offset_reads,
        radius_reads=nothing,
        # each pattern word meets its state word; the threshold reads, then writes, each word
        state_reads=pattern_reads + (active_steps + 1) * p.words,
        state_writes=(active_steps + 1) * p.words,
        distance_reads=kernel_values,
        distance_writes=steps * p.patterns,
        group_minimum_reads=group_visits,
        group_minimum_writes=group_visits,
        active_list_reads=groups_active,
        active_list_writes=groups_active,
        candidate_reads=nothing,
        candidate_writes=nothing,
        kernel_value_reads=nothing,
        kernel_value_writes=nothing,
        accumulator_reads=accumulator_accesses,
        accumulator_writes=accumulator_accesses,
        distance_popcounts=pattern_reads,
        weight_popcounts=weight_reads * p.kernel_bits,
        plane_multiplications=weight_reads,
        accumulations=weight_reads,
        lane_accumulations=nothing,
        offset_multiplications=offset_reads,
        thresholds=thresholds,
    )
