"""A second simulator and a testbench without Python agree with the specification.

Cocotb drives Icarus in the other tests; here the plain testbench compares every state, flag, count
and cycle in Icarus and in Verilator, and cocotb drives Verilator as well.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from hwsim.config import DATAFLOWS
from hwsim.cosim import cosimulate
from tests.rtl.images import RULES, ruled_image, ruled_queries
from tests.rtl.opinions import (
    COUNTERS,
    FLAGS,
    Question,
    behind_axi,
    in_icarus,
    in_verilator,
    question,
)
from tests.tools import require_module

ASIDE = {"alone": (1, 1), "two in flight": (2, 1), "two engines": (1, 2)}
EVERY = [(name, dataflow, aside) for name in RULES for dataflow in DATAFLOWS for aside in ASIDE]
PLAIN = [case for case in EVERY if case[0] == "all"]
# Verilator takes ten seconds to compile an image: `make opinions` lets both see every one.
VERILATED = [
    ("all", "group", "alone"), ("all", "row", "two engines"), ("no rule", "row", "two in flight"),
]  # fmt: skip
if "HWSIM_OPINIONS" in os.environ:
    PLAIN = VERILATED = EVERY


def asked(name: str, dataflow: str, aside: str, folder: Path) -> Question:
    image = ruled_image(name, dataflow)
    slots, engines = ASIDE[aside]
    parameters = replace(image.parameters, queries_in_flight=slots, engines=engines)
    image = replace(image, parameters=parameters)
    return question(image, ruled_queries(image), folder)


def disturbed(asked: Question) -> Question:
    """Stalls on both ports, after packets of a wrong length and a reset within a recall."""
    return replace(asked, asked={**asked.asked, "STALLS": 1, "DISTURBED": 1})


@pytest.mark.parametrize(("name", "dataflow", "aside"), PLAIN)
def test_the_plain_testbench_agrees(name: str, dataflow: str, aside: str, tmp_path: Path) -> None:
    image = asked(name, dataflow, aside, tmp_path)
    assert in_icarus(image) == image.answer
    assert in_icarus(disturbed(image)) == image.answer


@pytest.mark.parametrize(("name", "dataflow", "aside"), VERILATED)
def test_verilator_agrees(name: str, dataflow: str, aside: str, tmp_path: Path) -> None:
    image = asked(name, dataflow, aside, tmp_path)
    assert in_verilator(disturbed(image)) == image.answer


@pytest.mark.parametrize(("name", "dataflow", "aside"), VERILATED)
def test_the_engine_behind_axi_agrees(name: str, dataflow: str, aside: str, tmp_path: Path) -> None:
    image = behind_axi(asked(name, dataflow, aside, tmp_path), tmp_path / "image")
    assert in_icarus(disturbed(image)) == image.answer


def test_cocotb_agrees_in_verilator(tmp_path: Path) -> None:
    require_module("verilator")
    asked("all", "group", "alone", tmp_path)
    result = cosimulate(tmp_path / "image", tmp_path / "vectors", simulator="verilator", seed=1)
    assert result.mismatches == ()
    assert result.cycles == result.cycles_predicted


@pytest.mark.parametrize("field", ["steps", "distance", "cycles", "groups_skipped"])
def test_the_plain_testbench_names_what_is_wrong(field: str, tmp_path: Path) -> None:
    image = asked("no rule", "group", "alone", tmp_path)
    outcomes = tmp_path / "outcomes.mem"
    lines = outcomes.read_text().splitlines()
    order = [*FLAGS, "cycles", *COUNTERS]
    place = 16 * (order.index(field) + 1) - 1
    changed = int(lines[3][place], 16) ^ 1
    lines[3] = lines[3][:place] + f"{changed:x}" + lines[3][place + 1 :]
    outcomes.write_text("\n".join(lines) + "\n")
    first, last = in_icarus(image).splitlines()
    assert first.startswith(f"field {order.index(field)} of recall 3 is ")
    assert last.startswith("FAIL: ")
