"""The rule by which verdicts are given."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwsim.experiments.evidence import Interval, all_of, any_of, mean, negated, slope, words

DECISIONS = st.sampled_from([True, False, None])


def test_the_interval_by_hand() -> None:
    # Student's t for 9 degrees of freedom, two-sided 95 %: 2.262 in any table.
    found = mean({"x": 0.5, "x_std": 0.1, "trials": 10}, "x")
    assert found.value == 0.5
    assert found.reach == pytest.approx(2.262 * 0.1 / math.sqrt(10), rel=1e-3)


@pytest.mark.parametrize(
    ("threshold", "at_least", "above", "at_most", "below"),
    [
        (0.3, True, True, False, False),
        (0.4, True, None, None, False),  # the interval's own end
        (0.5, None, None, None, None),
        (0.6, None, False, True, None),
        (0.7, False, False, True, True),
    ],
)
def test_a_threshold_beside_and_inside_the_interval(
    threshold: float,
    at_least: bool | None,
    above: bool | None,
    at_most: bool | None,
    below: bool | None,
) -> None:
    found = Interval(0.5, 0.1)
    assert found.at_least(threshold) is at_least
    assert found.above(threshold) is above
    assert found.at_most(threshold) is at_most
    assert found.below(threshold) is below


def test_one_trial_decides_nothing_and_equal_ones_everything() -> None:
    alone = mean({"x": 1.0, "x_std": 0.0, "trials": 1}, "x")
    assert alone.at_least(0.0) is None
    assert alone.below(2.0) is None
    equal = mean({"x": 1.0, "x_std": 0.0, "trials": 2}, "x")
    assert equal.at_least(1.0) is True


def test_a_difference_assumes_nothing_of_how_its_means_go_together() -> None:
    found = Interval(1.0, 0.1) - Interval(0.7, 0.2)
    assert found.value == pytest.approx(0.3)
    assert found.reach == pytest.approx(0.3)
    assert (Interval(1.0, 0.1) * -2).reach == pytest.approx(0.2)


def test_a_slope_has_linear_regression_s_interval() -> None:
    # y = 2x + (0, 1, -1, 0) on x = 0, 1, 2, 3: by hand slope 1.8, R² 16.2 / 18, error 0.4243.
    found = slope({"slope": 1.8, "r_squared": 16.2 / 18, "points": 4})
    assert found.value == 1.8
    assert found.reach == pytest.approx(4.3027 * math.sqrt(1.8 / 2 / 5), rel=1e-3)
    assert slope({"slope": 1.0, "r_squared": 1.0, "points": 2}).within(0, 2) is None
    assert slope({"slope": None, "r_squared": None, "points": 1}).within(0, 2) is None


@given(st.lists(DECISIONS))
def test_and_and_or_are_each_other_s_opposite(decisions: list[bool | None]) -> None:
    assert all_of(decisions) == negated(any_of(negated(one) for one in decisions))
    if None not in decisions:
        assert all_of(decisions) is all(decisions)
        assert any_of(decisions) is any(decisions)


@given(st.lists(DECISIONS), st.data())
def test_what_is_undecided_may_turn_out_either_way(
    decisions: list[bool | None], data: st.DataObject
) -> None:
    """A decision that stands despite open ones stands however these turn out."""
    settled = [data.draw(st.booleans()) if one is None else one for one in decisions]
    for combine, certain in ((all_of, all), (any_of, any)):
        if combine(decisions) is not None:
            assert combine(decisions) == certain(settled)


def test_answers() -> None:
    assert [words(one) for one in (True, False, None)] == ["Yes", "No", "Undecided"]
