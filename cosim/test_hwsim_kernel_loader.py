"""hwsim_kernel_loader: planes are the transposed kernel values, S their sum since clear."""

from __future__ import annotations

from typing import Any

import cocotb
from bench import Bench, Checker, Memory, Sink, seeded, start, value


@cocotb.test()
async def planes_and_sum(dut: Any) -> None:
    chance = seeded(dut)
    p, bits, lanes = (int(getattr(dut, k).value) for k in ("PATTERNS", "KERNEL_BITS", "LANES"))
    groups = -(-p // lanes)
    await start(dut, clear=0, start=0, transfer=0, group=0, value=0)
    check = Checker()
    for corner in (0, 2**bits - 1, None, None):
        kernel = [chance.getrandbits(bits) if corner is None else corner for _ in range(p)]
        held: list[int] = [0]
        distances = Memory(
            range(p), dut.distance_read, dut.distance_address, dut.distance_output_enable,
            Sink(held),
        )  # fmt: skip
        bench = Bench(dut, distances)
        await bench.tick(clear=1)
        await bench.tick(clear=0)
        total = 0
        order = list(range(groups))
        chance.shuffle(order)
        for group in order:
            present = kernel[group * lanes : (group + 1) * lanes]
            distances.reads.clear()
            await bench.tick(start=1, group=chance.randrange(groups))
            begun = bench.cycle
            pipeline: list[int | None] = [None] * 2  # a value comes 3 cycles after its request
            while not value(dut.loaded):
                pipeline.append(held[-1] if value(dut.request) else None)
                asked = pipeline.pop(0)
                answer = chance.getrandbits(bits) if asked is None else kernel[asked]
                inputs = {"start": 0, "value": answer}
                if bench.cycle == begun + 1:
                    assert value(dut.list_output_enable)
                    inputs["group"] = group
                await bench.tick(**inputs)
                assert value(dut.group_valid) == int(bench.cycle == begun + 2)
            assert bench.cycle - begun == lanes + 8
            first = group * lanes
            assert distances.reads == list(range(first, first + len(present)))
            await bench.tick(transfer=1)
            await bench.tick(transfer=0)
            total += sum(present)
            check.expect(
                sum(
                    (k >> c & 1) << (c * lanes + j)
                    for j, k in enumerate(present)
                    for c in range(bits)
                )
            )
            check.see(value(dut.planes))
            assert value(dut.kernel_sum) == total
    check.finish(4)
