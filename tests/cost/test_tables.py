"""Energy tables: every figure states its unit, width, process and source, or is refused."""

from __future__ import annotations

import re
import tomllib
from fractions import Fraction
from importlib import resources
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from hwsim.cost.table_file import technology_schema
from hwsim.cost.tables import bundled_tables, load_technology, published_chips
from hwsim.errors import InputError

TEXT = resources.files("hwsim.cost").joinpath("data/horowitz_45nm.toml").read_text("utf-8")
FIRST = """[entries.integer_add_8]
value = 0.03
unit = "pJ"
access_bits = 8
process_nm = 45
voltage_v = 0.9
source = "horowitz2014"
basis = "quoted"
"""


def load(text: str, folder: Path):
    file = folder / "table.toml"
    file.write_text(text)
    return load_technology(file)


def test_the_bundled_table_is_the_file_word_for_word(tmp_path: Path) -> None:
    assert FIRST in TEXT
    assert load(TEXT, tmp_path) == load_technology("horowitz_45nm")


@pytest.mark.parametrize(
    ("name", "picojoules", "bits"),
    [
        ("integer_add_8", "0.03", 8),
        ("integer_add_32", "0.1", 32),
        ("integer_multiply_8", "0.2", 8),
        ("integer_multiply_32", "3.1", 32),
        ("float_add_16", "0.4", 16),
        ("float_add_32", "0.9", 32),
        ("float_multiply_16", "1.1", 16),
        ("float_multiply_32", "3.7", 32),
    ],
)
def test_horowitz_as_printed(name: str, picojoules: str, bits: int) -> None:
    entry = load_technology().entries[name]
    assert entry.energy_pj == Fraction(picojoules)
    assert (entry.access_bits, entry.process_nm, entry.voltage_v) == (bits, 45, Fraction("0.9"))
    assert (entry.basis, entry.source, entry.derivation) == ("quoted", "horowitz2014", "")


def test_dram_is_a_band_with_its_low_end_as_nominal() -> None:
    energy = load_technology().dram_access(64)
    assert (energy.value, energy.low, energy.high) == (1300, 1300, 2600)
    assert load_technology().dram_access(32).value == 650


def test_derived_figures_follow_from_quoted_ones() -> None:
    table = load_technology()
    assert table.energy("full_adder") == Fraction(3, 800)  # 0.03 / 8
    assert table.energy("multiplier_cell") == Fraction(1, 320)  # 0.2 / 64
    assert table.energy("xnor_gate") == Fraction(3, 800) * Fraction(4, 9)
    assert table.energy("and_gate") == Fraction(3, 800) * Fraction(2, 9)
    assert table.energy("register_bit") == Fraction(3, 800) * Fraction(6, 9)
    # the paper: "an XNOR under 0.1 pJ"
    assert table.energy("xnor_gate") < Fraction("0.1")
    derived = [entry for entry in table.entries.values() if entry.basis == "derived"]
    assert len(derived) == 6
    assert all(entry.derivation for entry in derived)


def test_operations_by_width() -> None:
    table = load_technology()
    assert (table.adder(8), table.adder(32)) == (Fraction("0.03"), Fraction("0.1"))
    assert table.adder(4) == Fraction("0.015")
    assert table.adder(20) == Fraction("0.065")  # half way
    assert table.multiplier(8, 8) == Fraction("0.2")
    assert table.multiplier(2, 12) == Fraction("0.075")
    assert table.popcount(64) == 63 * Fraction(3, 800)
    assert table.popcount(1) == 0


@pytest.mark.parametrize(
    "key", ["value", "unit", "access_bits", "process_nm", "voltage_v", "source", "basis"]
)
@pytest.mark.parametrize("place", ["entries.integer_add_8", "sram[0]", "dram"])
def test_a_figure_that_leaves_something_out_is_refused(
    key: str, place: str, tmp_path: Path
) -> None:
    heads = {
        "entries.integer_add_8": "[entries.integer_add_8]\n",
        "sram[0]": "[[sram]]\ncapacity_bytes = 8192\n",
        "dram": "[dram]\n",
    }
    before, after = TEXT.split(heads[place], 1)
    after = re.sub(rf"^{key} = .*\n", "", after, count=1, flags=re.MULTILINE)
    with pytest.raises(InputError, match=re.escape(f"{place}.{key} is missing; it must be ")):
        load(before + heads[place] + after, tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('unit = "pJ"', 'unit = "W"', "unit is 'W'; it must be one of fJ, nJ, pJ"),
        ("value = 0.03", "value = -0.03", "value is -0.03; it must not be negative"),
        ("value = 0.03", 'value = "much"', "value is 'much'; it must be a number"),
        ("value = 0.03", "value = nan", "must be finite"),
        ("access_bits = 8", "access_bits = 0", "access_bits is 0"),
        ("access_bits = 8", "access_bits = 8.5", "access_bits is"),
        ('source = "horowitz2014"', 'source = "hearsay"', "source is 'hearsay'; it must be a key"),
        ('basis = "quoted"', 'basis = "guessed"', "basis is 'guessed'"),
        ('basis = "quoted"', 'basis = "derived"', "has no derivation"),
        ("process_nm = 45", "process_nm = 0", "process_nm is 0; it must be from 1 to 1000 nm"),
    ],
)
def test_a_wrong_figure_is_refused(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert old in FIRST
    with pytest.raises(InputError, match=re.escape(message)):
        load(TEXT.replace(FIRST, FIRST.replace(old, new)), tmp_path)


def test_a_derived_value_that_is_not_its_ratio_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"full_adder.value is 0.00376 pJ, but 1/8 of"):
        load(TEXT.replace("value = 0.00375", "value = 0.00376"), tmp_path)


