"""A host of hwsim_wrapper made of cocotbext-axi alone: streams, registers, golden vectors."""

from __future__ import annotations

import itertools
import json
import logging
import random
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import PERIOD_NS, read_words
from cocotb.clock import Clock
from cocotb.triggers import ClockCycles, FallingEdge, RisingEdge, with_timeout
from cocotbext.axi import (
    AxiLiteBus,
    AxiLiteMaster,
    AxiStreamBus,
    AxiStreamFrame,
    AxiStreamSink,
    AxiStreamSource,
)
from hwsim_registers import FIELDS, OFFSETS, pack, unpack

PATIENCE = 20_000  # cycles without an answer, after which none comes
ENGINE_STATES = {0: "LOAD", 1: "SEARCH", 2: "SCAN", 3: "UPDATE", 4: "COPY", 5: "SEND"}


class Vectors:
    """Golden vectors: queries, and what each must be answered with."""

    def __init__(self, folder: Path) -> None:
        self.document = json.loads((folder / "vectors.json").read_text())
        self.recalls = self.document["recalls"]
        self.queries = read_words(str(folder / "queries.mem"))
        self.states = read_words(str(folder / "states.mem"))
        self.words = len(self.queries) // len(self.recalls)

    def query(self, index: int) -> list[int]:
        return self.queries[index * self.words :][: self.words]

    def state(self, index: int) -> list[int]:
        return self.states[index * self.words :][: self.words]


def pauses(chance: random.Random) -> Iterator[bool]:
    """Cycles in which a port does nothing: half of them."""
    return (chance.random() < 0.5 for _ in itertools.count())


async def watch(dut: Any, states: set[str]) -> None:
    """Which states the engine is reset in."""
    while True:
        await RisingEdge(dut.engine_reset)
        await FallingEdge(dut.clk)
        states.add(ENGINE_STATES[int(dut.engine.controls[0].control.state.value)])


