"""The specification against numbers worked out by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from hwsim.config import Parameters
from hwsim.hardware.image import Image
from hwsim.hardware.spec import Specification, Step, recall
from hwsim.spins import bits_from_spins, spins_from_bits


def run(image: Image, query: np.ndarray) -> tuple[list[Step], bool]:
    """The steps of one recall, and whether the last one repeated the state."""
    answer = Specification(image).recall(query)
    return answer.passes, answer.converged


def bits(*rows: str) -> np.ndarray:
    """Rows of bits in reading order: neuron 0 first."""
    return np.array([[int(c) for c in row] for row in rows], dtype=np.uint8)


# A small memory by hand ---------------------------------------------------------------------
#
# Three patterns of seven neurons; codes 0 1 2 3 stand for v = -3 -1 +1 +3.
#
#   pattern 0   1111000   v  +3 +1 +3 -1 -3 -1 +1
#   pattern 1   0000111   v  -3 -1 +1 +3 +3 +1 -1
#   pattern 2   1010101   v  -1 +1 -3 +3 +1 -3 -1
#
# Kernel values 15 9 4 1 0 0 0 0 at distances 0 … 7 from the nearest pattern.

HAND = Image(
    parameters=Parameters(neurons=7, patterns=3, kernel_bits=4, lanes=8, max_steps=4),
    patterns=bits("1111000", "0000111", "1010101"),
    codes=np.array(
        [[3, 2, 3, 1, 0, 1, 2], [0, 1, 2, 3, 3, 2, 1], [1, 2, 0, 3, 2, 0, 1]], dtype=np.uint8
    ),
    kernel_lut=np.array([15, 9, 4, 1, 0, 0, 0, 0]),
    offsets=np.zeros(7, dtype=np.int64),
    gamma=0.1,
)
QUERY = bits("1110000")

# The same with offsets of 3 bits, one of them fraction: f = 2a + z * S.
HAND_OFFSETS = dataclasses.replace(
    HAND,
    parameters=dataclasses.replace(HAND.parameters, offset_bits=3, offset_frac_bits=1),
    offsets=np.array([0, 0, 0, 2, 0, 0, -3]),
)


def test_by_hand_a_cycle_of_period_two_runs_to_the_last_step() -> None:
    steps, converged = run(HAND, QUERY[0])
    assert not converged
    # 1110000 differs from the patterns in 1, 6 and 3 neurons: 0, 5 and 2 from the nearest
    assert steps[0].distances == [1, 6, 3]
    assert steps[0].kernel == [15, 0, 4]
    assert steps[0].kernel_sum == 19
    # 15 * v[0] + 4 * v[2]: 45-4 15+4 45-12 -15+12 -45+4 -15-12 15-4
    assert steps[0].fields == [41, 19, 33, -3, -41, -27, 11]
    assert steps[0].state == [0b1000111]  # 1110001, neuron 0 lowest
    assert steps[0].changed
    # 1110001: 2, 5 and 2 neurons, 0, 3 and 0 from the nearest two
    assert steps[1].distances == [2, 5, 2]
    assert steps[1].kernel == [15, 1, 15]
    assert steps[1].kernel_sum == 31
    # 45-3-15 15-1+15 45+1-45 -15+3+45 -45+3+15 -15+1-45 15-1-15
    assert steps[1].fields == [27, 29, 1, 33, -27, -59, -1]
    assert steps[1].state == [0b0001111]  # 1111000, pattern 0 itself
    # From pattern 0, the others at 7 and 4 have kernel value 0, and 15 * v[0] leads back.
    assert steps[2].distances == [0, 7, 4]
    assert steps[2].kernel == [15, 0, 0]
    assert steps[2].fields == [45, 15, 45, -15, -45, -15, 15]
    assert steps[2].state == steps[0].state
    assert steps[3].state == steps[1].state
    assert len(steps) == 4


SEEN = (
    "groups_skipped",
    "offset_reads",
    "accumulator_reads",
    "accumulator_writes",
    "offset_multiplications",
)


def test_by_hand_the_recall_and_its_counts() -> None:
    answer = recall(HAND, spins_from_bits(QUERY))
    assert answer.states.tolist() == [[1, 1, 1, 1, -1, -1, -1]]
    assert answer.states.dtype == np.int8
    assert answer.steps.tolist() == [4]
    assert answer.converged.tolist() == [False]
    assert answer.miss.tolist() == [False]
    assert answer.distance.tolist() == [2]  # of the last step, which began at 1110001
    # Four steps of one group (P = 3 <= L = 8), one word a state, 7 neurons of 2 planes.
    counts = answer.counts.row(0)
    assert {name: count for name, count in counts.items() if count or name in SEEN} == {
        "steps": 4,
        "passes": 4,
        "scans": 4,
        "active_steps": 4,
        "accumulating_steps": 4,
        "accumulated_groups": 4,
        "accumulated_rounds": 4,
        "groups_active": 4,
        "groups_skipped": 0,
        "pattern_reads": 12,  # 4 * 3
        "weight_reads": 56,  # 4 * 7 * 2
        "lut_reads": 16,  # 4 in the scan, 4 * 3 kernel values
        "offset_reads": 0,
        "state_reads": 17,  # 12 against patterns, 4 at the threshold, 1 to send
        "state_writes": 5,  # 1 to load, 4 at the threshold
        "distance_reads": 12,
        "distance_writes": 12,
        "group_minimum_reads": 4,
        "group_minimum_writes": 4,
        "active_list_reads": 4,
        "active_list_writes": 4,
        "accumulator_reads": 0,  # one active group a step needs no accumulator memory
        "accumulator_writes": 0,
        "distance_popcounts": 12,
        "weight_popcounts": 224,  # 56 * 4 kernel planes
        "plane_multiplications": 56,
        "accumulations": 56,
        "offset_multiplications": 0,
        "thresholds": 28,  # 4 * 7
    }


def test_by_hand_offsets_and_a_tie_that_keeps_its_bit() -> None:
    steps, converged = run(HAND_OFFSETS, QUERY[0])
    # S = 19: f[3] = 2 * -3 + 2 * 19 and f[6] = 2 * 11 - 3 * 19
    assert steps[0].fields == [82, 38, 66, 32, -82, -54, -35]
    assert steps[0].state == [0b0001111]
    # S = 15: f[3] = 2 * -15 + 2 * 15 = 0, and neuron 3 stays 1
    assert steps[1].fields == [90, 30, 90, 0, -90, -30, -15]
    assert not steps[1].changed
    assert converged
    assert len(steps) == 2
    answer = recall(HAND_OFFSETS, spins_from_bits(QUERY))
    assert answer.distance.tolist() == [0]
    assert answer.converged.tolist() == [True]
    assert answer.counts.offset_reads.tolist() == [14]
    assert answer.counts.offset_multiplications.tolist() == [14]


def test_by_hand_a_tie_keeps_a_zero_too() -> None:
    # Two patterns at equal distance whose weights cancel: every field is 0.
    image = Image(
        parameters=Parameters(neurons=2, patterns=2, weight_bits=1, kernel_bits=1, lanes=8),
        patterns=bits("00", "11"),
        codes=bits("01", "10"),
        kernel_lut=np.array([1, 0, 0]),
        offsets=np.zeros(2, dtype=np.int64),
        gamma=1.0,
    )
    steps, converged = run(image, bits("01")[0])
    assert steps[0].fields == [0, 0]
    assert steps[0].state == [0b10]
    assert converged


def test_by_hand_unequal_plane_weights_and_two_groups() -> None:
    # C = (2, 5): codes 0 1 2 3 stand for -7 -3 +3 +7. Nine patterns, so pattern 8 is a group of
    # its own; one neuron. Kernel values 3 at distance 0, 1 at distance 1.
    image = Image(
        parameters=Parameters(
            neurons=1, patterns=9, plane_weights=(2, 5), kernel_bits=2, lanes=8, max_steps=1
        ),
        patterns=bits(*"011000001"),
        codes=np.array([[0], [1], [2], [3], [3], [2], [1], [0], [1]], dtype=np.uint8),
        kernel_lut=np.array([3, 1]),
        offsets=np.zeros(1, dtype=np.int64),
        gamma=0.3,
    )
    (step,), converged = run(image, bits("1")[0])
    assert step.distances == [1, 0, 0, 1, 1, 1, 1, 1, 0]
    assert step.kernel == [1, 3, 3, 1, 1, 1, 1, 1, 3]
    assert step.kernel_sum == 15
    assert step.active_groups == [0, 1]
    # -7 3*-3 3*3 +7 +7 +3 -3 -7 = 0 in group 0, 3 * -3 in group 1
    assert step.fields == [-9]
    assert step.state == [0]
    assert not converged
    counts = recall(image, np.array([[1]], dtype=np.int8)).counts
    assert counts.accumulator_writes.tolist() == [1]  # group 0 hands over to group 1
    assert counts.accumulator_reads.tolist() == [1]
    assert counts.weight_reads.tolist() == [4]
    assert counts.lut_reads.tolist() == [11]


def test_by_hand_a_group_without_kernel_values_is_skipped() -> None:
    image = Image(
        parameters=Parameters(neurons=3, patterns=9, weight_bits=1, kernel_bits=1, lanes=8),
        patterns=bits(*["000"] * 8, "111"),
        codes=bits(*["000"] * 8, "111"),
        kernel_lut=np.array([1, 1, 0, 0]),
        offsets=np.zeros(3, dtype=np.int64),
        gamma=0.5,
    )
    step = run(image, bits("000")[0])[0][0]
    assert step.active_groups == [0]  # pattern 8 is 3 away, and the value at 3 is 0
    assert step.fields == [-8, -8, -8]
    step = run(image, bits("110")[0])[0][0]
    assert step.active_groups == [0, 1]  # 1 and 2 away: 0 and 1 from the nearest
    assert step.fields == [-7, -7, -7]
    counts = recall(image, -np.ones((1, 3), dtype=np.int8)).counts
    assert counts.groups_skipped.tolist() == [1]
    assert counts.weight_reads.tolist() == [3]


# Misses and cycles ----------------------------------------------------------------------------


def absolute(image: Image) -> Image:
    parameters = dataclasses.replace(image.parameters, kernel_origin="absolute")
    return dataclasses.replace(image, parameters=parameters)


def test_a_miss_gives_the_query_back() -> None:
    query = bits("0001100")  # 4, 3 and 4 neurons away
    lut = np.array([15, 9, 4, 0, 0, 0, 0, 0])
    image = absolute(dataclasses.replace(HAND_OFFSETS, kernel_lut=lut))
    answer = recall(image, spins_from_bits(query))
    assert bits_from_spins(answer.states).tolist() == query.tolist()
    assert answer.miss.tolist() == [True]
    assert answer.converged.tolist() == [True]
    assert answer.steps.tolist() == [1]
    assert answer.distance.tolist() == [3]
    assert answer.counts.active_steps.tolist() == [0]
    assert answer.counts.groups_skipped.tolist() == [1]
    for untouched in ("weight_reads", "offset_reads", "thresholds", "distance_reads"):
        assert getattr(answer.counts, untouched).tolist() == [0]
    assert answer.counts.lut_reads.tolist() == [1]
    assert answer.counts.state_writes.tolist() == [1]


def test_counted_from_the_nearest_the_same_query_is_no_miss() -> None:
    assert not recall(HAND, spins_from_bits(bits("0001100"))).miss.any()


def test_absolute_counts_distances_from_zero() -> None:
    steps, _ = run(absolute(HAND), QUERY[0])
    assert steps[0].distances == [1, 6, 3]
    assert steps[0].kernel == [9, 0, 1]
    assert steps[0].kernel_sum == 10


@pytest.mark.parametrize("most", [1, 2, 5, 50])
def test_a_cycle_stops_after_the_most_steps(most: int) -> None:
    parameters = dataclasses.replace(HAND.parameters, max_steps=most)
    answer = recall(dataclasses.replace(HAND, parameters=parameters), spins_from_bits(QUERY))
    assert answer.steps.tolist() == [most]
    assert not answer.converged.any()
    after = "1110001" if most % 2 else "1111000"
    assert bits_from_spins(answer.states).tolist() == bits(after).tolist()


def test_one_step_can_converge() -> None:
    parameters = dataclasses.replace(HAND_OFFSETS.parameters, max_steps=1)
    image = dataclasses.replace(HAND_OFFSETS, parameters=parameters)
    answer = recall(image, spins_from_bits(bits("1111000", "1110000")))
    assert answer.steps.tolist() == [1, 1]
    assert answer.converged.tolist() == [True, False]


def test_the_largest_field_is_reached() -> None:
    p = Parameters(
        neurons=2,
        patterns=9,
        weight_bits=3,
        plane_weights=(255, 3, 17),
        kernel_bits=16,
        lanes=8,
        offset_bits=16,
        offset_frac_bits=16,
    )
    image = Image(
        parameters=p,
        patterns=np.ones((9, 2), dtype=np.uint8),
        codes=np.zeros((9, 2), dtype=np.uint8),
        kernel_lut=np.array([p.kernel_max, 0, 0]),
        offsets=np.full(2, -(2**15)),
        gamma=9.0,
    )
    assert run(image, bits("00")[0])[0][0].fields == [-p.largest_field] * 2


def test_no_queries_and_progress() -> None:
    answer = recall(HAND, np.empty((0, 7), dtype=np.int8))
    assert answer.states.shape == (0, 7)
    assert answer.steps.shape == (0,)
    seen: list[tuple[int, int]] = []
    recall(HAND, np.ones((3, 7), dtype=np.int8), lambda done, of: seen.append((done, of)))
    assert seen == [(1, 3), (2, 3), (3, 3)]
