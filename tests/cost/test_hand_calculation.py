"""Seven neurons, three patterns: every action counted by hand, every energy to the last digit.

N = 7, P = 3, B = 2, KB = 4, L = 8: one word a pattern (W = 1), one group (G = 1).

Patterns of 7 bits and the query, pattern 0 itself: distances 0, 3 and 4, so the kernel look-up
table (15, 9, 5, 2, 1, 0, 0, 0) gives 15, 2 and 1, and S = 18. The codes of pattern 0 are 3 where
its bit is 1 and 0 where it is 0 (v = +3 and -3), the others' are 2 (v = +1): |a| >= 45 - 3, with
pattern 0's sign, so the first step repeats the state: steps = 1, converged.
"""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from hwsim.config import Parameters
from hwsim.cost.actions import total_pj
from hwsim.cost.energy import EnergyReport, estimate
from hwsim.cost.tables import load_technology
from hwsim.cost.technology import Leakage
from hwsim.hardware import fast, spec
from hwsim.hardware.image import Image
from hwsim.spins import spins_from_bits

PATTERNS = np.array(
    [[1, 0, 1, 0, 1, 0, 1], [0, 1, 0, 0, 1, 0, 1], [0, 1, 0, 1, 1, 0, 1]], dtype=np.uint8
)
LUT = np.array([15, 9, 5, 2, 1, 0, 0, 0], dtype=np.int64)

ADD = Fraction("0.03") / 8  # an adder's bit; all adders here are at most 9 bits wide
FULL_ADDER = Fraction("0.03") / 8
XNOR = FULL_ADDER * 4 / 9
AND = FULL_ADDER * 2 / 9
REGISTER = FULL_ADDER * 6 / 9
CELL = Fraction("0.2") / 64


def sram(bits: int, width: int) -> Fraction:
    """10 pJ per 64 bits at 8 KB = 65536 bits, by the square root of the capacity below."""
    return Fraction(10, 64) * Fraction((bits / 65536) ** 0.5) * width


# name: count, pJ each
PLAIN = {
    # state: 1 word of 8 bits. Written on loading and by the threshold; read for each pattern,
    # by the threshold, and on sending.
    "state_writes": (2, sram(8, 8)),
    "state_reads": (3 + 1 + 1, sram(8, 8)),
    # patterns: 3 words of 8 bits
    "pattern_reads": (3, sram(24, 8)),
    "distance_xnors": (3, 8 * XNOR),
    "distance_popcounts": (3, 7 * FULL_ADDER),
    # two 8-bit operands; the tree's 4 sums of 2 bits, 2 of 3, 1 of 4
    "distance_registers": (3, (16 + 8 + 6 + 4) * REGISTER),
    "distance_accumulations": (3, 3 * ADD),  # distances up to 7: 3 bits
    "distance_writes": (3, sram(9, 3)),
    "distance_reads": (3, sram(9, 3)),
    "group_minimum_writes": (1, sram(3, 3)),
    "group_minimum_reads": (1, sram(3, 3)),
    "active_list_writes": (1, sram(1, 1)),
    "active_list_reads": (1, sram(1, 1)),
    "minimum_comparisons": (3 + 1, 3 * ADD),
    # 8 entries of 4 bits: once to judge the group, once for each of its 3 patterns
    "lut_reads": (1 + 3, sram(32, 4)),
    "origin_subtractions": (4, 3 * ADD),
    "kernel_sum_additions": (3, 6 * ADD),  # S up to 3 * 15 = 45: 6 bits
    "kernel_plane_writes": (8, 32 * REGISTER),  # 8 lanes, each shifts 4 * 8 bits
    "kernel_plane_transfers": (1, 32 * REGISTER),
    "kernel_plane_reads": (56, Fraction(0)),
    # weights: 7 neurons * 2 planes words of 8 bits
    "weight_reads": (14, sram(112, 8)),
    "weight_ands": (56, 8 * AND),  # 14 words against 4 kernel planes
    "weight_popcounts": (56, 7 * FULL_ADDER),
    "weight_tree_registers": (56, (8 + 6 + 4) * REGISTER),
    # M up to 8 * 15 = 120: 7 bits. U up to 3 * 15 * 3 = 135: 8 bits. A word; two pairs of planes,
    # 5 bits each, and M; M times an 8-bit plane weight, twice; U.
    "weight_word_registers": (14, (8 + 5 + 5 + 7 + 2 * (7 + 8) + 8) * REGISTER),
    "plane_combinations": (14 * 3, 7 * ADD),
    "plane_multiplications": (14, Fraction(0)),  # by 1 and 2: shifts
    "accumulations": (14, 8 * ADD),
    "accumulator_reads": (0, sram(56, 8)),  # the only group is first and last
    "accumulator_writes": (0, sram(56, 8)),
    "kernel_sum_scalings": (1, 2 * 6 * CELL),  # S times sum(C) = 3
    "thresholds": (7, Fraction("0.03") + Fraction("0.07") / 24),  # 9 bits
    # difference of 9 bits three times; product and field of 9 bits; the state word
    "threshold_registers": (7, (27 + 18 + 8) * REGISTER),
    "state_comparisons": (7, XNOR),
    # beats 1 + 1 + 3; distance 3 + 6 + 3; scan 1 + 8; load 8 + 8; drain 14 + 13 + 3 + 2 = 74
    # cycles; counters of patterns' 3 words, weights' 14 twice, 3 patterns, 7 neurons, 1 group, T
    "control_registers": (74, (2 + 4 + 4 + 2 + 3 + 1 + 16) * REGISTER),
}


