"""Reading `.npy`: the header parsed by its grammar, the size it claims compared before allocation.

NumPy's own reader hands the header to Python's parser, which has many ways to fail on a damaged
one, and allocates what the header claims before it sees how much there is.

Source of the layout: NumPy's documentation, `numpy.lib.format`, versions 1.0 to 3.0.
"""

from __future__ import annotations

import math
import re
from typing import IO, Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.limits import check_memory, size_text

MAGIC: Final = b"\x93NUMPY"
_LENGTH_BYTES: Final = {1: 2, 2: 4, 3: 4}  # of the header's length, by major version
_LONGEST_HEADER: Final = 10_000  # as NumPy's own limit; plain arrays take 118 bytes or so
_MOST_AXES: Final = 32
_LONGEST_AXIS: Final = 1 << 48

_TEXT = r"""(?:'[^'\\]*'|"[^"\\]*")"""
_AXIS = r"(?:0|[1-9][0-9]*)"
_SHAPE = rf"\(\s*(?:{_AXIS}\s*,\s*(?:{_AXIS}\s*(?:,\s*{_AXIS}\s*)*,?\s*)?)?\)"
_VALUE = rf"(?P<value>{_TEXT}|True|False|{_SHAPE})"
_ENTRY = re.compile(rf"\s*(?P<key>{_TEXT})\s*:\s*{_VALUE}\s*(?P<end>,|(?=\}}))", re.ASCII)
_KEYS: Final = {"descr": _TEXT, "fortran_order": "True|False", "shape": _SHAPE}
_SPACES: Final = " \t\r\n"  # str.strip() knows many more
_PLAIN = re.compile(r"[<>|=]?[?bBiufcSUVaMm]\d{0,9}(?:\[\w{1,12}\])?", re.ASCII)


class ArrayError(ValueError):
    """It is no array of plain numbers or text; the message goes on from what holds it."""


def read_array(stream: IO[bytes], size: int) -> npt.NDArray[Any]:
    """The array of a `.npy` that takes `size` bytes from the stream's place on.

    Raises:
        ArrayError: the header is damaged, the array is none of plain numbers or text, or takes
            more or fewer bytes than there are.
        InputError: it does not fit into memory.
        OSError: the stream cannot be read.
    """
    dtype, fortran, shape, start = read_header(stream, size)
    what = f"the values of an array of shape {_shown(shape)}, {dtype},"
    check_memory(what, size - start, "give a smaller one")
    flat = np.empty(math.prod(shape), dtype)
    fill(stream, flat)
    return flat.reshape(shape, order="F" if fortran else "C")


def fill(stream: IO[bytes], flat: npt.NDArray[Any]) -> None:
    """Read a contiguous array's values, from the stream's place on; errors as `read_array`."""
    if not flat.nbytes:
        return
    room = memoryview(flat.view(np.uint8))
    filled = 0
    while filled < len(room):
        got = stream.readinto(room[filled:])  # type: ignore[attr-defined]
        if not got:
            raise ArrayError(f"is cut short: {filled} of {len(room)} bytes are there")
        filled += got


Header = tuple[np.dtype[Any], bool, tuple[int, ...], int]


def read_header(stream: IO[bytes], size: int) -> Header:
    """dtype, whether columns come first, shape, and where the array begins; as `read_array`."""
    dtype, fortran, shape, start = _header(stream, size)
    taken = math.prod(shape) * dtype.itemsize
    if taken != size - start:
        raise ArrayError(
            f"is damaged: its header claims {_shown(shape)} of {dtype}, which take "
            f"{size_text(taken)}, and it holds {size_text(size - start)}"
        )
    return dtype, fortran, shape, start


def _header(stream: IO[bytes], size: int) -> Header:
    head = stream.read(min(size, 8))
    if len(head) < 8 or not head.startswith(MAGIC):
        raise ArrayError("is no .npy")
    if head[6] not in _LENGTH_BYTES or head[7]:
        raise ArrayError(f"is a .npy of version {head[6]}.{head[7]}; 1.0 to 3.0 can be read")
    digits = stream.read(_LENGTH_BYTES[head[6]])
    length = int.from_bytes(digits, "little")
    start = 8 + _LENGTH_BYTES[head[6]] + length
    if start > size or length > _LONGEST_HEADER:
        raise ArrayError(f"is damaged: its header claims {length} bytes")
    try:
        text = stream.read(length).decode("utf-8" if head[6] == 3 else "latin-1")
    except UnicodeDecodeError as error:
        raise ArrayError("has a damaged header") from error
    found = _entries(text)
    return (
        _dtype(found["descr"][1:-1]),
        found["fortran_order"] == "True",
        _shape(found["shape"]),
        start,
    )


def _entries(text: str) -> dict[str, str]:
    """The header's three entries, each as it is written."""
    found: dict[str, str] = {}
    text = text.strip(_SPACES)
    place = 1
    while text.startswith("{") and text[place:].strip(_SPACES) != "}":
        entry = _ENTRY.match(text, place)
        if entry is None:
            break
        key = entry["key"][1:-1]
        if key in found or not re.fullmatch(_KEYS.get(key, "$."), entry["value"], re.ASCII):
            break
        found[key] = entry["value"]
        place = entry.end()
    else:
        if found.keys() == _KEYS.keys():
            return found
    if re.search(r"""['"]descr['"]\s*:\s*\[""", text):
        raise ArrayError("holds records of several values; save it as plain numbers")
    raise ArrayError("has a damaged header")


def _dtype(text: str) -> np.dtype[Any]:
    if text.lstrip("<>|=").startswith("O"):
        raise ArrayError("is pickled, which could run code; save it as plain numbers")
    try:
        dtype = np.dtype(text) if _PLAIN.fullmatch(text) else None
    except (TypeError, ValueError, OverflowError):
        dtype = None
    if dtype is None or not dtype.itemsize or dtype.hasobject:
        raise ArrayError(f"has a damaged header: {text[:24]!r} is no kind of number or text")
    return dtype


def _shape(text: str) -> tuple[int, ...]:
    digits = re.findall(r"\d+", text)
    # by their length first: int() of a million digits takes long
    if len(digits) > _MOST_AXES or any(len(axis) > 15 for axis in digits):
        raise ArrayError(f"is damaged: its header claims the shape {text[:60]}")
    shape = tuple(map(int, digits))
    if max(shape, default=0) > _LONGEST_AXIS or math.prod(filter(None, shape)) > _LONGEST_AXIS:
        raise ArrayError(f"is damaged: its header claims the shape {_shown(shape)}")
    return shape


def _shown(shape: tuple[int, ...]) -> str:
    """A shape, short however many axes it claims."""
    text = str(shape)
    return text if len(text) <= 60 else f"{text[:60]}…"
