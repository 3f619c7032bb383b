"""What people give to the front door, brought to the one form that the rooms behind it take.

A memory is a `Memory` or the path of its .npz; an image an `Image` or the path of its folder;
spins are an array, nested lists, a DataFrame or the path of a .npy. Every message names the
function that was called and says where to get what it takes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from hwsim.arrays import load_patterns, load_queries
from hwsim.design import FIELDS, Design, chosen
from hwsim.errors import InputError
from hwsim.export.folder import load_image, write_image
from hwsim.files import scratch_folder
from hwsim.hardware.association import check_recalls_states
from hwsim.hardware.image import Image
from hwsim.printable import kind, told
from hwsim.reference.memory import Memory
from hwsim.reference.remarks import load_and_tell
from hwsim.spins import SpinArray, as_array, checked_patterns, checked_queries
from hwsim.suggest import did_you_mean

AnyPath: TypeAlias = str | os.PathLike[str]
AnyMemory: TypeAlias = Memory | AnyPath
AnyImage: TypeAlias = Image | AnyPath
AnyDesign: TypeAlias = Design | AnyPath
AnySpins: TypeAlias = npt.ArrayLike | AnyPath
Count = TypeVar("Count", int, int | None)

_LOWER = "make one with hwsim.lower({})"
_TRAIN = "make one with hwsim.train(patterns, gamma) or hwsim.Memory(patterns, alpha, gamma)"


def at_least(value: Count, name: str, least: int = 0) -> Count:
    """A whole number that is not too small, or None.

    Raises:
        InputError: it is less than `least`.
    """
    if value is not None and value < least:
        raise InputError(f"{name} is {told(value)}; it must be a whole number, {least} or more")
    return value


def the_levels(noise: float | Sequence[float]) -> list[float]:
    """Fractions of flipped spins, one or several, as a list."""
    return list(noise) if isinstance(noise, Sequence) else [noise]


def the_path(value: object, caller: str, what: str) -> Path:
    """A path, as text or path-like.

    Raises:
        InputError: it is something else.
    """
    if isinstance(value, str | os.PathLike):
        path = os.fspath(value)
        if path == "":
            raise InputError(f"{caller}() takes the path of {what}; this one is empty")
        if isinstance(path, str):
            return Path(path)
    raise InputError(f"{caller}() takes the path of {what}, not {kind(value)}")


def the_table(value: object, caller: str) -> str | Path:
    """The name of an energy table, as text, or the path of one.

    Raises:
        InputError: it is something else.
    """
    return value if isinstance(value, str) else the_path(value, caller, "an energy table")


def the_memory(value: object, caller: str, *, targets: bool = False) -> Memory:
    """A memory, read from its file if that is what was given.

    Args:
        value: what was given.
        caller: the function that was called with it.
        targets: whether one with targets will do.

    Raises:
        InputError: it is neither, or the file is no memory.
    """
    if isinstance(value, Memory):
        if not targets:
            value.check_recalls_states(f"{caller}(): ")
        return value
    wanted = f"{caller}() takes a Memory or the path of its .npz"
    if not isinstance(value, str | os.PathLike):
        raise InputError(f"{wanted}, not {kind(value)}; {_TRAIN}")
    path = the_path(value, caller, "a memory's .npz")
    if path.is_dir():
        raise InputError(f"{wanted}; {path} is a folder")
    return load_and_tell(path, targets=targets)


def the_image(value: object, caller: str, *, outputs: bool = False) -> Image:
    """An image, read from its folder if that is what was given.

    Args:
        value: what was given.
        caller: the function that was called with it.
        outputs: whether one with outputs other than the patterns will do.

    Raises:
        InputError: it is neither, or the folder holds no sound image.
    """
    if isinstance(value, Image):
        if not outputs:
            check_recalls_states(value.parameters, f"{caller}(): ")
        return value
    wanted = f"{caller}() takes an Image or the path of its folder"
    if isinstance(value, Memory):
        raise InputError(f"{wanted}, not a Memory; {_LOWER.format('memory')}")
    if not isinstance(value, str | os.PathLike):
        raise InputError(f"{wanted}, not {kind(value)}; {_LOWER.format('memory')}")
    path = the_path(value, caller, "an image's folder")
    if path.is_file():
        remedy = _LOWER.format(f"{str(path)!r}" if path.suffix == ".npz" else "memory")
        raise InputError(f"{wanted}; {path} is a file; {remedy}")
    return load_image(path, outputs=outputs)


def the_design(
    design: object, choices: Mapping[str, Any], caller: str, also: Sequence[str] = ()
) -> Design:
    """A design, read from its TOML file if that is what was given, with some choices made anew.

    Args:
        design: a design, its path, or None for the default one.
        choices: by name.
        caller: the function that was called with them.
        also: that function's other keywords, one of which may have been meant.

    Raises:
        TypeError: a name is no choice.
        InputError: a choice is not legal, or the file holds no design.
    """
    for name in choices:
        if name not in FIELDS:
            raise TypeError(
                f"{caller}() got an unexpected keyword argument {told(name)}"
                f"{did_you_mean(name, (*also, *FIELDS))}"
            )
    if isinstance(design, str | os.PathLike):
        design = Design.load(the_path(design, caller, "a design's TOML"))
    elif design is not None and not isinstance(design, Design):
        raise InputError(
            f"{caller}() takes a Design or the path of its TOML, not {kind(design)}; "
            "name a single choice, like bits=2"
        )
    return chosen(caller, design, choices)


@contextmanager
def the_image_folder(
    value: object, caller: str, *, outputs: bool = False
) -> Iterator[tuple[Image, Path]]:
    """An image and its folder; one that is not written yet gets a temporary one.

    Args:
        value, caller, outputs: as of `the_image`.

    Raises:
        InputError: as `the_image`.
    """
    image = the_image(value, caller, outputs=outputs)
    if not isinstance(value, Image):
        yield image, the_path(value, caller, "an image's folder")
        return
    with scratch_folder("image") as scratch:
        folder = scratch / "image"
        write_image(folder, image)
        yield image, folder


def the_patterns(value: object, caller: str, name: str = "patterns") -> SpinArray:
    """Patterns (P, N) int8 of ±1, or what else is spins in rows.

    Raises:
        InputError: they are no spins.
    """
    if isinstance(value, str | os.PathLike):
        return load_patterns(the_path(value, caller, "a .npy"), name)
    return checked_patterns(_array(value, caller, name), name)


def the_queries(value: object, neurons: int, caller: str, name: str = "queries") -> SpinArray:
    """States (Q, N) int8 of ±1; one of shape (N,) is Q = 1.

    Raises:
        InputError: they are no spins, or not of N neurons.
    """
    if isinstance(value, str | os.PathLike):
        return load_queries(the_path(value, caller, "a .npy"), neurons)
    array = _array(value, caller, name)
    return checked_queries(
        array[np.newaxis] if getattr(array, "ndim", 2) == 1 else array, neurons, name
    )


def _array(value: Any, caller: str, name: str) -> Any:
    """Anything like an array as one."""
    try:
        array = as_array(value, name)
    except InputError:
        raise
    except ValueError:  # rows of different lengths: `spins` says so
        return value
    if array.dtype.kind == "O" and array.ndim == 0:  # NumPy's way to say that it is none
        remedies = ("toarray", "states")  # of a sparse matrix, of a recall
        remedy = next((f"; give its .{way}" for way in remedies if hasattr(value, way)), "")
        raise InputError(
            f"{caller}() takes {name} as an array or lists of +1 and -1, or the path of a .npy, "
            f"not {kind(value)}{remedy}"
        )
    return array
