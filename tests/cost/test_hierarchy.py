"""What is on the chip, what is in DRAM, and how memories are cut into macros."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwsim.config import Parameters
from hwsim.cost.energy import estimate
from hwsim.cost.footprint import MemoryFootprint, engine_memories, number_memories, total_bits
from hwsim.cost.hierarchy import DRAM, ON_CHIP, bank_plan, bank_plans, place, system, useful_plans
from hwsim.cost.tables import load_technology
from hwsim.cost.technology import Macro
from hwsim.errors import InputError
from hwsim.hardware.accesses import closed_form

PAPER = Parameters(1000, 3000, lanes=256)
HOROWITZ = load_technology()


def memory(width: int, depth: int) -> MemoryFootprint:
    return MemoryFootprint("m", "m", "rom", width, depth, width * depth)


def test_the_largest_memory_leaves_the_chip_first() -> None:
    memories = engine_memories(PAPER)
    everything = total_bits(memories)
    assert set(place(memories, everything).values()) == {ON_CHIP}
    assert set(place(memories, None).values()) == {ON_CHIP}
    tight = place(memories, everything - 1)
    assert [name for name, where in tight.items() if where == DRAM] == ["weights"]
    assert set(place(memories, 0).values()) == {DRAM}


def test_float_weights_of_the_papers_size_are_read_from_dram() -> None:
    memories = number_memories(PAPER, 32)
    floats = system(memories, HOROWITZ, 8 * 2**21)
    assert floats.places["weights"] == DRAM
    energy = floats.access("weights")  # 32 of 64 bits
    assert (energy.value, energy.low, energy.high) == (650, 650, 1300)
    assert floats.source("weights").startswith("dram: 32 of 64 bits at 1300 pJ, quoted")
    assert floats.source("state").startswith("sram: ")


def test_a_bank_plan_by_hand() -> None:
    # 1000 words of 40 bits in macros of 512 x 16: 3 side by side, 2 one above the other
    plan = bank_plan(memory(40, 1000), HOROWITZ, Macro(512, 16))
    assert (plan.columns, plan.rows, plan.macros) == (3, 2, 6)
    assert plan.leftover_bits == 6 * 512 * 16 - 40000
    # a macro is 1 KB: 10 pJ * sqrt(1/8) per 64 bits, 48 bits read; one 2-way multiplexer a bit
    read = Fraction(10, 64) * Fraction(0.125**0.5) * 48
    select = Fraction("0.03") / 8 * Fraction(4, 9) * 40
    assert plan.access_pj.value == read + select


@given(st.integers(1, 512), st.integers(1, 40000))
def test_a_plan_holds_its_memory(width: int, depth: int) -> None:
    held = memory(width, depth)
    for plan in bank_plans(held, HOROWITZ):
        assert plan.columns * plan.macro.width >= width > (plan.columns - 1) * plan.macro.width
        assert plan.rows * plan.macro.depth >= depth > (plan.rows - 1) * plan.macro.depth
        built = plan.macros * plan.macro.width * plan.macro.depth
        assert plan.leftover_bits == built - held.bits >= 0


def test_the_best_plan_is_the_one_its_rule_names() -> None:
    weights = engine_memories(PAPER)["weights"]
    plans = bank_plans(weights, HOROWITZ)
    sound = [
        plan
        for plan in plans
        if plan.macros <= 64 and 10 * plan.leftover_bits <= plan.leftover_bits + 24000 * 256
    ]
    assert plans[0] in sound
    assert plans[0].access_pj.value == min(plan.access_pj.value for plan in sound)
    useful = useful_plans(weights, HOROWITZ)
    assert useful[0] == plans[0]
    for plan in plans:  # every other one is beaten by, or as good as, a useful one
        assert any(
            a.access_pj.value <= plan.access_pj.value
            and a.leftover_bits <= plan.leftover_bits
            and a.macros <= plan.macros
            for a in useful
        )


def test_macros_of_ones_own_bring_area_and_energy(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("""
name = "mine"
base = "horowitz_45nm"
[sources]
sheet = "data sheet of my compiler"
[[macro]]
depth = 512
width = 32
area_um2 = 20000
source = "sheet"
value = 2.5
unit = "pJ"
access_bits = 32
process_nm = 45
voltage_v = 0.9
basis = "quoted"
[[macro]]
depth = 1024
width = 32
source = "sheet"
""")
    mine = load_technology(file)
    first, second = (bank_plan(memory(64, 1024), mine, macro) for macro in mine.macros)
    select = Fraction("0.03") / 8 * Fraction(4, 9) * 64
    assert (first.macros, first.area_um2) == (4, 80000)
    assert first.access_pj.value == 2 * Fraction("2.5") + select
    assert (second.macros, second.area_um2) == (2, None)
    assert second.access_pj == mine.sram_access(1024 * 32, 32).times(2)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("depth = 0", "depth is 0"),
        ("depth = 8\nwidth = 8", "source is missing"),
        ("depth = 8\nwidth = 8\nsource = 'nand9'\narea_um2 = -1", "area_um2 is -1"),
        ("depth = 8\nwidth = 8\nsource = 'nand9'\nvalue = 1", "unit is missing"),
    ],
)
def test_a_wrong_macro_is_refused(line: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f"name = 'mine'\nbase = 'horowitz_45nm'\n[[macro]]\n{line}\n")
    with pytest.raises(InputError, match=message):
        load_technology(file)


@pytest.mark.parametrize("lanes", [8, 64, 512])
def test_padding_is_what_the_lanes_leave(lanes: int) -> None:
    memories = engine_memories(Parameters(70, 95, weight_bits=3, lanes=lanes))
    words, groups = -(-70 // lanes), -(-95 // lanes)
    assert memories["patterns"].padding_bits == 95 * (words * lanes - 70)
    assert memories["weights"].padding_bits == 70 * 3 * (groups * lanes - 95)
    assert memories["state"].padding_bits == words * lanes - 70
    for name in ("kernel_lut", "distances", "accumulators", "kernel_planes"):
        assert memories[name].padding_bits == 0


def test_external_weights_are_read_from_dram_whatever_fits() -> None:
    outside = replace(PAPER, external_weights=60)
    memories = engine_memories(outside)
    for budget in (None, 10**12):
        places = place(memories, budget)
        assert [name for name, where in places.items() if where == DRAM] == ["weights"]
    assert system(memories, HOROWITZ, None).external_bits == PAPER.weight_depth * 256
    # all the rest fits as if they were not there, with a queue of 64 + 64 words
    rest = total_bits(engine_memories(PAPER)) - memories["weights"].bits
    assert memories["weight_buffer"].bits == 128 * 256
    tight = place(memories, rest + 128 * 256)
    assert [name for name, where in tight.items() if where == DRAM] == ["weights"]
    assert system(engine_memories(PAPER), HOROWITZ, None).external_bits == 0


def test_a_recall_reads_external_weights_through_their_queue() -> None:
    counts = closed_form(
        PAPER, steps=np.array([2]), active_steps=np.array([2]), groups_active=np.array([3]),
        kernel_values=np.array([600]),
    )  # fmt: skip
    outside = replace(PAPER, external_weights=60)
    report, other = (estimate(p, None, counts, budget_bits=None) for p in (outside, PAPER))
    rows = {action.name: action for action in report.actions}
    words = 3 * 1000 * 2
    assert (rows["weight_reads"].count, rows["weight_reads"].entry) == (words, "dram")
    assert rows["weight_reads"].energy_pj_each == 1300 * 256 / 64
    assert rows["weight_buffer_writes"].count == rows["weight_buffer_reads"].count == words
    assert rows["weight_buffer_reads"].entry == "sram"
    assert "weight_buffer_reads" not in {action.name for action in other.actions}
    assert report.timing.mean - other.timing.mean == 2 * (60 + 3)
    said = "refresh and controller of the external memory"
    assert said in report.to_dict()["not_included"]
    assert said not in other.to_dict()["not_included"]
