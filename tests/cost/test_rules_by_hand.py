"""Twelve neurons, five patterns, rows and all rules: every new action counted by hand.

N = 12, P = 5, B = 2, KB = 4, L = 8: two words a pattern, one group, five patterns on the shortlist.
Plane 1 of the codes is the patterns, plane 0 is not. The query is three bits off pattern 0:
distances 3, 6, 5, 7, 4 and in the first word 2, 5, 2, 5, 3.

SEARCH reads 5 words for the bounds and 5 to complete the shortlist, in batches of 4 and 1; the
smallest distance, 3, is not within the radius (2 bits), so the limit is 3 + 5 and the sweep
completes all 5 patterns again. All five have kernel values, 15, 2, 5, 1, 9, S = 32, more than the
winner's limit of 19. The step goes to pattern 0; the probe, 2 words, finds it there and ends.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from hwsim.config import Parameters
from hwsim.cost.energy import EnergyReport, estimate
from hwsim.hardware import spec
from hwsim.hardware.image import Image
from hwsim.hardware.rules import with_rules
from hwsim.spins import spins_from_bits
from tests.cost.test_hand_calculation import ADD, AND, FULL_ADDER, REGISTER, XNOR, sram

ROWS = ("101010101010", "010010010110", "001110100101", "110001111000", "000111001100")
PATTERNS = np.array([[int(bit) for bit in row] for row in ROWS], dtype=np.uint8)

# name: count, pJ each
EXPECTED = {
    # loaded and thresholded, 2 words each; read beside 5 + 5 + 5 + 2 pattern words, by the
    # threshold, and on sending
    "state_writes": (2 + 2, sram(16, 8)),
    "state_reads": (17 + 2 + 2, sram(16, 8)),
    "pattern_reads": (17 + 10, sram(80, 8)),  # 10 words of the shared plane
    "distance_xnors": (17, 8 * XNOR),
    "distance_popcounts": (17, 7 * FULL_ADDER),
    "distance_registers": (17, (16 + 8 + 6 + 4) * REGISTER),
    "distance_accumulations": (17, 4 * ADD),  # distances up to 12: 4 bits
    "shortlist_comparisons": (5 * 5, 5 * ADD),  # with the bit that says an entry is empty
    "shortlist_registers": (5, 5 * (5 + 3) * REGISTER),  # 3 bits number a pattern
    "sweep_subtractions": (5, 4 * ADD),
    "sweep_comparisons": (5, 6 * ADD),  # limit and flips together
    # 5 entries of one word each, 5 completions of the shortlist: 3 bits of index, the bound, and
    # beside it for 3 levels of the tree and 4 registers around it
    "sweep_registers": (5 + 5, (3 + 4 + 7 * 4) * REGISTER),
    "radius_reads": (2 + 1, sram(10, 2)),  # after each batch, after the sweep
    "radius_comparisons": (3 + 1, 4 * ADD),  # and by the probe
    "copy_registers": (0, 8 * REGISTER),
    "distance_writes": (5 + 5, sram(20, 4)),
    "distance_reads": (5 + 5, sram(20, 4)),  # by the sweep, and for look-ups
    "group_minimum_writes": (1, sram(4, 4)),
    "group_minimum_reads": (1, sram(4, 4)),
    "active_list_writes": (1, sram(1, 1)),
    "active_list_reads": (1, sram(1, 1)),
    "minimum_comparisons": (5 + 5 + 1, 4 * ADD),  # shortlist, sweep, group
    "lut_reads": (1 + 5, sram(52, 4)),
    "origin_subtractions": (6, 4 * ADD),
    "kernel_sum_additions": (5, 7 * ADD),  # S up to 5 * 15 = 75
    "candidate_writes": (5, sram(15, 3)),
    "candidate_reads": (2 * 5, sram(15, 3)),  # for each word of the state
    "kernel_value_writes": (5, sram(20, 4)),
    "kernel_value_reads": (2 * 5, sram(20, 4)),
    "weight_reads": (2 * 5, sram(80, 8)),  # plane 0
    "plane_multiplications": (2 * 5 * 2, Fraction(0)),  # by 2 and 1: shifts
    # operand; three times 4 + 2 bits; kernel value; 3 bits of list and 4 of address
    "row_word_registers": (20, (8 + 18 + 4 + 3 + 4) * REGISTER),
    "lane_ands": (20, 8 * 6 * AND),
    "lane_accumulations": (20, 8 * 8 * ADD),  # U up to 5 * 15 * 3 = 225: 8 bits
    "lane_accumulator_writes": (20, 64 * REGISTER),
    "lane_accumulator_transfers": (2, 128 * REGISTER),
    "lane_accumulator_shifts": (12, 64 * REGISTER),
}


def report_of() -> EnergyReport:
    codes = np.where(PATTERNS == 1, 2, 1).astype(np.uint8)
    codes[0] = PATTERNS[0] * 3
    lut = np.array([15, 9, 5, 2, 1, *[0] * 8])
    zeros = np.zeros(12, dtype=np.int64)
    plain = Image(Parameters(12, 5, kernel_bits=4, lanes=8), PATTERNS, codes, lut, zeros, 0.1)
    image = with_rules(plain, dataflow="row", coarse_words=1)
    assert (image.parameters.shared_planes, image.parameters.winner_limit) == ((1,), 19)
    query = PATTERNS[:1].copy()
    query[0, [0, 5, 9]] ^= 1
    recalls = spec.recall(image, spins_from_bits(query))
    assert (recalls.states == spins_from_bits(PATTERNS[:1])).all()
    return estimate(image.parameters, image.gamma, recalls.counts)


def test_every_action_of_rows_and_rules_by_hand() -> None:
    report = report_of()
    actions = {action.name: action for action in report.actions}
    for name, (count, each) in EXPECTED.items():
        assert actions.pop(name).count == count, name
        assert {a.name: a for a in report.actions}[name].energy_pj_each == float(each), name
    left = ["kernel_sum_scalings", "thresholds", "threshold_registers", "state_comparisons"]
    assert list(actions) == [*left, "control_registers"]  # as without rules
    energies = [action.energy_pj for action in report.actions]
    assert report.to_dict()["total_energy_pj"] == math.fsum(energies)


def test_footprint_of_rows_and_rules_by_hand() -> None:
    assert report_of().to_dict()["footprint_bits"] == {
        "patterns": 80,
        "weights": 80,  # one plane
        "kernel_lut": 52,
        "radius": 10,
        "state": 16,
        "distances": 20,
        "shortlist": 5 * (4 + 3),
        "group_minima": 4,
        "active_list": 1,
        "candidates": 15,
        "kernel_values": 20,
        "lane_accumulators": 2 * 64,
    }
