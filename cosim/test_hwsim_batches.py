"""Queries in flight against the specification's answers: outcomes, tid, batch totals.

Environment: HWSIM_BATCHES, a JSON file: queries and states (words of each), outcomes, slots, totals
of each batch; HWSIM_RESULT, the JSON file to write with the cycles of each batch; HWSIM_STALLS, 1
for gaps between the results' beats and the queries' (then batches are formed by chance, and only
outcomes are compared).
"""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

import cocotb
from bench import cycles, end_with_parent, seeded, start, value
from cocotb.triggers import FallingEdge, First, Timer

FLAGS = ("steps", "converged", "miss", "distance")


async def drive(dut: Any, queries: list[list[int]], chance: random.Random, stalls: bool) -> None:
    """Offer every beat, one packet directly after the other unless there are stalls."""
    await cycles(1)
    for number, words in enumerate(queries):
        for beat, word in enumerate(words):
            if stalls and chance.random() < 0.3:
                dut.s_axis_tvalid.value = 0
                await cycles(chance.randint(1, 4))
            dut.s_axis_tvalid.value = 1
            dut.s_axis_tdata.value = word
            dut.s_axis_tid.value = 7 * number % 256
            dut.s_axis_tlast.value = int(beat == len(words) - 1)
            await Timer(1, unit="ns")
            while value(dut.s_axis_tready) != 1:
                await FallingEdge(dut.clk)
            await FallingEdge(dut.clk)
    dut.s_axis_tvalid.value = 0


@cocotb.test()
async def batches(dut: Any) -> None:
    end_with_parent()
    expected = json.loads(Path(os.environ["HWSIM_BATCHES"]).read_text())
    stalls, chance = os.environ["HWSIM_STALLS"] == "1", seeded(dut)
    await start(
        dut, s_axis_tvalid=0, s_axis_tdata=0, s_axis_tlast=0, s_axis_tid=0,
        m_axis_tready=int(not stalls),
    )  # fmt: skip
    cocotb.start_soon(drive(dut, expected["queries"], chance, stalls))
    seen = cocotb.start_soon(collect(dut, expected, chance, stalls))
    watchdog = Timer(expected["limit"] * 10, unit="ns")
    assert await First(seen, watchdog) is not watchdog, "no answer"
    Path(os.environ["HWSIM_RESULT"]).write_text(json.dumps(seen.result()))


async def collect(dut: Any, expected: Any, chance: random.Random, stalls: bool) -> list[int]:
    """Compare every result, and the totals with the last one of each batch."""
    measured, differences = [], []
    for number, (words, outcome) in enumerate(
        zip(expected["states"], expected["outcomes"], strict=True)
    ):
        for beat, word in enumerate(words):
            while True:
                ready = not stalls or chance.random() < 0.5
                dut.m_axis_tready.value = int(ready)
                await Timer(1, unit="ns")
                if ready and value(dut.m_axis_tvalid) == 1:
                    break
                await FallingEdge(dut.clk)
            last = beat == len(words) - 1
            found = {"word": value(dut.m_axis_tdata), "tlast": value(dut.m_axis_tlast),
                     "tid": value(dut.m_axis_tid)}  # fmt: skip
            wanted = {"word": word, "tlast": int(last), "tid": 7 * number % 256}
            if last:
                found |= {name: value(getattr(dut, f"result_{name}")) for name in FLAGS}
                wanted |= outcome
            slots = expected["slots"]
            ends = number % slots == slots - 1 or number == len(expected["states"]) - 1
            if last and ends and not stalls:
                totals = expected["totals"][number // slots]
                found |= {name: value(getattr(dut, name)) for name in totals}
                wanted |= totals
                measured.append(value(dut.cycles))
            differences += [
                f"query {number}, beat {beat}: {k} is {found[k]}, expected {wanted[k]}"
                for k in wanted if found[k] != wanted[k]
            ]  # fmt: skip
            await FallingEdge(dut.clk)
    assert not differences, f"{len(differences)} differences: {differences[:8]}"
    return measured
