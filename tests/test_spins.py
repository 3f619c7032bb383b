"""Spins and bits: by hand, by properties, and everything that is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from hwsim.config import MAX_NEURONS, MAX_PATTERNS
from hwsim.errors import InputError
from hwsim.spins import (
    bits_from_spins,
    checked_patterns,
    checked_queries,
    spins_from,
    spins_from_bits,
)

SHAPES = arrays.array_shapes(min_dims=2, max_dims=2, max_side=20)
BITS = arrays.arrays(np.uint8, SHAPES, elements=st.integers(0, 1))
DTYPES = st.sampled_from(("i1", "i2", "i8", ">i4", "f4", "f8", ">f8", "f2"))


def test_by_hand() -> None:
    spins = np.array([[1, -1, -1]], dtype=np.int8)
    bits = bits_from_spins(spins)
    assert (bits.tolist(), bits.dtype) == ([[1, 0, 0]], np.uint8)
    back = spins_from_bits(bits)
    assert (back.tolist(), back.dtype) == ([[1, -1, -1]], np.int8)


@given(BITS, st.sampled_from((bool, np.uint8, np.int8, np.uint64, np.int64)))
def test_there_and_back(bits: npt.NDArray[np.uint8], dtype: type) -> None:
    spins = spins_from_bits(bits.astype(dtype))
    assert spins.dtype == np.int8
    assert np.array_equal(np.abs(spins), np.ones(bits.shape))
    assert np.array_equal(bits_from_spins(spins), bits)
    assert np.array_equal(bits_from_spins(spins.astype(np.float32)), bits)


@given(BITS, DTYPES)
def test_spins_from_whatever_means_the_same(bits: npt.NDArray[np.uint8], dtype: str) -> None:
    spins = spins_from_bits(bits)
    for values in (bits, bits > 0, bits.astype(dtype), bits.astype(dtype).T.copy().T, spins):
        for given_as in (values, values.tolist()):
            made = spins_from(given_as)
            assert made.dtype == np.int8
            assert made.flags.c_contiguous
            assert np.array_equal(made, spins)
    assert spins_from(bits[0]).shape == bits[0].shape


@given(BITS, DTYPES)
def test_sound_spins_pass_as_int8(bits: npt.NDArray[np.uint8], dtype: str) -> None:
    spins = spins_from_bits(bits)
    fortran = np.asfortranarray(spins.astype(dtype))
    for values in (spins, fortran, fortran.tolist()):
        for checked in (checked_patterns(values), checked_queries(values, bits.shape[1])):
            assert checked.dtype == np.int8
            assert checked.flags.c_contiguous
            assert np.array_equal(checked, spins)


def test_no_queries_are_queries() -> None:
    assert checked_queries(np.empty((0, 3)), 3).shape == (0, 3)


def refusal(check: Any, *args: Any) -> str:
    with pytest.raises(InputError) as caught:
        check(*args)
    return str(caught.value)


def both(values: Any) -> tuple[str, str]:
    """The refusals of the same values as patterns and as queries of three neurons."""
    return refusal(checked_patterns, values), refusal(checked_queries, values, 3)


HINT = "hold 0 and 1; spins are -1 and +1: use hwsim.spins_from"


@pytest.mark.parametrize(
    ("values", "formula"),
    [
        (np.array([[1, 0, 1]]), "2 * {} - 1"),
        (np.zeros((2, 3)), "2 * {} - 1"),
        ([[True, True, True]], "2 * {} - 1"),
        (np.array([[1, 0, 1]], np.uint8), "2 * {}.astype(int) - 1"),
    ],
)
def test_0_and_1_are_refused_with_the_way_out(values: Any, formula: str) -> None:
    for name, message in zip(("patterns", "queries"), both(values), strict=True):
        formula_here = formula.format(name)
        assert message == f"{name} {HINT}({name}) or {formula_here}"
        made = eval(formula_here, {name: np.asarray(values)})
        assert np.array_equal(made, spins_from(values)), "what the message says is true"


@pytest.mark.parametrize("spin", [0, 2, -2, 0.5, np.nan, np.inf])
def test_the_first_value_that_is_no_spin(spin: float) -> None:
    values = np.array([[1, -1, 1], [-1, 1, spin], [spin, 1, 1]])
    end = f"[1, 2] is {values[1, 2]}; a spin must be +1 or -1"
    assert both(values) == (f"patterns{end}", f"queries{end}")


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ([["+", "-", "+"]], "dtype <U1; they must be numbers, +1 and -1"),
        ([[None, 1, 1]], "dtype object; they must be numbers, +1 and -1"),
        ([[1j, 1, 1]], "dtype complex128; they must be numbers, +1 and -1"),
        ([[1, 1, 1], [1]], "rows of different lengths; all must have as many spins"),
    ],
)
def test_what_are_no_numbers(values: Any, says: str) -> None:
    assert both(values) == (f"patterns have {says}", f"queries have {says}")


@pytest.mark.parametrize("shape", [(3,), (2, 4), (2, 2), (1, 2, 3), ()])
def test_queries_of_the_wrong_shape(shape: tuple[int, ...]) -> None:
    assert refusal(checked_queries, np.ones(shape), 3) == (
        f"queries have shape {shape}; the network has 3 neurons, so (Q, 3) is expected"
    )


def test_transposed_queries_are_told() -> None:
    assert refusal(checked_queries, np.ones((3, 5)), 3).endswith("is expected; give queries.T")


def test_patterns_of_the_wrong_shape() -> None:
    assert "have shape (3,); (P, N) is expected" in refusal(checked_patterns, np.ones(3))
    for shape in ((0, 3), (3, 0)):
        assert f"have shape {shape}; at least one spin" in refusal(checked_patterns, np.ones(shape))
    wide = np.broadcast_to(np.int8(1), (1, MAX_NEURONS + 1))
    assert "have 65537 columns; at most 65536" in refusal(checked_patterns, wide)
    long = np.broadcast_to(np.int8(1), (MAX_PATTERNS + 1, 1))
    assert "have 1048577 rows; at most 1048576" in refusal(checked_patterns, long)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ([1, 0, -1, 1, 0], "values[2] is -1; all must be 0 and 1 (or bool), or all -1 and +1"),
        ([1, 0, -1, 1, -1], "values[1] is 0; all must be 0 and 1 (or bool), or all -1 and +1"),
        ([[1, 0], [1, 2]], "values[1, 1] is 2; all must be"),
        ([1.0, np.nan], "values[1] is nan; all must be"),
        (["1"], "values have dtype <U1; they must be numbers, bool, 0 and 1, or -1 and +1"),
    ],
)
def test_values_that_mean_no_spins(values: Any, says: str) -> None:
    assert refusal(spins_from, values).startswith(says)
