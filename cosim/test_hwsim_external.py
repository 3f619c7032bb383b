"""hwsim_wrapper with its weights in an external memory, which answers when it likes.

Environment: HWSIM_VECTORS; HWSIM_WEIGHTS, the weights in format bin; HWSIM_WAITS, JSON, for some
latencies of a steady memory the cycles that each recall waits for it; HWSIM_STATES, those of the
engine in which it must have been stopped, HWSIM_BURSTS times with words on their way.
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cocotb
from axi_host import Host, Vectors, watch
from bench import end_with_parent, seeded
from cocotb.triggers import FallingEdge
from cocotbext.axi import AxiRamRead, AxiReadBus

BASE = 0x0004_3000


async def host(dut: Any) -> Host:
    """One after reset, which has told where the weights are."""
    end_with_parent()
    for name in ("arready", "rvalid", "rid", "rlast", "rresp", "rdata"):
        getattr(dut, f"m_axi_{name}").value = 0
    found = Host(dut, Vectors(Path(os.environ["HWSIM_VECTORS"])), seeded(dut))
    await found.start()
    assert (await found.fields("features"))["external_weights"] == 1
    await found.write("weight_address", BASE)
    return found


def weights() -> bytes:
    return Path(os.environ["HWSIM_WEIGHTS"]).read_bytes()


def moods(h: Host) -> Iterator[bool]:
    """Cycles in which a memory does nothing: now and then, half of them, long rows of them."""
    while True:
        kind = h.chance.randrange(4)
        for _ in range(h.chance.randrange(1, 60)):
            yield kind == 3 or (kind > 0 and h.chance.random() < 0.5 * kind - 0.3)
        yield False


def ram(h: Host, dut: Any) -> AxiRamRead:
    """cocotbext-axi's memory, with the weights in it, as slow as it likes."""
    memory = AxiRamRead(AxiReadBus.from_prefix(dut, "m_axi"), dut.clk, dut.rst, size=2**20)
    memory.write(BASE, weights())
    memory.ar_channel.set_pause_generator(moods(h))
    memory.r_channel.set_pause_generator(moods(h))
    return memory


class Steady:
    """A memory that takes every address at once, and answers after so many cycles."""

    def __init__(self, dut: Any, latency: int, response: int = 0) -> None:
        self.dut, self.latency, self.response = dut, latency, response
        self.bytes = len(dut.m_axi_rdata) // 8
        self.content = weights()
        self.task = cocotb.start_soon(self.run())

    async def run(self) -> None:
        dut, beats = self.dut, list[tuple[int, int]]()  # when, which word
        dut.m_axi_arready.value = 1
        dut.m_axi_rresp.value = self.response
        for now in itertools.count():
            await FallingEdge(dut.clk)
            due = bool(beats) and beats[0][0] <= now
            dut.m_axi_rvalid.value = due
            if due:
                place = beats.pop(0)[1] * self.bytes
                word = int.from_bytes(self.content[place : place + self.bytes], "little")
                dut.m_axi_rdata.value = word
            if dut.m_axi_arvalid.value == 1:
                address, length = int(dut.m_axi_araddr.value), int(dut.m_axi_arlen.value) + 1
                assert 1 << int(dut.m_axi_arsize.value) == self.bytes
                assert dut.m_axi_arburst.value == 1
                assert address // 4096 == (address + length * self.bytes - 1) // 4096
                first, last = divmod(address - BASE, self.bytes)
                assert last == 0
                begin = max(now + self.latency, beats[-1][0] + 1 if beats else 0)
                beats += [(begin + beat, first + beat) for beat in range(length)]


async def compare(h: Host, index: int) -> int:
    """The last result's registers, but for cycles, with those in which it waited; returns these."""
    recall = h.vectors.recalls[index]
    waits = await h.read("weight_waits")
    if "counters" in recall:
        assert await h.read("cycles") == recall["cycles"] + waits, (index, waits)
        for name, count in recall["counters"].items():
            assert await h.read(name) == count, name
    return waits


@cocotb.test()
async def any_latency(dut: Any) -> None:
    """Every recall is exact, and takes its cycles and those in which it waited, no other."""
    h = await host(dut)
    ram(h, dut)
    in_flight = (await h.fields("features"))["queries_in_flight"]
    waited = 0
    for index in range(len(h.vectors.recalls)):
        h.ask(index)
        await h.expect(index)
        waited += await compare(h, index) if in_flight == 1 else 0
    assert waited or in_flight > 1
    assert "weight_error" not in await h.causes()


@cocotb.test()
async def known_latency(dut: Any) -> None:
    """Each step that accumulates waits once, for its first word, as long as the memory takes."""
    h = await host(dut)
    in_flight = (await h.fields("features"))["queries_in_flight"]
    if in_flight > 1:
        return
    for latency, waits in json.loads(os.environ["HWSIM_WAITS"]).items():
        memory = Steady(dut, int(latency))
        for index, expected in enumerate(waits):
            h.ask(index)
            await h.expect(index)
            assert await compare(h, index) == expected, f"latency {latency}"
        memory.task.cancel()


@cocotb.test()
async def errors_are_told(dut: Any) -> None:
    h = await host(dut)
    memory = Steady(dut, 5, response=2)
    await h.write("interrupt_enable", weight_error=1)
    waits = next(iter(json.loads(os.environ["HWSIM_WAITS"]).values()))
    index = next(index for index, expected in enumerate(waits) if expected)
    h.ask(index)
    await h.interrupt()
    assert "weight_error" in await h.causes()
    memory.response = 0
    dut.m_axi_rresp.value = 0
    await h.answer()
    await h.causes()
    h.ask(index)
    await h.expect(index)
    assert "weight_error" not in await h.causes()


async def give_up(dut: Any, how: str) -> None:
    """In each state, with bursts on their way; the next query is answered as ever."""
    h = await host(dut)
    memory = ram(h, dut)
    in_flight = (await h.fields("features"))["queries_in_flight"]
    count = len(h.vectors.recalls)
    longest = max(recall.get("cycles", 0) for recall in h.vectors.recalls)
    needed, states = set(os.environ["HWSIM_STATES"].split(",")), set[str]()
    watcher = cocotb.start_soon(watch(dut, states))
    on_the_way, bursts = 0, int(os.environ["HWSIM_BURSTS"])
    for attempt in range(100):
        if attempt >= 12 and needed <= states and on_the_way >= bursts:
            break
        h.sink.pause = attempt % 4 == 3
        for _ in range(h.chance.randint(1, 3)):
            h.ask(h.chance.randrange(count))
        await h.cycles(h.chance.randrange(2 * longest))
        on_the_way += int(dut.external.weights.coming.value) > 0
        if how == "rst":
            await h.reset()
            await h.write("weight_address", BASE)
        else:
            await h.write("control", **{how: 1})
            if how == "soft_reset":
                await h.write("weight_address", BASE)
        h.sink.pause = False
        if how != "abort":
            h.source.clear()
        await h.source.wait()
        await h.cycles(h.vectors.words + 4)
        await h.until("status", queued=0, busy=0)
        await h.cycles(h.vectors.words + 4)
        while not h.sink.empty():
            assert len(h.sink.recv_nowait().tdata) == h.vectors.words * h.bytes
        index = h.chance.randrange(count)
        h.ask(index)
        await h.expect(index)
        if in_flight == 1:  # else the counters are of a batch
            await compare(h, index)
        h.quiet()
    watcher.cancel()
    assert memory is not None
    assert on_the_way >= bursts
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
