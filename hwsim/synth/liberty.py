"""Standard cells in a Liberty file, and the SRAM macros beside them: areas and leakage."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Final

from hwsim.cost.technology import Macro
from hwsim.errors import InputError
from hwsim.json_files import read_document

OWN: Final = "hwsim_45nm"
REMEDY: Final = (
    "give a Liberty library (.lib) of standard cells with areas, or none for hwsim's own"
)
_LARGEST: Final = 1 << 28  # bytes: libraries with tables of delays are large
_NANO: Final = {"nw": 1.0, "uw": 1e3, "pw": 1e-3, "mw": 1e6}  # nanowatts of a unit of power


@dataclass(frozen=True)
class StandardCell:
    """One cell.

    Attributes:
        area: square micrometres.
        leakage_nw: nanowatts; None where the library does not say.
        register: whether it holds a bit.
    """

    area: float
    leakage_nw: float | None
    register: bool


@dataclass(frozen=True)
class Library:
    """Standard cells.

    Attributes:
        name: of the library.
        text: the Liberty file.
        cells: by name, those with an area.
    """

    name: str
    text: str
    cells: dict[str, StandardCell]


def load_library(path: Path | None) -> Library:
    """A person's library, or hwsim's own at 45 nm.

    Args:
        path: of a Liberty file; None for hwsim's own.

    Raises:
        InputError: it cannot be read, or has no register or no gate with an area.
    """
    if path is None:
        return _parsed((files("hwsim.synth") / "cells_45nm.lib").read_text(encoding="utf-8"), OWN)
    content = read_document(path, _LARGEST, f"{path} is no Liberty library", REMEDY)
    return _parsed(content.decode(errors="replace"), str(path))


def _parsed(text: str, where: str) -> Library:
    bare = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    named = re.search(r"\blibrary\s*\(\s*\"?([\w.-]+)", bare)
    unit = re.search(r"leakage_power_unit\s*:\s*\"?\s*(\d+)\s*([munp]w)", bare, re.IGNORECASE)
    nano = int(unit[1]) * _NANO[unit[2].lower()] if unit else None
    # Cells follow each other: each ends where the next one begins.
    pieces = re.split(r"\bcell\s*\(\s*\"?([\w.-]+)\"?\s*\)", bare)
    cells = {
        name: StandardCell(area, _leakage(body, nano), re.search(r"\bff\s*\(", body) is not None)
        for name, body in zip(pieces[1::2], pieces[2::2], strict=True)
        if (area := _number("area", body)) is not None and area >= 0
    }
    kinds = {cell.register for cell in cells.values()}
    if named is None or kinds != {False, True}:
        lacking = "library" if named is None else "gate" if False not in kinds else "flip-flop"
        raise InputError(f"{where} has no {lacking} with an area; {REMEDY}")
    return Library(named[1], text, cells)


def _leakage(body: str, nano: float | None) -> float | None:
    found = _number("cell_leakage_power", body)
    return None if found is None or nano is None else found * nano


def _number(name: str, body: str) -> float | None:
    found = re.search(rf"\b{name}\s*:\s*\"?([0-9.]+(?:[eE][-+]?\d+)?)", body)
    return None if found is None else float(found[1])


@dataclass(frozen=True)
class Macros:
    """SRAM macros.

    Attributes:
        source: where their figures are from.
        leakage_uw: microwatts of one, by macro.
    """

    source: str
    leakage_uw: dict[Macro, float]


def load_macros() -> Macros:
    """Those at 45 nm."""
    table = tomllib.loads((files("hwsim.synth") / "macros_45nm.toml").read_text(encoding="utf-8"))
    return Macros(
        table["source"],
        {
            Macro(row["depth"], row["width"], Fraction(str(row["area_um2"]))): row["leakage_uw"]
            for row in table["macro"]
        },
    )
