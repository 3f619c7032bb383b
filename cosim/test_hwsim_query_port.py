"""hwsim_query_port: every beat in its word, unused lanes cut, nothing taken when not enabled.

Packets of every length: one of W beats is a query, any other is dropped whole and said to be.
"""

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
    others = [length for length in range(1, 2 * words + 2) if length != words]
    # queries alone, queries and others by turns, others in a row; all lengths come
    lengths = [words] * 6 + [length for other in others for length in (other, words)]
    lengths += [*others, *(chance.choice([words, *others]) for _ in range(20)), words]
    for length in lengths:
        beats = [chance.getrandbits(lanes) for _ in range(length)]
        sent = 0
        while sent < length:
            enable, valid = chance.random() < 0.7, chance.random() < 0.6
            last = sent == length - 1
            await bench.tick(
                enable=int(enable), s_axis_tdata=beats[sent], s_axis_tvalid=int(valid),
                s_axis_tlast=int(last),
            )  # fmt: skip
            assert value(dut.s_axis_tready) == int(enable)
            taken = enable and valid
            assert value(dut.dropped) == int(taken and last and length != words)
            assert value(dut.last_accepted) == int(taken and last and length == words)
            if taken and sent < words:
                mask = 2 ** min(lanes, n - sent * lanes) - 1
                check.expect((sent, beats[sent] & mask))
            sent += taken
            if value(dut.state_write):
                check.see((value(dut.state_address), value(dut.state_data)))
    check.finish(12 * words)


@cocotb.test()
async def nothing_is_taken_in_reset(dut: Any) -> None:
    await start(dut, enable=1, s_axis_tdata=0, s_axis_tvalid=1, s_axis_tlast=1)
    bench = Bench(dut)
    await bench.tick(rst=1)
    for _ in range(3):
        await bench.tick(rst=1)
        assert value(dut.s_axis_tready) == 0
        assert value(dut.state_write) == 0
        assert value(dut.last_accepted) == 0
        assert value(dut.dropped) == 0
    await bench.tick(rst=0)
    assert value(dut.s_axis_tready) == 1