def make(parameters: Parameters, offsets: list[int] | None = None) -> Image:
    codes = np.where(PATTERNS == 1, 3, 0).astype(np.uint8)
    codes[1:] = 2
    return Image(
        parameters, PATTERNS, codes, LUT, np.array(offsets or [0] * 7, dtype=np.int64), 0.02
    )


def report_of(image: Image) -> EnergyReport:
    recalls = spec.recall(image, spins_from_bits(PATTERNS[:1]))
    assert recalls.converged.all()
    assert recalls.steps.tolist() == [1]
    return estimate(image.parameters, image.gamma, recalls.counts)


def assert_equal(report: EnergyReport, expected: dict[str, tuple[int, Fraction]]) -> None:
    actions = {action.name: action for action in report.actions}
    assert list(actions) == list(expected)
    energies = []
    for name, (count, each) in expected.items():
        assert actions[name].count == count, name
        assert actions[name].energy_pj_each == float(each), name
        assert actions[name].energy_pj == count * float(each), name
        energies.append(count * float(each))
    assert report.to_dict()["total_energy_pj"] == math.fsum(energies)


def test_every_action_by_hand() -> None:
    assert_equal(report_of(make(Parameters(7, 3, kernel_bits=4, lanes=8))), PLAIN)


def test_every_action_by_hand_with_offsets_and_another_plane_weight() -> None:
    parameters = Parameters(
        7, 3, kernel_bits=4, lanes=8, plane_weights=(1, 3), offset_bits=3, offset_frac_bits=1
    )
    expected = dict(PLAIN)
    # plane 0 by 1 is a shift, plane 1 by 3 multiplies 7 by 2 bits: on average half of that
    expected["plane_multiplications"] = (14, 7 * 2 * CELL / 2)
    # U up to 3 * 15 * 4 = 180, still 8 bits; |f| up to 45 * (8 + 4) = 540: 10 bits and sign
    expected["kernel_sum_scalings"] = (1, 3 * 6 * CELL)
    expected["threshold_registers"] = (7, (27 + 22 + 8) * REGISTER)
    del expected["state_comparisons"], expected["control_registers"]
    expected["offset_reads"] = (7, sram(21, 3))
    expected["offset_multiplications"] = (7, 3 * 6 * CELL)
    expected["offset_additions"] = (7, Fraction("0.03") + 3 * Fraction("0.07") / 24)  # 11 bits
    for name in ("state_comparisons", "control_registers"):
        expected[name] = PLAIN[name]
    assert_equal(report_of(make(parameters, [1, 0, -1, 0, 1, 0, 0])), expected)


def test_footprint_by_hand() -> None:
    report = report_of(make(Parameters(7, 3, kernel_bits=4, lanes=8)))
    assert report.to_dict()["footprint_bits"] == {
        "patterns": 24,
        "weights": 112,
        "kernel_lut": 32,
        "state": 8,
        "distances": 9,
        "group_minima": 3,
        "active_list": 1,
        "accumulators": 56,
        "kernel_planes": 64,
    }
    state = report.to_dict()["access_energy_pj"]["state"]  # 8 bits: at most what 8 KB cost
    assert state == {"value": float(sram(8, 8)), "low": float(sram(8, 8)), "high": 10 / 8}
    padding = report.to_dict()["footprint_padding_bits"]
    assert (padding["patterns"], padding["weights"], padding["state"]) == (3, 112 - 42, 1)
    assert report.weights_alone == {"float32": 7 * 3 * 32, "engine": 7 * 3 * 2}


@pytest.mark.parametrize("model", [spec, fast])
def test_counts_in_the_report_are_the_models(model) -> None:
    image = make(Parameters(7, 3, kernel_bits=4, lanes=8))
    queries = spins_from_bits(np.array([[1] * 7, [0] * 7, PATTERNS[1]], dtype=np.uint8))
    counts = model.recall(image, queries).counts
    report = estimate(image.parameters, image.gamma, counts)
    content = report.to_dict()
    shared = 0
    for name in counts.names():
        total = int(getattr(counts, name).sum())
        assert content["counts"][name] == {"total": total, "mean": pytest.approx(total / 3)}
        for action in content["actions"]:
            if action["name"] == name:
                assert action["count"] * 3 == pytest.approx(total, rel=1e-15)
                shared += 1
    assert shared == 18  # all but steps, groups and offsets
    assert content["total_energy_pj"] == total_pj(report.actions)


def test_leakage_by_hand() -> None:
    """309 bits at 20 pW; at 0.5 MHz a recall of C cycles takes 2 C microseconds."""
    image = make(Parameters(7, 3, kernel_bits=4, lanes=8))
    queries = spins_from_bits(PATTERNS[:1])
    counts = spec.recall(image, queries).counts
    source = "horowitz2014"
    leaking = replace(
        load_technology(),
        leakage=Leakage(Fraction(20), Fraction(45), Fraction("0.9"), source, "quoted"),
    )
    report = estimate(image.parameters, image.gamma, counts, technology=leaking, clock_mhz=0.5)
    bits = 24 + 112 + 32 + 8 + 9 + 3 + 1 + 56 + 64
    assert report.leakage_mw == pytest.approx(bits * 20e-9, rel=1e-15)
    assert report.leakage_pj == pytest.approx(bits * 20e-6 * report.timing.mean * 2, rel=1e-12)
    content = report.to_dict()
    assert content["leakage"]["memories_mw"] == report.leakage_mw
    assert "leakage of the logic" in content["not_included"]
    silent = estimate(image.parameters, image.gamma, counts, technology=leaking)
    assert silent.leakage_pj is None  # it takes a clock
    plain = estimate(image.parameters, image.gamma, counts, clock_mhz=0.5)
    assert plain.leakage_mw is None
    assert "leakage (static power)" in plain.to_dict()["not_included"]
