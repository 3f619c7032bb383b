"""hwsim_label: the lowest output with the largest score, for ties, extremes and gaps."""

from __future__ import annotations

import os
from typing import Any

import cocotb
from bench import Bench, Checker, read_words, seeded, start, value


@cocotb.test()
async def labels(dut: Any) -> None:
    chance = seeded(dut)
    outputs, scale_bits, bits = (
        int(getattr(dut, name).value) for name in ("OUTPUTS", "SCALE_BITS", "FIELD_BITS")
    )
    scales = read_words(os.environ["HWSIM_MEMORY"]) if scale_bits else [1] * outputs
    least, most = -(1 << bits - 1), (1 << bits - 1) - 1
    await start(dut, clear=0, coming=0, field_valid=0, field=0)
    bench, check = Bench(dut), Checker()
    seen = set()
    for case in ("zero", "least", "most", "even", *["random"] * 12):
        await bench.tick(clear=1)
        await bench.tick(clear=0)
        assert value(dut.label) == 0  # nothing of the step before
        fields = [
            {"zero": 0, "least": least, "most": most, "even": chance.choice((3, 4))}.get(
                case, chance.randint(least, most)
            )
            for _ in range(outputs)
        ]
        scores = [g * f for g, f in zip(scales, fields, strict=True)]
        check.expect(scores.index(max(scores)))
        pending, announced, travelling = list(fields), 0, 0
        while pending:
            coming = announced < outputs and chance.random() < 0.7
            announced += coming
            travelling = (travelling << 1 | int(coming)) & 7
            arrives = travelling >> 2
            field = pending.pop(0) if arrives else chance.randint(least, most)
            await bench.tick(coming=int(coming), field_valid=arrives, field=field % (1 << bits))
        for _ in range(2):
            await bench.tick(coming=0, field_valid=0)
        check.see(value(dut.label))
        seen.add(value(dut.label))
    check.finish(16)
    assert len(seen) > 1 or not any(scales[1:])
