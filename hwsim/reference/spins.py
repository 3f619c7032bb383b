"""Spins that come from outside: checked, and brought to int8 of ±1."""

from __future__ import annotations

import pickle
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.config import MAX_NEURONS, MAX_PATTERNS
from hwsim.errors import InputError

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


def place(index: npt.NDArray[np.int64]) -> str:
    """An index as in code: `3, 17`."""
    return ", ".join(str(int(i)) for i in index)


def checked_spins(values: npt.NDArray[Any], name: str) -> npt.NDArray[np.int8]:
    """Two-dimensional ±1 of any integer or float dtype as int8, C order.

    Args:
        values: (rows, N).
        name: what a message calls the array.

    Raises:
        InputError: not two-dimensional, empty, not numbers, or a value other than +1 and -1.
    """
    if values.ndim != 2:
        raise InputError(f"{name} has shape {values.shape}; it must have two dimensions")
    if values.size == 0:
        raise InputError(f"{name} has shape {values.shape}; it holds nothing")
    if values.dtype.kind not in "iufb":
        raise InputError(f"{name} has dtype {values.dtype}; it must be numbers, +1 and -1")
    wrong = np.argwhere((values != 1) & (values != -1))
    if values.dtype.kind == "b" or (len(wrong) and np.isin(values, (0, 1)).all()):
        raise InputError(f"{name} holds 0 and 1; spins are -1 and +1, so give 2 * {name} - 1")
    if len(wrong):
        found = values[tuple(wrong[0])]
        raise InputError(f"{name}[{place(wrong[0])}] is {found}; a spin must be +1 or -1")
    return np.ascontiguousarray(values, dtype=np.int8)


def check_size(name: str, patterns: npt.NDArray[np.int8]) -> None:
    """Raise InputError unless (P, N) is within the datapath's legal range."""
    count, neurons = patterns.shape
    if neurons > MAX_NEURONS:
        raise InputError(f"{name} has {neurons} neurons; at most {MAX_NEURONS} are possible")
    if count > MAX_PATTERNS:
        raise InputError(f"{name} has {count} patterns; at most {MAX_PATTERNS} are possible")


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


def load_queries(path: Path, neurons: int) -> npt.NDArray[np.int8]:
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
    spins = _named(path, lambda: checked_spins(values, "queries"))
    if spins.shape[1] != neurons:
        raise InputError(
            f"{path}: queries have {spins.shape[1]} neurons, the network has {neurons}"
        )
    return spins


def load_patterns(path: Path) -> npt.NDArray[np.int8]:
    """Patterns to store, from a .npy file.

    Args:
        path: holds (P, N) of ±1 in any integer or float dtype.

    Returns:
        (P, N) int8 of ±1.

    Raises:
        InputError: the file is missing or not a .npy, or its content is not spins.
    """
    values = _load_array(path)

    def check() -> npt.NDArray[np.int8]:
        spins = checked_spins(values, "patterns")
        check_size("patterns", spins)
        return spins

    return _named(path, check)


def _named(path: Path, check: Any) -> npt.NDArray[np.int8]:
    """What `check()` returns, its error naming the file."""
    try:
        result: npt.NDArray[np.int8] = check()
        return result
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
