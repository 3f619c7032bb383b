"""hwsim_counters: every event on its own counter, cycles without the waiting ones, clear.

With SLOTS > 1 or ENGINES > 1 events come from several memories in one cycle.
"""

from __future__ import annotations

from typing import Any

import cocotb
from bench import Bench, Checker, seeded, start, value

EVENTS = (
    "pattern_read", "weight_read", "lut_read", "offset_read", "state_read", "state_write",
    "distance_read", "distance_write", "group_minimum_read", "group_minimum_write",
    "active_list_read", "active_list_write", "accumulator_read", "accumulator_write",
    "radius_read", "candidate_read", "candidate_write", "kernel_value_read", "kernel_value_write",
)  # fmt: skip
COUNTERS = {event: f"{event}s" for event in EVENTS} | {"group_skip": "groups_skipped"}


@cocotb.test()
async def counts(dut: Any) -> None:
    chance = seeded(dut)
    await start(dut, clear=0, waiting=0, **dict.fromkeys(COUNTERS, 0))
    bench, check = Bench(dut), Checker()
    await bench.tick(clear=1)
    for run in range(30):
        # First each event alone, then mixtures.
        alone = list(COUNTERS)[run] if run < len(COUNTERS) else None
        seen = dict.fromkeys(COUNTERS, 0)
        # In the cycle after clear there may be the first beat of the next query.
        beat = int(chance.random() < 0.5)
        written = chance.getrandbits(len(dut.state_write)) * beat
        quiet = dict.fromkeys(COUNTERS, 0)
        await bench.tick(clear=0, waiting=1 - beat, **quiet | {"state_write": written})
        cycles = 1 + beat
        seen["state_write"] = written.bit_count()
        for _ in range(chance.randint(5, 40)):
            waiting = int(chance.random() < 0.3)
            happens = {
                event: chance.getrandbits(len(getattr(dut, event))) * (alone in (None, event))
                for event in COUNTERS
            }
            await bench.tick(waiting=waiting, **happens)
            cycles += 1 - waiting
            for event, happened in happens.items():
                seen[event] += happened.bit_count()
        await bench.tick(waiting=1, **dict.fromkeys(COUNTERS, 0))
        check.expect({"cycles": cycles} | {COUNTERS[event]: n for event, n in seen.items()})
        check.see({name: value(getattr(dut, name)) for name in ("cycles", *COUNTERS.values())})
        await bench.tick(clear=1)
    check.finish(30)


@cocotb.test()
async def carries_into_the_upper_parts(dut: Any) -> None:
    await start(dut, clear=0, waiting=0, **dict.fromkeys(COUNTERS, 0))
    bench, check = Bench(dut), Checker()
    await bench.tick(clear=1)
    await bench.tick(clear=0, waiting=1)
    for upper, bits in ((0, 32), (1, 32), (2**31, 32), (0, 16), (1, 16), (2**16 - 2, 16)):
        cycles = (upper << bits) + 2**bits - 4  # counts that no simulation reaches, most of them
        await bench.tick(waiting=1, cycles=cycles)
        for waiting in (0, 1, 0, 0, 1, 1, 0, 1, 0, 0):
            await bench.tick(waiting=waiting)
            check.expect(cycles)
            check.see(value(dut.cycles))
            cycles += 1 - waiting
    check.finish(60)