class Host:
    """What stands at the wrapper's ports."""

    def __init__(self, dut: Any, vectors: Vectors, chance: random.Random) -> None:
        logging.getLogger("cocotb").setLevel(logging.WARNING)  # not every transfer
        self.dut, self.vectors, self.chance = dut, vectors, chance
        self.bytes = len(dut.s_axis_tdata) // 8

    async def start(self) -> None:
        """Clock and reset; the drivers, which take no X for an answer, come after it."""
        dut = self.dut
        for name in ("s_axis_tvalid", "m_axis_tready", "s_axil_awvalid", "s_axil_wvalid",
                     "s_axil_bready", "s_axil_arvalid", "s_axil_rready"):  # fmt: skip
            getattr(dut, name).value = 0
        Clock(dut.clk, PERIOD_NS, unit="ns", impl="gpi").start()
        await self.reset(2)
        self.source = AxiStreamSource(AxiStreamBus.from_prefix(dut, "s_axis"), dut.clk, dut.rst)
        self.sink = AxiStreamSink(AxiStreamBus.from_prefix(dut, "m_axis"), dut.clk, dut.rst)
        self.port = AxiLiteMaster(AxiLiteBus.from_prefix(dut, "s_axil"), dut.clk, dut.rst)

    async def reset(self, cycles: int = 1) -> None:
        """The reset input, for so many cycles."""
        self.dut.rst.value = 1
        await self.cycles(cycles)
        self.dut.rst.value = 0
        await self.cycles(1)

    async def cycles(self, count: int) -> None:
        if count:
            await ClockCycles(self.dut.clk, count)

    # Streams ----------------------------------------------------------------------------------

    def send(self, beats: list[int], tid: int = 0) -> None:
        """A packet goes on its way."""
        data = b"".join(beat.to_bytes(self.bytes, "little") for beat in beats)
        self.source.send_nowait(AxiStreamFrame(data, tid=tid))

    def ask(self, index: int, tid: int = 0) -> None:
        """A query of the vectors goes on its way."""
        self.send(self.vectors.query(index), tid)

    async def answer(self) -> AxiStreamFrame:
        """The next result."""
        return await with_timeout(self.sink.recv(), PATIENCE * PERIOD_NS, "ns")

    async def expect(self, index: int, tid: int = 0, vectors: Vectors | None = None) -> None:
        """The next result is that of this query."""
        vectors = vectors or self.vectors
        frame, recall = await self.answer(), vectors.recalls[index]
        size = self.bytes
        beats = [
            int.from_bytes(frame.tdata[at : at + size], "little")
            for at in range(0, len(frame.tdata), size)
        ]
        assert beats == vectors.state(index), f"query {index}: state"
        user = recall["steps"] | recall["converged"] << 16 | recall["miss"] << 17
        assert frame.tuser == user | recall["distance"] << 18, f"query {index}: tuser"
        assert frame.tid == tid, f"query {index}: tid"

    def quiet(self) -> None:
        assert self.sink.empty(), "a result that nobody asked for"

    # Registers --------------------------------------------------------------------------------

    async def write(self, register: str, word: int | None = None, **fields: int) -> None:
        number = pack(register, **fields) if word is None else word
        done = await self.port.write(OFFSETS[register], number.to_bytes(4, "little"))
        assert done.resp == 0, f"{register}: {done.resp}"

    async def read(self, register: str) -> int:
        """A register's word."""
        wide = FIELDS[register] == {"value": (0, 64)}
        done = await self.port.read(OFFSETS[register], 8 if wide else 4)
        assert done.resp == 0, f"{register}: {done.resp}"
        return int.from_bytes(done.data, "little")

    async def fields(self, register: str) -> dict[str, int]:
        """A register's fields."""
        return unpack(register, await self.read(register))

    async def until(self, register: str, **fields: int) -> None:
        """Wait until a register has these fields."""
        for _ in range(PATIENCE):
            found = await self.fields(register)
            if all(found[name] == value for name, value in fields.items()):
                return
        raise AssertionError(f"{register} never has {fields}")

    async def causes(self) -> set[str]:
        """The causes of an interrupt, which are then cleared."""
        word = await self.read("interrupt_cause")
        await self.write("interrupt_cause", word)
        return {name for name, value in unpack("interrupt_cause", word).items() if value}

    async def interrupt(self) -> None:
        """Wait for one."""
        if self.dut.irq.value != 1:
            await with_timeout(RisingEdge(self.dut.irq), PATIENCE * PERIOD_NS, "ns")

    async def compare_registers(self, index: int) -> None:
        """Flags, cycles and counters of the last result are those of this query."""
        recall = self.vectors.recalls[index]
        flags = {name: int(recall[name]) for name in ("steps", "converged", "miss")}
        assert await self.fields("outcome") == flags, f"query {index}"
        assert await self.read("distance") == recall["distance"]
        if "counters" in recall:
            for name, count in {**recall["counters"], "cycles": recall["cycles"]}.items():
                assert await self.read(name) == count, f"query {index}: {name}"

    # Memories ---------------------------------------------------------------------------------

    async def load(self, content: bytes, check: bool = True) -> None:
        """The streams of `hwsim export --format stream`, one after the other, each checked."""
        words = struct.unpack(f"<{len(content) // 4}I", content)
        at = 0
        while at < len(words):
            await self.write("load_memory", words[at])
            await self.write("load_address", 0)
            depth, at = words[at + 1], at + 2
            for piece in words[at : at + depth * self.pieces(words[at - 2])]:
                await self.write("load_data", piece)
            at += depth * self.pieces(words[at - 2])
            if check:
                assert await self.crc(depth) == words[at]
            at += 1

    def pieces(self, memory: int) -> int:
        """Of a word of a memory; only patterns' and weights' are wide."""
        return max(1, self.bytes // 4) if memory & 7 < 2 else 1

    async def crc(self, depth: int) -> int:
        """Of the memory that is chosen."""
        await self.write("load_address", 0)
        await self.write("check", depth)
        await self.until("status", checking=0)
        return await self.read("crc")
