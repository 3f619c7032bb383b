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


class Figure(Struct, frozen=True, kw_only=True):
    """One energy, with all that makes it one."""

    value: Number
    unit: Literal["fJ", "pJ", "nJ"]
    access_bits: Annotated[int, Meta(ge=1, description="The width that `value` pays for.")]
    process_nm: Number
    voltage_v: Number
    source: Annotated[str, Meta(description="A key of sources.")]
    basis: Literal["quoted", "derived"]
    derivation: Annotated[str, Meta(description="How, when derived.")] = ""
    derived_from: Annotated[str, Meta(description="The entry it is a share of.")] = ""
    ratio: Annotated[Any, Meta(description="The share, such as '1/8'.")] = None


class SramFigure(Figure, frozen=True, kw_only=True):
    """One access of an SRAM of that size."""

    capacity_bytes: int


class DramFigure(Figure, frozen=True, kw_only=True):
    """One access of DRAM, and the band it lies in."""

    low: Number | None = None
    high: Number | None = None


class MacroRow(Struct, frozen=True, kw_only=True):
    """An SRAM macro of one's own; with `value` it is a `Figure` too."""

    depth: Whole
    width: Whole
    source: str
    area_um2: Number | None = None
    value: Number | None = None


class Scaling(Struct, frozen=True, kw_only=True, rename={"base": "from"}):
    """Another table, brought to another node."""

    base: str
    process_nm: Number
    voltage_v: Number


class Table(Struct, frozen=True, kw_only=True):
    """An energy table, whole or what differs from `base`, or nothing but `scaling`."""

    name: str = ""
    title: str = ""
    base: str | None = None
    process_nm: Number | None = None
    voltage_v: Number | None = None
    sources: Annotated[dict[str, str], Meta(description="Full citations by key.")] = {}
    entries: Annotated[dict[str, Figure], Meta(description="Operations by name.")] = {}
    sram: list[SramFigure] | None = None
    dram: DramFigure | None = None
    macro: Annotated[list[MacroRow], Meta(min_length=1)] | None = None
    scaling: Scaling | None = None


def technology_schema() -> dict[str, Any]:
    """JSON Schema of an energy table, once TOML is parsed."""
    return json_schema(Table)