def test_units_are_read_as_written(tmp_path: Path) -> None:
    text = FIRST.replace("value = 0.03", "value = 30").replace('"pJ"', '"fJ"')
    assert load(TEXT.replace(FIRST, text), tmp_path) == load_technology()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("entries = 3\nname = 'x'", "entries is 3; it must be a table"),
        ("name = 'x'\n[entries", "is not TOML"),
        ("base = 'other'", "base table is 'other'"),
        ("name = 'x'", "entries.integer_add_8 is missing"),
        ("[scaling]\nprocess_nm = 28", "scaling.from is missing"),
        ("[scaling]\nfrom = 'horowitz_45nm'\nprocess_nm = 28", "scaling.voltage_v is missing"),
        ("base = 'horowitz_45nm'\nsram = []", "at least two points"),
    ],
)
def test_a_wrong_file_is_refused(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        load(text, tmp_path)


def test_a_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot read energy table .*none.toml"):
        load_technology(tmp_path / "none.toml")


def test_a_table_of_ones_own_on_top_of_a_bundled_one(tmp_path: Path) -> None:
    text = f"""name = "mine"
base = "horowitz_45nm"
[sources]
bench = "measured on my bench, 2026"
{FIRST.replace("0.03", "0.05").replace("horowitz2014", "bench")}"""
    mine = load(text, tmp_path)
    assert mine.name == "mine"
    assert mine.energy("integer_add_8") == Fraction("0.05")
    assert mine.energy("integer_add_32") == Fraction("0.1")
    # what is derived from it follows, and what is derived from that
    assert mine.energy("full_adder") == Fraction("0.05") / 8
    assert mine.energy("xnor_gate") == Fraction("0.05") / 8 * Fraction(4, 9)
    assert mine.energy("multiplier_cell") == Fraction("0.2") / 64
    assert mine.sources["bench"] == "measured on my bench, 2026"


def test_scaling_is_stated_and_marked_derived(tmp_path: Path) -> None:
    text = "[scaling]\nfrom = 'horowitz_45nm'\nprocess_nm = 22.5\nvoltage_v = 0.6\n"
    scaled, base = load(text, tmp_path), load_technology()
    factor = Fraction(1, 2) * Fraction(2, 3) ** 2
    for name, entry in scaled.entries.items():
        assert entry.energy_pj == base.entries[name].energy_pj * factor
        assert entry.basis == "derived"
        assert "22.5 / 45 nm" in entry.derivation
        assert "(0.6 / 0.9 V)^2" in entry.derivation
    assert scaled.sram_access(8 * 8192, 64).value == 10 * factor
    assert scaled.dram_access(64) == base.dram_access(64)  # another chip


SCALING = "[scaling]\nfrom = 'horowitz_45nm'\nprocess_nm = 22.5\nvoltage_v = 0.6\n"
MACRO = "[[macro]]\ndepth = 1024\nwidth = 32\narea_um2 = 21000\nsource = 'horowitz2014'\n"
POINTS = "".join(
    f"[[sram]]\ncapacity_bytes = {size}\nvalue = {value}\nunit = 'pJ'\naccess_bits = 64\n"
    "process_nm = 28\nvoltage_v = 0.9\nsource = 'horowitz2014'\nbasis = 'quoted'\n"
    for size, value in ((8192, 4), (32768, 8))
)


def test_what_a_scaled_table_gives_stands_on_top(tmp_path: Path) -> None:
    mine = load(f"name = 'mine'\n{SCALING}{FIRST}{MACRO}{POINTS}", tmp_path)
    factor = Fraction(1, 2) * Fraction(2, 3) ** 2
    assert (mine.name, mine.title, mine.process_nm) == ("mine", "mine", Fraction("22.5"))
    assert mine.energy("integer_add_8") == Fraction("0.03")  # its own, not scaled
    assert mine.energy("integer_add_32") == Fraction("0.1") * factor
    assert mine.energy("full_adder") == Fraction("0.03") / 8  # what is a share of it follows
    assert mine.sram_access(8 * 8192, 64).value == 4
    assert [(macro.bits, macro.area_um2) for macro in mine.macros] == [(32768, 21000)]
    assert mine.own == ("integer_add_8", "sram", "macro")
    assert load_technology().own == ()


@pytest.mark.parametrize("bits", [4, 16, 32])
@pytest.mark.parametrize("name", ["integer_add_8", "xnor_gate"])
def test_a_figure_of_another_width_means_the_same(name: str, bits: int, tmp_path: Path) -> None:
    whole = load_technology().entries[name]
    value = float(whole.energy_pj / whole.access_bits * bits)
    text = (
        f"base = 'horowitz_45nm'\n[entries.{name}]\nvalue = {value}\nunit = 'pJ'\n"
        f"access_bits = {bits}\nprocess_nm = 45\nvoltage_v = 0.9\nsource = 'nand9'\n"
        "basis = 'quoted'\n"
    )
    mine = load(text, tmp_path)
    assert float(mine.energy(name)) == pytest.approx(float(whole.energy_pj), rel=1e-15)
    assert mine.entries[name].access_bits == whole.access_bits
    assert mine.entries[name].derivation == (
        "" if bits == whole.access_bits else f"given for {bits} bits"
    )
    assert float(mine.adder(20)) == pytest.approx(0.065, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("leakage_mw = 1\n" + SCALING, "leakage_mw is unknown; the keys are"),
        (SCALING + "voltage = 1\n", "scaling.voltage is unknown; the keys are"),
        ("process_nm = 28\n" + SCALING, "process_nm stands beside [scaling]"),
        ("base = 'horowitz_45nm'\n" + SCALING, "base stands beside [scaling]"),
        (
            "base = 'horowitz_45nm'\n" + FIRST.replace("integer_add_8", "integer_ad_8"),
            "entries.integer_ad_8 is unknown; the operations are",
        ),
        (
            SCALING + FIRST.replace("integer_add_8", "integer_ad_8"),
            "did you mean 'integer_add_8'?",
        ),
        (
            "base = 'horowitz_45nm'\n" + FIRST.replace("unit", "units"),
            "entries.integer_add_8.units is unknown",
        ),
        (SCALING + MACRO + "leakage_mw = 1\n", "macro[0].leakage_mw is unknown"),
        (SCALING + MACRO + "unit = 'pJ'\n", "macro[0].value is missing"),
        (SCALING + MACRO.replace("[[macro]]", "[[macros]]"), "macros is unknown; the keys are"),
        (SCALING + POINTS.replace("capacity_", "size_"), "sram[0].size_bytes is unknown"),
        (
            "base = 'horowitz_45nm'\n" + FIRST.replace("integer_add_8", "integer_multiply_8")
            .replace("bits = 8", "bits = 16"),
            "integer_multiply_8.access_bits is 16; it must be 8",
        ),
    ],
)  # fmt: skip
def test_nothing_is_dropped_in_silence(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        load(text, tmp_path)


LEAKAGE = (
    "[leakage]\nvalue = 2\nunit = 'uW'\nmemory_bits = 65536\nprocess_nm = 28\n"
    "voltage_v = 0.9\nsource = 'horowitz2014'\nbasis = 'quoted'\n"
)


def test_leakage_is_a_bit_s_and_is_not_scaled(tmp_path: Path) -> None:
    mine = load(SCALING + LEAKAGE, tmp_path)
    assert mine.leakage is not None
    assert mine.leakage.pw_per_bit == Fraction(2 * 10**6, 65536)
    assert mine.own == ("leakage",)
    assert load_technology().leakage is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("memory_bits", "bits", "leakage.bits is unknown; the keys are"),
        ("'uW'", "'W'", "leakage.unit is 'W'; it must be one of"),
        ("value = 2\n", "value = 2000000\n", "leakage.value is 2000000; it must be from"),
        ("'horowitz2014'", "'rumour'", "leakage.source is 'rumour'; it must be a key"),
        ("'quoted'", "'derived'", "leakage is derived but has no derivation"),
        ("voltage_v = 0.9", "voltage_v = 900", "leakage.voltage_v is 900"),
    ],
)
def test_a_wrong_leakage_is_refused(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert old in LEAKAGE
    with pytest.raises(InputError, match=re.escape(message)):
        load(SCALING + LEAKAGE.replace(old, new), tmp_path)


def test_published_chips_are_for_looking_only() -> None:
    assert bundled_tables() == ("horowitz_45nm",)
    for chip in published_chips():
        assert chip["fj_per_operation"] > 0
        assert chip["source"]
        with pytest.raises(KeyError):
            load_technology().energy(chip["name"])


def test_the_tables_in_the_documentation_load(tmp_path: Path) -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "energy.md"
    tables = re.findall(r"```toml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    mine, scaled = (load(text, tmp_path) for text in tables)
    assert mine.energy("full_adder") == Fraction(22, 8000)
    assert mine.macros[0].area_um2 == 21000
    assert scaled.process_nm == 28


def test_the_json_schema_accepts_what_is_read() -> None:
    judge = Draft202012Validator(technology_schema())
    judge.check_schema(judge.schema)
    page = Path(__file__).resolve().parents[2] / "docs" / "energy.md"
    for text in (TEXT, *re.findall(r"```toml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)):
        judge.validate(tomllib.loads(text))
    for wrong in (FIRST.replace("0.03", "-1"), FIRST.replace("pJ", "W"), "scaling = 3"):
        assert not judge.is_valid(tomllib.loads(wrong)), wrong
