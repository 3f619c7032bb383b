"""Every count of a recall as a closed form of what the data decided in it."""

from __future__ import annotations

import numpy as np

from hwsim.config import BATCH, Parameters
from hwsim.hardware.outcome import Counts, IntArray


def recall_counts(
    parameters: Parameters,
    *,
    steps: IntArray,
    passes: IntArray,
    updates: IntArray,
    probes: IntArray,
    shortlist_batches: IntArray,
    sweeps: IntArray,
    sweep_completions: IntArray,
    sweep_words: IntArray,
    copies: IntArray,
    active_steps: IntArray,
    groups_active: IntArray,
    kernel_values: IntArray,
    deciding_groups: IntArray,
    accumulating_steps: IntArray,
    accumulated_groups: IntArray,
    serial_waits: IntArray,
    candidates: IntArray,
    accumulated_candidates: IntArray,
) -> Counts:
    """The counts of recalls in either dataflow, with any of the rules.

    Args:
        parameters: N, P, B, …
        steps, …: (Q,) each, as in `Counts`, but for:
        updates: (Q,) passes that the radius memory did not end.
        kernel_values: (Q,) patterns looked up.
        candidates: (Q,) patterns put on the list, in the row dataflow.
        accumulated_candidates: (Q,) those of steps that accumulate.
    """
    p = parameters
    nothing = steps * 0
    scans = np.minimum(passes, 1) if p.coarse_words else passes
    coarse = p.coarse_words or p.words
    completions = np.minimum(shortlist_batches * BATCH, p.shortlist)
    searching = (
        scans * (p.patterns * coarse)
        + probes * p.words
        + completions * (p.words - coarse)
        + sweep_words
    )
    in_order = sweeps if p.shortlist else scans + sweeps  # searches that visit all distances
    candidate_reads = accumulated_candidates * p.words
    lane_words = candidate_reads * p.candidate_words
    grouped = nothing if p.row else accumulated_groups * (p.neurons * p.weight_bits)
    weight_reads = candidate_reads * len(p.stored_planes) if p.row else grouped
    thresholds = accumulating_steps * p.neurons
    offset_reads = thresholds if p.offset_bits else nothing
    accumulators = (accumulated_groups - accumulating_steps) * p.neurons
    group_visits = updates * p.groups
    return Counts(
        steps=steps,
        passes=passes,
        scans=scans,
        probes=probes,
        shortlist_batches=shortlist_batches,
        shortlist_completions=completions,
        sweeps=sweeps,
        sweep_completions=sweep_completions,
        sweep_words=sweep_words,
        sweep_rounds=sweeps * p.patterns + sweep_words - sweep_completions,
        copies=copies,
        active_steps=active_steps,
        deciding_groups=deciding_groups,
        deciding_rounds=deciding_groups,
        accumulating_steps=accumulating_steps,
        accumulated_groups=accumulated_groups,
        accumulated_rounds=accumulated_groups,
        lane_rounds=lane_words,
        serial_waits=serial_waits,
        groups_active=groups_active,
        groups_skipped=group_visits - groups_active,
        pattern_reads=searching
        + copies * p.words
        + (candidate_reads if p.shared_planes else nothing),
        weight_reads=weight_reads,
        lut_reads=group_visits + kernel_values,
        offset_reads=offset_reads,
        radius_reads=in_order + shortlist_batches if p.radius_bits else nothing,
        # each pattern word of a search meets its state word; the threshold reads, then writes, each
        state_reads=searching + (accumulating_steps + 1) * p.words,
        state_writes=(accumulating_steps + copies + 1) * p.words,
        distance_reads=sweeps * p.patterns + kernel_values,
        distance_writes=(scans + sweeps) * p.patterns,
        group_minimum_reads=group_visits,
        group_minimum_writes=in_order * p.groups,
        active_list_reads=accumulated_groups + deciding_groups,
        active_list_writes=groups_active,
        candidate_reads=candidate_reads,
        candidate_writes=candidates,
        kernel_value_reads=candidate_reads,
        kernel_value_writes=candidates,
        accumulator_reads=nothing if p.row else accumulators,
        accumulator_writes=nothing if p.row else accumulators,
        distance_popcounts=searching,
        weight_popcounts=grouped * p.kernel_bits,
        plane_multiplications=lane_words + grouped,
        accumulations=grouped,
        lane_accumulations=lane_words,
        offset_multiplications=offset_reads,
        thresholds=thresholds,
    )


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
    nothing = steps * 0
    return recall_counts(
        parameters.without_rules(),
        steps=steps,
        passes=steps,
        updates=steps,
        probes=nothing,
        shortlist_batches=nothing,
        sweeps=nothing,
        sweep_completions=nothing,
        sweep_words=nothing,
        copies=nothing,
        active_steps=active_steps,
        groups_active=groups_active,
        kernel_values=kernel_values,
        deciding_groups=nothing,
        accumulating_steps=active_steps,
        accumulated_groups=groups_active,
        serial_waits=nothing,
        candidates=nothing,
        accumulated_candidates=nothing,
    )
