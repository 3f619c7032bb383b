"""The closed form of every count on a case worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from hwsim.config import Parameters
from hwsim.hardware.accesses import closed_form
from hwsim.hardware.outcome import Counts

# N = 70: 3 words of 32; P = 95: 3 groups, the last of 31 patterns. Two recalls: five steps, four
# of them with 7 active groups in all, once the last group; one step in which nothing is near.
DATA = {
    "steps": np.array([5, 1]),
    "active_steps": np.array([4, 0]),
    "groups_active": np.array([7, 0]),
    "kernel_values": np.array([6 * 32 + 31, 0]),
}


@pytest.mark.parametrize("offset_bits", [0, 5])
def test_counts_by_hand(offset_bits: int) -> None:
    p = Parameters(
        neurons=70, patterns=95, weight_bits=3, kernel_bits=9, lanes=32, offset_bits=offset_bits
    )
    offset_reads = [280, 0] if offset_bits else [0, 0]  # 4 * 70
    expected = {
        "steps": [5, 1],
        "passes": [5, 1],
        "scans": [5, 1],
        "active_steps": [4, 0],
        "accumulating_steps": [4, 0],
        "accumulated_groups": [7, 0],
        "accumulated_rounds": [7, 0],
        "groups_active": [7, 0],
        "groups_skipped": [8, 3],  # 5 * 3 - 7, 1 * 3
        "pattern_reads": [1425, 285],  # steps * 95 * 3
        "weight_reads": [1470, 0],  # 7 * 70 * 3
        "lut_reads": [238, 3],  # 5 * 3 + 223, 3
        "offset_reads": offset_reads,
        "state_reads": [1440, 288],  # 1425 + 4 * 3 + 3, 285 + 3
        "state_writes": [15, 3],  # 3 + 4 * 3, 3
        "distance_reads": [223, 0],
        "distance_writes": [475, 95],
        "group_minimum_reads": [15, 3],
        "group_minimum_writes": [15, 3],
        "active_list_reads": [7, 0],
        "active_list_writes": [7, 0],
        "accumulator_reads": [210, 0],  # (7 - 4) * 70
        "accumulator_writes": [210, 0],
        "distance_popcounts": [1425, 285],
        "weight_popcounts": [13230, 0],  # 1470 * 9
        "plane_multiplications": [1470, 0],
        "accumulations": [1470, 0],
        "offset_multiplications": offset_reads,
        "thresholds": [280, 0],
    }
    counts = closed_form(p, **DATA)
    of_rules = {name: [0, 0] for name in Counts.names() if name not in expected}
    assert len(of_rules) == 18
    assert {name: getattr(counts, name).tolist() for name in Counts.names()} == expected | of_rules
