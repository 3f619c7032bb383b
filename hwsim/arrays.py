"""Arrays from .npy files that anybody's NumPy may have written, never unpickled."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from hwsim.errors import InputError
from hwsim.files import npz
from hwsim.files.npy import ArrayError, Header, fill, read_array, read_header
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
            return _named(path, lambda: read_array(stream, size))
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


class QueryFile:
    """Queries of a .npy file, read some at a time; see `open_queries`."""

    def __init__(self, path: Path, neurons: int, stream: IO[bytes], header: Header) -> None:
        self._path, self._stream = path, stream
        self._dtype, _, self._shape, self._start = header
        self._neurons = neurons

    def __len__(self) -> int:
        """Q."""
        return self._shape[0]

    def block(self, first: int, stop: int) -> SpinArray:
        """Some queries, (stop - first, N) int8 of ±1.

        Raises:
            InputError: a value is no spin, or the file cannot be read.
        """
        values = np.empty((min(stop, len(self)) - first, self._neurons), self._dtype)
        try:
            # not a memory map: a file cut short meanwhile would end this program
            self._stream.seek(self._start + first * self._neurons * self._dtype.itemsize)
            fill(self._stream, values.reshape(-1))
        except OSError as error:
            raise input_error(self._path, error) from error
        except ArrayError as error:
            raise InputError(f"{self._path} {error}; write it with numpy.save") from error
        return _named(self._path, lambda: checked_queries(values, self._neurons))

    def blocks(self, size: int) -> Iterator[tuple[int, SpinArray]]:
        """All queries, so many at a time: the first one's number, and they."""
        for first in range(0, len(self), size):
            yield first, self.block(first, first + size)


class Held:
    """Queries that are in memory, as a `QueryFile`."""

    def __init__(self, spins: SpinArray) -> None:
        self._spins = spins

    def __len__(self) -> int:
        """Q."""
        return len(self._spins)

    def blocks(self, size: int) -> Iterator[tuple[int, SpinArray]]:
        """As `QueryFile.blocks`."""
        for first in range(0, len(self), size):
            yield first, self._spins[first : first + size]


@contextlib.contextmanager
def open_queries(path: Path, neurons: int, size: int) -> Iterator[QueryFile | Held]:
    """As `load_queries`, but the queries are read when they are asked for.

    All are looked at once before. What is not rows of N numbers one after the other is read whole,
    and so is what is wrong, to say of it what `load_queries` says.

    Args:
        path, neurons: as for `load_queries`.
        size: queries looked at together.
    """
    with contextlib.ExitStack() as stack:
        yield _plain_queries(stack, path, neurons, size) or Held(load_queries(path, neurons))


def _plain_queries(
    stack: contextlib.ExitStack, path: Path, neurons: int, size: int
) -> QueryFile | None:
    """The file, open, if all its queries are rows of spins one after the other."""
    try:
        stream, length = stack.enter_context(open_regular(path))
        header = dtype, fortran, shape, _ = read_header(stream, length)
        if fortran or len(shape) != 2 or not shape[0] or shape[1] != neurons:
            return None
        given = QueryFile(path, neurons, stream, header)
        if dtype.kind not in "iuf":
            return None
        for _ in given.blocks(size):
            pass
    except (OSError, ArrayError, InputError):
        return None
    return given


def load_patterns(path: Path, name: str = "patterns") -> SpinArray:
    """Patterns to store, or their targets, from a .npy file.

    Args:
        path: holds (P, N) of ±1 in any integer or float dtype.
        name: what a message calls them.

    Returns:
        (P, N) int8 of ±1.

    Raises:
        InputError: the file is missing or not a .npy, or its content is not spins.
    """
    values = _load_array(path)
    return _named(path, lambda: checked_patterns(values, name))


def _named(path: Path, check: Callable[[], SpinArray]) -> SpinArray:
    """What `check()` returns, its error naming the file."""
    try:
        return check()
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
