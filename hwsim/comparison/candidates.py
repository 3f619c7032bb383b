"""One design among others: what it recalls, and what a recall takes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from hwsim.comparison.synthesized import Synthesized

ENGINE, SEARCH, FLOAT = "engine", "search", "float"

# What designs are drawn and ranked against, besides accuracy: less is better.
COSTS: Final = ("footprint_bits", "energy_pj", "cycles")
CELLS: Final = ("luts", "flip_flops", "block_rams", "dsps")

# A choice in words, and on a dot; `{}` is its value.
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "bits": ("{} bits", "{}b"),
    "lanes": ("{} lanes", "L{}"),
    "offset_bits": ("{} offset bits", "Z{}"),
    "kernel_bits": ("{} kernel bits", "K{}"),
    "max_steps": ("at most {} steps", "T{}"),
    "kernel_origin": ("{} origin", "{}"),
    "dataflow": ("{} dataflow", "{}"),
    "coarse_words": ("{} coarse words", "c{}"),
    "queries_in_flight": ("{} in flight", "Q{}"),
    "engines": ("{} engines", "E{}"),
    "clock_mhz": ("{:g} MHz", "{:g}MHz"),
    "pipelined": ("pipelined {}", "pipe{}"),
    "device": ("on {}", "{}"),
    "gamma": ("gamma {:g}", "γ{:g}"),
    "protection": ("check bits {}", "{}"),
}


@dataclass(frozen=True)
class Candidate:
    """One design, measured on the same queries as the others.

    Attributes:
        name: what it is called, in words.
        mark: the same, short, for a dot.
        kind: `engine`; `search`, the nearest-pattern search; `float`, float32 weights from DRAM.
        design: the choices that tell it from others, by name.
        accuracy: share of bits right at the end, one a noise.
        footprint_bits: of all memories.
        energy_pj: of an average recall, leakage included where it is known.
        cycles: of an average recall.
        answer_cycles: from a query to its answer: those of its whole batch.
        clock_mhz: None when nobody said.
        area_um2: of all SRAM macros; None where no table gives theirs.
        exact: whether the cycles are the engine's own; a search's are a bound of one word a cycle.
        synthesized: what `hwsim synth` made of it; None where nobody did.
    """

    name: str
    mark: str
    kind: str
    design: Mapping[str, Any] = field(repr=False)
    accuracy: tuple[float, ...]
    footprint_bits: float
    energy_pj: float
    cycles: float
    answer_cycles: float
    clock_mhz: float | None = None
    area_um2: float | None = None
    exact: bool = True
    synthesized: Synthesized | None = None

    @property
    def latency_us(self) -> float | None:
        """Microseconds from a query to its answer."""
        return None if self.clock_mhz is None else self.answer_cycles / self.clock_mhz

    @property
    def recalls_per_second(self) -> float | None:
        """Recalls, or batches of them, one after the other."""
        return None if self.clock_mhz is None else 1e6 * self.clock_mhz / self.cycles

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, but for accuracies, which stand by noise."""
        return {
            "name": self.name,
            "mark": self.mark,
            "kind": self.kind,
            "design": dict(self.design),
            "footprint_bits": self.footprint_bits,
            "energy_pj": self.energy_pj,
            "cycles": self.cycles,
            "cycles_exact": self.exact,
            "answer_cycles": self.answer_cycles,
            "clock_mhz": self.clock_mhz,
            "latency_us": self.latency_us,
            "recalls_per_second": self.recalls_per_second,
            "area_um2": self.area_um2,
            **self._cells(),
        }

    def _cells(self) -> dict[str, Any]:
        """What it takes of a device, and the clock there."""
        made = self.synthesized
        return {
            "device": made and made.target,
            "fits": made and made.fits,
            "device_mhz": made and made.clock_mhz,
            "device_um2": made and made.area_um2,
            **{name: made and getattr(made.cells, name) for name in CELLS},
        }


def dominates(one: Candidate, other: Candidate) -> bool:
    """Whether `one` is nowhere worse than `other`, and somewhere better.

    Never where clocks or technologies differ: whoever takes one of them takes it for any design.
    """
    if _apart(one, other):
        return False
    gains = [mine - theirs for mine, theirs in _merits(one, other)]
    return min(gains) >= 0 and max(gains) > 0


def _apart(one: Candidate, other: Candidate) -> bool:
    pairs = [(one.clock_mhz, other.clock_mhz)]
    pairs.append((one.design.get("technology"), other.design.get("technology")))
    return any(None not in pair and pair[0] != pair[1] for pair in pairs)


def _merits(one: Candidate, other: Candidate) -> Iterator[tuple[float, float]]:
    """What both are worth, pair by pair; more is better."""
    yield from zip(one.accuracy, other.accuracy, strict=True)
    yield -one.footprint_bits, -other.footprint_bits
    yield -one.energy_pj, -other.energy_pj
    yield -one.cycles, -other.cycles
    yield -one.answer_cycles, -other.answer_cycles
    if one.area_um2 is not None and other.area_um2 is not None:
        yield -one.area_um2, -other.area_um2
    made, others = one.synthesized, other.synthesized
    if made is not None and others is not None and made.target == others.target:
        yield made.fits, others.fits
        for name in CELLS if made.fits and others.fits else ():
            yield -getattr(made.cells, name), -getattr(others.cells, name)
        if made.area_um2 is not None and others.area_um2 is not None:
            yield -made.area_um2, -others.area_um2


def varying(designs: Sequence[Mapping[str, Any]]) -> list[str]:
    """The choices that differ, in the designs' own order."""
    names = dict.fromkeys(name for design in designs for name in design)
    return [name for name in names if len({design.get(name) for design in designs}) > 1]


def named(design: Mapping[str, Any], choices: Sequence[str]) -> tuple[str, str]:
    """A design by some of its choices: in words, and as short as a dot's mark must be."""
    pairs = [
        tuple(pattern.format(design[name]) for pattern in _WORDS.get(name, ("{}", "{}")))
        for name in choices
        if design.get(name) is not None
    ]
    words, marks = zip(*pairs, strict=True) if pairs else (["the design"], ["design"])
    return ", ".join(words).replace("1 bits", "1 bit"), " ".join(marks)
