"""The same recalls done otherwise, and the paper's claims restated."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hwsim.config import Parameters
from hwsim.cost.comparisons import nearest_patterns, without_skipping
from hwsim.cost.cycles import recall_cycles
from hwsim.cost.energy import EnergyReport, RecallCurve, estimate
from hwsim.cost.engine import combination_register_bits
from hwsim.cost.search import tree_register_bits
from hwsim.errors import InputError
from hwsim.hardware import fast
from hwsim.hardware.accesses import closed_form
from tests.images import random_image, random_queries

PAPER = Parameters(1000, 3000, lanes=256)


def sparse(parameters: Parameters, steps: int, groups: int, **more) -> EnergyReport:
    """Two equal recalls of `steps` steps with `groups` active groups in each."""
    each = np.array([steps, steps])
    counts = closed_form(
        parameters,
        steps=each,
        active_steps=each,
        groups_active=each * groups,
        kernel_values=each * min(groups * parameters.lanes, parameters.patterns),
    )
    return estimate(parameters, 0.02, counts, **more)


def test_the_papers_footprint_and_what_it_left_out() -> None:
    report = sparse(PAPER, 2, 1)
    alone = report.weights_alone
    assert (alone["float32"] / 8e6, alone["engine"] / 8e6) == (12.0, 0.75)
    # patterns: 3000 * 4 words of 256 bits; weights: 12 groups * 1000 * 2 words
    bits = report.to_dict()["footprint_bits"]
    assert (bits["patterns"], bits["weights"]) == (12000 * 256, 24000 * 256)
    assert sum(bits.values()) == report.engine.footprint_bits > alone["engine"]


def test_float32_multiplies_and_adds_by_hand() -> None:
    report = sparse(PAPER, 2, 1)
    row = report.comparison("float32_dram")
    assert row is not None
    actions = {action.name: action for action in row.actions}
    products = 2 * 3000 * 1000
    assert actions["weight_reads"].energy_pj == products * 650.0  # half of 1300 pJ
    assert actions["multiplications"].energy_pj == products * 3.7
    assert actions["additions"].energy_pj == products * 0.9
    assert actions["kernel_value_reads"].count == products / 8  # 8 floats in 256 bits
    assert row.in_dram == ("weights",)
    ideal = report.comparison("float32_sram")
    assert ideal is not None
    assert ideal.in_dram == ()
    assert ideal.total_pj < row.total_pj


def test_a_float_network_that_would_fit_the_chip_says_so() -> None:
    small, large = sparse(Parameters(200, 600), 2, 1), sparse(PAPER, 2, 1)
    assert "would fit" in small.comparison("float32_dram").note
    assert "would fit" not in large.comparison("float32_dram").note


def test_8_bit_integers_use_the_quoted_multiplier() -> None:
    row = sparse(PAPER, 2, 1).comparison("int8_sram")
    assert row is not None
    actions = {action.name: action for action in row.actions}
    assert actions["multiplications"].energy_pj_each == 0.2
    assert row.in_dram == ()


def test_8_bit_integers_within_the_budget_leave_the_chip_at_the_papers_size_only() -> None:
    within = sparse(PAPER, 2, 1).comparison("int8")
    assert within is not None
    assert within.in_dram == ("weights",)
    assert sparse(Parameters(200, 600), 2, 1).comparison("int8") is None
    assert sparse(PAPER, 2, 1, budget_bits=None).comparison("int8") is None


def test_every_step_from_float32_to_the_engine_saves() -> None:
    report = sparse(PAPER, 2, 1)
    names = ("float32_dram", "float32_sram", "int8_sram", "engine_dense", "engine")
    totals = [report.comparison(name).total_pj for name in names]
    assert totals == sorted(totals, reverse=True)
    assert totals[0] / totals[-1] > 100
    for row in report.comparisons:
        low, high = row.band_pj
        assert low <= row.total_pj <= high


def test_without_skipping_is_the_same_steps_with_every_group() -> None:
    parameters = Parameters(40, 50, lanes=16, max_steps=6)
    rng = np.random.default_rng(1)
    counts = fast.recall(random_image(parameters, rng), random_queries(parameters, 5, rng)).counts
    dense = without_skipping(parameters, counts)
    assert (dense.steps == counts.steps).all()
    assert not dense.groups_skipped.any()
    assert (dense.weight_reads == counts.steps * 4 * 40 * 2).all()
    assert (dense.weight_reads >= counts.weight_reads).all()
    report = estimate(parameters, 0.1, counts)
    cycles = report.comparison("engine_dense").cycles
    assert cycles == pytest.approx(recall_cycles(parameters, dense).mean())
    assert report.engine.cycles == report.timing.mean


def test_nearest_patterns_against_a_plain_search() -> None:
    rng = np.random.default_rng(2)
    patterns = rng.integers(0, 2, (9, 13)).astype(np.uint8)
    queries = (2 * rng.integers(0, 2, (20, 13)) - 1).astype(np.int8)
    found = nearest_patterns(patterns, queries)
    for query, state in zip(queries, found, strict=True):
        distances = [int(np.sum((query > 0) != row)) for row in patterns]
        assert ((state > 0) == patterns[distances.index(min(distances))]).all()


def test_a_clock_gives_time() -> None:
    timing = sparse(PAPER, 2, 1, clock_mhz=50.0).timing
    assert timing.latency_us == timing.mean / 50
    assert timing.recalls_per_second == pytest.approx(1e6 / timing.latency_us)
    assert sparse(PAPER, 2, 1).timing.latency_us is None


@pytest.mark.parametrize("clock", [0.0, -1.0, math.nan, math.inf])
def test_a_wrong_clock_is_refused(clock: float) -> None:
    with pytest.raises(InputError, match="clock is"):
        sparse(PAPER, 2, 1, clock_mhz=clock)


def test_no_recalls_are_refused() -> None:
    none = np.array([], dtype=np.int64)
    counts = closed_form(
        PAPER, steps=none, active_steps=none, groups_active=none, kernel_values=none
    )
    with pytest.raises(InputError, match="there are no recalls"):
        estimate(PAPER, 0.02, counts)


def test_a_curve_has_a_value_for_each_noise() -> None:
    with pytest.raises(InputError, match="has 1 values, noise has 2"):
        RecallCurve((0.0, 0.1), {"engine": (1.0,)})


def test_registers_of_the_popcount_tree_by_hand() -> None:
    assert tree_register_bits(8) == 4 * 2 + 2 * 3 + 4
    assert tree_register_bits(16) == 8 * 2 + 4 * 3 + 2 * 4 + 5
    assert combination_register_bits(8, 1) == 0
    assert combination_register_bits(8, 2) == 3 + 2
    assert combination_register_bits(8, 3) == (3 + 2) + (3 + 1) + (3 + 3)


def test_json_holds_what_the_report_promises() -> None:
    content = sparse(PAPER, 2, 1).to_dict()
    keys = {"name", "component", "count", "energy_pj_each", "energy_pj", "source"}
    assert all(action.keys() == keys for action in content["actions"])
    energies = [action["energy_pj"] for action in content["actions"]]
    assert content["total_energy_pj"] == math.fsum(energies)
    for action in content["actions"]:
        assert action["energy_pj"] == action["count"] * action["energy_pj_each"]
    by_component = content["energy_by_component_pj"]
    assert math.fsum(by_component.values()) == pytest.approx(content["total_energy_pj"])
    assert {row["name"] for row in content["comparisons"]} == {
        "float32_dram", "float32_sram", "int8_sram", "int8", "engine_dense", "engine", "nearest",
        "nearest_best",
    }  # fmt: skip
