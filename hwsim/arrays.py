"""Arrays from .npy files that anybody's NumPy may have written, never unpickled."""

from __future__ import annotations

import pickle
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.errors import InputError
from hwsim.spins import SpinArray, checked_patterns, checked_queries

ZIP_MAGIC = b"PK"
# What NumPy raises, by version and by damage, for a file that it cannot read as plain arrays.
UNREADABLE = (
    ValueError,
    KeyError,
    EOFError,
    OSError,
    SyntaxError,
    zipfile.BadZipFile,
    zlib.error,
    pickle.UnpicklingError,
    NotImplementedError,
)


def first_bytes(path: Path) -> bytes:
    """The first two bytes of a file.

    Raises:
        InputError: the file is missing or cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return stream.read(2)
    except FileNotFoundError as error:
        raise InputError(f"{path} does not exist") from error
    except IsADirectoryError as error:
        raise InputError(f"{path} is a folder; name a file") from error
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error


def _load_array(path: Path) -> npt.NDArray[Any]:
    """The array in a .npy file, never unpickled."""
    if first_bytes(path) == ZIP_MAGIC:
        raise InputError(f"{path} is an .npz; give a .npy with the array alone")
    try:
        with path.open("rb") as stream:
            # Not np.load: it would take any unknown file for a pickle and say so.
            return np.lib.format.read_array(stream, allow_pickle=False)
    except UNREADABLE as error:
        if "Object arrays" in str(error):
            raise InputError(f"{path} holds pickled objects; save plain numbers instead") from error
        raise InputError(f"{path} is not a complete .npy file; write it with numpy.save") from error


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
