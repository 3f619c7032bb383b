"""hwsim_minima: each group's smallest value and its lowest index, for values with many ties."""

from __future__ import annotations

from typing import Any

import cocotb
from bench import Bench, Checker, seeded, start, value


@cocotb.test()
async def group_minima(dut: Any) -> None:
    chance = seeded(dut)
    p, lanes, bits = (int(getattr(dut, k).value) for k in ("PATTERNS", "LANES", "DISTANCE_BITS"))
    await start(dut, valid=0, value=0)
    bench, check = Bench(dut), Checker()
    for top in (0, 2**bits - 1, 1, 3, 2**bits - 1):
        values = [chance.randint(0, min(top, 2**bits - 1)) for _ in range(p)]
        for m, number in enumerate(values):
            for _ in range(chance.choice((0, 0, 0, 1, 5))):
                await bench.tick(valid=0, value=chance.randint(0, 2**bits - 1))
                _see(dut, bench, check)
            await bench.tick(valid=1, value=number)
            _see(dut, bench, check)
            assert value(dut.pattern) == m
            assert value(dut.last_pattern) == int(m == p - 1)
            if m == p - 1 or m % lanes == lanes - 1:
                group = m // lanes
                smallest = min(values[group * lanes : m + 1])
                check.expect(
                    (bench.cycle + 1, group, smallest, values.index(smallest, group * lanes))
                )
        await bench.tick(valid=0)
        _see(dut, bench, check)
    check.finish(5 * -(-p // lanes))


def _see(dut: Any, bench: Bench, check: Checker) -> None:
    if value(dut.group_valid):
        check.see((bench.cycle, value(dut.group), value(dut.minimum), value(dut.minimum_pattern)))
