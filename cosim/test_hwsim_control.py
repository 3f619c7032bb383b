"""hwsim_control: the order of starts for random stage times, groups, outcomes and rules."""

from __future__ import annotations

from typing import Any

import cocotb
from bench import Bench, Checker, seeded, start, value

INPUTS = (
    "query_loaded", "search_done", "hit", "winner_fixed", "nearest", "scan_done",
    "active_groups", "kernel_sum", "loaded", "mac_ready", "candidates_done", "copy_done",
    "changed", "threshold_flips", "threshold_done", "result_sent",
)  # fmt: skip
PULSES = (
    "search_start", "scan_start", "load_start", "mac_start", "candidates_start", "row_start",
    "copy_start", "send_start",
)  # fmt: skip


@cocotb.test()
async def order_of_a_recall(dut: Any) -> None:
    chance = seeded(dut)
    await start(dut, **dict.fromkeys(INPUTS, 0))
    bench, check = Bench(dut), Checker()
    limit, radii = int(dut.MAX_STEPS.value), int(dut.RADII.value)
    winner = int(dut.WINNER_LIMIT.value)
    wanted = {"repeated"} if limit > 1 else {"limit"}
    wanted |= {"limit"} if not radii or limit == 1 else {"hit", "confirmed"}
    wanted |= {"winner"} if winner else set()
    wanted |= {"nothing said"} if int(dut.DATAFLOW_ROW.value) else set()
    ends: set[str] = set()
    for _ in range(120):
        ends |= await _Recall(dut, bench, check, chance).run()
    check.finish(100)
    assert ends >= wanted, ends


