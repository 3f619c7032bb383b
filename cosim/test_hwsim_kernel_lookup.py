"""hwsim_kernel_lookup: lut[distance - origin], three cycles after the request."""

from __future__ import annotations

import os
from typing import Any

import cocotb
from bench import Bench, Checker, read_words, seeded, start, value

LATENCY = 3


@cocotb.test()
async def values(dut: Any) -> None:
    chance = seeded(dut)
    lut = read_words(os.environ["HWSIM_MEMORY"])
    n, nearest_origin = int(dut.NEURONS.value), bool(int(dut.ORIGIN_NEAREST.value))
    await start(dut, request=0, distance=0, nearest=0)
    bench, check = Bench(dut), Checker()
    for nearest in (0, n, n // 2, chance.randint(0, n)):
        due: list[int | None] = [None] * LATENCY
        distances = [nearest, n, *(chance.randint(nearest, n) for _ in range(50))]
        reads = 0
        for number in range(len(distances) * 2):
            request = chance.random() < 0.6 and bool(distances)
            distance = distances.pop() if request else chance.randint(nearest, n)
            due.append(lut[distance - (nearest if nearest_origin else 0)] if request else None)
            await bench.tick(request=int(request), distance=distance, nearest=nearest)
            reads += value(dut.lut_read)
            wanted = due[number]
            if wanted is not None:
                check.expect(wanted)
                check.see(value(dut.value))
        await bench.tick(request=0)
        assert reads + value(dut.lut_read) > 0
        for _ in range(LATENCY):
            await bench.tick()
    check.finish(50)
