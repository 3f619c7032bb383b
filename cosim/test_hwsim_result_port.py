"""hwsim_result_port: all words in order under random back-pressure, still while they wait."""

from __future__ import annotations

from typing import Any

import cocotb
from bench import Bench, Checker, Memory, seeded, start, value


@cocotb.test()
async def words_to_beats(dut: Any) -> None:
    chance = seeded(dut)
    words, lanes = int(dut.WORDS.value), int(dut.LANES.value)
    state = [0] * words
    memory = Memory(
        state, dut.state_read, dut.state_address, dut.state_output_enable, dut.state_data
    )
    await start(dut, start=0, m_axis_tready=0, state_data=0)
    bench, check = Bench(dut, memory), Checker()
    for readiness in (1.0, 0.5, 0.1, 0.9):
        state[:] = [chance.getrandbits(lanes) for _ in range(words)]
        for w, word in enumerate(state):
            check.expect((word, int(w == words - 1)))
        memory.reads.clear()
        await bench.tick(start=1, m_axis_tready=0)
        begun, received, held = bench.cycle, 0, None
        while received < words:
            ready = chance.random() < readiness
            await bench.tick(start=0, m_axis_tready=int(ready))
            beat = (value(dut.m_axis_tdata), value(dut.m_axis_tlast))
            assert held is None or (value(dut.m_axis_tvalid) and beat == held)
            held = None
            accepted = value(dut.m_axis_tvalid) and ready
            if accepted:
                check.see(beat)
                received += 1
            elif value(dut.m_axis_tvalid):
                held = beat
            assert value(dut.last_accepted) == int(bool(accepted) and received == words)
        if readiness == 1.0:
            assert bench.cycle - begun == words + 2
        assert memory.reads == list(range(words))
        for _ in range(4):
            await bench.tick(m_axis_tready=1)
            assert value(dut.m_axis_tvalid) == 0
    check.finish(4 * words)
