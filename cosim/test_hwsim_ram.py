"""hwsim_ram: random writes and reads in the same cycles, never of the same address."""

from __future__ import annotations

from typing import Any

import cocotb
from bench import Bench, Checker, seeded, start, value


@cocotb.test()
async def returns_what_was_written(dut: Any) -> None:
    chance = seeded(dut)
    depth, width = int(dut.DEPTH.value), int(dut.WIDTH.value)
    await start(
        dut, write_enable=0, write_address=0, write_data=0, read_enable=0, read_address=0,
        output_enable=0,
    )  # fmt: skip
    bench, check = Bench(dut), Checker()
    words = [chance.getrandbits(width) for _ in range(depth)]
    words[0], words[-1] = 0, 2**width - 1
    for address, word in enumerate(words):
        await bench.tick(write_enable=1, write_address=address, write_data=word)
    waiting: list[int] = []  # words read one and two cycles ago
    for _ in range(400):
        write, read = chance.random() < 0.5, chance.random() < 0.7
        target, source = chance.randrange(depth), chance.randrange(depth)
        if write and read and target == source:
            write = False
        word = chance.getrandbits(width)
        await bench.tick(
            write_enable=int(write), write_address=target, write_data=word,
            read_enable=int(read), read_address=source, output_enable=int(len(waiting) == 1),
        )  # fmt: skip
        if len(waiting) == 2:
            check.expect(waiting.pop(0))
            check.see(value(dut.read_data))
            waiting.clear()
        if write:
            words[target] = word
        if waiting:
            waiting.append(-1)
        elif read:
            waiting = [words[source]]
    check.finish(50)
