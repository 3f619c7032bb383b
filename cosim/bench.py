"""What the testbenches share: clock, reset, seeded chance, and a checker that must see items.

Everything is driven at the falling edge, half a cycle away from the edge that the modules look
at, so no testbench depends on the simulator's order of events.
"""

from __future__ import annotations

import ctypes
import os
import random
import signal
from collections import deque
from collections.abc import Callable
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, ReadOnly, Timer

PERIOD_NS = 10
_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Let the simulator end when hwsim, which waits for it, is killed; by a call of Linux's."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def seeded(dut: Any) -> random.Random:
    """Chance from cocotb's own seed, which is printed so that a run can be repeated."""
    seed = int(os.environ.get("COCOTB_RANDOM_SEED", cocotb.RANDOM_SEED))
    dut._log.info(f"seed {seed}: repeat with COCOTB_RANDOM_SEED={seed}")
    return random.Random(seed)


async def start(dut: Any, **inputs: int) -> None:
    """Start the clock, drive `inputs` (all that are valid signals: 0), and reset for 2 cycles."""
    # The simulator itself drives this clock; Python is not called on its edges.
    Clock(dut.clk, PERIOD_NS, unit="ns", impl="gpi").start()
    for name, value in inputs.items():
        getattr(dut, name).value = value
    if not hasattr(dut, "rst"):  # a memory
        return
    dut.rst.value = 1
    await FallingEdge(dut.clk)
    await FallingEdge(dut.clk)
    dut.rst.value = 0


async def cycles(count: int) -> None:
    """From one falling edge to the one `count` cycles later."""
    if count:
        await Timer(count * PERIOD_NS, unit="ns")


def value(handle: Any) -> int | str:
    """A signal's value as an integer, or as it prints when a bit of it is unknown."""
    bits = handle.value
    try:
        return int(bits.to_unsigned()) if hasattr(bits, "to_unsigned") else int(bits)
    except ValueError:
        return str(bits)


class Memory:
    """Stands in for an hwsim_ram or hwsim_rom read port that a module drives."""

    def __init__(self, words: Any, read: Any, address: Any, output_enable: Any, data: Any) -> None:
        self.words = words  # anything that an address indexes
        self.ports = (read, address, output_enable, data)
        self.word = 0
        self.reads: list[int] = []  # addresses

    def drive(self) -> None:
        """After a rising edge: what the memory's output registers now hold."""
        if self.enabled:
            self.ports[3].value = self.data
        self.enabled = False

    enabled = False
    data = 0

    def sample(self) -> None:
        """Before a rising edge: what the module asks for."""
        read, address, output_enable, _ = self.ports
        if value(output_enable) == 1:
            self.enabled, self.data = True, self.word
        if value(read) == 1:
            self.reads.append(value(address))
            self.word = self.words[value(address)]


class Sink:
    """Takes what a Memory puts out when that goes to another module than the one under test."""

    def __init__(self, values: list[int]) -> None:
        self.__dict__["values"] = values

    def __setattr__(self, name: str, number: int) -> None:
        self.values.append(number)


class Bench:
    """A module driven cycle by cycle."""

    def __init__(self, dut: Any, *memories: Memory) -> None:
        self.dut, self.memories = dut, memories
        self.cycle = 0

    async def tick(self, **inputs: int | Callable[[], int]) -> None:
        """Into the next cycle, with these inputs; on return all outputs are settled.

        An input may be a function, of the outputs that the last rising edge left.
        """
        await FallingEdge(self.dut.clk)
        self.cycle += 1
        for memory in self.memories:
            memory.drive()
        for name, number in inputs.items():
            getattr(self.dut, name).value = number() if callable(number) else number
        await ReadOnly()
        for memory in self.memories:
            memory.sample()


class Checker:
    """Compares a stream of items with the expected ones, in order, and counts them."""

    def __init__(self) -> None:
        self.expected: deque[Any] = deque()
        self.compared = 0

    def expect(self, item: Any) -> None:
        self.expected.append(item)

    def see(self, item: Any) -> None:
        assert self.expected, f"item {self.compared} is {item}, none was expected"
        wanted = self.expected.popleft()
        assert item == wanted, f"item {self.compared} is {item}, not {wanted}"
        self.compared += 1

    def finish(self, least: int = 1) -> None:
        """Fail on items still missing and on having compared nothing."""
        assert not self.expected, f"{len(self.expected)} expected items never came"
        assert self.compared >= least, f"only {self.compared} items were compared"


def read_words(path: str) -> list[int]:
    """Words of a $readmemh file, one a line."""
    with open(path) as lines:  # noqa: PTH123 - cocotb's Python has nothing else imported
        return [int(line, 16) for line in lines if line.strip()]
