"""hwsim_wrapper as an integrator sees it: its AXI ports and its interrupt, and nothing else.

Environment: HWSIM_VECTORS, the folder of golden vectors; HWSIM_LIMITED, the folder of those of the
same queries with HWSIM_LIMIT steps at most.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import cocotb
from axi_host import Host, Vectors, pauses, watch
from bench import end_with_parent, seeded
from hwsim_registers import FIELDS, OFFSETS


async def host(dut: Any) -> Host:
    """One after reset."""
    end_with_parent()
    found = Host(dut, Vectors(Path(os.environ["HWSIM_VECTORS"])), seeded(dut))
    await found.start()
    return found


@cocotb.test()
async def registers(dut: Any) -> None:
    """What each holds after reset, what can be written, what is not there."""
    h = await host(dut)
    assert await h.read("identity") == int.from_bytes(b"HWSM", "big")
    assert await h.fields("version") == {"minor": 2, "major": 1}
    parameters = h.vectors.document["parameters"]
    for name in ("neurons", "patterns", "max_steps"):
        assert await h.read(name) == parameters[name]
    found = {**await h.fields("widths"), **await h.fields("features")}
    for name in ("lanes", "weight_bits", "kernel_bits", "offset_bits", "offset_frac_bits"):
        assert found[name] == parameters[name]
    assert found["origin_nearest"] == (parameters["kernel_origin"] == "nearest")
    assert found["dataflow_row"] == (parameters["dataflow"] == "row")
    assert found["queries_in_flight"] == parameters.get("queries_in_flight", 1)
    assert await h.fields("settings") == {"auto_start": 1, "load": 0}
    await h.write("neurons", 7)  # taken, and without effect
    assert await h.read("neurons") == parameters["neurons"]
    await h.write("step_limit", 0xFFFF1234)
    assert await h.read("step_limit") == 0x1234
    await h.port.write(OFFSETS["step_limit"] + 1, b"\x56")  # one byte
    assert await h.read("step_limit") == 0x5634
    for address in (0x01C, 0x054, 0x1B8, 0xFFC):
        assert (await h.port.read(address, 4)).resp == 2
        assert (await h.port.write(address, bytes(4))).resp == 2
    for name in FIELDS:
        await h.read(name)
    if found["loadable"]:
        return
    await h.write("load_data", 1)
    assert await h.causes() == {"load_error"}
    await h.write("check", 1)
    assert await h.causes() == {"load_error"}
    await h.write("control", exchange=1)
    assert await h.causes() == {"load_error"}


@cocotb.test()
async def answers(dut: Any) -> None:
    """Every query, with pauses at both ports; queries, recalls and results overlap."""
    h = await host(dut)
    h.source.set_pause_generator(pauses(h.chance))
    h.sink.set_pause_generator(pauses(h.chance))
    tids = [h.chance.getrandbits(len(dut.s_axis_tid)) for _ in h.vectors.recalls]
    for index, tid in enumerate(tids):
        h.ask(index, tid)
    for index, tid in enumerate(tids):
        await h.expect(index, tid)
    assert await h.read("results") == len(tids)
    h.quiet()


@cocotb.test()
async def counters(dut: Any) -> None:
    """One query after the other: flags, cycles and counters stay when the result has gone."""
    h = await host(dut)
    await h.write("interrupt_enable", done=1)
    in_flight = (await h.fields("features"))["queries_in_flight"]
    if in_flight > 1:
        return  # counters are then of a batch
    for index in range(len(h.vectors.recalls)):
        h.ask(index)
        await h.interrupt()
        assert await h.causes() == {"done"}
        await h.expect(index)
        await h.compare_registers(index)


@cocotb.test()
async def packets(dut: Any) -> None:
    """Short and long ones are counted, told, and leave no trace in the answers between them."""
    h = await host(dut)
    await h.write("interrupt_enable", short_packet=1, long_packet=1)
    short = long = 0
    words = h.vectors.words
    for index in range(len(h.vectors.recalls)):
        for length in h.chance.choices(range(1, 2 * words + 3), k=3):
            if length == words:
                continue
            h.send([h.chance.getrandbits(8 * h.bytes) for _ in range(length)])
            short, long = short + (length < words), long + (length > words)
            if index < 4:
                await h.interrupt()
                seen = await h.causes()
                assert seen - {"done"} == {"short_packet" if length < words else "long_packet"}
                await h.cycles(1)
                assert dut.irq.value == 0
        h.ask(index)
        await h.expect(index)
    assert (await h.read("short_packets"), await h.read("long_packets")) == (short, long)
    assert await h.read("results") == len(h.vectors.recalls)
    h.quiet()


@cocotb.test()
async def start(dut: Any) -> None:
    """Without auto_start queries wait for one; the queue, once full, takes no more."""
    h = await host(dut)
    await h.write("settings", auto_start=0)
    room = int(dut.QUERIES.value)
    asked = [index % len(h.vectors.recalls) for index in range(room + 1)]
    for index in asked:
        h.ask(index)
    await h.until("status", queued=room)
    await h.cycles(300)
    assert await h.fields("status") == {
        "busy": 0, "result_waiting": 0, "load_ready": 0, "checking": 0, "queued": room,
        "exchanging": 0, "bank": 0,
    }  # fmt: skip
    await h.write("control", start=1)
    for index in asked[:-1]:
        await h.expect(index)
    await h.cycles(300)
    h.quiet()  # the last one came after the start
    await h.write("settings", auto_start=1)
    await h.expect(asked[-1])


@cocotb.test()
async def overlap(dut: Any) -> None:
    """While a result waits, the next recall runs to its end, and queries fill the queue."""
    h = await host(dut)
    h.sink.pause = True
    room, results = int(dut.QUERIES.value), int(dut.RESULTS.value)
    in_flight = (await h.fields("features"))["queries_in_flight"]
    asked = [index % len(h.vectors.recalls) for index in range(room + results + in_flight)]
    for index in asked:
        h.ask(index)
    await h.until("results", value=results)
    await h.until("status", queued=room, result_waiting=1, busy=1)
    h.sink.pause = False
    for index in asked:
        await h.expect(index)


@cocotb.test()
async def step_limit(dut: Any) -> None:
    """The next recalls take no more steps, and those after it is lifted take all they want."""
    h = await host(dut)
    limited = Vectors(Path(os.environ["HWSIM_LIMITED"]))
    assert limited.states != h.vectors.states
    for limit, vectors in ((int(os.environ["HWSIM_LIMIT"]), limited), (0, h.vectors),
                           (0xFFFF, h.vectors)):  # fmt: skip
        await h.write("step_limit", limit)
        for index in range(len(vectors.recalls)):
            h.ask(index)
            await h.expect(index, vectors=vectors)


async def give_up(dut: Any, how: str) -> None:
    """In the midst of a recall, in each state; the next query is answered as ever."""
    h = await host(dut)
    count = len(h.vectors.recalls)
    in_flight = (await h.fields("features"))["queries_in_flight"]
    longest = max(recall.get("cycles", 0) for recall in h.vectors.recalls)
    needed, states = set(os.environ["HWSIM_STATES"].split(",")), set[str]()
    watcher = cocotb.start_soon(watch(dut, states))
    for attempt in range(400):
        if attempt >= 25 and needed <= states:
            break
        h.sink.pause = attempt % 4 == 3  # then it may be in SEND for long
        for _ in range(h.chance.randint(1, 3)):
            h.ask(h.chance.randrange(count))
        await h.cycles(h.chance.randrange(longest + 40))
        if how == "rst":
            await h.reset()
        else:
            await h.write("control", **{how: 1})
        h.sink.pause = False
        if how != "abort":
            h.source.clear()
        await h.source.wait()
        await h.cycles(h.vectors.words + 4)
        await h.until("status", queued=0, busy=0)  # what was not given up is recalled
        await h.cycles(h.vectors.words + 4)
        assert await h.read("short_packets") == 0
        while not h.sink.empty():
            assert len(h.sink.recv_nowait().tdata) == h.vectors.words * h.bytes
        index = h.chance.randrange(count)
        h.ask(index)
        await h.expect(index)
        if in_flight == 1:  # else the counters are of a batch
            await h.compare_registers(index)
        h.quiet()
    watcher.cancel()
    assert needed <= states, f"{how} in {sorted(states)} alone"


@cocotb.test()
async def abort(dut: Any) -> None:
    await give_up(dut, "abort")


@cocotb.test()
async def soft_reset(dut: Any) -> None:
    await give_up(dut, "soft_reset")


@cocotb.test()
async def reset(dut: Any) -> None:
    await give_up(dut, "rst")


@cocotb.test()
async def abort_is_told(dut: Any) -> None:
    """Once for each recall that was given up, and not where there was none."""
    h = await host(dut)
    await h.write("interrupt_enable", aborted=1)
    await h.write("control", abort=1)
    await h.cycles(5)
    assert await h.causes() == set()
    h.sink.pause = True
    for index in (0, 1, 2):
        h.ask(index)
    await h.until("status", result_waiting=1)
    await h.until("status", busy=1)
    await h.write("control", abort=1)
    await h.interrupt()
    assert "aborted" in await h.causes()
    h.sink.pause = False
    await h.expect(0)


@cocotb.test()
async def abort_at_every_beat(dut: Any) -> None:
    """As a result goes into its queue: it is there whole, or not at all."""
    h = await host(dut)
    cycles = h.vectors.recalls[0].get("cycles", 200)
    answered = set()
    for delay in range(cycles - 12, cycles + h.vectors.words + 12):
        h.ask(0)
        await h.cycles(delay)
        await h.write("control", abort=1)
        await h.until("status", queued=0, busy=0)
        await h.cycles(2 * h.vectors.words + 8)
        answered.add(h.sink.count())
        if not h.sink.empty():
            await h.expect(0)
        h.ask(2)
        await h.expect(2)
    if "cycles" in h.vectors.recalls[0]:  # else of a batch, and the delays are beside its end
        assert answered == {0, 1}


@cocotb.test()
async def soft_reset_in_a_packet(dut: Any) -> None:
    """What is left of the packet is dropped, and not counted as a short one."""
    h = await host(dut)
    for _ in range(25):
        h.source.set_pause_generator(pauses(h.chance))
        h.ask(0)
        await h.cycles(h.chance.randrange(2 * h.vectors.words))
        await h.write("control", soft_reset=1)
        h.source.clear_pause_generator()
        h.source.pause = False
        await h.cycles(2 * h.vectors.words + 4)
        await h.write("control", abort=1)  # of what came wholly after it
        await h.cycles(2 * h.vectors.words + 8)
        while not h.sink.empty():
            h.sink.recv_nowait()
        h.ask(1)
        await h.expect(1)
        assert await h.read("short_packets") == 0
