"""hwsim_lead: which group an engine loads and accumulates in each slot of all engines."""

from __future__ import annotations

from typing import Any

import cocotb
from bench import Bench, Checker, seeded, start, value


@cocotb.test()
async def slots(dut: Any) -> None:
    chance = seeded(dut)
    top = 2 ** int(dut.ACTIVE_BITS.value) - 1
    idle = {"clear": 0, "load_start": 0, "mac_start": 0}
    await start(dut, **idle, most=0, active_groups=0)
    bench, check = Bench(dut), Checker()

    async def slot(loading: bool, accumulating: bool, *, anew: bool = False) -> None:
        await bench.tick(
            clear=int(anew), load_start=int(loading), mac_start=int(accumulating)
        )  # fmt: skip
        load = value(dut.load_address) if value(dut.own_load_start) else None
        check.see((load, value(dut.own_mac_start)))
        for _ in range(chance.randint(0, 3)):
            await bench.tick(**idle)
            assert not value(dut.own_load_start)
            assert not value(dut.own_mac_start)

    for run in range(60):
        most = top if run == 0 else chance.randint(1, top)
        active = chance.choice((0, most, chance.randint(0, most)))
        lead = most - active
        await bench.tick(**(idle | {"clear": 1}), most=most, active_groups=active)
        deciding = chance.choice((0, 1, chance.randint(1, most)))  # rounds for the sum alone
        for number in range(deciding):
            check.expect((number if number < active else None, 0))
            await slot(True, False)
        if deciding != 1:  # the first groups are loaded, anew after some that were not enough
            check.expect((0 if active else None, 0))
            await slot(True, False, anew=deciding > 1)
        for number in range(1, most + 1):
            own = number - lead
            check.expect((own if 0 < own < active else None, int(own > 0)))
            await slot(number < most, True)
    check.finish(60)
