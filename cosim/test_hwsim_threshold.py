"""hwsim_threshold: the field's sign bit by bit, ties keep the bit, `changed`, words written."""

from __future__ import annotations

import os
from typing import Any

import cocotb
from bench import Bench, Checker, Memory, read_words, seeded, start, value


@cocotb.test()
async def next_state(dut: Any) -> None:
    chance = seeded(dut)
    n, lanes, total_weight, zb, frac = (
        int(getattr(dut, k).value)
        for k in ("NEURONS", "LANES", "PLANE_WEIGHT_SUM", "OFFSET_BITS", "OFFSET_FRAC_BITS")
    )
    words = -(-n // lanes)
    offsets = [0] * n
    if zb:
        codes = read_words(os.environ["HWSIM_MEMORY"])
        offsets = [code - (code >> (zb - 1) << zb) for code in codes]
    state = [0] * words
    memory = Memory(
        state, dut.state_read, dut.state_read_address, dut.state_output_enable, dut.state_read_data
    )
    await start(
        dut, clear=0, bias_valid=0, kernel_sum=0, sum_valid=0, sum_neuron=0, sum=0,
        state_read_data=0,
    )  # fmt: skip
    bench, check = Bench(dut, memory), Checker()
    largest_sum = 2 ** int(dut.KERNEL_SUM_BITS.value) - 1
    outcomes = set()
    for case in ("ones", "zeros", "ties", "random", "random", "kept"):
        kernel_sum = chance.choice((2, largest_sum - 1, chance.randrange(largest_sum)))
        limit = kernel_sum * total_weight
        old = chance.getrandbits(n)
        state[:] = [old >> (w * lanes) & (2**lanes - 1) for w in range(words)]
        new, sums = 0, []
        for i in range(n):
            tie = limit // 2
            u = {"ones": limit, "zeros": 0, "ties": tie}.get(case, chance.randint(0, limit))
            if case == "kept":
                u = limit * (old >> i & 1)
            field = (2 * u - limit) * 2**frac + offsets[i] * kernel_sum
            bit = old >> i & 1 if field == 0 else int(field > 0)
            new |= bit << i
            sums.append(u)
        for w in range(words):
            check.expect((w, new >> (w * lanes) & (2**lanes - 1)))
        outcomes.add(new != old)
        memory.reads.clear()
        await bench.tick(clear=1)
        await bench.tick(clear=0, bias_valid=1, kernel_sum=kernel_sum)
        await bench.tick(bias_valid=0)
        last = offset_reads = 0
        pending = list(enumerate(sums))
        while not value(dut.done):
            valid = bool(pending) and chance.random() < 0.7
            neuron, u = pending.pop(0) if valid else (chance.randrange(n), 0)
            await bench.tick(sum_valid=int(valid), sum_neuron=neuron, sum=u)
            offset_reads += value(dut.offset_read)
            if valid:
                last = bench.cycle
            if value(dut.state_write):
                check.see((value(dut.state_write_address), value(dut.state_write_data)))
        assert bench.cycle - last == 7
        assert value(dut.changed) == int(new != old), case
        assert memory.reads == list(range(words))
        assert offset_reads == (n if zb else 0)
        await bench.tick()
    check.finish(6 * words)
    assert True in outcomes
