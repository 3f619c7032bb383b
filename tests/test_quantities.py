"""Quantities in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwsim.quantities import counted, in_percent, power_text, ratio_words


@pytest.mark.parametrize(
    ("value", "reference", "words"),
    [
        (100, 100, "the same energy"),
        (100.4, 100, "the same energy"),
        (121, 100, "1.21 times the energy"),
        (100.6, 100, "1.01 times the energy"),
        (75, 100, "75 % of the energy"),
        (0, 100, "0 % of the energy"),
        (50, 100, "50 % of the energy"),
        (240, 100, "2.4 times the energy"),
        (7.69, 100, "7.7 % of the energy"),
        (123_456, 1, "123,456 times the energy"),
        (1, 1e7, "less than 0.0001 % of the energy"),
    ],
)
def test_ratio_words(value: float, reference: float, words: str) -> None:
    assert ratio_words(value, reference, "energy") == words


def test_without_a_noun_a_ratio_stands_alone() -> None:
    assert ratio_words(1, 6) == "17 %"
    assert ratio_words(6, 1) == "6 times"
    assert ratio_words(6, 6) == "the same"


@given(st.floats(1e-6, 1e12), st.floats(1e-6, 1e12))
def test_the_word_is_the_direction(value: float, reference: float) -> None:
    words = ratio_words(value, reference, "memory")
    if abs(value / reference - 1) < 0.005:
        assert words == "the same memory"
    else:
        assert words.endswith(" times the memory") == (value > reference)
        assert words.endswith(" % of the memory") == (value < reference)
        assert "more" not in words


def test_power_has_units_of_its_own() -> None:
    assert power_text(1234) == "1.234 W"
    assert power_text(0.5) == "500 µW"
    assert power_text(0) == "0 nW"


@pytest.mark.parametrize(
    ("count", "noun", "words"),
    [
        (0, "query", "0 queries"),
        (1, "query", "1 query"),
        (2, "stored pattern", "2 stored patterns"),
        (3000, "pattern", "3,000 patterns"),
    ],
)
def test_so_many_of_something(count: int, noun: str, words: str) -> None:
    assert counted(count, noun) == words


@pytest.mark.parametrize(
    ("fraction", "words"),
    [(0, "0"), (0.1, "10"), (0.07, "7"), (0.125, "12.5"), (0.104, "10.4"), (0.100001, "10.0001")],
)
def test_a_fraction_in_percent(fraction: float, words: str) -> None:
    assert in_percent(fraction) == words
