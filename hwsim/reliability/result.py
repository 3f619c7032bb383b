"""What a study of faults has found: points of curves, and single bits that hurt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from hwsim.measure.rows import to_csv
from hwsim.reliability.interval import Interval
from hwsim.reliability.price import Price
from hwsim.reliability.scrub import Scrubbed
from hwsim.show import Record


@dataclass(frozen=True)
class Point:
    """One memory, hit one way at one rate.

    Attributes:
        place, title: the memory.
        kind: of the faults.
        rate: probability of a bit to be faulty, or to flip while it is read.
        maps: M, each with as many recalls.
        recalls: in all.
        hit: maps with at least one faulty cell; where accesses are hit, recalls with one flip.
        bits: of the states that came back, the share that is right.
        patterns: the share of the recalls that came back right in every bit.
        changed: the share of the recalls that end in another state than without faults.
        silent: the share of the recalls that end in another state, and converged without a miss:
            nothing in the answer tells, nor do check bits.
        protection: of the memory's words.
        told: the share of the recalls that read a word with an error that check bits tell and do
            not correct. With protection of the image's memories, this and `silent` are of the first
            maps and recalls alone, as many as the specification answers.
    """

    place: str
    title: str
    kind: str
    rate: float
    maps: int
    recalls: int
    hit: int
    bits: Interval
    patterns: Interval
    changed: Interval
    silent: Interval
    protection: str
    told: Interval

    @property
    def label(self) -> str:
        """The memory, with its protection where it has one."""
        protected = self.protection != "none"
        return f"{self.place}, {self.protection}" if protected else self.place


@dataclass(frozen=True)
class WorstBit:
    """A memory's bit, and what its flip alone does to the recalls that were tried.

    Attributes:
        place, title: the memory.
        address, bit: where.
        wrong: bits wrong in all recalls, beyond those wrong without the fault.
        changed: recalls that end in another state.
        recalls: tried.
        tried: bits of this memory that were tried.
        of: bits of this memory.
        how: it was found: `exhaustive` (all others were tried or are in words that no recall
            reads), `guided` (by the first steps of the recalls, or by how often they read the word)
            or `sampled`.
        lost: of recall accuracy, the share of patterns that come back whole without the fault less
            that with it.
        measured: recalls of which that is; 0 where only the worst ones of the memory were measured.
        lost_low, lost_high: where it lies with 95 % confidence, over recalls drawn anew; where all
            recalls agree these say nothing of others, of which fewer than 3 / `measured` differ.
    """

    place: str
    title: str
    address: int
    bit: int
    wrong: int
    changed: int
    recalls: int
    tried: int
    of: int
    how: str
    lost: float = 0.0
    measured: int = 0
    lost_low: float = 0.0
    lost_high: float = 0.0


@dataclass(frozen=True)
class Guard:
    """What it costs to protect only the words that hold a memory's worst bits, by two more copies.

    Attributes:
        place: the memory.
        words: that hold them.
        share: of the memory's words.
        bits: stored more.
        energy_pj: of a recall more, in pJ: reads of the copies, and comparing them.
    """

    place: str
    words: int
    share: float
    bits: int
    energy_pj: float


@dataclass(frozen=True)
class Mix:
    """The cheapest protection of all memories that keeps an accuracy, and what it allows.

    Attributes:
        rate: of faulty bits, in all memories at once.
        least: patterns that shall come back whole, as a share.
        held: whether the mean of `accuracy` is at least that.
        protections: of each memory, by its name.
        accuracy: patterns that came back whole with all memories hit, over fault maps.
        recalls: in all.
        bits, bare_bits: stored with this protection, and without any.
        energy_pj, bare_pj: of a recall's accesses to these memories, in pJ, likewise, both at the
            nominal voltage.
        voltage: the lowest one measured with at most so many errors, in `unit`; None where all
            measured ones have more, so that the nominal one stays.
        unit: of the voltage, `V` or what it is divided by.
        curve: name of the measurement.
        lowered_pj: as `energy_pj` at that voltage: accesses by C V**2, logic at the nominal.
        options: protections that it was chosen from.
        upsets, life: that gather, besides: of a bit in a recall, in a life of so many recalls.
    """

    rate: float
    least: float
    held: bool
    protections: Mapping[str, str]
    accuracy: Interval
    recalls: int
    bits: int
    bare_bits: int
    energy_pj: float
    bare_pj: float
    voltage: float | None
    unit: str
    curve: str
    lowered_pj: float
    options: tuple[str, ...] = ("none", "secded", "triple")
    upsets: float = 0.0
    life: int = 0


@dataclass(frozen=True, eq=False, repr=False)
class FaultStudy(Record):
    """Curves and worst bits of one image.

    Attributes:
        neurons, patterns, weight_bits: N, P, B.
        dataflow, rules: of the image.
        noise: fraction of each query's spins that are flipped.
        seed: of queries and maps.
        clean_bits, clean_patterns: shares that come back right without faults.
        memory_bits: of each memory that was hit, by its name.
        points: of the curves.
        worst: by memory, the worst bit first.
        guards: what protecting only these costs, by memory.
        prices: of each memory that was hit, without protection and with each one asked for; empty
            where none was.
        mixes: for each rate, the cheapest protection that keeps the accuracy asked for.
        scrubs: what passes leave of upsets, by memory, protection and rate of upsets.
    """

    neurons: int
    patterns: int
    weight_bits: int
    dataflow: str
    rules: tuple[str, ...]
    noise: float
    seed: int
    clean_bits: float
    clean_patterns: float
    memory_bits: Mapping[str, int]
    points: tuple[Point, ...]
    worst: tuple[WorstBit, ...] = field(default=())
    guards: tuple[Guard, ...] = field(default=())
    prices: tuple[Price, ...] = field(default=())
    mixes: tuple[Mix, ...] = field(default=())
    scrubs: tuple[Scrubbed, ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return asdict(self)

    def rows(self) -> list[dict[str, Any]]:
        """One flat row a point."""
        found = []
        for point in self.points:
            row: dict[str, Any] = {}
            for name, value in vars(point).items():
                if isinstance(value, Interval):
                    row |= {name: value.mean, f"{name}_low": value.low, f"{name}_high": value.high}
                else:
                    row[name] = value
            found.append(row)
        return found

    def to_csv(self) -> str:
        """`rows` as text."""
        return to_csv(self.rows())

    def curve(self, place: str, kind: str, protection: str = "none") -> list[Point]:
        """The points of one memory, kind and protection, by rate."""
        asked = (place, kind, protection)
        found = [e for e in self.points if (e.place, e.kind, e.protection) == asked]
        return sorted(found, key=lambda each: each.rate)

    def _shown(self) -> Mapping[str, object]:
        return {
            "N": self.neurons,
            "P": self.patterns,
            "bits": self.weight_bits,
            "points": len(self.points),
            "clean_bits": self.clean_bits,
            "clean_patterns": self.clean_patterns,
            "seed": self.seed,
        }
