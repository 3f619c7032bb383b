"""What the engine's signals do in every cycle, written to a file; knows signals, not their meaning.

Environment: HWSIM_TRACE, a JSON list of what to watch, each with

    enable   signals, all of which are 1 in a cycle in which something happens; `name[3]` is a bit
    address  a signal of that cycle, or null
    data     a signal of `delay` cycles later, or null

by their paths below the engine; `name[3].name` is of an instance in a loop. A path may be a list
of several, of which the first that is there counts. HWSIM_TRACE_RESULT, the file: a line of JSON,
the width of each one's data or null where it is not there, then a line an event: recall, cycle,
which one, address, data.
"""

from __future__ import annotations

import json
import os
import re
from collections import deque
from pathlib import Path
from typing import Any, TextIO

import cocotb
from bench import PERIOD_NS, value
from cocotb.triggers import FallingEdge, Timer
from cocotb.utils import get_sim_time

Event = list[Any]  # recall, cycle, which entry, address

_INDEXED = re.compile(r"(\w+)(?:\[(\d+)\])?")
_SETTLED_NS = 3  # after the falling edge at which testbenches drive, before the rising one


class Signal:
    """A signal below the engine, or a bit of it."""

    def __init__(self, dut: Any, path: str) -> None:
        *instances, last = path.split(".")
        name, bit = _INDEXED.fullmatch(last).groups()  # type: ignore[union-attr]
        self.handle = getattr(dut, "engine", dut)  # within hwsim_external
        for part in instances:
            instance, number = _INDEXED.fullmatch(part).groups()  # type: ignore[union-attr]
            self.handle = getattr(self.handle, instance)
            if number is not None:
                self.handle = self.handle[int(number)]
        self.handle = getattr(self.handle, name)
        self.shift = 0 if bit is None else int(bit)
        self.width = len(self.handle) if bit is None else 1

    def is_one(self) -> bool:
        return self.handle._handle.get_signal_val_binstr()[-1 - self.shift] == "1"

    def get(self) -> int | str:
        number = value(self.handle)
        if isinstance(number, str):
            return number
        return number >> self.shift & ((1 << self.width) - 1)


class Watched:
    """One entry of the list."""

    def __init__(self, index: int, entry: dict[str, Any], signals: dict[str, Signal]) -> None:
        self.index, self.delay = index, entry["delay"]
        self.address = None if entry["address"] is None else signals[entry["address"]]
        self.data = None if entry["data"] is None else signals[entry["data"]]

    def now(self, recall: int, cycle: int) -> Event:
        """What happens in this cycle; the data come later."""
        return [recall, cycle, self.index, None if self.address is None else self.address.get()]

    def then(self) -> int | str:
        return 1 if self.data is None else self.data.get()


class Trace:
    """Records from the current time on."""

    def __init__(self, dut: Any, entries: list[dict[str, Any]], output: TextIO) -> None:
        self.dut, self.output = dut, output
        self.signals: dict[str, Signal] = {}
        # Asked in every cycle: each set of enables once, however many wait for it.
        self.enabled: dict[tuple[str, ...], list[Watched]] = {}
        widths: list[int | None] = []
        for index, entry in enumerate(entries):
            named = self.named(entry)
            widths.append(None if named is None else self.width(named))
            if named is not None:
                watched = Watched(index, named, self.signals)
                self.enabled.setdefault(tuple(named["enable"]), []).append(watched)
        output.write(json.dumps(widths) + "\n")

    def named(self, entry: dict[str, Any]) -> dict[str, Any] | None:
        """The entry with the one path of each signal that is there; None if one is not."""
        paths = [entry["address"], entry["data"], *entry["enable"]]
        found = [None if path is None else self.find(path) for path in paths]
        if any(path is not None and name is None for path, name in zip(paths, found)):  # noqa: B905
            return None
        return {**entry, "address": found[0], "data": found[1], "enable": found[2:]}

    def find(self, paths: str | list[str]) -> str | None:
        """The first of the paths that is there."""
        for path in [paths] if isinstance(paths, str) else paths:
            try:
                self.signals.setdefault(path, Signal(self.dut, path))
            except AttributeError:
                continue
            return path
        return None

    def width(self, entry: dict[str, Any]) -> int:
        return 1 if entry["data"] is None else self.signals[entry["data"]].width

    async def record(self) -> None:
        last_beat = tuple(f"m_axis_{name}" for name in ("tvalid", "tready", "tlast"))
        self.enabled.setdefault(last_beat, [])
        for path in last_beat:
            self.find(path)
        enables = [
            ([self.signals[path] for path in paths], watched, paths == last_beat)
            for paths, watched in self.enabled.items()
        ]
        recall = 0
        waiting: deque[tuple[int, Event, Watched]] = deque()
        await FallingEdge(self.dut.clk)
        await Timer(_SETTLED_NS, unit="ns")
        cycle = int(get_sim_time("ns")) // PERIOD_NS
        while True:
            ended = False
            for signals, watched, is_last in enables:
                if all(signal.is_one() for signal in signals):
                    waiting += (
                        (cycle + each.delay, each.now(recall, cycle), each) for each in watched
                    )
                    ended |= is_last
            for _ in range(len(waiting)):
                due, event, each = waiting.popleft()
                if due == cycle:
                    self.output.write(f"{json.dumps([*event, each.then()])}\n")
                else:
                    waiting.append((due, event, each))
            recall += ended
            cycle += 1
            await Timer(PERIOD_NS, unit="ns")


def start(dut: Any) -> Trace | None:
    """Record what HWSIM_TRACE asks for, if it does."""
    asked = os.environ.get("HWSIM_TRACE")
    if not asked:
        return None
    output = Path(os.environ["HWSIM_TRACE_RESULT"]).open("w")  # noqa: SIM115 - closed by the test
    trace = Trace(dut, json.loads(Path(asked).read_text()), output)
    cocotb.start_soon(trace.record())
    return trace
