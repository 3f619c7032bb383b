"""What an energy table's TOML file holds: one declaration, its JSON Schema included."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from hwsim.schema import MUST_BE, json_schema

# Exact: a number of TOML is never a float here. Ranges are checked by hand, for they depend on the
# unit and the width, and msgspec bounds no decimals.
Exact = int | Decimal
Number = Annotated[Exact, Meta(extra_json_schema={"minimum": 0, MUST_BE: "a number"})]
Whole = Annotated[int, Meta(ge=1)]
Unit = Literal["fJ", "pJ", "nJ"]
Basis = Literal["quoted", "derived"]


class Figure(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One energy, with all that makes it one."""

    value: Number
    unit: Unit
    access_bits: Annotated[int, Meta(ge=1, description="The width that `value` pays for.")]
    process_nm: Number
    voltage_v: Number
    source: Annotated[str, Meta(description="A key of sources.")]
    basis: Basis
    derivation: Annotated[str, Meta(description="How, when derived.")] = ""
    derived_from: Annotated[str, Meta(description="The entry it is a share of.")] = ""
    ratio: Annotated[Any, Meta(description="The share, such as '1/8'.")] = None


class SramFigure(Figure, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One access of an SRAM of that size."""

    capacity_bytes: int


class DramFigure(Figure, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One access of DRAM, and the band it lies in."""

    low: Number | None = None
    high: Number | None = None


class MacroRow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An SRAM macro of one's own; with any of the energy of a read, a `MacroFigure`."""

    depth: Whole
    width: Whole
    source: str
    area_um2: Number | None = None
    value: Number | None = None
    unit: Unit | None = None
    access_bits: Whole | None = None
    process_nm: Number | None = None
    voltage_v: Number | None = None
    basis: Basis | None = None
    derivation: str | None = None

    @property
    def has_energy(self) -> bool:
        """Whether anything is said of the energy of a read."""
        plain = {"depth", "width", "source", "area_um2"}
        names = set(self.__struct_fields__) - plain
        return any(getattr(self, name) is not None for name in names)


class MacroFigure(Figure, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An SRAM macro of which the energy of a read is known, all that makes it one included."""

    depth: Whole
    width: Whole
    area_um2: Number | None = None


class LeakageFigure(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The static power of a memory that nobody reads."""

    value: Number
    unit: Literal["pW", "nW", "uW", "mW"]
    memory_bits: Annotated[int, Meta(ge=1, description="The size that `value` is of.")]
    process_nm: Number
    voltage_v: Number
    source: Annotated[str, Meta(description="A key of sources.")]
    basis: Basis
    derivation: Annotated[str, Meta(description="How, when derived.")] = ""


class Scaling(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"base": "from"}
):
    """The base table, brought to another node."""

    base: str
    process_nm: Number
    voltage_v: Number


class Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An energy table, whole, or what differs from `base` or from what `scaling` makes of one."""

    name: str = ""
    title: str = ""
    base: str | None = None
    process_nm: Number | None = None
    voltage_v: Number | None = None
    sources: Annotated[dict[str, str], Meta(description="Full citations by key.")] = {}
    entries: Annotated[dict[str, Figure], Meta(description="Operations by name.")] = {}
    sram: list[SramFigure] | None = None
    dram: DramFigure | None = None
    leakage: LeakageFigure | None = None
    macro: Annotated[list[MacroRow], Meta(min_length=1)] | None = None
    scaling: Scaling | None = None


def technology_schema() -> dict[str, Any]:
    """JSON Schema of an energy table, once TOML is parsed."""
    return json_schema(Table)
