"""hwsim_xnor_popcount: sum of 2**s * popcount(~(a ^ b) & mask[s]), one operand a cycle."""

from __future__ import annotations

from typing import Any

import cocotb
from bench import Bench, Checker, seeded, start, value


@cocotb.test()
async def sums_of_agreeing_lanes(dut: Any) -> None:
    chance = seeded(dut)
    lanes, slices = int(dut.LANES.value), int(dut.SLICES.value)
    full, all_slices = 2**lanes - 1, 2 ** (lanes * slices) - 1
    latency = (lanes - 1).bit_length() + (slices - 1).bit_length()
    await start(dut, in_valid=0, a=0, b=0, mask=0)
    bench, check = Bench(dut), Checker()
    x = chance.getrandbits(lanes)
    operands = [(0, 0, 0), (full, full, all_slices), (x, x, all_slices), (x, full ^ x, all_slices)]
    operands += [(full, full, 1 << bit) for bit in range(lanes * slices)]
    operands += [(full, 1 << bit, all_slices) for bit in range(lanes)]
    operands += [
        (chance.getrandbits(lanes), chance.getrandbits(lanes), chance.getrandbits(lanes * slices))
        for _ in range(200)
    ]
    sent: list[int] = []
    pending = list(operands)
    while pending or len(sent) < latency + 2 or any(sent[-latency - 1 :]):
        valid = bool(pending) and chance.random() < 0.8
        if valid:
            a, b, mask = pending.pop(0)
            agreeing = ~(a ^ b) & full
            check.expect(
                sum(
                    2**s * (agreeing & mask >> (s * lanes) & full).bit_count()
                    for s in range(slices)
                )
            )
        else:
            a, b, mask = (chance.getrandbits(n) for n in (lanes, lanes, lanes * slices))
        sent.append(valid)
        await bench.tick(in_valid=int(valid), a=a, b=b, mask=mask)
        assert value(dut.out_valid) == int(len(sent) > latency and sent[-latency - 1])
        if value(dut.out_valid):
            check.see(value(dut.sum))
    check.finish(len(operands))
