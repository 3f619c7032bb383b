"""What the protection of a memory costs: bits, and the energy of a recall.

A recall takes no more clock cycles with check bits: the Verilog engine shows that for parity and
SECDED, whose decoding is within the cycle of the read. It has no three copies, no interleaved codes
and no scrubbing: those prices are the model's. A pass that scrubs takes cycles of the memory, in
which the engine may not need it, or has to wait.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, Final

from hwsim.config import Parameters
from hwsim.cost.footprint import check_bits
from hwsim.cost.tables import load_technology
from hwsim.cost.technology import Technology
from hwsim.hardware.protection import XOR
from hwsim.reliability.places import Place, places
from hwsim.reliability.scrub import code_of, split

_SIDES: Final = ("without", "with")
FULL_ADDER: Final = 9  # two-input NANDs, as the source nand9 of the energy tables counts them


@dataclass(frozen=True)
class Price:
    """A memory with one protection, or none.

    Attributes:
        place, title: the memory.
        protection: its name, with `@T` where a pass scrubs it every T recalls.
        word_bits, check_bits: of each word.
        bits: stored in all, check bits included.
        nands: gates that check and correct what is read, as two-input NANDs; where a pass writes,
            those that make check bits besides. Its counter of words is not priced.
        reads, writes: words of a recall, on average without faults, and a recall's share of a pass.
        memory_pj: energy of these accesses, in pJ a recall: log-log in the memory's capacity.
        check_pj: energy of computing check bits, in pJ a recall: of the XORs alone, for without an
            error nothing else of the logic switches.
        pass_cycles: of the memory in a recall, for its share of a pass: a read and a write of each
            word, one after the other.
    """

    place: str
    title: str
    protection: str
    word_bits: int
    check_bits: int
    bits: int
    nands: int
    reads: float
    writes: float
    memory_pj: float
    check_pj: float
    pass_cycles: float = 0.0

    @property
    def energy_pj(self) -> float:
        """Of a recall, for this memory."""
        return self.memory_pj + self.check_pj


def gate_energy(table: Technology) -> Fraction:
    """pJ of a two-input XOR."""
    return table.energy("full_adder") * Fraction(XOR, FULL_ADDER)


def price(
    place: Place,
    protection: str,
    counts: Mapping[str, int],
    recalls: int,
    technology: Technology | None = None,
) -> Price:
    """Price a memory, of which a part is one whose other words have no check bits.

    Args:
        place: the memory.
        protection: one of `protection.PROTECTIONS`, with `@T` where it is scrubbed.
        counts: of all recalls together, by name of `Counts`.
        recalls: so many.
        technology: energies; None for the default table.
    """
    table = load_technology() if technology is None else technology
    chosen = code_of(protection, place.width)
    interval = split(protection)[1]
    checks = 0 if chosen is None else chosen.check_bits
    xors = 0 if chosen is None else chosen.xors
    words = len(place.words)
    capacity = place.width * place.depth + checks * words
    reads, writes = (
        Fraction(counts.get(f"{place.counter}_{kind}", 0), recalls * place.stride)
        + (Fraction(words, interval) if interval else 0)
        for kind in ("reads", "writes")
    )
    access = table.sram_access(capacity, place.width + checks).value
    checking = gate_energy(table) * (reads * xors + writes * (xors - checks))
    return Price(
        place=place.name,
        title=place.title,
        protection=protection,
        word_bits=place.width,
        check_bits=checks,
        bits=(place.width + checks) * words,
        nands=0 if chosen is None else chosen.nands + bool(interval) * XOR * (xors - checks),
        reads=float(reads),
        writes=float(writes),
        memory_pj=float(access * (reads + writes)),
        check_pj=float(checking),
        pass_cycles=2 * words / interval if interval else 0.0,
    )


@dataclass(frozen=True)
class Protected:
    """An engine all of whose memories have check bits, beside the same one without.

    Attributes:
        protection: its name.
        memories: of each memory, without check bits and with them.
    """

    protection: str
    memories: tuple[tuple[Price, Price], ...]

    @property
    def bits(self) -> tuple[int, int]:
        """Of all these memories, without and with check bits; one copy of each."""
        return sum(a.bits for a, _ in self.memories), sum(b.bits for _, b in self.memories)

    @property
    def energy_pj(self) -> tuple[float, float]:
        """Of a recall's accesses, without, and with check bits and their logic."""
        return sum(a.energy_pj for a, _ in self.memories), sum(
            b.energy_pj for _, b in self.memories
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "protection": self.protection,
            "bits": dict(zip(_SIDES, self.bits, strict=True)),
            "energy_pj": dict(zip(_SIDES, self.energy_pj, strict=True)),
            "more_cycles": 0,
            "memories": {
                with_checks.place: asdict(with_checks) for _, with_checks in self.memories
            },
        }


def added(
    parameters: Parameters,
    protection: str,
    counts: Mapping[str, int],
    recalls: int,
    technology: Technology | None = None,
) -> tuple[int, float]:
    """Bits of the check bits of all memories, every copy counted, and pJ a recall that they add.

    Args:
        parameters, protection, counts, recalls, technology: as of `price_all`.
    """
    protected = price_all(parameters, protection, counts, recalls, technology)
    without, with_checks = protected.energy_pj
    return sum(check_bits(parameters, protection).values()), with_checks - without


def price_all(
    parameters: Parameters,
    protection: str,
    counts: Mapping[str, int],
    recalls: int,
    technology: Technology | None = None,
) -> Protected:
    """Price the check bits of every memory of an engine, as `price` does.

    Args:
        parameters: of one engine.
        protection, counts, recalls, technology: as of `price`.
    """
    return Protected(
        protection,
        tuple(
            (
                price(place, "none", counts, recalls, technology),
                price(place, protection, counts, recalls, technology),
            )
            for place in places(parameters).values()
            if place.name == place.memory  # and no plane by itself
        ),
    )
