"""DISTANCE where rules save some of it; `hwsim.hardware.spec.search` proves them.

The engine's order of reads is kept as far as a count tells: the first scan of all queries of a
block together, then query by query what remains.
"""

from __future__ import annotations

import numpy as np

from hwsim.hardware.fast.distance import distances, measure_distances
from hwsim.hardware.fast.operands import Buffers, Events, Prepared, Rules
from hwsim.hardware.fast.select import (
    WIDE,
    count_active,
    find_minima,
    first_at,
    minimum_of,
    select,
)
from hwsim.hardware.fast.state_words import WORD, popcount
from hwsim.hardware.fast.target import inlined, jit

RADIUS = 1  # the rules that end a step, in `Buffers.ended`
WINNER = 2


@jit
def distance_to(rules: Rules, buffers: Buffers, m: int, q: int) -> int:
    """Of a running state to a pattern, all words."""
    total = 0
    for word in range(rules.patterns.shape[1]):
        total += popcount(rules.patterns[m, word] ^ buffers.running[q, word])
    return total


@inlined
def scan_coarse(image: Prepared, rules: Rules, buffers: Buffers, count: int) -> None:
    """The first words of all patterns."""
    words = buffers.coarse.shape[1]
    last = (rules.coarse_bits - 1) // WORD
    rest = rules.coarse_bits - last * WORD
    mask = ~np.uint64(0) >> np.uint64(WORD - rest)
    for q in range(count):
        for word in range(words):
            buffers.coarse[q, word] = buffers.running[q, word] if word <= last else np.uint64(0)
        buffers.coarse[q, last] &= mask
    padded = len(rules.coarse_tiles) // image.columns
    distances(
        rules.coarse_tiles, buffers.coarse[:count].reshape(-1), words, padded,
        image.first_word, padded, buffers.distances[: count * image.columns],
    )  # fmt: skip


@inlined
def make_shortlist(image: Prepared, rules: Rules, buffers: Buffers, q: int) -> None:
    """The patterns of the least bounds, lower index first where they are equal."""
    bounds, listed, columns = buffers.distances, buffers.shortlist, image.columns
    row = q * columns
    for m in range(row + image.patterns, row + columns):
        bounds[m] = image.padding
    filled = 0
    worst = 0
    for start in range(0, columns, WIDE):
        if filled == rules.shortlist and minimum_of(bounds, row + start, 1, WIDE) >= worst:
            continue
        for m in range(start, start + WIDE):
            bound = bounds[row + m]
            if filled < rules.shortlist:
                filled += 1
            elif bound >= worst:
                continue
            place = filled - 1
            while place > 0 and bounds[row + listed[place - 1]] > bound:
                listed[place] = listed[place - 1]
                place -= 1
            listed[place] = m
            worst = bounds[row + listed[filled - 1]]


@jit
def complete_shortlist(image: Prepared, rules: Rules, buffers: Buffers, q: int) -> int:
    """Complete the least bounds in batches, until one is within its radius; how many batches.

    Sets the query's `winner`, `radius`, `ended` and smallest distance so far.
    """
    make_shortlist(image, rules, buffers, q)
    best = 1 << 32
    pattern = 0
    batches = 0
    hit = False
    while not hit and batches * rules.batch < rules.shortlist:
        stop = min((batches + 1) * rules.batch, rules.shortlist)
        for place in range(batches * rules.batch, stop):
            m = buffers.shortlist[place]
            distance = distance_to(rules, buffers, m, q)
            if distance < best:
                best = distance
                pattern = m
        batches += 1
        hit = best < rules.radius[pattern]
    note(rules, buffers, q, best, pattern)
    return batches


@inlined
def note(rules: Rules, buffers: Buffers, q: int, distance: int, pattern: int) -> None:
    """What was found, and whether it ends the search."""
    buffers.found[q, 0] = distance
    buffers.winner[q] = pattern
    buffers.radius[q] = rules.radius[pattern]
    buffers.ended[q] = RADIUS if distance < rules.radius[pattern] else 0


@jit
def sweep(image: Prepared, rules: Rules, buffers: Buffers, q: int, flips: int) -> int:
    """Complete what may lie below the limit of the smallest distance so far; how many.

    Args:
        image, rules, buffers: the query's distances are bounds of a state `flips` bits away.
        q: the query.
        flips: 0 in a first step.
    """
    best = buffers.found[q, 0]
    limit = best + rules.reach if image.nearest else max(best, rules.reach)
    values, row, completions = buffers.distances, q * image.columns, 0
    for start in range(row, row + image.patterns, WIDE):
        stop = min(start + WIDE, row + image.patterns)
        if flips > 0:
            for m in range(start, stop):
                values[m] -= min(values[m], flips)
        if minimum_of(values, start, 1, WIDE) < limit:
            for m in range(start, stop):
                if values[m] < limit:
                    values[m] = distance_to(rules, buffers, m - row, q)
                    completions += 1
    return completions


@inlined
def search(
    image: Prepared,
    rules: Rules,
    buffers: Buffers,
    events: Events,
    first: int,
    count: int,
    later: bool,
) -> None:
    """The search of one step of the first `count` running states.

    Sets `winner`, `radius`, `ended`, and, unless that ended it, `minima` and `found`.

    Args:
        image, rules, buffers: in a later step with rule abandon, the distances are what the last
            step left, `flips` since then, and `found` has the distance to the last winner.
        events: of all queries; the block's begin at `first`.
        count: queries.
        later: whether it is not the first step.
    """
    swept = rules.coarse_words > 0 and (later or not rules.whole)
    if not swept:
        measure_distances(image, buffers, count, image.head)
        select(image, buffers, count)
    elif not later:
        scan_coarse(image, rules, buffers, count)
    for q in range(count):
        e = first + buffers.live[q]
        events.passes[e] += 1
        buffers.ended[q] = 0
        if swept:
            words = rules.words
            if not later:
                words -= rules.coarse_words
                events.shortlist_batches[e] = complete_shortlist(image, rules, buffers, q)
                if buffers.ended[q] == RADIUS:
                    continue
            completions = sweep(image, rules, buffers, q, buffers.flips[q] if later else 0)
            events.sweeps[e] += 1
            events.sweep_completions[e] += completions
            events.sweep_words[e] += completions * words
            best, _ = find_minima(image, buffers, q)
            count_active(image, buffers, q, best)
        best = buffers.found[q, 0]
        group = first_at(buffers.minima[q], 0, best)
        start = group * image.lanes
        m = start + first_at(buffers.distances, q * image.columns + start, best)
        note(rules, buffers, q, best, m)
