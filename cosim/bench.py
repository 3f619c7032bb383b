"""What the testbenches share: clock, reset, seeded chance, and a checker that must see items.

Everything is driven at the falling edge, half a cycle away from the edge that the modules look
at, so no testbench depends on the simulator's order of events.
"""

from __future__ import annotations

import os
import random
from collections import deque
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, Timer

PERIOD_NS = 10


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
