"""And-inverter graphs in AIGER's ASCII form, and two of them held against each other.

Literals: 2 * variable, + 1 where inverted; 0 is false, 1 true (https://fmv.jku.at/aiger).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class Graph:
    """Inputs, latches with the literals of their next states, named outputs, and gates in order."""

    inputs: list[int]
    latches: list[tuple[int, int]]
    outputs: dict[str, int]
    gates: list[tuple[int, int, int]]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file that Yosys wrote with symbols."""
        lines = path.read_text().splitlines()
        _, inputs, latches, outputs, gates = map(int, lines[0].split()[1:6])
        rows = iter(lines[1:])
        ins = [int(next(rows)) for _ in range(inputs)]
        states = [next(rows).split() for _ in range(latches)]
        outs = [int(next(rows)) for _ in range(outputs)]
        ands = [next(rows).split() for _ in range(gates)]
        names = {f"o{at}": f"o{at}" for at in range(outputs)}
        for line in rows:
            key, _, name = line.partition(" ")
            if key in names:
                names[key] = name
        return cls(
            ins,
            [(int(state[0]), int(state[1])) for state in states],
            dict(zip(names.values(), outs, strict=True)),
            [(int(a), int(b), int(c)) for a, b, c in ands],
        )


class Builder:
    """Gates over shared inputs and latches, each kind of gate once."""

    def __init__(self, inputs: int) -> None:
        self.inputs = inputs
        self.gates: list[tuple[int, int]] = []
        self._known: dict[tuple[int, int], int] = {}

    def both(self, a: int, b: int) -> int:
        """A literal that is true where both are."""
        a, b = max(a, b), min(a, b)
        if b == 0 or a == b ^ 1:
            return 0
        if b == 1 or a == b:
            return a
        if (a, b) not in self._known:
            self.gates.append((a, b))
            self._known[a, b] = 2 * (self.inputs + len(self.gates))
        return self._known[a, b]

    def differ(self, a: int, b: int) -> int:
        """A literal that is true where one is."""
        return self.both(self.both(a, b) ^ 1, self.both(a ^ 1, b ^ 1) ^ 1)

    def any(self, literals: list[int]) -> int:
        """A literal that is true where one of them is."""
        none = 1
        for literal in literals:
            none = self.both(none, literal ^ 1)
        return none ^ 1

    def add(self, graph: Graph, states: Sequence[int]) -> Callable[[int], int]:
        """The gates of a graph; returns what turns its literals into these.

        Args:
            graph: with the inputs that are shared.
            states: the literal here of each of its latches.
        """
        known = {0: 0}
        known |= {variable: 2 * at for at, variable in enumerate(graph.inputs, 1)}
        known |= {latch: state for (latch, _), state in zip(graph.latches, states, strict=True)}

        def here(literal: int) -> int:
            return known[literal & ~1] ^ (literal & 1)

        for gate, a, b in graph.gates:
            known[gate] = self.both(here(a), here(b))
        return here


Seen = Callable[[str], str | None]  # the output that is 1 where an output is looked at, or always


def difference(one: Graph, other: Graph, seen: Seen, *, reached: bool) -> Difference:
    """What outputs and next states of a design and its mutant differ in from the same state.

    Args:
        one: the design.
        other: the same with a mutant.
        seen: where an output counts.
        reached: the state is one that the design comes to from 0, whatever the words hold that
            nothing writes; otherwise it may be any.
    """
    free = [not reached or latch == after for latch, after in one.latches]
    inputs = len(one.inputs) + sum(free)
    builder = Builder(inputs + len(free) - sum(free))
    numbers = {True: count(len(one.inputs) + 1), False: count(inputs + 1)}
    states = [2 * next(numbers[chosen]) for chosen in free]
    here, there = builder.add(one, states), builder.add(other, states)
    bits = [builder.differ(here(a), there(b))
            for (_, a), (_, b) in zip(one.latches, other.latches, strict=True)]  # fmt: skip
    for name, literal in one.outputs.items():
        bit = builder.differ(here(literal), there(other.outputs[name]))
        valid = seen(name)
        if valid is not None:
            bit = builder.both(bit, here(one.outputs[valid]))
        bits.append(bit)
    pairs = zip(one.latches, free, strict=True)
    nexts = [here(after) for (_, after), chosen in pairs if not chosen]
    return Difference(inputs, nexts, builder.any(bits), builder.gates)


@dataclass(frozen=True)
class Difference:
    """A graph with one output, 1 where two designs differ.

    Attributes:
        inputs: how many.
        nexts: next states of its latches, whose variables follow the inputs.
        output: its literal.
        gates: the two literals of each.
    """

    inputs: int
    nexts: list[int]
    output: int
    gates: list[tuple[int, int]]

    @property
    def none(self) -> bool:
        """Whether their structure is the same."""
        return self.output == 0

    def write(self, path: Path) -> None:
        """In AIGER's binary form; latches begin at 0."""
        first = self.inputs + len(self.nexts) + 1
        variables = first - 1 + len(self.gates)
        head = f"aig {variables} {self.inputs} {len(self.nexts)} 1 {len(self.gates)}\n"
        lines = "".join(f"{after}\n" for after in self.nexts)
        body = bytearray()
        for at, (a, b) in enumerate(self.gates, first):
            for number in (2 * at - a, a - b):
                while number >= 128:
                    body.append(number & 127 | 128)
                    number >>= 7
                body.append(number)
        path.write_bytes(f"{head}{lines}{self.output}\n".encode() + bytes(body))
