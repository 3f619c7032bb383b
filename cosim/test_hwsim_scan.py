"""hwsim_scan: the active list is the groups with a nonzero value, in order; the others skip."""

from __future__ import annotations

from typing import Any

import cocotb
from bench import Bench, Checker, Memory, Sink, seeded, start, value


@cocotb.test()
async def active_list(dut: Any) -> None:
    chance = seeded(dut)
    groups, top = int(dut.GROUPS.value), 2 ** int(dut.KERNEL_BITS.value) - 1
    await start(dut, start=0, value=0)
    check = Checker()
    for density in (0.0, 1.0, 0.5, 0.1, 0.9):
        values = [chance.choice((1, top)) * (chance.random() < density) for _ in range(groups)]
        # Minima are their own group's number; the look-up is three cycles behind its request.
        held: list[int] = []
        minima = Memory(
            range(groups), dut.minimum_read, dut.minimum_address, dut.minimum_output_enable,
            Sink(held),
        )  # fmt: skip
        bench = Bench(dut, minima)
        active = [group for group in range(groups) if values[group]]
        for position, group in enumerate(active):
            check.expect((position, group))
        skips = 0
        await bench.tick(start=1)
        begun = bench.cycle
        pipeline: list[int | None] = [None] * 2
        while not value(dut.done):
            pipeline.append(held[-1] if value(dut.request) else None)
            group = pipeline.pop(0)
            answer = chance.randint(0, top) if group is None else values[group]
            await bench.tick(start=0, value=answer)
            if value(dut.list_write):
                check.see((value(dut.list_address), value(dut.list_data)))
            skips += value(dut.skip)
        assert bench.cycle - begun == groups + 7
        assert minima.reads == list(range(groups))
        assert value(dut.active_groups) == len(active)
        assert skips == groups - len(active)
    check.finish()
