"""hwsim_rom: every word of its file, two cycles after its read, held while not enabled.

With PIPELINED = 1 it is there a cycle later.
"""

from __future__ import annotations

import os
from typing import Any

import cocotb
from bench import Bench, Checker, read_words, seeded, start, value


def third_register(dut: Any) -> int:
    """1 if it has one; a netlist has no parameters, and was made without."""
    return value(dut.PIPELINED) if hasattr(dut, "PIPELINED") else 0


@cocotb.test()
async def reads_its_file(dut: Any) -> None:
    chance = seeded(dut)
    words = read_words(os.environ["HWSIM_MEMORY"])
    await start(dut, read_enable=0, address=0, output_enable=0)
    bench, check = Bench(dut), Checker()
    first, last = 0, len(words) - 1
    addresses = [first, last, *(chance.randrange(len(words)) for _ in range(200))]
    for address in addresses:
        check.expect(words[address])
        await bench.tick(read_enable=1, address=address, output_enable=0)
        for _ in range(chance.choice((0, 0, 1, 3))):  # the word waits for its enable
            await bench.tick(read_enable=0, address=chance.randrange(len(words)))
        await bench.tick(read_enable=0, output_enable=1)
        for _ in range(1 + third_register(dut)):
            await bench.tick(output_enable=0)
        check.see(value(dut.data))
    check.finish(len(addresses))


@cocotb.test()
async def reads_a_word_a_cycle(dut: Any) -> None:
    words = read_words(os.environ["HWSIM_MEMORY"])
    await start(dut, read_enable=0, address=0, output_enable=0)
    bench, check = Bench(dut), Checker()
    latency = 2 + third_register(dut)
    for cycle in range(len(words) + latency):
        await bench.tick(
            read_enable=int(cycle < len(words)),
            address=cycle % len(words),
            output_enable=int(0 < cycle <= len(words)),
        )
        if cycle >= latency:
            check.expect(words[cycle - latency])
            check.see(value(dut.data))
    check.finish(len(words))
