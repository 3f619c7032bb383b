"""Queries in flight against the specification's answers: outcomes, tid, a batch's totals.

Environment: HWSIM_BATCHES, a JSON file of

    packets  each with words and tid, sent in this order
    results  each with words, tid, and flags: what must come, in this order
    totals   for each result null, or counters that hold with its last beat
    resets   how often to reset before, each time in the midst of a batch
    longest  batch, in cycles
    limit    cycles after which no answer comes any more

HWSIM_RESULT, the JSON file to write with the cycles at each of the totals; HWSIM_STALLS, 1 for gaps
between the beats of both ports (then batches are formed by chance, and totals are not compared).
"""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

import cocotb
from bench import PERIOD_NS, cycles, end_with_parent, seeded, start, value
from cocotb.triggers import FallingEdge, First, Timer

FLAGS = ("steps", "converged", "miss", "distance")


async def drive(dut: Any, packets: list[Any], chance: random.Random, stalls: bool) -> None:
    """Offer every beat, one packet directly after the other unless there are stalls."""
    await cycles(1)
    for packet in packets:
        for beat, word in enumerate(packet["words"]):
            if stalls and chance.random() < 0.3:
                dut.s_axis_tvalid.value = 0
                await cycles(chance.randint(1, 4))
            dut.s_axis_tvalid.value = 1
            dut.s_axis_tdata.value = word
            dut.s_axis_tid.value = packet["tid"]
            dut.s_axis_tlast.value = int(beat == len(packet["words"]) - 1)
            await Timer(1, unit="ns")
            while value(dut.s_axis_tready) != 1:
                await FallingEdge(dut.clk)
            await FallingEdge(dut.clk)
    dut.s_axis_tvalid.value = 0


async def collect(dut: Any, expected: Any, chance: random.Random, stalls: bool) -> list[int]:
    """Compare every result, and the totals with the last one of each batch."""
    measured, differences = [], []
    for number, result in enumerate(expected["results"]):
        totals = None if stalls else expected["totals"][number]
        for beat, word in enumerate(result["words"]):
            while True:
                ready = not stalls or chance.random() < 0.5
                dut.m_axis_tready.value = int(ready)
                await Timer(1, unit="ns")
                if ready and value(dut.m_axis_tvalid) == 1:
                    break
                await FallingEdge(dut.clk)
            last = beat == len(result["words"]) - 1
            wanted = {"m_axis_tdata": word, "m_axis_tlast": int(last), "m_axis_tid": result["tid"]}
            if last:
                wanted |= {f"result_{name}": result[name] for name in FLAGS}
            if last and totals is not None:
                wanted |= totals
                measured.append(value(dut.cycles))
            found = {name: value(getattr(dut, name)) for name in wanted}
            differences += [
                f"result {number}, beat {beat}: {name} is {found[name]}, expected {wanted[name]}"
                for name in wanted
                if found[name] != wanted[name]
            ]
            await FallingEdge(dut.clk)
    assert not differences, f"{len(differences)} differences: {differences[:8]}"
    return measured


async def reset_in_the_midst(dut: Any, expected: Any, chance: random.Random) -> None:
    """Begin a batch somewhere, and reset: while it loads, runs or is sent."""
    packets = expected["packets"]
    sender = cocotb.start_soon(drive(dut, packets[chance.randrange(len(packets)) :], chance, False))
    await cycles(chance.randrange(expected["longest"]))
    sender.cancel()
    dut.s_axis_tvalid.value = 0
    dut.rst.value = 1
    await cycles(1)
    dut.rst.value = 0


@cocotb.test()
async def batches(dut: Any) -> None:
    end_with_parent()
    expected = json.loads(Path(os.environ["HWSIM_BATCHES"]).read_text())
    stalls, chance = os.environ["HWSIM_STALLS"] == "1", seeded(dut)
    await start(
        dut, s_axis_tvalid=0, s_axis_tdata=0, s_axis_tlast=0, s_axis_tid=0, m_axis_tready=1
    )  # fmt: skip
    for _ in range(expected["resets"]):
        await reset_in_the_midst(dut, expected, chance)
    dut.m_axis_tready.value = int(not stalls)
    cocotb.start_soon(drive(dut, expected["packets"], chance, stalls))
    seen = cocotb.start_soon(collect(dut, expected, chance, stalls))
    watchdog = Timer(expected["limit"] * PERIOD_NS, unit="ns")
    assert await First(seen, watchdog) is not watchdog, "no answer"
    Path(os.environ["HWSIM_RESULT"]).write_text(json.dumps(seen.result()))
