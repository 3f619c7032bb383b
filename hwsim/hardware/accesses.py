"""Every count of a recall as a closed form of what the data decided in it."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np

from hwsim.config import BATCH, Parameters
from hwsim.hardware.outcome import Counts, IntArray

# (Q,), or 0 where it never happens: that spares arrays of zeros most of the arithmetic.
Events: TypeAlias = IntArray | int


class Slowest(NamedTuple):
    """Of engines side by side, what the one that has most does at every event, (Q,) each.

    Attributes:
        sweep_rounds, deciding_rounds, accumulated_rounds, lane_rounds: as in `Counts`.
        accumulating: engines that accumulate, over all steps.
    """

    sweep_rounds: Events
    deciding_rounds: Events
    accumulated_rounds: Events
    lane_rounds: Events
    accumulating: Events


def recall_counts(
    parameters: Parameters,
    *,
    steps: IntArray,
    passes: IntArray,
    updates: IntArray,
    probes: Events,
    shortlist_batches: Events,
    sweeps: Events,
    sweep_completions: Events,
    sweep_words: Events,
    copies: Events,
    active_steps: IntArray,
    groups_active: IntArray,
    kernel_values: IntArray,
    deciding_groups: Events,
    accumulating_steps: IntArray,
    accumulated_groups: IntArray,
    serial_waits: Events,
    candidates: Events,
    accumulated_candidates: Events,
    slowest: Slowest | None = None,
) -> Counts:
    """The counts of recalls in either dataflow, with any of the rules.

    Args:
        parameters: N, P, B, …
        steps, …: (Q,) each, or 0 where it never happens, as in `Counts`, but for:
        updates: (Q,) passes that the radius memory did not end.
        kernel_values: (Q,) patterns looked up.
        candidates: (Q,) patterns put on the list, in the row dataflow.
        accumulated_candidates: (Q,) those of steps that accumulate.
        slowest: of engines side by side.
    """
    p = parameters
    scans = np.minimum(passes, 1) if p.coarse_words else passes
    coarse = p.coarse_words or p.words
    completions = sum(
        (np.minimum(shortlist_batches * BATCH, min(p.shortlist, size)) for size in p.share_sizes),
    )
    beside_scans = probes * p.words + completions * (p.words - coarse) + sweep_words
    searching = scans * (p.patterns * coarse) + beside_scans
    in_order = sweeps if p.shortlist else scans + sweeps  # searches that visit all distances
    candidate_reads = accumulated_candidates * p.words
    lane_words = candidate_reads * p.candidate_words
    grouped = 0 if p.row else accumulated_groups * (p.fields * p.weight_bits)
    weight_reads = candidate_reads * len(p.stored_planes) if p.row else grouped
    thresholds = accumulating_steps * p.fields
    offset_reads = thresholds if p.offset_bits else 0
    if slowest is None:  # there is one engine
        slowest = Slowest(
            sweeps * p.patterns + sweep_words - sweep_completions,
            deciding_groups,
            accumulated_groups,
            lane_words,
            accumulating_steps,
        )
    accumulators = (accumulated_groups - slowest.accumulating) * p.fields
    group_visits = updates * p.groups
    counts: dict[str, Any] = {
        "steps": steps,
        "passes": passes,
        "scans": scans,
        "probes": probes,
        "shortlist_batches": shortlist_batches,
        "shortlist_completions": completions,
        "sweeps": sweeps,
        "sweep_completions": sweep_completions,
        "sweep_words": sweep_words,
        "sweep_rounds": slowest.sweep_rounds,
        "copies": copies,
        "active_steps": active_steps,
        "deciding_groups": deciding_groups,
        "deciding_rounds": slowest.deciding_rounds,
        "accumulating_steps": accumulating_steps,
        "accumulated_groups": accumulated_groups,
        "accumulated_rounds": slowest.accumulated_rounds,
        "lane_rounds": slowest.lane_rounds,
        "serial_waits": serial_waits,
        "groups_active": groups_active,
        "groups_skipped": group_visits - groups_active,
        "pattern_reads": searching + copies * p.words + (candidate_reads if p.shared_planes else 0),
        "weight_reads": weight_reads,
        "lut_reads": group_visits + kernel_values,
        "offset_reads": offset_reads,
        "radius_reads": in_order + shortlist_batches if p.radius_bits else 0,
        # each pattern word of a search meets its state word; the threshold reads, then writes,
        # each, but for outputs of their own, which have no old bit; results read each
        "state_reads": searching
        + ((0 if p.outputs else accumulating_steps) + p.results) * p.result_words,
        "state_writes": (accumulating_steps * p.result_words + (copies + 1) * p.words) * p.engines,
        "distance_reads": sweeps * p.patterns + kernel_values,
        "distance_writes": (scans + sweeps) * p.patterns,
        "group_minimum_reads": group_visits,
        "group_minimum_writes": in_order * p.groups,
        "active_list_reads": accumulated_groups + deciding_groups,
        "active_list_writes": groups_active,
        "candidate_reads": candidate_reads,
        "candidate_writes": candidates,
        "kernel_value_reads": candidate_reads,
        "kernel_value_writes": candidates,
        "accumulator_reads": 0 if p.row else accumulators,
        "accumulator_writes": 0 if p.row else accumulators,
        "distance_popcounts": searching,
        "weight_popcounts": grouped * p.kernel_bits,
        "plane_multiplications": lane_words + grouped,
        "accumulations": grouped,
        "lane_accumulations": lane_words,
        "offset_multiplications": offset_reads,
        "thresholds": thresholds,
    }
    zeros = np.zeros_like(steps)
    return Counts(
        **{name: each if isinstance(each, np.ndarray) else zeros for name, each in counts.items()}
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
    return recall_counts(
        parameters.without_rules(),
        steps=steps,
        passes=steps,
        updates=steps,
        probes=0,
        shortlist_batches=0,
        sweeps=0,
        sweep_completions=0,
        sweep_words=0,
        copies=0,
        active_steps=active_steps,
        groups_active=groups_active,
        kernel_values=kernel_values,
        deciding_groups=0,
        accumulating_steps=active_steps,
        accumulated_groups=groups_active,
        serial_waits=0,
        candidates=0,
        accumulated_candidates=0,
    )
