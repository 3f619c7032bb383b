"""A report's sentences are of the table and the run that it shows, not of others."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hwsim.cost.tables import load_technology
from hwsim.report.document import Text
from hwsim.report.source_sections import table_section
from tests.report.estimates import make_report


def words(entry_source: str, second_energy: int) -> str:
    """The energy table's paragraph for two SRAM points of a source, 8 and 32 KiB."""
    technology = load_technology()
    points = [
        (capacity, replace(entry, source=entry_source)) for capacity, entry in technology.sram
    ]
    points[1] = (points[1][0], replace(points[1][1], energy_pj=Fraction(second_energy)))
    chosen = replace(technology, sram=tuple(points))
    paragraph = table_section(replace(make_report(), technology=chosen)).blocks[0]
    assert isinstance(paragraph, Text)
    return "".join(str(part) for part in paragraph.parts)


def test_horowitz_is_named_for_his_figures_alone() -> None:
    his, mine = words("horowitz2014", 20), words("mine", 20)
    assert his.startswith("Horowitz's figures are cache reads")
    assert "with his points that is sqrt(capacity) below 8 KiB." in his
    assert mine.startswith("Between the points")
    assert "with these points that is sqrt(capacity) below 8 KiB." in mine


def test_the_law_below_the_first_point_is_the_table_s() -> None:
    assert "with these points that is capacity to the power of 1 below 8 KiB." in words("mine", 40)
    assert "capacity to the power of 0.292 below 8 KiB." in words("mine", 15)
