"""Block RAMs' own output registers, which Yosys leaves unused.

`hwsim_rom` and `hwsim_ram` read through two registers. The first one is within any block RAM; the
second one is there too in an ECP5 (REGMODE OUTREG, enabled by OCE), and then the block RAM's slow
clock-to-out lies within it. Yosys makes flip-flops of it and puts the multiplexer of a memory of
several block RAMs before them. Here each such flip-flop moves back through its multiplexer:

    block RAMs -> multiplexer -> flip-flop    becomes    block RAMs with register -> multiplexer
    selects    ----^                                     selects -> flip-flop --------^

which is the same word in the same cycle, for all registers keep the same clock and enable.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

Bit = int | str  # a net, or a constant
Cell = dict[str, Any]
Pin = tuple[str, str]  # of a cell: its name and port

_MEMORY: Final = "DP16KD"
_REGISTER: Final = "TRELLIS_FF"
_LOGIC: Final = frozenset({"LUT4", "PFUMX", "L6MUX21"})
_SELECTS: Final = 8  # flip-flops beside memories that a multiplexer hangs on, at most


@dataclass
class _Cone:
    """What a flip-flop's input is made of.

    Attributes:
        register: the flip-flop.
        logic: the cells between.
        memories: block RAMs, and the port halves, "A" or "B", read.
        selects: pins of the logic that flip-flops drive.
    """

    register: str
    logic: set[str] = field(default_factory=set)
    memories: set[Pin] = field(default_factory=set)
    selects: set[Pin] = field(default_factory=set)


def use_output_registers(netlist: dict[str, Any]) -> int:
    """Move registers behind block RAMs into them.

    Args:
        netlist: Yosys' JSON of ECP5 cells with one flat top module; changed.

    Returns:
        How many flip-flops went.
    """
    top = next(m for m in netlist["modules"].values() if "top" in m["attributes"])
    nets = _Nets(top["cells"])
    for cell in nets.cells.values():
        if cell["type"] == _MEMORY:
            _clock_both_halves(cell["connections"])
    cones = _movable(nets, [cone for cone in map(nets.cone, list(nets.cells)) if cone is not None])
    for cone in cones:
        nets.move(cone)
    return len(cones)


def _clock_both_halves(pins: dict[str, list[Bit]]) -> None:
    """Give a half without a clock the other's.

    A word of 36 bits leaves by both halves, and a timing analysis takes each half by its own clock.
    """
    for unused, used in (("CLKA", "CLKB"), ("CLKB", "CLKA")):
        if isinstance(pins[unused][0], str):
            pins[unused] = list(pins[used])


def _movable(nets: _Nets, cones: list[_Cone]) -> list[_Cone]:
    """The cones beside which nothing else reads their memories or logic, under one enable each."""
    while True:
        inside = {pin for cone in cones for pin in nets.inputs(cone)}
        enables: dict[Pin | str, set[tuple[Bit, ...]]] = defaultdict(set)
        for cone in cones:
            for part in cone.memories | cone.logic:
                enables[part].add(nets.control(cone.register))
        kept = [
            cone
            for cone in cones
            if all(len(enables[part]) == 1 for part in cone.memories | cone.logic)
            and nets.loads_of(cone) <= inside
        ]
        if len(kept) == len(cones):
            return kept
        cones = kept


class _Nets:
    """The cells of a module, and who drives and reads each net."""

    def __init__(self, cells: dict[str, Cell]) -> None:
        self.cells = cells
        self.driver: dict[Bit, Pin] = {}
        self.loads: dict[Bit, set[Pin]] = defaultdict(set)
        for name, cell in cells.items():
            for port, bits in cell["connections"].items():
                output = cell["port_directions"][port] == "output"
                for bit in bits:
                    if isinstance(bit, int) and output:
                        self.driver[bit] = (name, port)
                    elif isinstance(bit, int):
                        self.loads[bit].add((name, port))
        self._last = max([*self.driver, *self.loads], default=0, key=int)

    def pin(self, name: str, port: str) -> Bit:
        bit: Bit = self.cells[name]["connections"].get(port, ["0"])[0]
        return bit

    def control(self, register: str) -> tuple[Bit, ...]:
        """Clock and enable of a flip-flop."""
        always = self.cells[register]["parameters"].get("CEMUX") == "1"
        return self.pin(register, "CLK"), "1" if always else self.pin(register, "CE")

    def cone(self, register: str) -> _Cone | None:
        """What a flip-flop without reset takes from block RAMs; None for anything else."""
        cell = self.cells[register]
        if cell["type"] != _REGISTER or self.pin(register, "LSR") not in ("0", "x"):
            return None
        if cell["parameters"].get("CEMUX", "CE") not in ("CE", "1"):
            return None
        cone = _Cone(register)
        open_pins: list[Pin] = [(register, "DI")]
        while open_pins:
            reader = open_pins.pop()
            bit = self.pin(*reader)
            if isinstance(bit, str):
                continue
            if bit not in self.driver:
                return None
            name, port = self.driver[bit]
            kind = self.cells[name]["type"]
            if kind == _MEMORY and self._absorbs(name, port, register):
                cone.memories.add((name, port[2]))
            elif kind in _LOGIC:
                if name not in cone.logic:
                    cone.logic.add(name)
                    open_pins += [(name, port) for port in self._input_ports(name)]
            elif kind == _REGISTER and self.pin(name, "CLK") == self.pin(register, "CLK"):
                cone.selects.add(reader)
            else:
                return None
        nets = {self.pin(*pin) for pin in cone.selects}
        return cone if cone.memories and len(nets) <= _SELECTS else None

    def _absorbs(self, memory: str, port: str, register: str) -> bool:
        """Whether a memory's output may be registered: same clock, no reset, not yet done."""
        half = port[2]
        cell = self.cells[memory]
        return (
            cell["parameters"][f"REGMODE_{half}"] == "NOREG"
            and self.pin(memory, f"RST{half}") == "0"
            and self.pin(memory, f"CLK{half}") == self.pin(register, "CLK")
        )

    def _input_ports(self, name: str) -> Iterator[str]:
        cell = self.cells[name]
        return (port for port, way in cell["port_directions"].items() if way == "input")

    def inputs(self, cone: _Cone) -> set[Pin]:
        """All pins that a cone reads nets with."""
        logic = {(name, port) for name in cone.logic for port in self._input_ports(name)}
        return logic | {(cone.register, "DI")}

    def loads_of(self, cone: _Cone) -> set[Pin]:
        """All pins that read what a cone's logic makes or what its memories give."""
        halves = {
            (memory, port)
            for memory, half in cone.memories
            for port in self.cells[memory]["connections"]
            if port.startswith(f"DO{half}")
        }
        logic = {
            (name, port)
            for name in cone.logic
            for port, way in self.cells[name]["port_directions"].items()
            if way == "output"
        }
        found = {pin for source in halves | logic for pin in self.loads[self.pin(*source)]}
        end = self.loads[self.pin(cone.register, "DI")]
        # Its end is renamed to what the flip-flop drives: nobody else may read it.
        return found if end == {(cone.register, "DI")} else found | {("", "")}

    def move(self, cone: _Cone) -> None:
        """Register the memories and selects of a cone in place of its end."""
        _, enable = self.control(cone.register)
        for memory, half in cone.memories:
            cell = self.cells[memory]
            cell["parameters"][f"REGMODE_{half}"] = "OUTREG"
            cell["connections"][f"OCE{half}"] = [enable]
        self._delay(sorted(cone.selects), cone.register)
        name, port = self.driver[self.pin(cone.register, "DI")]
        self.cells[name]["connections"][port] = list(self.cells[cone.register]["connections"]["Q"])
        del self.cells[cone.register]

    def _delay(self, pins: Iterable[Pin], like: str) -> None:
        """Put a flip-flop like another one before pins, one for each net."""
        for name, port in pins:
            bit = self.pin(name, port)
            if bit not in self.driver:  # behind a flip-flop of before: a pin of two cones
                continue
            copy = "$".join([self.driver[bit][0], *map(str, self.control(like))])
            if copy not in self.cells:
                self._last = int(self._last) + 1
                self.cells[copy] = {
                    **self.cells[like],
                    "connections": {
                        **self.cells[like]["connections"], "DI": [bit], "Q": [self._last]
                    },
                }  # fmt: skip
            self.cells[name]["connections"][port] = list(self.cells[copy]["connections"]["Q"])
