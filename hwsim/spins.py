"""Spins and bits: the one place where ±1 is checked, made of something else, and made a bit.

A spin of +1 is the bit 1, a spin of -1 the bit 0. A state is N spins, int8, in C order.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.config import MAX_NEURONS, MAX_PATTERNS
from hwsim.errors import InputError, place
from hwsim.quantities import counted
from hwsim.typed import typed

SpinArray = npt.NDArray[np.int8]
BitArray = npt.NDArray[np.uint8]

# What a message says of rows to store, by what they are.
ROWS: Final = {
    "targets": "(P, M) is expected, of labels a single +1 a row: "
    "hwsim.spins_from(labels[:, None] == numpy.unique(labels))",
}


def bits_from_spins(spins: npt.NDArray[np.number[Any]]) -> BitArray:
    """+1 to 1 and -1 to 0, same shape, unchecked."""
    return (spins > 0).astype(np.uint8)


def spins_from_bits(bits: npt.NDArray[np.integer[Any] | np.bool_]) -> SpinArray:
    """1 to +1 and 0 to -1, same shape, unchecked."""
    # not 2 * bits - 1: where bits are unsigned, that makes 255 of a 0
    return 2 * bits.astype(np.int8) - np.int8(1)


@typed
def spins_from(values: npt.ArrayLike, name: str = "values") -> SpinArray:
    """Spins from values that mean the same: True is +1 and False -1, or 1 is +1 and 0 is -1.

    Args:
        values: of any shape, an array or nested lists: bool, or numbers that are all 0 and 1, or
            all -1 and +1 already.
        name: what a message calls them.

    Returns:
        int8 of ±1, same shape, C order.

    Raises:
        InputError: they are not numbers, or neither 0 and 1 alone nor -1 and +1 alone.
    """
    array = _numbers(values, name, "bool, 0 and 1, or -1 and +1")
    bits = (array == 0) | (array == 1)
    if bits.all():
        return spins_from_bits(np.ascontiguousarray(array))
    spins = (array == -1) | (array == 1)
    if spins.all():
        return np.ascontiguousarray(array, dtype=np.int8)
    # 0 among -1 and +1 is as wrong as 2: name the value that spoils what most of them are
    wrong = np.argwhere(~(bits if bits.sum() > spins.sum() else spins))[0]
    raise InputError(
        f"{_entry(array, name, wrong)}; all must be 0 and 1 (or bool), or all -1 and +1"
    )


def checked_patterns(values: npt.ArrayLike, name: str = "patterns") -> SpinArray:
    """Patterns to store, given as ±1 of any integer or float dtype.

    Args:
        values: (P, N), an array or nested lists.
        name: what a message calls them.

    Returns:
        (P, N) int8 of ±1, C order.

    Raises:
        InputError: not two-dimensional, empty, more than the datapath's largest P or N, not
            numbers, or a value other than +1 and -1.
    """
    array = _numbers(values, name, "+1 and -1")
    if array.ndim != 2:
        wanted = ROWS.get(name, "(P, N) is expected")
        raise InputError(f"{name} have shape {array.shape}; {wanted}")
    if array.size == 0:
        raise InputError(f"{name} have shape {array.shape}; at least one spin is needed")
    count, neurons = array.shape
    if neurons > MAX_NEURONS:
        raise InputError(f"{name} have {neurons} columns; at most {MAX_NEURONS} are possible")
    if count > MAX_PATTERNS:
        raise InputError(f"{name} have {count} rows; at most {MAX_PATTERNS} are possible")
    return _checked(array, name)


def checked_queries(values: npt.ArrayLike, neurons: int, name: str = "queries") -> SpinArray:
    """States to start recalls from, given as ±1 of any integer or float dtype.

    Args:
        values: (Q, N), an array or nested lists; Q may be 0.
        neurons: N of the network that will recall them.
        name: what a message calls them.

    Returns:
        (Q, N) int8 of ±1, C order.

    Raises:
        InputError: another shape, not numbers, or a value other than +1 and -1.
    """
    array = _numbers(values, name, "+1 and -1")
    if array.ndim != 2 or array.shape[1] != neurons:
        turned = array.ndim == 2 and array.shape[0] == neurons
        raise InputError(
            f"{name} have shape {array.shape}; the network has {neurons} neurons, so "
            f"(Q, {neurons}) is expected{f'; give {name}.T' if turned else ''}"
        )
    return _checked(array, name)


def as_array(values: npt.ArrayLike, name: str) -> npt.NDArray[Any]:
    """As `numpy.asarray`, which would take what a mask hides for values.

    Args:
        values: an array, or nested lists.
        name: what a message calls them.

    Raises:
        InputError: some are masked.
        ValueError: they are rows of different lengths.
    """
    parts: Iterable[Any] = values if isinstance(values, list | tuple) else [values]
    hidden = sum(int(np.sum(part.mask)) for part in parts if np.ma.is_masked(part))
    if hidden:
        raise InputError(
            f"{counted(hidden, 'value')} of {name} hidden by a mask; give values in place, such as "
            f"{name}.filled(-1)"
        )
    return np.asarray(values)


def _numbers(values: npt.ArrayLike, name: str, wanted: str) -> npt.NDArray[Any]:
    """The values as an array of numbers or bool."""
    try:
        array = as_array(values, name)
    except ValueError as error:
        raise InputError(
            f"{name} have rows of different lengths; all must have as many spins"
        ) from error
    if array.dtype.kind not in "iufb" and array.size:
        raise InputError(f"{name} have dtype {array.dtype}; they must be numbers, {wanted}")
    return array


def _entry(array: npt.NDArray[Any], name: str, index: npt.NDArray[np.int64]) -> str:
    """`queries[1, 2] is 0.5`."""
    return f"{name}[{place(index)}] is {array[tuple(index)]}"


def _checked(array: npt.NDArray[Any], name: str) -> SpinArray:
    """The array as int8 in C order, once it is seen to hold +1 and -1 alone."""
    wrong = np.argwhere((array != 1) & (array != -1))
    if array.dtype.kind == "b" or (len(wrong) and ((array == 0) | (array == 1)).all()):
        # 2 * x - 1 of an unsigned x is 255 where x is 0
        signed = f"{name}.astype(int)" if array.dtype.kind == "u" else name
        raise InputError(
            f"{name} hold 0 and 1; spins are -1 and +1: use hwsim.spins_from({name}) or "
            f"2 * {signed} - 1"
        )
    if len(wrong):
        raise InputError(f"{_entry(array, name, wrong[0])}; a spin must be +1 or -1")
    return np.ascontiguousarray(array, dtype=np.int8)
