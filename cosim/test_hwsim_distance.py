"""hwsim_distance: distances, group minima and the nearest of all, for random and corner states."""

from __future__ import annotations

from typing import Any

import cocotb
from bench import Bench, Checker, Memory, seeded, start, value

PORTS = ("read", "address", "output_enable", "data")


@cocotb.test()
async def distances_and_minima(dut: Any) -> None:
    chance = seeded(dut)
    n, p, lanes = (int(getattr(dut, k).value) for k in ("NEURONS", "PATTERNS", "LANES"))
    words = -(-n // lanes)
    patterns = [chance.getrandbits(n) for _ in range(p)]
    patterns[p // 2], patterns[-1] = 2**n - 1, 0
    rows = [pattern >> (w * lanes) & (2**lanes - 1) for pattern in patterns for w in range(words)]
    state = [0] * words
    memory, stored = (
        Memory(content, *(getattr(dut, f"{name}_{port}") for port in PORTS))
        for name, content in (("state", state), ("pattern", rows))
    )
    await start(dut, start=0, state_data=0, pattern_data=0)
    bench, distances, minima = Bench(dut, memory, stored), Checker(), Checker()
    full = 2**n - 1
    queries = [0, full, patterns[0], full ^ patterns[0], patterns[-1], chance.getrandbits(n)]
    for query in queries:
        state[:] = [query >> (w * lanes) & (2**lanes - 1) for w in range(words)]
        expected = [(query ^ pattern).bit_count() for pattern in patterns]
        for m, distance in enumerate(expected):
            distances.expect((m, distance))
        for g in range(-(-p // lanes)):
            minima.expect((g, min(expected[g * lanes : (g + 1) * lanes])))
        for _ in range(chance.randrange(4)):
            await bench.tick()
        memory.reads.clear()
        stored.reads.clear()
        await bench.tick(start=1)
        begun = bench.cycle
        await bench.tick(start=0)
        while True:
            if value(dut.distance_write):
                distances.see((value(dut.distance_address), value(dut.distance_data)))
            if value(dut.minimum_write):
                minima.see((value(dut.minimum_address), value(dut.minimum_data)))
            if value(dut.done):
                break
            await bench.tick()
        assert bench.cycle - begun == p * words + lanes.bit_length() - 1 + 5
        assert value(dut.nearest) == min(expected)
        assert memory.reads == list(range(words)) * p
        assert stored.reads == list(range(words * p))
    distances.finish(len(queries) * p)
    minima.finish(len(queries))
