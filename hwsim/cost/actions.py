"""Actions: counts times energies, and the list that collects them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hwsim.cost.hierarchy import MemorySystem
from hwsim.cost.sram import Spread

Count = int | float


def mean_count(total: Count, among: int) -> Count:
    """total / among, a whole number when it is one."""
    quotient = Fraction(total) / among
    return int(quotient) if quotient.denominator == 1 else float(quotient)


@dataclass(frozen=True)
class Action:
    """Something a recall does `count` times.

    Attributes:
        name: its key; that of the count in `Counts` where it is one.
        component: the part of the datapath it belongs to.
        count: of one average recall; whole when it is.
        energy_pj_each, low_pj_each, high_pj_each: of one, with the band of the table's doubt.
        source: which entry, at what width, resting on what.
        entry: the table's key: an operation, `sram` or `dram`.
    """

    name: str
    component: str
    count: Count
    energy_pj_each: float
    low_pj_each: float
    high_pj_each: float
    source: str
    entry: str

    @property
    def energy_pj(self) -> float:
        """count * energy_pj_each."""
        return self.count * self.energy_pj_each

    def to_dict(self) -> dict[str, Any]:
        """The six keys of a report."""
        return {
            "name": self.name,
            "component": self.component,
            "count": self.count,
            "energy_pj_each": self.energy_pj_each,
            "energy_pj": self.energy_pj,
            "source": self.source,
        }


def total_pj(actions: Iterable[Action]) -> float:
    """Sum of the actions' energies, rounded once."""
    return math.fsum(action.energy_pj for action in actions)


def band_pj(actions: Iterable[Action]) -> tuple[float, float]:
    """The sum with every energy at its low, and at its high end."""
    rows = list(actions)
    return (
        math.fsum(action.count * action.low_pj_each for action in rows),
        math.fsum(action.count * action.high_pj_each for action in rows),
    )


def by_component(actions: Iterable[Action]) -> dict[str, float]:
    """pJ of each component, in order of first appearance."""
    parts: dict[str, list[float]] = {}
    for action in actions:
        parts.setdefault(action.component, []).append(action.energy_pj)
    return {component: math.fsum(energies) for component, energies in parts.items()}


class ActionList:
    """Collects actions from counts, a memory system and a table."""

    def __init__(self, counts: Mapping[str, Count], memories: MemorySystem) -> None:
        self.counts = counts
        self.memories = memories
        self.technology = memories.technology
        self.actions: list[Action] = []

    def reads(self, memory: str, count: Count | None = None) -> None:
        """Reads of one full word of a memory, as many as its counter says."""
        self._access(self.memories.memories[memory].reads or f"{memory}_reads", memory, count)

    def writes(self, memory: str, count: Count | None = None) -> None:
        """Writes of one full word of a memory, as many as its counter says."""
        self._access(self.memories.memories[memory].writes, memory, count)

    def passes(self, memory: str, count: Count) -> None:
        """Words of another memory that pass through a queue: a write and a read of each."""
        self._access(f"{memory}_writes", memory, count)
        self._access(f"{memory}_reads", memory, count)

    def _access(self, name: str, memory: str, count: Count | None) -> None:
        system = self.memories
        energy, source, entry = system.access(memory), system.source(memory), system.entry(memory)
        self._add(name, self.title(memory), count, energy, source, entry)

    def title(self, memory: str) -> str:
        """The component that a memory's accesses belong to."""
        return self.memories.memories[memory].title

    def operation(
        self,
        name: str,
        component: str,
        energy: Fraction,
        how: str,
        entry: str,
        count: Count | None = None,
    ) -> None:
        """Operations of `energy` pJ each; `how` says what of the entry that is."""
        source = self.technology.entries[entry]
        spread = Spread(energy, energy, energy)
        note = f"{entry}: {how}, {source.basis} {source.source}"
        self._add(name, component, count, spread, note, entry)

    def addition(self, name: str, component: str, width: int, count: Count | None = None) -> None:
        """Integer additions, subtractions or comparisons of `width` bits."""
        how = f"{width} bits, linear in the width through the 8 and 32-bit adders"
        energy = self.technology.adder(width)
        self.operation(name, component, energy, how, "integer_add_8", count)

    def registers(self, name: str, component: str, bits: int, count: Count, note: str = "") -> None:
        """`bits` register bits written at once."""
        energy = self.technology.energy("register_bit") * bits
        self.operation(name, component, energy, f"{bits} bits{note}", "register_bit", count)

    def _add(
        self,
        name: str,
        component: str,
        count: Count | None,
        energy: Spread,
        source: str,
        entry: str,
    ) -> None:
        self.actions.append(
            Action(
                name,
                component,
                self.counts[name] if count is None else count,
                float(energy.value),
                float(energy.low),
                float(energy.high),
                source,
                entry,
            )
        )
