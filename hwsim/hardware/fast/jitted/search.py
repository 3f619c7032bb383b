"""DISTANCE where rules save some of it; `hwsim.hardware.spec.search` proves them.

The engine's order of reads is kept as far as a count tells: the first scan of all queries of a
block together, then query by query what remains.
"""

from __future__ import annotations

import numpy as np

from hwsim.hardware.fast.jitted.distance import distances, measure_distances
from hwsim.hardware.fast.jitted.select import first_at, select_one
from hwsim.hardware.fast.jitted.target import inlined, inner, popcount
from hwsim.hardware.fast.operands import Buffers, Events, Prepared, Rules
from hwsim.hardware.fast.tiles import STATE_WORD

INDEX_BITS = 32  # below a bound, on the shortlist
RADIUS = 1  # the rules that end a step, in `Buffers.ended`
WINNER = 2


@inner
def distance_to(rules: Rules, buffers: Buffers, m: int, q: int) -> int:
    """Of a running state to a pattern, all words."""
    total = np.int64(0)
    for word in range(rules.patterns.shape[1]):
        total += np.int64(popcount(rules.patterns[m, word] ^ buffers.running[q, word]))
    return total  # type: ignore[return-value]


@inlined
def scan_coarse(image: Prepared, rules: Rules, buffers: Buffers, count: int) -> None:
    """The first words of all patterns."""
    words = buffers.coarse.shape[1]
    last = (rules.coarse_bits - 1) // STATE_WORD
    rest = rules.coarse_bits - last * STATE_WORD
    mask = ~np.uint64(0) >> np.uint64(STATE_WORD - rest)
    for q in range(count):
        for word in range(words):
            buffers.coarse[q, word] = buffers.running[q, word] if word <= last else np.uint64(0)
        buffers.coarse[q, last] &= mask
    padded = len(rules.coarse_tiles) // image.columns
    distances(
        rules.coarse_tiles, buffers.coarse_halves[:count], padded,
        image.first_word, padded, buffers.distances[: count * image.columns],
    )  # fmt: skip


@inner
def make_shortlist(image: Prepared, buffers: Buffers, q: int, size: int) -> None:
    """The patterns of the least bounds, lower index first where they are equal."""
    bounds, listed, row = buffers.distances, buffers.shortlist, q * image.columns
    worst = 1 << 32  # bound of those listed, once there are enough
    filled = 0
    for m in range(image.patterns):
        bound = np.int64(bounds[row + m])
        if bound >= worst:
            continue
        entry = bound << INDEX_BITS | m
        filled = min(filled + 1, size)
        place = filled - 1
        while place > 0 and listed[place - 1] > entry:
            listed[place] = listed[place - 1]
            place -= 1
        listed[place] = entry
        if filled == size:
            worst = listed[size - 1] >> INDEX_BITS
    for place in range(size):
        listed[place] &= (1 << INDEX_BITS) - 1


@inner
def complete_shortlist(image: Prepared, rules: Rules, buffers: Buffers, q: int) -> int:
    """Complete the least bounds in batches, until one is within its radius; how many batches.

    Sets the query's `winner`, `radius`, `ended` and smallest distance so far.
    """
    best = 1 << 32
    pattern = 0
    batches = 0
    hit = False
    while not hit and batches * rules.batch < rules.shortlist:
        if batches < 2:  # the first one mostly ends it, and a short list is made sooner
            size = rules.shortlist if batches else min(rules.batch, rules.shortlist)
            make_shortlist(image, buffers, q, size)
        for place in range(
            batches * rules.batch, min((batches + 1) * rules.batch, rules.shortlist)
        ):
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


@inner
def sweep(
    image: Prepared,
    rules: Rules,
    buffers: Buffers,
    events: Events,
    first: int,
    count: int,
    later: bool,
) -> None:
    """Complete what may lie below the limit that each query's smallest distance so far sets.

    Args:
        image, rules, buffers, events, first, count, later: as for `search`.
    """
    known = 0 if later else rules.coarse_words  # words whose distance the buffer holds
    for q in range(count):
        if buffers.ended[q] == RADIUS:
            continue
        here = buffers.distances[q * image.columns :][: image.patterns]
        best = buffers.found[q, 0]
        limit = best + rules.reach if image.nearest else max(best, rules.reach)
        flips = buffers.flips[q] if later else 0
        found = 0
        for m in range(len(here)):
            bound = max(np.int64(here[m]) - flips, 0)
            here[m] = bound
            if bound < limit:
                here[m] = distance_to(rules, buffers, m, q)
                found += 1
        e = first + buffers.live[q]
        events.sweep_completions[e] += found
        events.sweep_words[e] += found * (rules.words - known)


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
    for q in range(count):
        events.passes[first + buffers.live[q]] += 1
        buffers.ended[q] = 0
    if not swept:
        measure_distances(image, buffers, count, image.head)
    else:
        if not later:
            scan_coarse(image, rules, buffers, count)
            for q in range(count):
                batches = complete_shortlist(image, rules, buffers, q)
                events.shortlist_batches[first + buffers.live[q]] = batches
        sweep(image, rules, buffers, events, first, count, later)
    for q in range(count):
        if buffers.ended[q] == RADIUS:
            continue
        if swept:
            events.sweeps[first + buffers.live[q]] += 1
        select_one(image, buffers, q)  # after a sweep, and in whole scans, `head` is all words
        best = buffers.found[q, 0]
        group = first_at(buffers.minima[q], 0, best)
        start = group * image.lanes
        m = start + first_at(buffers.distances, q * image.columns + start, best)
        note(rules, buffers, q, best, m)
