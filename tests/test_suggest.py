"""Names that nobody knows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwsim.errors import InputError
from hwsim.suggest import check_choice, did_you_mean, nearest

NAMES = ("minmax", "symmetric", "kmeans", "kernel_bits", "bits")


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("minmx", "minmax"),
        ("MinMax", "minmax"),
        ("bit", "bits"),
        ("kernel-bits", "kernel_bits"),
        ("symetric", "symmetric"),
    ],
)
def test_a_misspelt_name_finds_its_own(word: str, name: str) -> None:
    assert nearest(word, NAMES) == name
    assert did_you_mean(word, NAMES) == f"; did you mean {name!r}?"


@pytest.mark.parametrize("word", ["", "zzz", 7, None, b"bits", ("bits",)])
def test_what_is_near_to_nothing_gets_no_advice(word: object) -> None:
    assert nearest(word, NAMES) is None
    assert did_you_mean(word, NAMES) == ""


@given(st.text(), st.lists(st.text()))
def test_only_a_known_name_is_ever_proposed(word: str, known: list[str]) -> None:
    assert nearest(word, known) in {None, *known}


def test_a_choice_is_one_of_its_names() -> None:
    check_choice("quantizer", "kmeans", NAMES)
    with pytest.raises(InputError, match=r"^method is 'bayse'; .* bayes, converged; .*'bayes'\?$"):
        check_choice("method", "bayse", ("bayes", "converged"))
    with pytest.raises(InputError, match=r"^data is 3; it must be one of a, b, or a file$"):
        check_choice("data", 3, ("a", "b"), also=", or a file")
