"""Voltages by published bit-error rates, recomputed by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from hwsim.cost.voltage import DEFAULT, voltage_curve, voltage_curves
from hwsim.errors import InputError

OWN = """
[[curve]]
name = "own"
title = "ours"
source = "a measurement"
unit = "V"
nominal = 0.8
process_nm = 22
voltages = [0.5, 0.6]
rates = [1e-2, 1e-4]
"""


def test_the_lowest_measured_voltage_with_at_most_so_many_errors() -> None:
    curve = voltage_curve(DEFAULT)
    cells = 2060 * 16384
    assert dict(curve.points)[0.56] == 2732 / cells  # 8.09e-5
    assert curve.lowest(1e-4) == 0.56
    assert curve.lowest(2732 / cells) == 0.56
    assert curve.lowest(8.0e-5) == 0.57
    assert curve.lowest(1.0) == 0.54  # the lowest measured, whatever could be borne
    assert curve.lowest(1e-8) is None  # fewer than were measured at any voltage
    assert curve.energy_ratio(0.56) == pytest.approx(0.3136)
    assert curve.energy_ratio(None) == 1


def test_the_square_of_the_voltage_agrees_with_the_energy_that_was_quoted() -> None:
    curve = voltage_curves()["finfet-14nm"]
    assert curve.lowest(0.01) == 0.83
    assert curve.lowest(0.009) is None
    assert abs(curve.energy_ratio(0.83) - 0.70) < 0.02  # "approximately 30 %" less


def test_every_curve_names_its_source_and_grows_as_the_voltage_falls() -> None:
    for name, curve in voltage_curves().items():
        assert curve.name == name
        assert "doi:10." in curve.source
        voltages, rates = zip(*curve.points, strict=True)
        assert [*voltages] == sorted(voltages, reverse=True)
        assert [*rates] == sorted(rates)
        assert all(0 < rate < 1 for rate in rates)


def test_a_curve_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN)
    curve = voltage_curve(str(path))
    assert curve.points == ((0.6, 1e-4), (0.5, 1e-2))
    assert curve.energy_ratio(0.6) == pytest.approx(0.5625)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("rates = [1e-2, 1e-4]", "rates = [1e-4, 1e-2]", "fewer bit errors at 0.5 V than at 0.6"),
        ("rates = [1e-2, 1e-4]", "rates = [1e-2]", "2 voltages and 1 bit-error rates"),
        ("rates = [1e-2, 1e-4]", "rates = [2, 1]", "rates"),
        ("rates = [1e-2, 1e-4]", "faults = [3, 2]", "either rates, or faults and cells"),
        ("nominal = 0.8", "nominal = 0.55", "above its nominal 0.55 V"),
        ('unit = "V"', 'units = "V"', "unit"),
        ('source = "a measurement"', "", "source is missing"),
    ],
)
def test_a_curve_that_cannot_be_is_refused(old: str, new: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace(old, new))
    with pytest.raises(InputError, match=words) as told:
        voltage_curve(str(path))
    assert str(path) in str(told.value)


def test_an_unknown_curve_is_refused() -> None:
    with pytest.raises(InputError, match="sram is 'virtex-7'"):
        voltage_curve("virtex-7")
    with pytest.raises(InputError, match=r"none\.toml"):
        voltage_curve("none.toml")
