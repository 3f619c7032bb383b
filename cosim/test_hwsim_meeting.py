"""hwsim_meeting: the nearest of all and its owner after every kind of phase, with many ties."""

from __future__ import annotations

from typing import Any

import cocotb
from bench import Bench, Checker, seeded, start, value


@cocotb.test()
async def phases(dut: Any) -> None:
    chance = seeded(dut)
    engines, bits = int(dut.ENGINES.value), int(dut.DISTANCE_BITS.value)
    idle = {"probe_start": 0, "list_start": 0, "pass_start": 0}
    await start(dut, **idle, probing=0, list_ended=0, phase_done=0, distances=0)
    bench, check = Bench(dut), Checker()
    owner = None
    for _ in range(200):
        kind = chance.choice(("probe", "list", "pass") if owner is not None else ("pass",))
        list_ended = chance.randrange(2**engines - 1)
        taking_part = range(engines)
        if kind == "probe":
            taking_part = [owner]
        elif kind == "list":
            taking_part = [e for e in range(engines) if not list_ended >> e & 1]
        await bench.tick(**(idle | {f"{kind}_start": 1}), list_ended=list_ended, phase_done=0)
        begun = bench.cycle
        ends = {e: chance.randint(2, 7) for e in taking_part}
        last = max(ends.values())
        top = chance.choice((0, 1, 2**bits - 1))
        found = [chance.randint(0, min(top, 2**bits - 1)) for _ in range(engines)]
        seen = [chance.randrange(2**bits) for _ in range(engines)]  # before
        for cycle in range(1, last + 3):
            for e in range(engines):
                if e not in ends or cycle == ends[e]:
                    seen[e] = found[e]
            await bench.tick(
                **idle,
                probing=int(kind == "probe"),
                phase_done=sum(1 << e for e, end in ends.items() if end == cycle),
                distances=sum(number << (bits * e) for e, number in enumerate(seen)),
            )
            if cycle == 1:
                counting = found if kind != "probe" else [found[owner]]
                owner = owner if kind == "probe" else found.index(min(found))
                check.expect((begun + last + 1, min(counting), 1 << owner))
            if value(dut.met):
                check.see((bench.cycle, value(dut.nearest), value(dut.owner)))
            if cycle > last:  # they stay
                assert value(dut.nearest) == min(counting)
    check.finish(200)
