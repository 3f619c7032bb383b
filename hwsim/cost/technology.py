"""One technology: the energy of operations and accesses, every figure with its source.

`tables.py` reads these from data files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final

from hwsim.cost.sram import Spread, SramPoint, access_energy, reading_note

REQUIRED_ENTRIES: Final = (
    "integer_add_8",
    "integer_add_32",
    "float_add_32",
    "float_multiply_32",
    "full_adder",
    "multiplier_cell",
    "xnor_gate",
    "and_gate",
    "multiplexer",
    "register_bit",
)
# What hwsim's own table has beside them, for figures that are shares of these.
OTHER_ENTRIES: Final = (
    "integer_multiply_8",
    "integer_multiply_32",
    "float_add_16",
    "float_multiply_16",
)


def operation_bits(name: str) -> int:
    """The width that an entry of that name means: 8 for `integer_add_8`, 1 for a gate."""
    ending = name.rpartition("_")[2]
    return int(ending) if ending in ("8", "16", "32") else 1


@dataclass(frozen=True)
class Entry:
    """One figure of a table.

    Attributes:
        name: its key.
        energy_pj: for one operation or access of `access_bits` bits; of an operation, brought to
            the width that its name means.
        access_bits: the width it pays for.
        process_nm, voltage_v: where it was measured.
        source: key of the table's sources.
        basis: `quoted` or `derived`.
        derivation: how, when derived; empty when quoted.
        derived_from, ratio: the entry it is a share of, if it is one.
    """

    name: str
    energy_pj: Fraction
    access_bits: int
    process_nm: Fraction
    voltage_v: Fraction
    source: str
    basis: str
    derivation: str = ""
    derived_from: str = ""
    ratio: Fraction = Fraction(1)

    @property
    def per_bit(self) -> Fraction:
        """pJ per bit of the width."""
        return self.energy_pj / self.access_bits


@dataclass(frozen=True)
class Macro:
    """One SRAM macro to build memories of.

    Attributes:
        depth, width: words and bits of one.
        area_um2: of one; None when no source gives it.
        energy_pj: of one read of the whole width; None to go by capacity.
        source: key of the table's sources; empty for a size of hwsim's own choice.
    """

    depth: int
    width: int
    area_um2: Fraction | None = None
    energy_pj: Fraction | None = None
    source: str = ""

    @property
    def bits(self) -> int:
        """Bits of one."""
        return self.depth * self.width


# Common sizes of SRAM compilers; no source gives their areas, so none is claimed.
COMMON_MACROS: Final = tuple(
    Macro(depth, width)
    for depth in (128, 256, 512, 1024, 2048, 4096, 8192)
    for width in (8, 16, 32, 64, 128)
)


@dataclass(frozen=True)
class Leakage:
    """The static power of memories.

    Attributes:
        pw_per_bit: picowatts of a bit that is kept.
        process_nm, voltage_v: where it was measured.
        source: key of the table's sources.
        basis, derivation: as of an `Entry`.
    """

    pw_per_bit: Fraction
    process_nm: Fraction
    voltage_v: Fraction
    source: str
    basis: str
    derivation: str = ""


@dataclass(frozen=True)
class Technology:
    """A whole table.

    Attributes:
        name, title: of the table.
        process_nm, voltage_v: its node.
        sources: full citations by key.
        entries: operations by name.
        sram: quoted SRAM accesses, by growing capacity, with the capacity in bits.
        dram, dram_low, dram_high: one access, nominal and band.
        macros: to cut memories into.
        own: what a user's file gives, operations by name, `sram`, `dram`, `leakage`, `macro`; two
            tables are equal whoever gave their figures.
        leakage: of memories; None where no source gives it.
        built_of: the one macro that larger memories are built of; None for arrays that fit them.
    """

    name: str
    title: str
    process_nm: Fraction
    voltage_v: Fraction
    sources: Mapping[str, str]
    entries: Mapping[str, Entry]
    sram: tuple[tuple[int, Entry], ...]
    dram: Entry
    dram_low: Fraction
    dram_high: Fraction
    macros: tuple[Macro, ...] = COMMON_MACROS
    own: tuple[str, ...] = field(default=(), compare=False)
    leakage: Leakage | None = None
    built_of: Macro | None = None

    def energy(self, name: str) -> Fraction:
        """pJ of one operation of that name, at the width its entry states."""
        return self.entries[name].energy_pj

    def adder(self, width: int) -> Fraction:
        """pJ of one integer addition: linear in the width through the 8 and 32-bit adders.

        Below 8 bits in proportion to the 8-bit adder, as many full adders; both quoted points come
        back exactly.
        """
        narrow, wide = self.entries["integer_add_8"], self.entries["integer_add_32"]
        if width <= narrow.access_bits:
            return narrow.per_bit * width
        share = Fraction(width - narrow.access_bits, wide.access_bits - narrow.access_bits)
        return narrow.energy_pj + share * (wide.energy_pj - narrow.energy_pj)

    def multiplier(self, left: int, right: int) -> Fraction:
        """pJ of one integer multiplication of `left` by `right` bits, by partial-product bits."""
        return self.energy("multiplier_cell") * left * right

    def popcount(self, width: int) -> Fraction:
        """pJ of counting the ones among `width` bits: width - 1 full adders."""
        return self.energy("full_adder") * (width - 1)

    @property
    def sram_points(self) -> tuple[SramPoint, ...]:
        """The quoted SRAM accesses, per bit."""
        return tuple(
            SramPoint(
                capacity,
                entry.per_bit,
                f"{size_text(capacity)}: {float(entry.energy_pj):g} pJ per "
                f"{entry.access_bits} bits",
            )
            for capacity, entry in self.sram
        )

    def sram_access(self, capacity_bits: int, width: int) -> Spread:
        """pJ of one access of `width` bits to an SRAM of `capacity_bits`, with its band."""
        return access_energy(self.sram_points, capacity_bits, width)

    def sram_note(self, capacity_bits: int) -> str:
        """Which quoted points `sram_access` rests on."""
        return reading_note(self.sram_points, capacity_bits)

    def dram_access(self, width: int) -> Spread:
        """pJ of `width` bits out of DRAM, with its band."""
        share = Fraction(width, self.dram.access_bits)
        return Spread(self.dram.energy_pj, self.dram_low, self.dram_high).times(share)

    def scaled(self, process_nm: Fraction, voltage_v: Fraction) -> Technology:
        """This table at another node: dynamic energy goes as C * V**2, and C as the feature size.

        DRAM is another chip and stays. Every scaled figure is marked derived.
        """
        factor = (process_nm / self.process_nm) * (voltage_v / self.voltage_v) ** 2
        how = (
            f"{self.name} times {float(factor):.6g} = ({float(process_nm):g} / "
            f"{float(self.process_nm):g} nm) x ({float(voltage_v):g} / "
            f"{float(self.voltage_v):g} V)^2"
        )

        def scale(entry: Entry) -> Entry:
            return replace(
                entry,
                energy_pj=entry.energy_pj * factor,
                process_nm=process_nm,
                voltage_v=voltage_v,
                basis="derived",
                derivation="; ".join(filter(None, (entry.derivation, how))),
            )

        return replace(
            self,
            name=f"{self.name}_scaled",
            title=f"{self.title}, scaled to {float(process_nm):g} nm at {float(voltage_v):g} V",
            process_nm=process_nm,
            voltage_v=voltage_v,
            entries={name: scale(entry) for name, entry in self.entries.items()},
            sram=tuple((capacity, scale(entry)) for capacity, entry in self.sram),
            macros=COMMON_MACROS,  # areas and energies of another node say nothing here
        )


def size_text(bits: int | Fraction) -> str:
    """Bits in the unit that keeps the number short; KiB and MiB are 1024 and 1024**2 bytes."""
    size = float(bits) / 8
    for unit, least in (("MiB", 2**20), ("KiB", 2**10)):
        if size >= least:
            return f"{size / least:.4g} {unit}"
    return f"{size:.4g} B"
