"""How low an SRAM's supply may go for a bit-error rate, by published measurements.

The energy of an access goes as C V**2, so it falls with the square of the voltage. Voltages are
those that were measured: between two of them the higher one is taken, beyond them none is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from hwsim.errors import InputError
from hwsim.schema import Positive, read
from hwsim.suggest import check_choice
from hwsim.toml import load_toml, parse_toml

FILE: Final = "sram_bit_errors.toml"
DEFAULT: Final = "virtex7-28nm"

_Some = Annotated[list[Positive], Meta(min_length=1)]


class CurveFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One curve of a file."""

    name: str
    title: str
    source: str
    unit: str
    nominal: Positive
    voltages: _Some
    process_nm: Positive
    note: str = ""
    cells: Annotated[int, Meta(ge=1)] | None = None
    faults: Annotated[list[Annotated[int, Meta(ge=0)]], Meta(min_length=1)] | None = None
    rates: Annotated[list[Annotated[float, Meta(ge=0, le=1)]], Meta(min_length=1)] | None = None


class CurvesFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Curves of measured memories."""

    curve: Annotated[list[CurveFile], Meta(min_length=1)]


@dataclass(frozen=True)
class VoltageCurve:
    """Bit-error rates of one measured memory.

    Attributes:
        name, title, source, note: what it is, and who measured it.
        unit: of voltages, `V`, or what they are divided by.
        nominal: voltage that energies are relative to.
        points: (voltage, bit-error rate), the highest voltage first.
    """

    name: str
    title: str
    source: str
    note: str
    unit: str
    nominal: float
    points: tuple[tuple[float, float], ...]

    def lowest(self, rate: float) -> float | None:
        """The lowest measured voltage with at most so many bit errors; None where all have more."""
        return min((voltage for voltage, errors in self.points if errors <= rate), default=None)

    def energy_ratio(self, voltage: float | None) -> float:
        """Energy of an access at a voltage beside that at the nominal one, (V / V0)**2.

        Args:
            voltage: in the curve's unit; None for the nominal one.
        """
        return 1.0 if voltage is None else (voltage / self.nominal) ** 2


@lru_cache
def voltage_curves() -> dict[str, VoltageCurve]:
    """The published curves, by name."""
    file = resources.files("hwsim.cost").joinpath(f"data/{FILE}")
    return _curves(parse_toml(file.read_bytes(), FILE), FILE)


def voltage_curve(given: str) -> VoltageCurve:
    """A published curve by its name, or the one of a TOML file of the same form.

    Raises:
        InputError: there is no such curve, or the file is not of that form.
    """
    if not given.endswith(".toml"):
        check_choice("sram", given, [*voltage_curves()])
        return voltage_curves()[given]
    found = _curves(load_toml(Path(given)), given)
    if len(found) > 1:
        raise InputError(f"{given} has {len(found)} curves; a file that is given has one")
    return next(iter(found.values()))


def _curves(content: dict[str, Any], where: str) -> dict[str, VoltageCurve]:
    try:
        file = read(CurvesFile, content, mapping="a table")
    except InputError as error:
        raise InputError(f"{where}: {error}") from error
    return {each.name: _curve(each, where) for each in file.curve}


def _curve(given: CurveFile, where: str) -> VoltageCurve:
    what = f"{where}: curve {given.name}"
    if (given.rates is None) == (given.faults is None) or (given.faults and not given.cells):
        raise InputError(f"{what} must have either rates, or faults and cells")
    rates = given.rates or [float(Fraction(n, given.cells or 1)) for n in given.faults or ()]
    if len(rates) != len(given.voltages):
        raise InputError(
            f"{what} has {len(given.voltages)} voltages and {len(rates)} bit-error rates; "
            "give one for each"
        )
    points = sorted(zip(given.voltages, rates, strict=True), reverse=True)
    for (high, fewer), (low, more) in pairwise(points):
        if more < fewer or high == low:
            raise InputError(
                f"{what} has fewer bit errors at {low:g} {given.unit} than at {high:g}; "
                "errors grow as the voltage falls"
            )
    if points[0][0] > given.nominal:
        raise InputError(f"{what} has a voltage above its nominal {given.nominal:g} {given.unit}")
    return VoltageCurve(
        given.name, given.title, given.source, given.note, given.unit, given.nominal, tuple(points)
    )
