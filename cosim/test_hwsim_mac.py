"""hwsim_mac: U[i] over random active groups, gapless and with pauses between them."""

from __future__ import annotations

import os
from typing import Any

import cocotb
from bench import Bench, Checker, read_words, seeded, start, value


@cocotb.test()
async def sums_of_active_groups(dut: Any) -> None:
    chance = seeded(dut)
    n, p, b, bits, lanes = (
        int(getattr(dut, k).value)
        for k in ("NEURONS", "PATTERNS", "WEIGHT_BITS", "KERNEL_BITS", "LANES")
    )
    weights = read_words(os.environ["HWSIM_MEMORY"])
    plane_weights = [int(dut.PLANE_WEIGHTS.value) >> (8 * q) & 255 for q in range(b)]
    groups = -(-p // lanes)
    slot = max(n * b, lanes + 8)  # the engine never starts groups closer to each other
    drain = (lanes - 1).bit_length() + (bits - 1).bit_length() + 5
    await start(dut, clear=0, active_groups=0, group_valid=0, group=0, start=0, planes=0)
    bench, check = Bench(dut), Checker()
    for corner in (0, 2 ** (bits * lanes) - 1, None, None, None):
        active = sorted(chance.sample(range(groups), chance.randint(1, groups)))
        planes = {
            group: chance.getrandbits(bits * lanes) if corner is None else corner
            for group in active
        }
        for i in range(n):
            check.expect((i, sum(_product(weights, plane_weights, g, n, i, planes[g], lanes, bits)
                                 for g in active)))  # fmt: skip
        counts = dict.fromkeys(("weight_read", "accumulator_read", "accumulator_write"), 0)
        await bench.tick(clear=1, active_groups=len(active))
        await bench.tick(clear=0)
        pauses = [chance.choice((0, 0, 0, 1, 7)) for _ in active]
        pauses[0] = lanes + 6  # the loader takes that long to load what it announced
        starts: list[int] = []
        next_start, waiting_planes, last_start = bench.cycle + pauses[0], 0, 0
        announced = False
        while True:
            inputs = {"start": 0, "group_valid": 0, "group": chance.randrange(groups)}
            if len(starts) < len(active):
                if not announced:  # the loader says which group comes next
                    inputs |= {"group_valid": 1, "group": active[len(starts)]}
                    announced = True
                elif bench.cycle + 1 >= next_start:
                    inputs["start"] = 1
            if waiting_planes:
                inputs["planes"] = planes[active[len(starts) - 1]]
                waiting_planes = 0
            await bench.tick(**inputs)
            if inputs["start"]:
                assert value(dut.ready) == 1
                starts.append(bench.cycle)
                last_start, announced = bench.cycle, False
                next_start = (
                    bench.cycle + slot + (pauses[len(starts)] if len(starts) < len(active) else 0)
                )
            for name in counts:
                counts[name] += value(getattr(dut, name))
            waiting_planes = value(dut.transfer)
            if value(dut.sum_valid):
                check.see((value(dut.sum_neuron), value(dut.sum)))
                if value(dut.sum_neuron) == n - 1:
                    break
        assert bench.cycle - last_start == n * b + drain
        middle = (len(active) - 1) * n
        assert counts == {
            "weight_read": len(active) * n * b,
            "accumulator_read": middle,
            "accumulator_write": middle,
        }
    check.finish(5 * n)


def _product(
    weights: list[int], plane_weights: list[int], group: int, n: int, i: int, planes: int,
    lanes: int, bits: int,
) -> int:  # fmt: skip
    total = 0
    for plane, weight in enumerate(plane_weights):
        word = weights[(group * n + i) * len(plane_weights) + plane]
        for c in range(bits):
            kernel_plane = planes >> (c * lanes) & (2**lanes - 1)
            total += weight * 2**c * (word & kernel_plane).bit_count()
    return total
