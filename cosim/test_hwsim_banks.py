"""hwsim_wrapper with two banks of memories: one is written while recalls go on in the other.

Environment: HWSIM_VECTORS, HWSIM_STREAM, HWSIM_OTHER, HWSIM_OTHER_STREAM as in test_hwsim_loader;
HWSIM_STATES, those of the engine in which it must have been stopped, HWSIM_ATTEMPTS times at least.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Any

import cocotb
from axi_host import Host, Vectors, watch
from bench import end_with_parent, seeded


class Exchanger(Host):
    """A host that knows what each bank holds."""

    def __init__(self, dut: Any) -> None:
        super().__init__(dut, Vectors(Path(os.environ["HWSIM_VECTORS"])), seeded(dut))
        names = ("HWSIM_VECTORS", "HWSIM_STREAM"), ("HWSIM_OTHER", "HWSIM_OTHER_STREAM")
        self.images = [
            (Vectors(Path(os.environ[vectors])), Path(os.environ[stream]).read_bytes())
            for vectors, stream in names
        ]
        self.bank = 0

    async def exchange(self) -> None:
        """And wait until it is done."""
        await self.write("control", exchange=1)
        await self.until("status", exchanging=0)
        self.bank ^= 1
        assert (await self.fields("status"))["bank"] == self.bank

    async def fill(self) -> None:
        """The first image into bank 0, the second into bank 1; the first is in use."""
        for _, stream in reversed(self.images):
            await self.load(stream)
            await self.exchange()
        if self.bank:
            await self.exchange()
        await self.causes()

    def which(self, index: int, beats: bytes) -> set[int]:
        """The banks whose image answers a query so."""
        size = self.bytes
        state = [int.from_bytes(beats[at : at + size], "little")
                 for at in range(0, len(beats), size)]  # fmt: skip
        return {bank for bank, (vectors, _) in enumerate(self.images)
                if vectors.state(index) == state}  # fmt: skip


async def host(dut: Any, *, full: bool = True) -> Exchanger:
    """One after reset; banks hold an image each."""
    end_with_parent()
    found = Exchanger(dut)
    await found.start()
    assert (await found.fields("features"))["two_banks"] == 1
    if full:
        await found.fill()
    return found


@cocotb.test()
async def recalls_go_on(dut: Any) -> None:
    """Queries without end while the other bank is written: each is answered by one image alone.

    All are, until the word that exchanges the banks, by the old one, and so is the recall that runs
    when it comes; all after it by the new one.
    """
    h = await host(dut, full=False)
    count = len(h.vectors.recalls)
    for turn, (_, stream) in enumerate([*h.images, h.images[0]]):
        asked: list[int] = []

        async def ask(asked: list[int] = asked) -> None:
            while True:
                index = h.chance.randrange(count)
                asked.append(index)
                h.ask(index)
                await h.source.wait()

        first = turn == 0
        asker = None if first else cocotb.start_soon(ask())
        await h.load(stream)
        if not first:
            while await h.read("results") < 4:
                await h.load(stream)
        await h.cycles(h.chance.randrange(60))
        before = await h.read("results")
        await h.exchange()
        if asker is not None:
            await h.cycles(500)
            asker.cancel()
            await h.source.wait()
            await h.until("status", queued=0, busy=0)
            await h.cycles(2 * h.vectors.words + 4)
        answers = [h.which(index, bytes(h.sink.recv_nowait().tdata)) for index in asked]
        h.quiet()
        here, gone = turn % 2, (turn + 1) % 2
        old = [index for index, banks in enumerate(answers) if here not in banks]
        last = max(old, default=-1)
        assert all(gone in banks for banks in answers[: last + 1]), answers
        assert all(here in banks for banks in answers[last + 1 :]), answers
        if not first:
            start = len(asked) - await h.read("results") + before
            assert old
            assert last < len(asked) - 1
            assert start <= last + 1 + 2  # what ran ended on the old bank
        await h.write("control", soft_reset=1)  # the results count from 0 again
        assert (await h.fields("status"))["bank"] == h.bank


@cocotb.test()
async def one_word_of_many(dut: Any) -> None:
    """Between any two pieces written to it, what is not in use does not show."""
    h = await host(dut)
    other = struct.unpack(f"<{len(h.images[1][1]) // 4}I", h.images[1][1])
    await h.write("load_memory", other[0])
    await h.write("load_address", 0)
    for piece in other[2:14]:
        await h.write("load_data", piece ^ 0xFFFFFFFF)
        index = h.chance.randrange(len(h.vectors.recalls))
        h.ask(index)
        await h.expect(index)
        await h.compare_registers(index)


@cocotb.test()
async def told(dut: Any) -> None:
    """The interrupt, once; what comes while an exchange waits is refused and changes nothing."""
    h = await host(dut)
    await h.write("interrupt_enable", exchanged=1)
    stream = struct.unpack(f"<{len(h.images[0][1]) // 4}I", h.images[0][1])
    depth = stream[1]
    crc = stream[2 + depth * h.pieces(stream[0])]
    h.sink.pause = True  # the recall cannot end: its result has no room
    room = int(dut.RESULTS.value)
    for index in range(room + 2):
        h.ask(index)
    await h.until("results", value=room)
    await h.until("status", busy=1)
    await h.write("control", exchange=1)
    status = await h.fields("status")
    assert (status["exchanging"], status["bank"], status["load_ready"]) == (1, 0, 0)
    await h.causes()
    for register, word in (("load_data", 1), ("check", 1), ("control", 8)):
        await h.write(register, word)
        assert await h.causes() == {"load_error"}, register
    h.sink.pause = False
    await h.interrupt()
    assert "exchanged" in await h.causes()
    for index in range(room + 1):
        await h.expect(index)
    await h.expect(room + 1, vectors=h.images[1][0])
    h.bank = 1
    await h.write("load_memory", stream[0])
    assert await h.crc(depth) == crc  # of the bank that was in use
    assert "exchanged" not in await h.causes()


@cocotb.test()
async def a_check_ends_first(dut: Any) -> None:
    """Of the memory that is read for it; recalls go on meanwhile."""
    h = await host(dut)
    stream = struct.unpack(f"<{len(h.images[1][1]) // 4}I", h.images[1][1])
    depth = stream[1]
    await h.write("load_memory", stream[0])
    await h.write("load_address", 0)
    h.ask(1)
    await h.until("status", busy=1)
    await h.write("check", depth)
    await h.write("control", exchange=1)
    await h.expect(1)
    await h.until("status", exchanging=0)
    assert await h.read("crc") == stream[2 + depth * h.pieces(stream[0])]
    h.ask(2)
    await h.expect(2, vectors=h.images[1][0])


async def give_up(dut: Any, how: str) -> None:
    """In each state, while a bank is written and perhaps exchanged, after a wrong packet or none.

    The next query is answered by the bank that status names.
    """
    h = await host(dut)
    count = len(h.vectors.recalls)
    longest = max(recall["cycles"] for recall in h.vectors.recalls)
    needed, states = set(os.environ["HWSIM_STATES"].split(",")), set[str]()
    watcher = cocotb.start_soon(watch(dut, states))
    for attempt in range(400):
        if attempt >= int(os.environ["HWSIM_ATTEMPTS"]) and needed <= states:
            break
        h.sink.pause = attempt % 4 == 3
        for _ in range(h.chance.randint(1, 3)):
            h.ask(h.chance.randrange(count))
        if attempt % 3 == 1:
            h.send(
                [0] * (h.vectors.words + h.chance.choice([1, -1] if h.vectors.words > 1 else [1]))
            )
        _, stream = h.images[h.bank ^ 1]
        await h.write("load_memory", struct.unpack_from("<I", stream)[0])
        await h.write("load_address", 0)
        await h.write("load_data", struct.unpack_from("<I", stream, 8)[0])
        if attempt % 2:
            await h.write("control", exchange=1)
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
        await h.until("status", queued=0, busy=0, exchanging=0)
        await h.cycles(h.vectors.words + 4)
        while not h.sink.empty():
            assert len(h.sink.recv_nowait().tdata) == h.vectors.words * h.bytes
        h.bank = (await h.fields("status"))["bank"]
        assert h.bank == 0 or how != "rst"
        index = h.chance.randrange(count)
        h.ask(index)
        await h.expect(index, vectors=h.images[h.bank][0])
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
