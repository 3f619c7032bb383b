"""hwsim_correct: code words, right and wrong, with what they are taken for.

Environment: HWSIM_MEMORY, a file of numbers: {detected, corrected}, the data, the check bits of
that data as it is written, the code word read; from the highest bit down.
"""

from __future__ import annotations

import os
from typing import Any

import cocotb
from bench import Checker, read_words, value
from cocotb.triggers import Timer


@cocotb.test()
async def decodes_and_encodes(dut: Any) -> None:
    width, checks = len(dut.read), len(dut.checks)
    cases, check = read_words(os.environ["HWSIM_MEMORY"]), Checker()
    for case in cases:
        read, rest = case % (1 << width + checks), case >> width + checks
        written, rest = rest % (1 << checks), rest >> checks
        data, verdict = rest % (1 << width), rest >> width
        dut.read.value, dut.checks.value = read % (1 << width), read >> width
        await Timer(1, unit="ns")
        check.expect((data, verdict & 1, verdict >> 1))
        check.see((value(dut.data), value(dut.corrected), value(dut.detected)))
        dut.read.value, dut.checks.value = data, 0
        await Timer(1, unit="ns")
        check.expect(written)
        check.see(value(dut.syndrome))
    check.finish(2 * len(cases))
