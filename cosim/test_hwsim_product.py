"""hwsim_product: offset times kernel sum, for extreme and random offsets and sums, with gaps."""

from __future__ import annotations

from typing import Any

import cocotb
from bench import Bench, Checker, seeded, start, value


@cocotb.test()
async def products(dut: Any) -> None:
    chance = seeded(dut)
    bits, sum_bits = (int(getattr(dut, name).value) for name in ("OFFSET_BITS", "SUM_BITS"))
    least, most = -(1 << bits - 1), (1 << bits - 1) - 1
    await start(dut, valid=0, offset=0, kernel_sum=0)
    bench, check = Bench(dut), Checker()
    travelling, due = 0, {}
    total = 0
    for kernel_sum in (
        0,
        1,
        (1 << sum_bits) - 1,
        *(chance.getrandbits(sum_bits) for _ in range(9)),
    ):
        offsets = [
            least,
            most,
            0,
            -1 if least else 0,
            *(chance.randint(least, most) for _ in range(30)),
        ]
        # S is there a cycle before its first offset, and stands still until the last product.
        for offset in (None, *offsets, None, None, None, None):
            given = offset is not None and chance.random() < 0.8
            travelling = (travelling << 1 | given) & 7
            await bench.tick(
                valid=travelling, offset=(offset or 0) % (1 << bits), kernel_sum=kernel_sum
            )
            if given:
                due[bench.cycle + 3] = offset * kernel_sum
                total += 1
            if bench.cycle in due:
                found = value(dut.product)
                wide = bits + sum_bits
                check.expect(due[bench.cycle] % (1 << wide))
                check.see(found)
    check.finish(total)
