"""The engine with faulty cells in one memory, against golden vectors of the model with the same.

Environment: as for test_hwsim_engine, and HWSIM_FAULTS, a JSON file: `instances`, names of which
one is in the engine; `rom`, whether nobody writes to it; `words`, of each faulty word its address,
keep and flip: what is read of a word written as w is w & keep ^ flip; `errors`, of each recall, how
many the check bits correct and how many they detect, null where there are none; `stuck`, of
registers' bits: path of the register, and bits with their values.

A ROM is changed once, before the first query. A word of a RAM is changed half a cycle after it was
written, before anybody can read it; a register with stuck bits half a cycle after each clock edge.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import cocotb
from bench import value
from cocotb.triggers import FallingEdge, ReadOnly, Timer
from cocotb.types import LogicArray
from recorder import Signal
from test_hwsim_engine import compare_all


class Cells:
    """A memory, some words of which do not give back what was written."""

    def __init__(self, dut: Any, asked: dict[str, Any]) -> None:
        self.instance = first_of(dut, asked["instances"])
        self.words = {address: (keep, flip) for address, keep, flip in asked["words"]}

    def spoil(self, address: int, written: int) -> None:
        """Let a word be what its cells make of it."""
        keep, flip = self.words[address]
        word = self.instance.memory[address]
        word.value = (written & keep ^ flip) & (1 << len(word)) - 1

    async def spoil_content(self) -> None:
        """After the files were read."""
        await Timer(1, unit="ns")
        for address in self.words:
            self.spoil(address, int(value(self.instance.memory[address])))

    async def spoil_writes(self) -> None:
        """Cycle by cycle, for as long as the engine runs."""
        ram, written = self.instance, None
        while True:
            await FallingEdge(ram.clk)
            if written is not None:
                self.spoil(*written)
            await ReadOnly()
            written = None
            if value(ram.write_enable) == 1 and (address := value(ram.write_address)) in self.words:
                written = int(address), int(value(ram.written_word))


async def stick(dut: Any, stuck: list[list[Any]]) -> None:
    """Hold stuck bits of registers, cycle by cycle, for as long as the engine runs."""
    registers = [(Signal(dut, path).handle, bits) for path, bits in stuck]
    while True:
        await FallingEdge(dut.clk)
        for register, bits in registers:
            before = str(register.value)  # the highest bit first; some may be X yet
            after = list(before)
            for bit, held in bits:
                after[-1 - bit] = str(held)
            if (now := "".join(after)) != before:
                register.value = LogicArray(now)


def first_of(dut: Any, names: list[str]) -> Any:
    """The first instance that is there."""
    for name in names:
        try:
            return Signal(dut, name).handle
        except (AttributeError, IndexError, TypeError):
            continue
    raise AssertionError(f"none of {names} is in the engine")


@cocotb.test()
async def faulty_cells(dut: Any) -> None:
    """Every recall of the vectors, with faults in the memory."""
    asked = json.loads(Path(os.environ["HWSIM_FAULTS"]).read_text())
    if asked["stuck"]:
        cocotb.start_soon(stick(dut, asked["stuck"]))
    else:
        cells = Cells(dut, asked)
        if asked["rom"]:
            await cells.spoil_content()
        else:
            cocotb.start_soon(cells.spoil_writes())
    await compare_all(dut, asked["errors"])
