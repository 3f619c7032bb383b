"""hwsim_copy: the W words of a pattern, in order, one a cycle."""

from __future__ import annotations

from typing import Any

import cocotb
from bench import Bench, Checker, Memory, seeded, start, value


@cocotb.test()
async def words_of_a_pattern(dut: Any) -> None:
    chance = seeded(dut)
    n, p, lanes = (int(getattr(dut, k).value) for k in ("NEURONS", "PATTERNS", "LANES"))
    words = -(-n // lanes)
    patterns = [chance.getrandbits(lanes) for _ in range(p * words)]
    memory = Memory(
        patterns, dut.pattern_read, dut.pattern_address, dut.pattern_output_enable,
        dut.pattern_data,
    )  # fmt: skip
    await start(dut, start=0, pattern=0, pattern_data=0)
    bench, check = Bench(dut, memory), Checker()
    for pattern in (0, p - 1, *(chance.randrange(p) for _ in range(6))):
        memory.reads.clear()
        for word in range(words):
            check.expect((3 + word, word, patterns[pattern * words + word]))
        await bench.tick(start=1, pattern=pattern)
        begun = bench.cycle
        while not value(dut.done):
            await bench.tick(start=0, pattern=chance.randrange(p))
            if value(dut.state_write):
                check.see(
                    (bench.cycle - begun, value(dut.state_address), value(dut.state_data))
                )  # fmt: skip
        assert bench.cycle - begun == words + 3
        assert memory.reads == list(range(pattern * words, (pattern + 1) * words))
        await bench.tick()
    check.finish(8 * words)
