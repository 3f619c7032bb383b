"""The engine's query port: packets of a wrong length leave no trace in the answers that follow.

Environment: HWSIM_VECTORS, the folder of golden vectors, of states of at least two words.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import cocotb
from bench import Checker, cycles, read_words, seeded, start, value
from cocotb.triggers import FallingEdge, RisingEdge


async def send(dut: Any, beats: list[int]) -> int:
    """One packet, tlast on its last beat; how often query_dropped was 1 as a beat was accepted."""
    dropped = 0
    for index, beat in enumerate(beats):
        dut.s_axis_tvalid.value = 1
        dut.s_axis_tdata.value = beat
        dut.s_axis_tlast.value = int(index == len(beats) - 1)
        while value(dut.s_axis_tready) != 1:
            await RisingEdge(dut.s_axis_tready)
            await FallingEdge(dut.clk)
        await RisingEdge(dut.clk)  # values before the edge are those it acts on
        dropped += value(dut.query_dropped)
        await FallingEdge(dut.clk)
    dut.s_axis_tvalid.value = 0
    return dropped


@cocotb.test()
async def wrong_lengths(dut: Any) -> None:
    chance = seeded(dut)
    folder = Path(os.environ["HWSIM_VECTORS"])
    recalls = json.loads((folder / "vectors.json").read_text())["recalls"]
    queries = read_words(str(folder / "queries.mem"))
    states = read_words(str(folder / "states.mem"))
    words = len(queries) // len(recalls)
    await start(dut, s_axis_tvalid=0, s_axis_tdata=0, s_axis_tlast=0, m_axis_tready=1)
    await cycles(1)
    check = Checker()
    others = [length for length in range(1, 2 * words + 2) if length != words]
    for index, recall in enumerate(recalls):
        for length in chance.choices(others, k=chance.randint(0, 3)):
            beats = [chance.getrandbits(len(dut.s_axis_tdata)) for _ in range(length)]
            assert await send(dut, beats) == 1, f"a packet of {length} beats was not dropped"
            await cycles(chance.randint(0, 3))
        assert await send(dut, queries[index * words : (index + 1) * words]) == 0
        for word in range(words):
            while value(dut.m_axis_tvalid) != 1:
                await RisingEdge(dut.m_axis_tvalid)
                await FallingEdge(dut.clk)
            check.expect((index, word, states[index * words + word]))
            check.see((index, word, value(dut.m_axis_tdata)))
            if word == words - 1:
                found = {name: value(getattr(dut, name)) for name in recall["counters"]}
                assert found == recall["counters"]
                assert value(dut.cycles) == recall["cycles"]
                assert value(dut.result_steps) == recall["steps"]
            await FallingEdge(dut.clk)
    check.finish(len(states))
