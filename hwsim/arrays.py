"""Arrays from .npy files that anybody's NumPy may have written, never unpickled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.errors import InputError
from hwsim.files import npz
from hwsim.files.npy import ArrayError, read_array
from hwsim.files.reading import input_error, open_regular
from hwsim.spins import SpinArray, checked_patterns, checked_queries


def _load_array(path: Path) -> npt.NDArray[Any]:
    """The array in a .npy file, never unpickled."""
    try:
        with open_regular(path) as (stream, size):
            is_archive = stream.read(2) == npz.MAGIC
            stream.seek(0)
            if is_archive:
                raise InputError(f"{path} is an .npz; give a .npy with the array alone")
            return read_array(stream, size)
    except OSError as error:
        raise input_error(path, error) from error
    except ArrayError as error:
        raise InputError(f"{path} {error}; write it with numpy.save") from error


def load_queries(path: Path, neurons: int) -> SpinArray:
    """Queries from a .npy file.

    Args:
        path: holds (Q, N) of ±1 in any integer or float dtype; (N,) counts as one query.
        neurons: N of the network that will recall them.

    Returns:
        (Q, N) int8 of ±1.

    Raises:
        InputError: the file is missing or not a .npy, or its content is not spins of N neurons.
    """
    values = _load_array(path)
    if values.ndim == 1:
        values = values[np.newaxis]
    if values.size == 0:
        raise InputError(f"{path}: queries have shape {values.shape}; at least one is needed")
    return _named(path, lambda: checked_queries(values, neurons))


def load_patterns(path: Path) -> SpinArray:
    """Patterns to store, from a .npy file.

    Args:
        path: holds (P, N) of ±1 in any integer or float dtype.

    Returns:
        (P, N) int8 of ±1.

    Raises:
        InputError: the file is missing or not a .npy, or its content is not spins.
    """
    values = _load_array(path)
    return _named(path, lambda: checked_patterns(values))


def _named(path: Path, check: Callable[[], SpinArray]) -> SpinArray:
    """What `check()` returns, its error naming the file."""
    try:
        return check()
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
