"""Memories of hwsim_wrapper written and checked over its registers, and queries meanwhile.

Environment: HWSIM_VECTORS, the folder of golden vectors; HWSIM_STREAM, the load streams of its
image, patterns first; HWSIM_OTHER and HWSIM_OTHER_STREAM, the same of another image with the same
parameters.
The engine's memories have no content at first.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Any

import cocotb
from axi_host import Host, Vectors
from bench import end_with_parent, seeded


async def host(dut: Any) -> tuple[Host, bytes, bytes]:
    """One after reset, and the streams of two images."""
    end_with_parent()
    found = Host(dut, Vectors(Path(os.environ["HWSIM_VECTORS"])), seeded(dut))
    await found.start()
    streams = [Path(os.environ[name]) for name in ("HWSIM_STREAM", "HWSIM_OTHER_STREAM")]
    first, second = (path.read_bytes() for path in streams)
    return found, first, second


async def loading(h: Host) -> None:
    """Into the state in which memories can be written."""
    await h.write("settings", auto_start=1, load=1)
    await h.until("status", load_ready=1)


@cocotb.test()
async def exchange(dut: Any) -> None:
    """Two images in turn, while queries arrive: each is answered by the image that is whole."""
    h, first, second = await host(dut)
    other = Vectors(Path(os.environ["HWSIM_OTHER"]))
    assert other.states != h.vectors.states
    for stream, vectors in ((first, h.vectors), (second, other), (first, h.vectors)):
        await loading(h)
        h.vectors = vectors
        h.ask(0)  # before and while the memories are written
        h.ask(1)
        await h.load(stream)
        h.quiet()
        assert (await h.fields("status"))["busy"] == 0
        await h.write("settings", auto_start=1, load=0)
        for index in range(len(vectors.recalls)):
            if index > 1:
                h.ask(index)
            await h.expect(index)
            if index > 1:
                await h.compare_registers(index)
    assert await h.causes() == {"done", "checked"}


@cocotb.test()
async def a_recall_ends_first(dut: Any) -> None:
    """load_ready waits for the recall that runs; what is written before that is refused."""
    h, first, second = await host(dut)
    await loading(h)
    await h.load(first, check=False)
    await h.write("settings", auto_start=1, load=0)
    h.ask(0)
    await h.until("status", busy=1)
    await h.write("settings", auto_start=1, load=1)
    status = await h.fields("status")
    assert (status["busy"], status["load_ready"]) == (1, 0)
    await h.write("load_memory", memory=0)
    await h.write("load_address", 0)
    await h.write("load_data", struct.unpack_from("<I", second, 8)[0])
    assert "load_error" in await h.causes()
    await h.write("check", 1)
    assert "load_error" in await h.causes()
    await h.expect(0)
    await h.until("status", load_ready=1)
    await h.load(b"")
    await h.write("settings", auto_start=1, load=0)
    h.ask(1)
    await h.expect(1)


@cocotb.test()
async def errors(dut: Any) -> None:
    """A memory or an address that is not there; a damaged word has another CRC."""
    h, first, _ = await host(dut)
    await loading(h)
    await h.load(first)
    assert await h.causes() == {"checked"}
    depth = struct.unpack_from("<I", first, 4)[0]
    await h.write("load_memory", memory=0)
    before = await h.crc(depth)
    await h.write("load_address", depth - 1)
    for piece in range(h.pieces(0)):
        await h.write("load_data", 0x5A5A5A5A ^ piece)
    assert await h.causes() == {"checked"}
    assert await h.crc(depth) != before
    await h.causes()
    for piece in range(h.pieces(0)):  # beyond the last word
        await h.write("load_data", piece)
    await h.cycles(5)
    assert await h.causes() == {"load_error"}
    await h.crc(depth + 1)
    assert await h.causes() == {"checked", "load_error"}
    await h.write("load_memory", memory=7)
    await h.crc(1)
    assert await h.causes() == {"checked", "load_error"}
    await h.write("load_memory", memory=0)
    assert await h.crc(0) == 0
    await h.write("load_address", 0)
    await h.write("check", depth)
    await h.write("load_data", 0)  # while the check runs
    assert "load_error" in await h.causes()
    await h.until("status", checking=0)
    await h.load(first)
    await h.write("settings", auto_start=1, load=0)
    for index in range(len(h.vectors.recalls)):
        h.ask(index)
        await h.expect(index)


@cocotb.test()
async def recall_after_a_check_that_runs(dut: Any) -> None:
    """A query waits for the end of a check, even where load is 0 again; a soft reset ends it."""
    h, first, _ = await host(dut)
    await loading(h)
    await h.load(first)
    depth = struct.unpack_from("<I", first, 4)[0]
    for reset in (0, 1):
        await loading(h)
        await h.write("load_memory", memory=0)
        await h.write("load_address", 0)
        await h.write("check", depth)
        await h.write("settings", auto_start=1, load=0)
        if reset:
            await h.write("control", soft_reset=1)
        h.ask(0)
        await h.expect(0)
        assert await h.read("results") == 1
        assert (await h.fields("status"))["checking"] == 0
        if not reset:
            assert await h.causes() == {"done", "checked"}
    await h.write("control", exchange=1)  # of one bank
    assert "load_error" in await h.causes()
