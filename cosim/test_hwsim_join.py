"""hwsim_join: lists, look-ups, kernel sums and sums of several engines, a cycle after the last."""

from __future__ import annotations

from typing import Any

import cocotb
from bench import Bench, Checker, seeded, start, value

NAMES = ("ENGINES", "ACTIVE_BITS", "CANDIDATE_BITS", "KERNEL_SUM_BITS", "SUM_BITS", "NEURON_BITS")


def packed(numbers: list[int], bits: int) -> int:
    return sum(number << (bits * e) for e, number in enumerate(numbers))


@cocotb.test()
async def steps(dut: Any) -> None:
    chance = seeded(dut)
    e, active_bits, candidate_bits, kernel_bits, sum_bits, neuron_bits = (
        int(getattr(dut, name).value) for name in NAMES
    )
    idle = dict.fromkeys(
        ("groups_start", "groups_done_of", "loaded_of", "candidates_start", "candidates_done_of",
         "sum_valid_of"), 0,
    )  # fmt: skip
    numbers = ("active_groups", "candidates", "kernel_sums", "neurons", "sums")
    await start(dut, **idle, **dict.fromkeys(numbers, 0))
    bench, check = Bench(dut), Checker()
    for _ in range(100):
        active = [chance.choice((0, chance.randrange(2**active_bits))) for _ in range(e)]
        active[chance.randrange(e)] |= 1
        ends = [chance.randint(1, 5) for _ in range(e)]
        await bench.tick(**(idle | {"groups_start": 1}))
        for cycle in range(1, max(ends) + 2):
            done = sum(1 << k for k, end in enumerate(ends) if end == cycle)
            await bench.tick(
                **(idle | {"groups_done_of": done}), active_groups=packed(active, active_bits)
            )
            assert value(dut.groups_done) == int(cycle == max(ends) + 1)
        assert value(dut.most_active) == max(active)

        # Each engine's part of the largest total, so that nothing overflows.
        kernel = [chance.randrange((2**kernel_bits - 1) // e + 1) for _ in range(e)]
        found = [chance.randrange(2**candidate_bits) for _ in range(e)]
        await bench.tick(**(idle | {"candidates_start": 1}))
        last = max(end for end, groups in zip(ends, active, strict=True) if groups)
        for cycle in range(1, last + 2):
            done = sum(
                1 << k for k, end in enumerate(ends) if end == cycle and active[k]
            )  # fmt: skip
            await bench.tick(
                **(idle | {"candidates_done_of": done, "loaded_of": done}),
                candidates=packed(found, candidate_bits),
                kernel_sums=packed(kernel, kernel_bits),
            )
            assert value(dut.candidates_done) == int(cycle == last + 1)
        assert value(dut.loaded) == 1
        assert value(dut.kernel_sum) == sum(kernel)
        assert value(dut.most_candidates) == max(found)

        for _ in range(chance.randint(1, 4)):
            valid, neuron = chance.randrange(2**e), chance.randrange(2**neuron_bits)
            sums = [chance.randrange((2**sum_bits - 1) // e + 1) for _ in range(e)]
            neurons = [neuron if valid >> k & 1 else chance.randrange(2**neuron_bits)
                       for k in range(e)]  # fmt: skip
            await bench.tick(
                **(idle | {"sum_valid_of": valid}),
                sums=packed(sums, sum_bits), neurons=packed(neurons, neuron_bits),
            )  # fmt: skip
            await bench.tick(**idle)
            assert value(dut.sum_valid) == int(valid != 0)
            if valid:
                check.expect((neuron, sum(s for k, s in enumerate(sums) if valid >> k & 1)))
                check.see((value(dut.sum_neuron), value(dut.sum)))
    check.finish(50)
