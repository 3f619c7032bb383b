"""hwsim_control: the order of starts for random stage times, active groups and outcomes."""

from __future__ import annotations

from typing import Any

import cocotb
from bench import Bench, Checker, seeded, start, value

INPUTS = (
    "query_loaded", "distance_done", "scan_done", "active_groups", "loaded", "mac_ready",
    "changed", "threshold_done", "result_sent",
)  # fmt: skip
PULSES = ("distance_start", "scan_start", "load_start", "mac_start", "send_start")


@cocotb.test()
async def order_of_a_recall(dut: Any) -> None:
    chance = seeded(dut)
    groups, limit = int(dut.GROUPS.value), int(dut.MAX_STEPS.value)
    await start(dut, **dict.fromkeys(INPUTS, 0))
    bench, check = Bench(dut), Checker()
    ends = set()
    for _ in range(40):
        recall = _Recall(dut, bench, check, chance)
        ends.add(await recall.run(groups, limit))
    check.finish(100)
    assert ends >= ({"repeated", "limit"} if limit > 1 else {"limit"}), ends


class _Recall:
    def __init__(self, dut: Any, bench: Bench, check: Checker, chance: Any) -> None:
        self.dut, self.bench, self.check, self.chance = dut, bench, check, chance

    async def tick(self, **inputs: int) -> None:
        await self.bench.tick(**inputs)
        for name in PULSES:
            if value(getattr(self.dut, name)):
                address = value(self.dut.list_address) if name == "load_start" else None
                self.check.see((name, address))

    async def idle(self) -> None:
        for _ in range(self.chance.choice((0, 1, 4))):
            await self.tick()

    async def pulse(self, name: str) -> None:
        await self.tick(**{name: 1})
        await self.tick(**{name: 0})

    async def run(self, groups: int, limit: int) -> str:
        dut, chance, check = self.dut, self.chance, self.check
        await self.idle()
        assert value(dut.query_enable) == 1
        check.expect(("distance_start", None))
        await self.pulse("query_loaded")
        assert value(dut.query_enable) == 0
        steps, miss = 0, 0
        while True:
            steps += 1
            await self.idle()
            check.expect(("scan_start", None))
            await self.pulse("distance_done")
            await self.idle()
            active = chance.choice((0, 1, 1, groups, groups, chance.randint(0, groups)))
            changed = int(active > 0 and chance.random() < 0.9)
            if steps == 1:
                miss = int(active == 0)
            end = not changed or steps == limit
            following = "send_start" if end else "distance_start"
            if active == 0:
                check.expect((following, None))
                await self.tick(scan_done=1, active_groups=0)
                await self.tick(scan_done=0)
            else:
                await self.tick(scan_done=1, active_groups=active, mac_ready=1)
                assert value(dut.update_clear) == 1
                check.expect(("load_start", 0))
                await self.tick(scan_done=0)
                await self.slots(active)
                check.expect((following, None))
                await self.tick(changed=changed)
                await self.pulse("threshold_done")
            if end:
                break
        await self.tick()
        assert value(dut.steps) == steps
        assert value(dut.converged) == int(not changed)
        assert value(dut.miss) == miss
        await self.idle()
        await self.pulse("result_sent")
        return "limit" if changed else "repeated"

    async def slots(self, active: int) -> None:
        """Slot t ends at the later of: loaded, and the multiply-accumulate ready."""
        for slot in range(1, active + 1):
            starts = [("load_start", slot)] * (slot < active) + [("mac_start", None)]
            events = ["loaded", "mac_ready"]
            if slot == 1:
                events.remove("mac_ready")  # nothing runs there yet
            self.chance.shuffle(events)
            for event in events[:-1]:
                await self.tick(**{event: 1}, **({"mac_ready": 0} if event == "loaded" else {}))
                await self.tick(loaded=0)
                await self.idle()
            for item in starts:
                self.check.expect(item)
            await self.tick(**{events[-1]: 1})
            await self.tick(loaded=0, mac_ready=0)
            await self.idle()
