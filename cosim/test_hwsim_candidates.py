"""hwsim_candidates: every pattern of the active groups with a value that is not 0, and S."""

from __future__ import annotations

from typing import Any

import cocotb
from bench import Bench, Checker, Memory, Sink, seeded, start, value


@cocotb.test()
async def candidate_list(dut: Any) -> None:
    chance = seeded(dut)
    p, bits, lanes = (int(getattr(dut, k).value) for k in ("PATTERNS", "KERNEL_BITS", "LANES"))
    groups, top = -(-p // lanes), 2**bits - 1
    await start(
        dut, start=0, active_groups=0, group=0, value=0,
        candidate_read=0, candidate_address=0, candidate_output_enable=0,
    )  # fmt: skip
    check = Checker()
    active: list[int] = []
    held: list[int] = []
    entries = Memory(
        active, dut.list_read, dut.list_address, dut.list_output_enable, dut.group
    )  # fmt: skip
    # Distances are their own pattern's number; the look-up is three cycles behind its request.
    distances = Memory(
        range(p), dut.distance_read, dut.distance_address, dut.distance_output_enable, Sink(held)
    )
    bench = Bench(dut, entries, distances)
    # density of values that are not 0; all active with the largest values is the largest S
    for density, whole in ((1.0, True), (0.0, False), (0.5, False), (0.1, True), (0.9, False)):
        kernel = [
            (top if density == 1 else chance.choice((1, top))) * (chance.random() < density)
            for _ in range(p)
        ]
        active[:] = (
            range(groups) if whole else chance.sample(range(groups), chance.randint(1, groups))
        )
        patterns = [m for g in active for m in range(g * lanes, min((g + 1) * lanes, p))]
        wanted = [(m, kernel[m]) for m in patterns if kernel[m]]
        entries.reads.clear()
        distances.reads.clear()
        await bench.tick(start=1, active_groups=len(active))
        begun, writes = bench.cycle, 0
        pipeline: list[int | None] = [None] * 2
        while not value(dut.done):
            pipeline.append(held[-1] if value(dut.request) else None)
            asked = pipeline.pop(0)
            answer = chance.randint(0, top) if asked is None else kernel[asked]
            await bench.tick(start=0, value=answer)
            writes += value(dut.candidate_write)
        assert bench.cycle - begun == len(active) * lanes + 8
        assert entries.reads == list(range(len(active)))
        assert distances.reads == patterns
        check.expect((len(wanted), len(wanted), sum(k for _, k in wanted)))
        check.see((value(dut.candidates), writes, value(dut.kernel_sum)))
        for position, item in enumerate(wanted):
            check.expect(item)
            await bench.tick(candidate_read=1, candidate_address=position)
            await bench.tick(candidate_read=0, candidate_output_enable=1)
            await bench.tick(candidate_output_enable=0)
            check.see((value(dut.candidate), value(dut.candidate_value)))
    check.finish(5 + p)
