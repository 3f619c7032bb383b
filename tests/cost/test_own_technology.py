"""One technology file with everything of one's own: each section moves its numbers, by hand.

The image and its counted actions are those of `test_hand_calculation`. The file scales 45 nm and
0.9 V to 22.5 nm and 0.6 V, a factor of 1/2 * (2/3)**2 = 2/9, and on top of that gives an adder of
16 bits, two SRAM points, a macro and leakage of its own, which are not scaled.
"""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest

from hwsim.config import Parameters
from hwsim.cost.energy import EnergyReport, estimate
from hwsim.cost.footprint import engine_memories
from hwsim.cost.hierarchy import bank_plan
from hwsim.cost.tables import load_technology
from hwsim.errors import InputError
from hwsim.hardware import spec
from hwsim.report.write import write_report
from hwsim.spins import spins_from_bits
from tests.cost.test_hand_calculation import PATTERNS, PLAIN, make

HEAD = """name = "mine"
title = "my process"

[sources]
bench = "measured on my bench"
"""
SCALING = """
[scaling]
from = "horowitz_45nm"
process_nm = 22.5
voltage_v = 0.6
"""
FIGURE = 'process_nm = 28\nvoltage_v = 0.9\nsource = "bench"\nbasis = "quoted"\n'
ADDER = f"""
[entries.integer_add_8]
value = 0.12
unit = "pJ"
access_bits = 16
{FIGURE}"""
POINTS = f"""
[[sram]]
capacity_bytes = 8192
value = 4000
unit = "fJ"
access_bits = 64
{FIGURE}
[[sram]]
capacity_bytes = 32768
value = 4
unit = "pJ"
access_bits = 32
{FIGURE}"""
MACRO = f"""
[[macro]]
depth = 16
width = 4
area_um2 = 40
value = 0.5
unit = "pJ"
access_bits = 4
{FIGURE}"""
LEAKAGE = f"""
[leakage]
value = 2
unit = "uW"
memory_bits = 65536
{FIGURE}"""
SECTIONS = {
    "scaling": SCALING, "adder": ADDER, "sram": POINTS, "macro": MACRO, "leakage": LEAKAGE
}  # fmt: skip
FACTOR = Fraction(2, 9)

# Which actions are accesses of memories; the rest is logic, made of the 8-bit adder, but for:
ACCESSES = [name for name in PLAIN if re.fullmatch(r"\w+_(reads|writes)", name)]
REGISTERS = ("kernel_plane_writes", "kernel_plane_reads")  # registers, though their name ends so
CELLS = "kernel_sum_scalings"  # of the 8-bit multiplier
NINE_BITS = "thresholds"  # an adder between those of 8 and 32 bits


def written(folder: Path, without: tuple[str, ...] = ()) -> Path:
    """The file, without some of its sections; without scaling it stands on the base itself."""
    parts = [text for name, text in SECTIONS.items() if name not in without]
    base = 'base = "horowitz_45nm"\n' if "scaling" in without else ""
    file = folder / "mine.toml"
    file.write_text(base + HEAD + "".join(parts))
    return file


def report_with(file: Path) -> EnergyReport:
    image = make(Parameters(7, 3, kernel_bits=4, lanes=8))
    counts = spec.recall(image, spins_from_bits(PATTERNS[:1])).counts
    technology = load_technology(file)
    return estimate(image.parameters, image.gamma, counts, technology=technology, clock_mhz=0.5)


def by_hand(without: tuple[str, ...]) -> dict[str, Fraction]:
    """Picojoules of one of each action."""
    scale = Fraction(1) if "scaling" in without else FACTOR
    logic = scale if "adder" in without else Fraction(2)  # 0.12 at 16 bits is 0.06 at 8, not 0.03
    memories = scale if "sram" in without else Fraction(4, 10)  # 4 pJ where the base has 10
    expected = {}
    for name, (_, each) in PLAIN.items():
        is_access = name in ACCESSES and name not in REGISTERS
        expected[name] = each * (memories if is_access else logic)
    expected[CELLS] = PLAIN[CELLS][1] * scale
    eight, wide = Fraction("0.03") * logic, Fraction("0.1") * scale
    expected[NINE_BITS] = eight + (wide - eight) / 24
    return expected


@pytest.mark.parametrize("without", [(), *((name,) for name in SECTIONS), tuple(SECTIONS)])
def test_each_section_changes_its_numbers_and_no_other(
    without: tuple[str, ...], tmp_path: Path
) -> None:
    report = report_with(written(tmp_path, without))
    expected = by_hand(without)
    for action in report.actions:
        each = float(expected[action.name])
        assert action.energy_pj == pytest.approx(PLAIN[action.name][0] * each, rel=1e-12), (
            action.name
        )
    total = sum(PLAIN[name][0] * each for name, each in expected.items())
    assert report.to_dict()["total_energy_pj"] == pytest.approx(float(total), rel=1e-12)


