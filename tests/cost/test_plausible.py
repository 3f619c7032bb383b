"""A slip of the unit is refused, with the unit and what was probably meant."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwsim.cost.energy import check_chip
from hwsim.cost.plausible import plausible
from hwsim.cost.tables import load_technology
from hwsim.errors import InputError

TEXT = resources.files("hwsim.cost").joinpath("data/horowitz_45nm.toml").read_text("utf-8")


def message(work: Callable[[], object]) -> str:
    with pytest.raises(InputError) as caught:
        work()
    return str(caught.value)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (2.8e-8, "size is 2.8e-08; it must be from 1 to 1000 nm; did you mean 28 nm?"),
        (Decimal("0.028"), "size is 0.028; it must be from 1 to 1000 nm; did you mean 28 nm?"),
        (Fraction(28000), "size is 28000; it must be from 1 to 1000 nm; did you mean 28 nm?"),
        (28_000_000, "size is 28000000; it must be from 1 to 1000 nm; did you mean 28 nm?"),
        (0, "size is 0; it must be from 1 to 1000 nm"),
        (-28, "size is -28; it must be from 1 to 1000 nm"),
        (1e-30, "size is 1e-30; it must be from 1 to 1000 nm"),
        (math.nan, "size is nan; it must be from 1 to 1000 nm"),
        (math.inf, "size is inf; it must be from 1 to 1000 nm"),
        (True, "size is True; it must be from 1 to 1000 nm"),
        ("28", "size is '28'; it must be from 1 to 1000 nm"),
        (None, "size is None; it must be from 1 to 1000 nm"),
    ],
)
def test_the_message(value: object, said: str) -> None:
    assert message(lambda: plausible("size", value, (1, 1000), "nm")) == said


@pytest.mark.parametrize("value", [1, 1000, 28.5, Fraction(45, 2), Decimal("3"), np.float32(7)])
def test_what_is_possible_passes(value: object) -> None:
    plausible("size", value, (1, 1000), "nm")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_is_proposed_is_possible(value: float) -> None:
    try:
        plausible("size", value, (0.1, 10), "V")
    except InputError as error:
        proposed = re.search(r"did you mean (\S+) V", str(error))
        if proposed:
            plausible("size", float(proposed[1]), (0.1, 10), "V")
    else:
        assert 0.1 <= value <= 10


def test_clock_and_memory_of_a_chip() -> None:
    assert message(lambda: check_chip(100_000_000, None)) == (
        "clock is 100000000; it must be from 0.01 to 10000 MHz; did you mean 100 MHz?"
    )
    assert message(lambda: check_chip(1e-4, None)).endswith("MHz; did you mean 100 MHz?")
    assert message(lambda: check_chip(None, 2 * 2**20)) == (
        "on-chip memory is 2097152; it must be from 0 to 1048576 KiB; did you mean 2048 KiB?"
    )
    assert message(lambda: check_chip(None, -1)).startswith("on-chip memory is -1; it must be")
    for clock, memory in ((None, None), (0.032768, 0), (5000.0, 900 * 1024)):
        check_chip(clock, memory)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("process_nm = 45", "process_nm = 45e-9", "process_nm is 4.5e-08; it must be from 1 to "
         "1000 nm; did you mean 45 nm?"),
        ("voltage_v = 0.9", "voltage_v = 900", "voltage_v is 900; it must be from 0.1 to 10 V; "
         "did you mean 0.9 V?"),
        ("value = 0.03\n", "value = 3e-14\n", "entries.integer_add_8.value is 3e-14; it must be "
         "from 8e-06 to 8000 pJ for 8 bits; did you mean 0.03 pJ for 8 bits?"),
        ("capacity_bytes = 8192", "capacity_bytes = 8", "sram[0].capacity_bytes is 8; it must be "
         "from 64 to 1073741824 bytes; did you mean 8192 bytes?"),
        ("low = 1300", "low = 1.3e-9", "dram.low is 1.3e-09; it must be from 6.4e-05 to 64000 pJ "
         "for 64 bits; did you mean"),
        ("high = 2600", "high = 2.6e9", "dram.high is 2600000000; it must be from"),
    ],
)  # fmt: skip
def test_each_quantity_of_a_table(old: str, new: str, said: str, tmp_path: Path) -> None:
    assert old in TEXT
    file = tmp_path / "mine.toml"
    file.write_text(TEXT.replace(old, new, 1))
    assert said in message(lambda: load_technology(file))


@pytest.mark.parametrize("key", ["process_nm = 28e-9", "voltage_v = 800"])
def test_every_place_of_the_node(key: str, tmp_path: Path) -> None:
    name = key.split(" = ")[0]
    right = {"process_nm": "process_nm = 28", "voltage_v": "voltage_v = 0.8"}
    wrong = "\n".join({**right, name: key}.values())
    for text, place in (
        (f'[scaling]\nfrom = "horowitz_45nm"\n{wrong}', "scaling."),
        (f'name = "mine"\nbase = "horowitz_45nm"\n{wrong}', ""),
    ):
        file = tmp_path / "mine.toml"
        file.write_text(text)
        said = message(lambda: load_technology(file))  # noqa: B023 - called at once
        assert f"mine.toml: {place}{name} is" in said
        assert said.endswith(("did you mean 28 nm?", "did you mean 0.8 V?"))


def test_the_area_of_a_macro(tmp_path: Path) -> None:
    text = """base = "horowitz_45nm"
[sources]
mine = "a data sheet"
[[macro]]
depth = 1024
width = 32
area_um2 = %s
source = "mine"
"""
    file = tmp_path / "mine.toml"
    file.write_text(text % "0.021")
    said = message(lambda: load_technology(file))
    assert "macro[0].area_um2 is 0.021; it must be from 163.84 to 32768000 µm²" in said
    file.write_text(text % "21000")
    assert load_technology(file).macros[0].area_um2 == 21000


def test_a_figure_of_nothing_is_possible(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(TEXT.replace("value = 0.1\n", "value = 0\n", 1))
    assert load_technology(file).entries["integer_add_32"].energy_pj == 0
