"""Horowitz's points, and what lies between and beyond them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwsim.cost.sram import clamped, linear, log_log
from hwsim.cost.tables import load_technology

QUOTED = {8192: 10, 32768: 20, 1048576: 100}  # bytes: pJ per 64 bits
HOROWITZ = load_technology()


@pytest.mark.parametrize("width", [1, 7, 8, 32, 64, 256, 512])
@pytest.mark.parametrize(("capacity", "picojoules"), QUOTED.items())
def test_quoted_points_come_back_exactly_at_any_width(
    capacity: int, picojoules: int, width: int
) -> None:
    energy = HOROWITZ.sram_access(8 * capacity, width)
    expected = Fraction(picojoules * width, 64)
    assert (energy.value, energy.low, energy.high) == (expected, expected, expected)


def test_a_quoted_64_bit_read_is_not_divided_by_its_bits_twice() -> None:
    assert float(HOROWITZ.sram_access(8 * 8192, 64).value) == 10.0


def test_the_first_segment_is_a_square_root() -> None:
    # 8 KB to 32 KB: four times the capacity, twice the energy
    points = HOROWITZ.sram_points
    assert float(64 * log_log(points, 8 * 16384)) == pytest.approx(10 * 2**0.5, rel=1e-15)
    assert float(64 * log_log(points, 8 * 2048)) == 5.0
    assert float(64 * log_log(points, 8 * 512)) == 2.5


def test_the_three_readings_by_hand() -> None:
    points = HOROWITZ.sram_points
    # straight line from 8 KB to 32 KB: 10 / 24 pJ a KB, so 10 - 4 * 10 / 24 at 4 KB
    assert 64 * linear(points, 8 * 4096) == 10 - Fraction(40, 24)
    assert 64 * linear(points, 8 * 20480) == 15
    assert 64 * clamped(points, 8 * 4096) == 10
    assert 64 * clamped(points, 8 * 8193) == 20
    assert 64 * clamped(points, 8 * 2**24) == 100


@given(st.integers(min_value=1, max_value=2**33), st.integers(min_value=1, max_value=512))
def test_the_estimate_lies_in_its_band(capacity: int, width: int) -> None:
    energy = HOROWITZ.sram_access(capacity, width)
    assert 0 < energy.low <= energy.value <= energy.high


@given(st.integers(min_value=1, max_value=2**32))
def test_a_larger_memory_never_costs_less(capacity: int) -> None:
    here, twice = (HOROWITZ.sram_access(bits, 64) for bits in (capacity, 2 * capacity))
    assert here.value < twice.value
    assert here.high <= twice.high


def test_notes_say_what_an_estimate_rests_on() -> None:
    assert "quoted 8 KiB" in HOROWITZ.sram_note(8 * 8192)
    assert "extrapolated below" in HOROWITZ.sram_note(100)
    assert "between" in HOROWITZ.sram_note(8 * 10000)
    assert "extrapolated above" in HOROWITZ.sram_note(8 * 2**21)
