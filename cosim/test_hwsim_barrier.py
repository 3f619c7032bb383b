"""hwsim_barrier: met once, a cycle after the last of those that take part, in any order."""

from __future__ import annotations

from typing import Any

import cocotb
from bench import Bench, Checker, seeded, start, value


@cocotb.test()
async def meetings(dut: Any) -> None:
    chance = seeded(dut)
    engines = int(dut.ENGINES.value)
    await start(dut, start=0, taking_part=0, done=0)
    bench, check = Bench(dut), Checker()
    await bench.tick()
    assert not value(dut.met)
    assert not value(dut.pending)
    for _ in range(100):
        taking_part = chance.randrange(1, 2**engines)
        ends = {e: chance.randint(1, 6) for e in range(engines) if taking_part >> e & 1}
        await bench.tick(start=1, taking_part=taking_part, done=0)
        begun, last = bench.cycle, max(ends.values())
        check.expect((begun + last + 1, True))
        for cycle in range(1, last + 3):
            done = sum(1 << e for e, end in ends.items() if end == cycle)
            await bench.tick(start=0, done=done, taking_part=chance.getrandbits(engines))
            if value(dut.met):
                check.see((bench.cycle, True))
            assert value(dut.pending) == int(cycle <= last)
    check.finish(100)
