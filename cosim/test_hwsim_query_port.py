"""hwsim_query_port: every beat in its word, unused lanes cut, nothing taken when not enabled."""

from __future__ import annotations

from typing import Any

import cocotb
from bench import Bench, Checker, seeded, start, value


@cocotb.test()
async def beats_to_words(dut: Any) -> None:
    chance = seeded(dut)
    n, lanes = int(dut.NEURONS.value), int(dut.LANES.value)
    words = -(-n // lanes)
    await start(dut, enable=0, s_axis_tdata=0, s_axis_tvalid=0, s_axis_tlast=0)
    bench, check = Bench(dut), Checker()
    for _ in range(12):
        beats = [chance.getrandbits(lanes) for _ in range(words)]
        sent = 0
        while sent < words:
            enable, valid = chance.random() < 0.7, chance.random() < 0.6
            await bench.tick(
                enable=int(enable), s_axis_tdata=beats[sent], s_axis_tvalid=int(valid),
                s_axis_tlast=int(sent == words - 1),
            )  # fmt: skip
            assert value(dut.s_axis_tready) == int(enable)
            if enable and valid:
                mask = 2 ** min(lanes, n - sent * lanes) - 1
                check.expect((sent, beats[sent] & mask, int(sent == words - 1)))
                sent += 1
            if value(dut.state_write):
                check.see(
                    (value(dut.state_address), value(dut.state_data), value(dut.last_accepted))
                )
            else:
                assert value(dut.last_accepted) == 0
    check.finish(12 * words)
