"""Clock cycles of a recall: the engine's exact number, and the bound of docs/contract.md.

From the start of a stage to the start of whatever follows, with W words a state, l = log2(L):

    probe      W reads of the last winner    + PROBE_LATENCY + l
    scan       P*W reads; P*c coarse         + SCAN_LATENCY + l
    batch      reads of up to four patterns  + BATCH_LATENCY + l
    sweep      P entries, each as long as it reads words, at least 1   + SWEEP_LATENCY + l
    radius     a read of the radius memory     RADIUS_LATENCY
    (the end of a pass's search: a cycle)
    list       G reads                       + LIST_LATENCY
    copy       W reads                       + COPY_LATENCY

and with A > 0 active groups, in the group dataflow, A + 1 slots of which the last is not waited
for:

    decide     L values of each group loaded for its sum alone         + LOAD_LATENCY each
    (where the winner decides: a cycle)
    load       L values of the first group   + LOAD_LATENCY
    A - 1 slots, each the longer of: N*B reads, and L values of the next group + LOAD_LATENCY
    drain      N*B reads of the last group   + DRAIN_LATENCY + l + ceil(log2(KB))

in the row dataflow, with n candidates of R words each:

    candidates A*L values                    + CANDIDATES_LATENCY
    rows       W * n*R reads, and W - 1 waits of max(L - n*R, 0)
    drain      the neurons of the last word  + ROW_DRAIN_LATENCY

A recall is W cycles of query beats, its steps, SEND_LATENCY, and W cycles of result beats. With M
outputs of their own, M takes the place of N in the group dataflow, and ceil(M/L) of W in a result;
each step of a sequence has a result, and so SEND_LATENCY and those cycles.

`pipelined` puts a register more behind the memories of the image (patterns, weights, LUT, offsets,
radii), one behind what kernel values decide, one before a slot's start, and two in an offset's
product: PIPELINE_LATENCY each, where a path above goes through it.

With `external_weights` each step that accumulates waits for its first weight word, as
`external_weight_cycles` says.

Engines side by side take MEETING_LATENCY more at the end of each of these but radius and copy, and
P, G, A, n, completions and words read are those of the share that has most, at every event.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from hwsim.config import BATCH, MAX_EXTERNAL_WEIGHTS, Parameters, check_range
from hwsim.hardware.batches import batch_sizes
from hwsim.hardware.outcome import Counts, IntArray

# Every latency counts clock cycles beside the reads (or beats) themselves, the cycle of the start
# pulse included.

# start pulse; two memory registers; [log2(L) popcount levels]; distance; group minimum; nearest.
# (Done, and what follows, a cycle later.)
SCAN_LATENCY: Final = 5

# start pulse; two memory registers; [log2(L) popcount levels]; distance; two to keep step with a
# scan; comparison with the radius.
PROBE_LATENCY: Final = 6

# as SCAN_LATENCY; list and row address, a product, before it.
BATCH_LATENCY: Final = 8

# as SCAN_LATENCY; two registers of the distance buffer and the comparison with the limit before it.
SWEEP_LATENCY: Final = 8

# two memory registers; comparison.
RADIUS_LATENCY: Final = 3

# start pulse; two memory registers; subtraction of the origin; two LUT registers; compare with 0;
# list and count, which is done.
LIST_LATENCY: Final = 8

# start pulse; two memory registers; done.
COPY_LATENCY: Final = 4

# start pulse; two registers of the active list; two of the distance buffer; subtraction; two LUT
# registers; (the planes' shift register then holds the last value in the next slot's first cycle).
LOAD_LATENCY: Final = 8

# start pulse; two memory registers; [log2(L) + ceil(log2(KB)) popcount levels]; product and one
# cycle to meet the accumulator; sum; then the threshold: difference, two cycles to meet the
# offset's product, field, sign, the word to write; done.
DRAIN_LATENCY: Final = 13

# start pulse; two registers of the distance buffer (the active list's first is hidden);
# subtraction; two LUT registers; compare with 0; list and sum, which is done; what follows.
CANDIDATES_LATENCY: Final = 9

# start pulse; two registers of the lists; address; two memory registers; product and sum; then
# the threshold as in DRAIN_LATENCY.
ROW_DRAIN_LATENCY: Final = 14

# start pulse; two memory registers.
SEND_LATENCY: Final = 3

# Of engines side by side: a register, wherever they meet.
MEETING_LATENCY: Final = 1

# With `pipelined`: the third register of a memory of the image, and each in the control.
PIPELINE_LATENCY: Final = 1

# Of external weights, beside what the memory takes: announcement; address; its register, and the
# word into the buffer, less the cycle in which a word on the chip is read.
EXTERNAL_LATENCY: Final = 3

# Of several queries in flight: everything settled; the grant of a turn, or of what goes together.
TURN_LATENCY: Final = 2


def _log2_ceil(value: int) -> int:
    return (value - 1).bit_length()


def _meeting(p: Parameters) -> int:
    return MEETING_LATENCY if p.engines > 1 else 0


def _registers(p: Parameters, number: int = 1) -> int:
    """Cycles of so many registers that are there with `pipelined` alone."""
    return number * PIPELINE_LATENCY if p.pipelined else 0


def external_weight_cycles(counts: Counts, memory_latency: int) -> IntArray:
    """Cycles that a recall takes longer with its weights in an external memory.

    Each step that accumulates waits for its first weight word, and for no other, where the memory
    takes every address at once, answers its first one `memory_latency` cycles later, then gives a
    word a cycle, the buffer holds two bursts and 4 words more than that, and N * B is at least 5
    more (`hwsim.config.external`). With any other memory the engine takes as many cycles longer as
    its register `weight_waits` says.

    Args:
        counts: of each recall, or batch.
        memory_latency: from the cycle that accepts an address to that of its first word, 1 or more.

    Returns:
        (Q,) int64; `engine_cycles` holds them, with the parameters' `external_weights`.

    Raises:
        InputError: `memory_latency` is no whole number from 1 to 4060.
    """
    check_range("memory_latency", memory_latency, 1, MAX_EXTERNAL_WEIGHTS)
    return counts.accumulating_steps * (memory_latency + EXTERNAL_LATENCY)


def recall_cycles(parameters: Parameters, counts: Counts) -> IntArray:
    """Clock cycles from the first query beat accepted to the last result beat, both included.

    Cycles in which the engine waits at a port are not part of it.

    Returns:
        (Q,) int64, exactly what the engine's `cycles` counter says.
    """
    p = parameters
    update = _row_cycles if p.row else _group_cycles
    ports = p.words + p.results * (SEND_LATENCY + p.result_words)
    return ports + _search_cycles(p, counts) + update(p, counts)


def engine_cycles(parameters: Parameters, counts: Counts, queries: int) -> IntArray:
    """`recall_cycles`, or with several queries in flight `batch_cycles`.

    Args:
        parameters: of the image.
        counts: one row a batch of as many queries as are in flight, the last perhaps of fewer.
        queries: in all.

    Returns:
        (B,) int64, clock cycles of each batch.
    """
    slots = parameters.queries_in_flight
    if slots == 1:
        return recall_cycles(parameters, counts)
    return batch_cycles(parameters, counts, batch_sizes(queries, slots))


def batch_cycles(parameters: Parameters, counts: Counts, queries: IntArray) -> IntArray:
    """As `recall_cycles`, of batches of queries in flight.

    Args:
        parameters: of the image.
        counts: the totals of each batch.
        queries: (B,) int64, how many each batch has.

    Returns:
        (B,) int64, exactly what the `cycles` counter says with its last result.
    """
    p = parameters
    lists = queries if 0 < p.coarse_words < p.words else 0
    looks = counts.radius_reads - counts.shortlist_batches if p.radius_bits else 0
    turns = counts.probes + counts.scans + lists + counts.sweeps + looks + counts.passes
    update = _row_cycles if p.row else _group_cycles
    return (
        queries * (2 * p.words + SEND_LATENCY + 1)
        + 1
        + turns * TURN_LATENCY
        + _search_cycles(p, counts)
        + update(p, counts)
    )


def _search_cycles(p: Parameters, counts: Counts) -> IntArray:
    """Every search, copy and list of active groups."""
    one = _registers(p)
    end = _log2_ceil(p.lanes) + _meeting(p) + one
    first_words = p.coarse_words or p.words
    rest = p.words - first_words
    if p.engines == 1:
        completions = counts.shortlist_completions
    else:  # of the longest list, in every batch
        completions = np.minimum(counts.shortlist_batches * BATCH, p.shortlist)
    lists = counts.group_minimum_reads // p.groups
    return (
        counts.probes * (p.words + PROBE_LATENCY + end)
        + counts.scans * (p.share_patterns * first_words + SCAN_LATENCY + end)
        + completions * rest
        + counts.shortlist_batches * (BATCH_LATENCY + end)
        + counts.sweeps * (SWEEP_LATENCY + end)
        + counts.sweep_rounds
        + counts.radius_reads * (RADIUS_LATENCY + one)
        + counts.passes
        + lists * (p.share_groups + LIST_LATENCY + _meeting(p) + 2 * one)  # LUT, control
        + counts.copies * (p.words + COPY_LATENCY + one)
    )


def _group_cycles(p: Parameters, counts: Counts) -> IntArray:
    """What follows where a group is active, in the group dataflow."""
    load = p.lanes + LOAD_LATENCY + _meeting(p) + _registers(p, 3)  # LUT, control, the next start
    reads = p.fields * p.weight_bits
    tree = _log2_ceil(p.lanes) + _log2_ceil(p.kernel_bits)
    # weights; offsets and two in their product; and the first start, before any load
    drain = reads + DRAIN_LATENCY + tree + _meeting(p) + _registers(p, 5)
    slots = counts.accumulated_rounds - counts.accumulating_steps  # all but a step's first and last
    alone = counts.active_steps - counts.accumulating_steps
    cycles: IntArray = (
        counts.deciding_rounds * load
        + alone
        + counts.accumulating_steps * (load + drain)
        + slots * max(reads, load)
    )
    if p.external_weights:
        cycles = cycles + external_weight_cycles(counts, p.external_weights)
    return cycles


def _row_cycles(p: Parameters, counts: Counts) -> IntArray:
    """What follows where a group is active, in the row dataflow."""
    last_word = p.neurons - (p.words - 1) * p.lanes
    end = _meeting(p) + _registers(p, 2)  # LUT and control
    drain = ROW_DRAIN_LATENCY + _meeting(p) + _registers(p, 4)  # patterns or weights, offsets
    return (
        counts.accumulated_rounds * p.lanes
        + counts.active_steps * (CANDIDATES_LATENCY + end)
        + counts.lane_rounds
        + counts.serial_waits
        + counts.accumulating_steps * (last_word + drain)
    )


def recall_bound(counts: Counts, engines: int = 1) -> IntArray:
    """The contract's bound on the steps of a recall: one memory word a cycle and nothing else.

    Every read of the pattern memory and of the weight memory, where there are several engines as if
    all of them had as many; loading the query and sending the result are not part of it.

    Returns:
        (Q,) int64.
    """
    bound: IntArray = -(-(counts.pattern_reads + counts.weight_reads) // engines)
    return bound
