"""The engine, reset again and again in the midst of a recall, then against golden vectors.

Environment: HWSIM_VECTORS, the folder of vectors; COCOTB_RANDOM_SEED.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import cocotb
from bench import cycles, seeded, start
from test_hwsim_engine import Recalls


@cocotb.test()
async def nothing_is_left(dut: Any) -> None:
    chance = seeded(dut)
    run = Recalls(dut, Path(os.environ["HWSIM_VECTORS"]), False, chance)
    await start(dut, s_axis_tvalid=0, s_axis_tdata=0, s_axis_tlast=0, m_axis_tready=1)
    longest = max(recall["cycles"] for recall in run.expected)
    for _ in range(40):
        begin = chance.randrange(len(run.expected)) * run.words
        await cycles(1)
        for beat, word in enumerate(run.queries[begin : begin + run.words]):
            dut.s_axis_tvalid.value = 1
            dut.s_axis_tdata.value = word
            dut.s_axis_tlast.value = int(beat == run.words - 1)
            await cycles(1)
        dut.s_axis_tvalid.value = 0
        await cycles(chance.randrange(longest))
        dut.rst.value = 1
        await cycles(1)
        dut.rst.value = 0
    driver = cocotb.start_soon(run.drive())
    await run.collect()
    driver.cancel()
    assert run.cycles
    assert not run.mismatches, run.mismatches[0]
