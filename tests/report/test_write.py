"""A report's folder: the same bytes from the same estimate, whole or not at all."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from hwsim.errors import InputError
from hwsim.files import LISTING
from hwsim.quantities import energy_text, size_text, time_text
from hwsim.report import Section, Text, write_report
from hwsim.report.alternative_sections import comparisons
from hwsim.report.document import Document, Figure, Link, Number, Table
from hwsim.report.head_section import summary
from hwsim.report.markdown import render as render_markdown
from hwsim.report.numbers import decimal_size, percent_text
from tests.report.estimates import make_report

FILES = {
    LISTING,
    "report.md", "report.json", "report.html", "datapath.svg", "footprint.svg", "waterfall.svg",
    "energy-by-component.svg", "recall-against-noise.svg",
    "actions.csv", "banks.csv", "comparisons.csv", "comparisons-assume.csv", "counts.csv",
    "energy-by-component.csv", "energy-table.csv", "engine.csv", "footprint.csv", "in-short.csv",
    "recall-against-noise.csv", "sanity-check.csv", "sources.csv", "time.csv",
    "alternative-engine_dense.csv", "alternative-float32_dram.csv",
    "alternative-float32_sram.csv", "alternative-int8_sram.csv", "alternative-nearest.csv",
    "alternative-nearest_best.csv",
}  # fmt: skip


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_the_same_estimate_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_report(tmp_path / name, make_report())
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert contents(tmp_path / "a").keys() == FILES


def test_an_earlier_report_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    write_report(tmp_path / "report", make_report())
    write_report(tmp_path / "report", make_report(), [Section("Mine", (Text.of("words"),))])
    assert "## Mine\n\nwords" in (tmp_path / "report" / "report.md").read_text()
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("do not lose")
    with pytest.raises(InputError, match=r"thesis\.txt in it is not known as hwsim"):
        write_report(other, make_report())
    assert contents(other) == {"thesis.txt": b"do not lose"}


def test_json_is_the_estimate_and_extra_keys(tmp_path: Path) -> None:
    report = make_report()
    extra = {"cosim": {"recalls": 3}, "total_energy_pj": -1}
    write_report(tmp_path / "report", report, extra_json=extra)
    content = json.loads((tmp_path / "report" / "report.json").read_text())
    assert content.pop("cosim") == {"recalls": 3}
    assert content == json.loads(json.dumps(report.to_dict()))


def test_drawings_are_well_formed_and_have_a_title(tmp_path: Path) -> None:
    write_report(tmp_path / "report", make_report())
    for file in (tmp_path / "report").glob("*.svg"):
        root = ElementTree.fromstring(file.read_text())
        assert root.find("{http://www.w3.org/2000/svg}title") is not None
        words = "".join(root.itertext())
        assert "nan" not in words
        assert "inf" not in words


def test_the_datapath_names_every_memory_with_its_width(tmp_path: Path) -> None:
    report = make_report()
    write_report(tmp_path / "report", report)
    drawing = (tmp_path / "report" / "datapath.svg").read_text()
    for memory in report.memories.values():
        assert f">{memory.title}<" in drawing
        assert f"{memory.depth:,} × {memory.width} bits" in drawing


def test_every_table_is_a_csv_file_with_its_numbers(tmp_path: Path) -> None:
    report = make_report()
    write_report(tmp_path / "report", report)
    with (tmp_path / "report" / "comparisons.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["way"] for row in rows] == [way.title for way in report.comparisons]
    for row, way in zip(rows, report.comparisons, strict=True):
        assert float(row["energy, pJ"]) == pytest.approx(way.total_pj, rel=1e-9)
        assert int(row["memory, bits"]) == way.footprint_bits
    tables = (tmp_path / "report" / "report.html").read_text().count("<table>")
    assert len(list((tmp_path / "report").glob("*.csv"))) == tables


def test_the_waterfall_ends_with_the_cheapest() -> None:
    report = make_report()
    [figure] = [each for each in comparisons(report).blocks if isinstance(each, Figure)]
    drawn = re.findall(r'href="#comparison-(\w+)"', figure.svg)
    ways = {way.name: way.total_pj for way in report.comparisons}
    assert {"engine", "nearest", "nearest_best"} == set(drawn[-3:])
    assert ways[drawn[-1]] == min(ways.values())


def test_a_clock_brings_time_and_power_to_the_top() -> None:
    report = make_report()
    [table, _] = [each for each in summary(report).blocks if isinstance(each, Table)]
    engine = dict(zip(table.headers, table.rows[0], strict=True))
    cycles, energy = report.timing.mean, report.engine.total_pj
    rate = 100e6 / cycles
    assert engine["recalls a second"] == Number(rate, f"{rate:,.0f}")
    power = engine["power"]
    assert isinstance(power, Number)
    assert power.value == pytest.approx(energy * 1e-12 * rate * 1e3)  # joules a second, in mW
    assert report.to_dict()["power_mw"] == pytest.approx(power.value)
    still = replace(report, timing=replace(report.timing, clock_mhz=None))
    [table, _] = [each for each in summary(still).blocks if isinstance(each, Table)]
    assert "power" not in table.headers
    assert still.to_dict()["power_mw"] is None


def test_the_first_words_are_of_the_search() -> None:
    first = summary(make_report()).blocks[0]
    assert isinstance(first, Text)
    assert "".join(map(str, first.parts)).startswith("Nearest-pattern search: ")
    assert " less accurate here, " in "".join(map(str, first.parts))


def test_markdown_by_hand() -> None:
    table = Table("ignored", ("a|b", "n"), ((Link("x", "y"), Number(1.5, "1.5 pJ")),), ("first",))
    text = render_markdown(Document("T", (Text.of("p"),), (Section("S one", (table,)),)))
    assert text == (
        '# T\n\np\n\n<a id="S-one"></a>\n\n## S one\n\n'
        '| a\\|b | n |\n|---|---|\n| <a id="first"></a>[x](#y) | 1.5 pJ |\n'
    )


def test_numbers_as_people_read_them() -> None:
    assert energy_text(0) == "0 pJ"
    assert energy_text(12.3456) == "12.35 pJ"
    assert energy_text(0.0016) == "1.6 fJ"
    assert energy_text(5.25e9) == "5.25 mJ"
    assert size_text(8 * 1023) == "1,023 B"
    assert size_text(8 * 1024) == "1 KiB"
    assert size_text(8 * 2**20 * 12) == "12 MiB"
    assert decimal_size(8 * 12e6) == "12 MB"
    assert decimal_size(8 * 750000) == "0.75 MB"
    assert decimal_size(8 * 44614) == "44.61 kB"
    assert time_text(96.23) == "96.23 µs"
    assert time_text(0.25) == "250 ns"
    assert percent_text(0.5) == "50 %"
    assert percent_text(1e-6) == "under 0.01 %"