def test_leakage_and_macros_of_the_whole_file(tmp_path: Path) -> None:
    report = report_with(written(tmp_path))
    assert report.leakage_mw == pytest.approx(309 * 2e-3 / 65536, rel=1e-12)  # 309 bits
    patterns = engine_memories(report.parameters)["patterns"]  # 3 words of 8 bits
    (macro,) = report.technology.macros
    plan = bank_plan(patterns, report.technology, macro)
    assert (plan.columns, plan.rows, plan.area_um2) == (2, 1, 80)
    assert plan.access_pj.value == 1  # both columns, nothing to select
    without = report_with(written(tmp_path, ("leakage", "macro")))
    assert without.leakage_mw is None
    assert len(without.technology.macros) > 1


def test_a_share_of_an_own_figure_is_not_called_scaled(tmp_path: Path) -> None:
    technology = load_technology(written(tmp_path))
    adder, cell = technology.entries["full_adder"], technology.entries["multiplier_cell"]
    assert adder.energy_pj == Fraction("0.0075")  # 0.06 pJ at 8 bits, over 8
    assert (adder.process_nm, adder.voltage_v) == (28, Fraction("0.9"))
    assert "horowitz_45nm times" not in adder.derivation
    assert technology.entries["xnor_gate"].process_nm == 28  # a share of that share
    assert (cell.process_nm, cell.voltage_v) == (Fraction("22.5"), Fraction("0.6"))
    assert "horowitz_45nm times" in technology.entries["integer_add_32"].derivation


def test_the_report_lists_what_was_the_user_s(tmp_path: Path) -> None:
    report = report_with(written(tmp_path))
    assert report.technology.own == ("integer_add_8", "sram", "leakage", "macro")
    write_report(tmp_path / "report", report)
    shown = (tmp_path / "report" / "report.md").read_text("utf-8")
    assert "Given by this table itself: integer_add_8, sram, leakage, macro." in shown


def test_a_width_that_means_the_same_changes_nothing(tmp_path: Path) -> None:
    same = ADDER.replace("0.12", "0.06").replace(FIGURE, FIGURE.replace("28", "45"))
    file = tmp_path / "same.toml"
    file.write_text(f'base = "horowitz_45nm"\n{HEAD}{same}')
    plain = tmp_path / "plain.toml"
    plain.write_text(f'base = "horowitz_45nm"\n{HEAD}')
    totals = [report_with(path).to_dict()["total_energy_pj"] for path in (file, plain)]
    assert totals[0] == totals[1]


WHOLE = HEAD + "".join(SECTIONS.values())
NAMES = [
    (match.start(1), match[1])
    for match in re.finditer(r"^(?:\[+(?:entries\.)?)?(\w+)(?:\]| =)", WHOLE, re.MULTILINE)
    if match[1] != "bench"  # a source's key is free; that it is cited is checked
]


@pytest.mark.parametrize(("start", "name"), NAMES, ids=[f"{start}-{name}" for start, name in NAMES])
@pytest.mark.parametrize("how", ["doubled", "dropped", "swapped"])
def test_each_misspelling_is_refused(start: int, name: str, how: str, tmp_path: Path) -> None:
    wrong = {
        "doubled": name[:2] + name[1:],
        "dropped": name[:-2] + name[-1],
        "swapped": name[:-2] + name[-1] + name[-2],
    }[how]
    file = tmp_path / "mine.toml"
    file.write_text(WHOLE[:start] + wrong + WHOLE[start + len(name) :])
    with pytest.raises(InputError) as refused:
        load_technology(file)
    message = str(refused.value)
    assert f"did you mean {name!r}?" in message or f"{name} is missing" in message


def test_a_misspelt_source_is_refused(tmp_path: Path) -> None:
    for count in range(WHOLE.count('source = "bench"')):
        parts = WHOLE.split('source = "bench"')
        text = 'source = "bench"'.join(parts[: count + 1])
        text += 'source = "bunch"' + 'source = "bench"'.join(parts[count + 1 :])
        (tmp_path / "mine.toml").write_text(text)
        with pytest.raises(InputError, match="source is 'bunch'; it must be"):
            load_technology(tmp_path / "mine.toml")


def test_two_macros_of_one_size_are_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(WHOLE + MACRO.replace("area_um2 = 40", "area_um2 = 80"))
    with pytest.raises(InputError, match=r"macro\[1\]: a macro before it is 16x4, too; keep one"):
        load_technology(tmp_path / "mine.toml")
