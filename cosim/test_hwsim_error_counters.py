"""hwsim_error_counters: several memories tell at once; both counts start anew after clear."""

from __future__ import annotations

from typing import Any

import cocotb
from bench import Bench, Checker, seeded, start, value


@cocotb.test()
async def counts_what_every_memory_tells(dut: Any) -> None:
    chance = seeded(dut)
    width = len(dut.errors)
    await start(dut, clear=0, errors=2**width - 1)  # for a cycle more, of reads before the reset
    bench, check = Bench(dut), Checker()
    counts, cleared = [0, 0], False
    for _ in range(600):
        clear = chance.random() < 0.03
        errors = chance.getrandbits(width) & chance.getrandbits(width)
        await bench.tick(errors=errors, clear=int(clear))
        check.expect(tuple(counts))
        check.see((value(dut.corrected_errors), value(dut.detected_errors)))
        for kind in (0, 1):
            told = sum(errors >> 2 * memory + kind & 1 for memory in range(width // 2))
            counts[kind] = 0 if cleared else counts[kind] + told
        cleared = clear
    check.finish(600)
