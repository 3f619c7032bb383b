"""hwsim_shortlist: the smallest sixteen in order, ties as they came, read in batches of four."""

from __future__ import annotations

from typing import Any

import cocotb
from bench import Bench, seeded, start, value


@cocotb.test()
async def smallest_sixteen(dut: Any) -> None:
    chance = seeded(dut)
    most = 2 ** int(dut.DISTANCE_BITS.value) - 1
    patterns = 2 ** int(dut.PATTERN_BITS.value)
    await start(dut, clear=0, insert=0, value=0, pattern=0, drop=0, next_position=0,
                done_position=0)  # fmt: skip
    bench, compared = Bench(dut), 0
    for top in (most, 0, 1, 3, most, most, most):
        items = [
            (chance.randint(0, min(top, most)), m)
            for m in range(chance.randint(1, min(patterns, 100)))
        ]
        if top == most:  # the corners of insertion: always at the front, always at the end
            items = chance.choice((items, sorted(items), sorted(items, reverse=True)))
            items = [(number, m) for m, (number, _) in enumerate(items)]
        await bench.tick(clear=1)
        await bench.tick(clear=0)
        for number, m in items:
            await bench.tick(insert=1, value=number, pattern=m)
            for _ in range(chance.choice((0, 0, 2))):
                await bench.tick(insert=0, value=chance.randint(0, most))
        await bench.tick(insert=0)
        expected = sorted(items)[:16]
        for first in range(0, len(expected), 4):
            batch = expected[first : first + 4]
            for _ in range(8):
                ahead, done = chance.randrange(len(batch)), chance.randrange(len(batch))
                await bench.tick(next_position=ahead, done_position=done)
                assert (value(dut.next_value), value(dut.next_pattern)) == batch[ahead]
                assert value(dut.done_pattern) == batch[done][1]
                compared += 1
            await bench.tick(drop=1)
            await bench.tick(drop=0)
    assert compared >= 7 * 8
