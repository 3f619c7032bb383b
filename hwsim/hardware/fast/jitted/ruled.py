"""One step of a block of queries where there are rules, or the row dataflow.

The search (`search`), then what an update would accumulate, which the winner may decide alone, and
the update itself as everywhere (`step.update`): the dataflow decides counts, not results.
"""

from __future__ import annotations

from hwsim.hardware.fast.jitted.search import RADIUS, WINNER, distance_to, search
from hwsim.hardware.fast.jitted.step import update
from hwsim.hardware.fast.jitted.target import inlined, inner, jit
from hwsim.hardware.fast.operands import Buffers, Events, Prepared, Results, Rules


@inner
def load_groups(image: Prepared, buffers: Buffers, q: int, limit: int) -> tuple[int, int, int]:
    """Look active groups up until the kernel sum exceeds `limit`, or all are.

    Returns:
        Groups, patterns in them, and their kernel sum.
    """
    origin = buffers.found[q, 0] if image.nearest else 0
    row = q * image.columns
    groups, patterns, total = 0, 0, 0
    stop = 0  # of the group that is being looked up
    for m in range(image.patterns):
        if buffers.distances[row + m] > buffers.found[q, 1]:
            continue
        if m >= stop:
            if total > limit:
                break
            stop = min((m // image.lanes + 1) * image.lanes, image.patterns)
            groups += 1
            patterns += stop - m // image.lanes * image.lanes
        total += image.lut[buffers.distances[row + m] - origin]
    return groups, patterns, total


@inner
def decide(image: Prepared, rules: Rules, buffers: Buffers, events: Events, e: int, q: int) -> bool:
    """Whether the winner decides alone; and what is looked up and accumulated, into the events."""
    groups, values, candidates = buffers.found[q, 2], buffers.found[q, 3], buffers.found[q, 4]
    events.updates[e] += 1
    events.active_steps[e] += groups > 0
    events.groups_active[e] += groups
    if groups == 0:
        return False
    decided = False
    loaded, patterns = 1, 0
    if rules.winner_limit > 0 and (image.nearest or buffers.found[q, 0] == 0):
        loaded, patterns, total = load_groups(image, buffers, q, rules.winner_limit)
        decided = total <= rules.winner_limit
    if rules.row:
        events.accumulated_groups[e] += groups
        events.kernel_values[e] += values
        events.candidates[e] += candidates
        if not decided:
            events.accumulated_candidates[e] += candidates
            waits = max(image.lanes - candidates * rules.candidate_words, 0)
            events.serial_waits[e] += (rules.words - 1) * waits
    else:
        if decided or loaded > 1:
            events.deciding_groups[e] += loaded
            events.kernel_values[e] += patterns
        if not decided:
            events.accumulated_groups[e] += groups
            events.kernel_values[e] += values
    events.accumulating_steps[e] += not decided
    return decided


@inlined
def copy_winner(rules: Rules, buffers: Buffers, events: Events, row: int, e: int) -> None:
    """Make the last winner the state."""
    for word in range(rules.patterns.shape[1]):
        buffers.running[row, word] = rules.patterns[buffers.winner[row], word]
    events.copies[e] += 1


@jit
def ruled_step(
    image: Prepared,
    rules: Rules,
    buffers: Buffers,
    events: Events,
    first: int,
    count: int,
    later: bool,
) -> int:
    """`step.step` of the first `count` running states; args as `search.search`."""
    search(image, rules, buffers, events, first, count, later)
    for q in range(count):
        e = first + buffers.live[q]
        if buffers.ended[q] == 0 and decide(image, rules, buffers, events, e, q):
            buffers.ended[q] = WINNER
            copy_winner(rules, buffers, events, q, e)
        if buffers.ended[q] > 0:
            buffers.found[q, 4] = 0  # nothing to accumulate
    return update(image, buffers, count)


@inner
def go_to(
    rules: Rules,
    buffers: Buffers,
    events: Events,
    results: Results,
    row: int,
    e: int,
    distance: int,
    left: int,
) -> None:
    """End in the last winner, within whose radius the state is, with so many steps left."""
    results.distance[e] = 0
    results.converged[e] = True
    if distance > 0:
        copy_winner(rules, buffers, events, row, e)
        if left > 0:
            results.steps[e] += 1
        else:
            results.distance[e] = distance
            results.converged[e] = False


@jit
def ruled_settle(
    image: Prepared,
    rules: Rules,
    buffers: Buffers,
    events: Events,
    results: Results,
    first: int,
    count: int,
    left: int,
) -> int:
    """ITERATE: note what the step found; keep the queries that go on, and return how many.

    What goes on has been probed for the next step.

    Args:
        image, rules, buffers, events, results: as everywhere.
        first: the block's first query.
        count: queries that took the step.
        left: steps that are left of T.
    """
    kept = 0
    columns = image.columns
    for row in range(count):
        here = buffers.live[row]
        e = first + here
        results.steps[e] += 1
        nearest = buffers.found[row, 0]
        going = False
        if buffers.ended[row] == RADIUS:
            go_to(rules, buffers, events, results, row, e, nearest, left)
        else:
            won = buffers.ended[row] == WINNER
            if won:
                buffers.flips[row] = nearest
            elif results.steps[e] == 1:
                results.miss[e] = buffers.sums[row] == 0
            results.distance[e] = nearest
            results.converged[e] = buffers.flips[row] == 0
            going = left > 0 and buffers.flips[row] > 0
            if going and won and buffers.radius[row] > 0:  # the state is X[w]
                results.steps[e] += 1
                results.distance[e] = 0
                results.converged[e] = True
                going = False
        if going and (rules.coarse_words > 0 or buffers.radius[row] > 0):
            events.probes[e] += 1
            nearest = distance_to(rules, buffers, buffers.winner[row], row)
            if nearest < buffers.radius[row]:
                results.steps[e] += 1
                go_to(rules, buffers, events, results, row, e, nearest, left - 1)
                going = False
        for word in range(image.state_words):
            buffers.final[here, word] = buffers.running[row, word]
        if going:
            buffers.live[kept] = here
            if kept < row:
                for word in range(image.state_words):
                    buffers.running[kept, word] = buffers.running[row, word]
                buffers.winner[kept] = buffers.winner[row]
                buffers.flips[kept] = buffers.flips[row]
                if rules.coarse_words > 0:
                    for m in range(columns):
                        buffers.distances[kept * columns + m] = buffers.distances[row * columns + m]
            buffers.found[kept, 0] = nearest
            kept += 1
    return kept
