"""Where two answers to the same queries first part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from hwsim.show import Shown

Value = int | float | bool | str | None

# What an index is of, in the order in which a sentence names them.
_INDICES: Final = ("group", "pattern", "neuron")


@dataclass(frozen=True, repr=False, kw_only=True)
class Divergence(Shown):
    """The first place where two answers part; None where something does not apply or is not known.

    Attributes:
        between: who was held against whom: `found` is the second's.
        query: its index, from 0.
        step: from 1; 0 before the first one.
        stage: of the datapath, as docs/contract.md and the Verilog name them.
        quantity: what differs, in words.
        expected, found: its values; of signals with unknown bits as they print.
        group, pattern, neuron: whose it is.
        memory: where it stands, by the title it has in reports.
        word, bit: of that memory; the lowest bit that differs.
        cycle: clock cycles since the recall's first query beat was accepted, in cycle 0.
        time_ns: in the simulation, and so in a waveform.
        rounding: what rounding explains it, in words; None for a fault.
        margin: by how much the field that decided missed the other sign, as a fraction of the
            largest that the step's kernel values allow.
        note: what else there is to know.
    """

    between: tuple[str, str]
    query: int
    step: int | None = None
    stage: str
    quantity: str
    expected: Value = None
    found: Value = None
    group: int | None = None
    pattern: int | None = None
    neuron: int | None = None
    memory: str | None = None
    word: int | None = None
    bit: int | None = None
    cycle: int | None = None
    time_ns: int | None = None
    rounding: str | None = None
    margin: float | None = None
    note: str | None = None

    def __str__(self) -> str:
        where = [f"query {self.query}"]
        where += [f"step {self.step}"] if self.step else []
        where += [self.stage]
        what = [self.quantity]
        whose = [(name, getattr(self, name)) for name in (*_INDICES, "word", "bit")]
        what += [f"{name} {index}" for name, index in whose if index is not None]
        text = f"{', '.join(where)}: {', '.join(what)}: expected {_shown(self.expected)}"
        text += f" ({self.between[0]}), found {_shown(self.found)} ({self.between[1]})"
        if self.cycle is not None:
            text += f", in cycle {self.cycle} of the recall, at {self.time_ns} ns"
        if self.rounding is not None:
            text += f"; rounding: {self.rounding}"
        if self.margin is not None:
            text += f", margin {self.margin:.3g}"
        return text + (f"; {self.note}" if self.note else "")

    def _shown(self) -> Mapping[str, object]:
        return self.to_dict()

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {entry.name: getattr(self, entry.name) for entry in fields(self)}


def _shown(value: Value) -> str:
    if value is None:
        return "nothing"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
