"""hwsim_search: result, reads, writes, counts and cycle of every read, for recalls of chance.

With IN_STEP = 1 every grant comes late by chance, others need patterns by chance, and the radius
memory's register changes for others.
"""

from __future__ import annotations

import functools
import random
from collections import Counter
from typing import Any

import cocotb
from bench import Bench, Memory, seeded, start, value
from search_model import Search

RECALLS = 8
PULSES = {
    "pass": "passes", "probe": "probes", "scan": "scans", "shortlist_batch": "shortlist_batches",
    "shortlist_completion": "shortlist_completions", "sweep": "sweeps",
    "sweep_completion": "sweep_completions", "sweep_word": "sweep_words",
}  # fmt: skip


@cocotb.test()
async def searches(dut: Any) -> None:
    chance = seeded(dut)
    model, rows = image(dut, chance)
    state = [0] * model.words
    stored = [0] * len(model.patterns)  # the distance buffer
    pattern_memory = Memory(
        rows, dut.pattern_read, dut.pattern_address, dut.pattern_output_enable, dut.pattern_data
    )
    buffer = Memory(
        stored, dut.distance_read, dut.distance_read_address, dut.distance_output_enable,
        dut.distance_read_data,
    )  # fmt: skip
    memories = (
        pattern_memory,
        Memory(state, dut.state_read, dut.state_address, dut.state_output_enable, dut.state_data),
        buffer,
        Memory(model.radius, dut.radius_read, dut.radius_address, dut.radius_output_enable,
               dut.radius_data),
    )  # fmt: skip
    await start(
        dut, start=0, first_step=0, flips=0, pattern_data=0, state_data=0,
        distance_read_data=0, radius_data=0, grant=0, entry_shared=0,
    )  # fmt: skip
    in_step = int(dut.IN_STEP.value) == 1
    if in_step:
        model.pause = lambda: chance.choice((0, 0, 1, 7))
    bench, seen = Bench(dut, *memories), Counter[str]()
    for _ in range(RECALLS):
        query = near(chance, model)
        flips, first_step = chance.randrange(model.n + 1), True
        while True:
            if in_step:
                model.others = set(
                    chance.sample(range(len(model.patterns)), len(model.patterns) // 3)
                )
            expected = model.search(query, first_step, flips)
            state[:] = [
                query >> (w * model.lanes) & (2**model.lanes - 1) for w in range(model.words)
            ]
            for _ in range(2 + chance.randrange(3)):
                await bench.tick(first_step=chance.randrange(2))
            buffer.reads.clear()
            await one_search(dut, bench, stored, model, first_step, flips, expected)
            seen.update({name: count > 0 for name, count in model.counts.items()})
            seen["hits"] += expected[0]
            seen["waits"] += len(model.waits)
            seen["reads for others"] += any(word == -1 for _, _, word in model.reads)
            if expected[0] or chance.random() < 0.2:
                break
            following = near(chance, model, query)
            # What left the state and came back need not be counted exactly: more is allowed.
            flips = (query ^ following).bit_count()
            if chance.random() < 0.2:
                flips = chance.randint(flips, model.n)
            query, first_step = following, False
    dut._log.info(f"searches with: {dict(seen)}")
    assert seen["passes"]


async def one_search(
    dut: Any, bench: Bench, stored: list[int], model: Search, first_step: bool, flips: int,
    expected: tuple[bool, int, int],
) -> None:  # fmt: skip
    """From start to done, everything compared with the model's logs."""
    reads: list[tuple[int, int, int]] = []
    radius_reads: list[tuple[int, int]] = []
    writes: list[tuple[int, int]] = []
    minima: list[tuple[int, int]] = []
    counts = dict.fromkeys(PULSES.values(), 0)
    others = functools.partial(shared, dut, model)
    await bench.tick(start=1, first_step=int(first_step), flips=flips, grant=0, entry_shared=0)
    begun = bench.cycle
    while True:
        cycle = bench.cycle - begun
        if value(dut.pattern_read):
            word = value(dut.state_address) if value(dut.state_read) else -1
            reads.append((cycle, value(dut.pattern_address), word))
        else:
            assert value(dut.state_read) == 0
        if value(dut.radius_read):
            radius_reads.append((cycle, value(dut.radius_address)))
        if value(dut.distance_write):
            address, word = value(dut.distance_write_address), value(dut.distance_write_data)
            writes.append((address, word))
            stored[address] = word
        if value(dut.minimum_write):
            minima.append((value(dut.minimum_address), value(dut.minimum_data)))
        for pulse, name in PULSES.items():
            counts[name] += value(getattr(dut, pulse))
        if value(dut.done):
            break
        assert cycle <= model.cycle, f"still not done, reads {reads[-3:]}"
        waiting = [1 << what for first, last, what in model.waits if first <= cycle <= last]
        assert value(dut.waits) == (waiting or [0])[0], f"cycle {cycle}, {model.waits}"
        inputs = {"radius_data": 0} if model.pause and not bench.memories[3].enabled else {}
        granted = any(last == cycle + 1 for _, last, _ in model.waits)
        await bench.tick(start=0, grant=int(granted), entry_shared=others, **inputs)
    assert reads == model.reads
    assert radius_reads == model.radius_reads
    assert bench.memories[2].reads == model.distance_reads
    assert writes == model.writes
    assert minima == model.minima
    assert counts == model.counts
    assert (value(dut.hit), value(dut.winner), value(dut.nearest)) == expected
    assert bench.cycle - begun == model.cycle == predicted(model) - 1
    if model.radius_bits:
        assert value(dut.winner_fixed) == (model.radius[model.winner] > 0)
    else:
        assert value(dut.winner_fixed) == 0


def shared(dut: Any, model: Search) -> int:
    """Whether this search or another needs the entry that is offered."""
    entry = value(dut.patterns_nearby.entry_address)  # unknown before the first
    others = isinstance(entry, int) and entry // model.words in model.others
    return int(value(dut.entry_wanted) == 1 or others)


def predicted(model: Search) -> int:
    """The cycle after done, from the counts alone."""
    p, w, c = len(model.patterns), model.words, model.coarse_words
    counts, latency = model.counts, model.lanes.bit_length() - 1 + 5
    return (
        counts["probes"] * (w + latency + 1)
        + counts["passes"]
        + counts["scans"] * (p * (c if 0 < c < w else w) + latency)
        + counts["shortlist_batches"] * (latency + 3)
        + counts["shortlist_completions"] * (w - c)
        + counts["sweeps"] * (p + latency + 3)
        + counts["sweep_words"]
        - counts["sweep_completions"]
        + 3 * len(model.radius_reads)
        + sum(last - first + 1 for first, last, _ in model.waits)
    )


def image(dut: Any, chance: random.Random) -> tuple[Search, list[int]]:
    """Random patterns, with duplicates among them, and radius words of any kind."""
    n, p, lanes, c, reach, bits, nearest = (
        int(getattr(dut, k).value)
        for k in ("NEURONS", "PATTERNS", "LANES", "COARSE_WORDS", "REACH", "RADIUS_BITS",
                  "ORIGIN_NEAREST")
    )  # fmt: skip
    words = -(-n // lanes)
    used = [min(lanes, n - k * lanes) for k in range(words)]  # lanes of a row's words
    rows = [chance.getrandbits(used[address % words]) for address in range(p * words)]
    for _ in range(p // 3):  # duplicates, and patterns alike in their first words
        a, b = chance.randrange(p), chance.randrange(p)
        length = chance.choice((chance.randint(1, words), words))
        rows[a * words : a * words + length] = rows[b * words : b * words + length]
    patterns = [sum(rows[m * words + k] << k * lanes for k in range(words)) for m in range(p)]
    most = min(2**bits - 1, n + 1)
    radius = [chance.choice((0, 1, most // 8, most // 3, most)) for _ in range(p)]
    radius = [min(word, most) for word in radius]
    return Search(n, lanes, c, reach, bits, bool(nearest), patterns, radius), rows


def near(chance: random.Random, model: Search, state: int | None = None) -> int:
    """A state: anything, a pattern or the last state, each with some bits changed or all."""
    n = model.n
    base = chance.choice([chance.getrandbits(n), *chance.choices(model.patterns, k=4)])
    if state is not None and chance.random() < 0.7:
        base = state
    kind = chance.randrange(6)
    if kind == 0:
        return base
    if kind == 1:
        return base ^ (2**n - 1)
    flipped = chance.sample(range(n), chance.randint(0, max(1, n // (2, 4, 8, 16)[kind - 2])))
    return base ^ sum(1 << bit for bit in flipped)