class _Recall:
    def __init__(self, dut: Any, bench: Bench, check: Checker, chance: Any) -> None:
        self.dut, self.bench, self.check, self.chance = dut, bench, check, chance
        self.groups, self.limit = int(dut.GROUPS.value), int(dut.MAX_STEPS.value)
        self.radii, self.row = int(dut.RADII.value), int(dut.DATAFLOW_ROW.value)
        self.winner_limit = int(dut.WINNER_LIMIT.value)
        self.relative = int(dut.ORIGIN_NEAREST.value)
        self.steps, self.miss, self.converged, self.confirmed = 0, 0, 0, 0
        self.flips, self.nearest, self.fixed = 0, 0, 0
        self.seen: set[str] = set()

    async def tick(self, **inputs: int) -> None:
        await self.bench.tick(**inputs)
        for name in PULSES:
            if value(getattr(self.dut, name)):
                address = value(self.dut.list_address) if name == "load_start" else None
                self.check.see((name, address))

    def expect(self, name: str, address: int | None = None) -> None:
        self.check.expect((name, address))

    async def idle(self) -> None:
        for _ in range(self.chance.choice((0, 1, 4))):
            await self.tick()

    async def pulse(self, name: str) -> None:
        await self.tick(**{name: 1})
        await self.tick(**{name: 0})

    async def run(self) -> set[str]:
        dut = self.dut
        await self.idle()
        assert value(dut.query_enable) == 1
        self.expect("search_start")
        await self.pulse("query_loaded")
        assert value(dut.query_enable) == 0
        while not await self.step():
            pass
        await self.tick()
        found = [value(getattr(dut, n)) for n in ("steps", "converged", "miss", "confirmed")]
        assert found == [self.steps, self.converged, self.miss, self.confirmed]
        await self.idle()
        await self.pulse("result_sent")
        return self.seen

    async def step(self) -> bool:
        """One step; whether the recall is sent after it."""
        dut, chance = self.dut, self.chance
        self.steps += 1
        assert value(dut.first_step) == int(self.steps == 1)
        assert self.steps == 1 or value(dut.flips) == self.flips
        await self.idle()
        hit = int(self.radii and chance.random() < 0.2)
        self.nearest = chance.choice((0, 1, 7))
        self.fixed = int(self.radii and (hit or chance.random() < 0.3))
        await self.tick(nearest=self.nearest, winner_fixed=self.fixed, hit=hit)
        if hit:
            self.seen.add("hit")
            if self.steps == 1:
                self.miss = 0
            self.expect("copy_start" if self.nearest else "send_start")
            await self.pulse("search_done")
            if self.nearest:
                return await self.copied()
            self.converged, self.confirmed = 1, 0
            return True
        self.expect("scan_start")
        await self.pulse("search_done")
        await self.idle()
        groups = self.groups
        active = chance.choice((0, 1, 1, groups, groups, chance.randint(0, groups)))
        if self.steps == 1:
            self.miss = int(active == 0)
        if active == 0:
            self.end(0)
            await self.tick(scan_done=1, active_groups=0)
            await self.tick(scan_done=0)
            return True
        await self.tick(scan_done=1, active_groups=active, mac_ready=1)
        assert value(dut.update_clear) == 1
        decides = await (self.rows if self.row else self.slots)(active)
        if self.steps == 1:
            self.miss = int(value(dut.kernel_sum) == 0)
        if decides:
            self.seen.add("winner")
            return await self.copied()
        if self.row and value(dut.kernel_sum) == 0:
            self.seen.add("nothing said")
            return True
        self.flips = chance.choice((0, 1, 9, 9, 9))
        end = self.end(self.flips)
        await self.tick(changed=int(self.flips > 0), threshold_flips=self.flips)
        await self.pulse("threshold_done")
        return end

    def end(self, flips: int) -> bool:
        """Expect what follows a step; whether it is the result."""
        end = flips == 0 or self.steps == self.limit
        self.expect("send_start" if end else "search_start")
        if end:
            self.converged, self.confirmed = int(flips == 0), 0
            self.seen.add("limit" if flips else "repeated")
        return end

    async def copied(self) -> bool:
        await self.idle()
        self.flips = self.nearest
        if self.flips and self.steps < self.limit and self.fixed:
            self.expect("send_start")
            await self.pulse("copy_done")
            self.steps, self.converged, self.confirmed = self.steps + 1, 1, 1
            self.seen.add("confirmed")
            return True
        end = self.end(self.flips)
        await self.pulse("copy_done")
        return end

    def within(self) -> int:
        """A kernel sum within the limit, more often than not the largest."""
        return self.chance.choice((self.winner_limit, self.winner_limit, 0))

    @property
    def may_decide(self) -> bool:
        return self.winner_limit > 0 and bool(self.relative or self.nearest == 0)

    async def rows(self, active: int) -> bool:
        """The row dataflow's update; whether the winner decides."""
        self.expect("candidates_start")
        await self.tick(scan_done=0)
        await self.idle()
        within = self.chance.random() < 0.5
        total = self.within() if within else self.winner_limit + 1
        decides = within and self.may_decide and total > 0
        if total:
            self.expect("copy_start" if decides else "row_start")
        else:
            self.end(0)
        await self.tick(kernel_sum=total)
        await self.pulse("candidates_done")
        return decides

    async def slots(self, active: int) -> bool:
        """Slot t ends at the later of: loaded, and the multiply-accumulate ready."""
        self.expect("load_start", 0)
        await self.tick(scan_done=0)
        beyond = self.chance.choice((0, active - 1, active, active)) if self.may_decide else 0
        for position in range(beyond and min(beyond + 1, active)):
            await self.idle()
            over = position == beyond
            if position + 1 < active or over:
                self.expect("load_start", 0 if over else position + 1)
            else:
                self.expect("copy_start")
            total = self.winner_limit + 1 if over else self.within()
            await self.tick(loaded=1, mac_ready=1, kernel_sum=total)
            assert value(self.dut.update_clear) == int(over)
            await self.tick(loaded=0)
        if beyond == active:
            return True
        silent = not self.may_decide and self.chance.random() < 0.3  # as a fault may make it
        await self.tick(kernel_sum=0 if silent else self.winner_limit + 1)
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
        return False
