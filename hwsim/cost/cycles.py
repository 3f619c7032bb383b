"""Clock cycles of a recall: the engine's exact number, and the bound of docs/contract.md.

One step, from the start of its distance stage to the start of whatever follows:

    distance   P*W reads                     + DISTANCE_LATENCY + log2(L)
    scan       G reads                       + SCAN_LATENCY
    and with A > 0 active groups, A + 1 slots of which the last is not waited for:
    load       L values of the first group   + LOAD_LATENCY
    A - 1 slots, each the longer of: N*B reads, and L values of the next group + LOAD_LATENCY
    drain      N*B reads of the last group   + DRAIN_LATENCY + log2(L) + ceil(log2(KB))

A recall is W cycles of query beats, its steps, SEND_LATENCY, and W cycles of result beats.
"""

from __future__ import annotations

from typing import Final

from hwsim.config import Parameters
from hwsim.hardware.outcome import Counts, IntArray

# Every latency counts clock cycles beside the reads (or beats) themselves, the cycle of the start
# pulse included.

# start pulse; two memory registers; [log2(L) popcount levels]; distance; group minimum; nearest
# of all, which is done.
DISTANCE_LATENCY: Final = 6

# start pulse; two memory registers; subtraction of the origin; two LUT registers; compare with 0;
# list and count, which is done.
SCAN_LATENCY: Final = 8

# start pulse; two registers of the active list; two of the distance buffer; subtraction; two LUT
# registers; (the planes' shift register then holds the last value in the next slot's first cycle).
LOAD_LATENCY: Final = 8

# start pulse; two memory registers; [log2(L) + ceil(log2(KB)) popcount levels]; product and one
# cycle to meet the accumulator; sum; then the threshold: difference, two cycles to meet the
# offset's product, field, sign, the word to write; done.
DRAIN_LATENCY: Final = 13

# start pulse; two memory registers.
SEND_LATENCY: Final = 3


def _log2_ceil(value: int) -> int:
    return (value - 1).bit_length()


def recall_cycles(parameters: Parameters, counts: Counts) -> IntArray:
    """Clock cycles from the first query beat accepted to the last result beat, both included.

    Cycles in which the engine waits at a port are not part of it.

    Args:
        parameters: N, P, B, KB, L.
        counts: of Q recalls; `steps`, `active_steps` and `groups_active` are used.

    Returns:
        (Q,) int64, exactly what the engine's `cycles` counter says.
    """
    p = parameters
    if not is_exact(p):
        return _estimated_cycles(p, counts)
    lane_levels = _log2_ceil(p.lanes)
    mac_reads = p.neurons * p.weight_bits
    load = p.lanes + LOAD_LATENCY

    every_step = p.pattern_depth + DISTANCE_LATENCY + lane_levels + p.groups + SCAN_LATENCY
    drain = mac_reads + DRAIN_LATENCY + lane_levels + _log2_ceil(p.kernel_bits)
    slots = counts.groups_active - counts.active_steps  # all but the first and last of each step
    return (
        2 * p.words
        + SEND_LATENCY
        + counts.steps * every_step
        + counts.active_steps * (load + drain)
        + slots * max(mac_reads, load)
    )


def is_exact(parameters: Parameters) -> bool:
    """Whether `recall_cycles` is the engine's own number: not yet with rules or by rows."""
    p = parameters
    return not (p.row or p.radius_bits or p.winner_limit or p.coarse_words)


def _estimated_cycles(p: Parameters, counts: Counts) -> IntArray:
    """Clock cycles with rules or by rows, from the latencies of the single modules.

    Provisional: the engine that joins them may take a cycle more or less at each start.
    """
    lane_levels = _log2_ceil(p.lanes)
    first_words = p.coarse_words or p.words
    rest = p.words - first_words
    search = (
        counts.probes * (p.words + lane_levels + 6)
        + counts.scans * (p.patterns * first_words + lane_levels + 6)
        + counts.shortlist_batches * (lane_levels + 7)
        + counts.shortlist_completions * rest
        + counts.sweeps * (p.patterns + lane_levels + 9)
        + (counts.sweep_words - counts.sweep_completions)
        + counts.radius_reads * 3
        + counts.copies * (p.words + 5)
    )
    scan = counts.group_minimum_reads + counts.group_minimum_reads // p.groups * SCAN_LATENCY
    if p.row:
        last_word = p.neurons - (p.words - 1) * p.lanes
        update = (
            counts.accumulated_groups * p.lanes
            + counts.active_steps * (LOAD_LATENCY + 1)
            + counts.lane_accumulations
            + counts.serial_waits
            + counts.accumulating_steps * (last_word + 13)
        )
    else:
        mac_reads = p.neurons * p.weight_bits
        load = p.lanes + LOAD_LATENCY
        drain = mac_reads + DRAIN_LATENCY + lane_levels + _log2_ceil(p.kernel_bits)
        update = (
            counts.deciding_groups * load
            + counts.accumulating_steps * (load + drain)
            + (counts.accumulated_groups - counts.accumulating_steps) * max(mac_reads, load)
        )
    cycles: IntArray = 2 * p.words + SEND_LATENCY + search + scan + update
    return cycles


def recall_bound(counts: Counts) -> IntArray:
    """The contract's bound on the steps of a recall: one memory word a cycle and nothing else.

    Every read of the pattern memory and of the weight memory; loading the query and sending the
    result are not part of it.

    Returns:
        (Q,) int64.
    """
    return counts.pattern_reads + counts.weight_reads
