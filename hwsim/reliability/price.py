"""What the protection of a memory costs: bits, and the energy of a recall.

Clock cycles are not priced: the Verilog engine takes no more of them with parity or SECDED, and has
no three copies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, Final

from hwsim.config import Parameters
from hwsim.cost.tables import load_technology
from hwsim.cost.technology import Technology
from hwsim.hardware.protection import XOR, code
from hwsim.reliability.places import Place, places

_SIDES: Final = ("without", "with")
FULL_ADDER: Final = 9  # two-input NANDs, as the source nand9 of the energy tables counts them


@dataclass(frozen=True)
class Price:
    """A memory with one protection, or none.

    Attributes:
        place, title: the memory.
        protection: its name.
        word_bits, check_bits: of each word.
        bits: stored in all, check bits included.
        nands: gates that check and correct what is read, as two-input NANDs.
        reads, writes: words of a recall, on average without faults.
        memory_pj: energy of these accesses, in pJ a recall: log-log in the memory's capacity.
        check_pj: energy of computing check bits, in pJ a recall: of the XORs alone, for without an
            error nothing else of the logic switches.
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
        protection: one of `protection.PROTECTIONS`.
        counts: of all recalls together, by name of `Counts`.
        recalls: so many.
        technology: energies; None for the default table.
    """
    table = load_technology() if technology is None else technology
    chosen = code(protection, place.width)
    checks = 0 if chosen is None else chosen.check_bits
    xors = 0 if chosen is None else chosen.xors
    words = len(place.words)
    capacity = place.width * place.depth + checks * words
    reads, writes = (
        Fraction(counts.get(f"{place.counter}_{kind}", 0), recalls * place.stride)
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
        nands=0 if chosen is None else chosen.nands,
        reads=float(reads),
        writes=float(writes),
        memory_pj=float(access * (reads + writes)),
        check_pj=float(checking),
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
