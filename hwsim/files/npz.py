"""Reading `.npz`: only the members asked for, each once, none larger than it may be.

A zip archive may hold names twice, members that are encrypted or packed a thousandfold, and a
directory that says one thing of them and their heads another. What is read here is stored or
deflated, as NumPy writes it, and checked against what the directory says of it.

Source of the layout: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3.14 to 4.3.16.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Final

import numpy.typing as npt

from hwsim.errors import InputError
from hwsim.files.npy import ArrayError, read_array
from hwsim.files.reading import input_error, open_regular
from hwsim.limits import size_text

MAGIC: Final = b"PK"
_END: Final = b"PK\x05\x06"  # begins the end record
_END_BYTES: Final = 22
_END64_BYTES: Final = 56 + 20  # the end record for large files and its locator, before it
_LONGEST_COMMENT: Final = 0xFFFF
_LARGEST_DIRECTORY: Final = 1 << 20  # some ten thousand members
_SMALL: Final = 16 << 20  # bytes that do no harm, however well they are packed
_HIGHEST_RATIO: Final = 100  # of larger members: spins in 8 bytes each are packed to a 30th
_ENCRYPTED: Final = 0x1
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_SUFFIX: Final = ".npy"

# What zipfile raises, by version and by damage.
_DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    ValueError,
    EOFError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
)


def read_archive(
    path: Path, wanted: Callable[[str, int], bool], remedy: str
) -> dict[str, npt.NDArray[Any]]:
    """The arrays of an `.npz` that are wanted, by name.

    Args:
        path: the file.
        wanted: of a name and the bytes it takes unpacked.
        remedy: ends a message of what the file should hold.

    Raises:
        InputError: the file is missing, no `.npz`, damaged, or a wanted array cannot be read.
    """
    try:
        with open_regular(path) as (stream, size):
            if stream.read(2) != MAGIC:
                raise InputError(f"{path} is not an .npz file; {remedy}, saved with numpy.savez")
            _check_end(stream, size)
            with zipfile.ZipFile(stream) as archive:
                members = _members(archive)
                return {
                    name: _array(path, archive, name, member)
                    for name, member in members.items()
                    if wanted(name, member.file_size)
                }
    except OSError as error:
        raise input_error(path, error) from error
    except InputError:  # a ValueError too, but it knows more
        raise
    except ArrayError as error:
        raise InputError(f"{path}: {error}") from error
    except _DAMAGED as error:
        raise InputError(f"{path} is a damaged .npz; write it anew with numpy.savez") from error


def _check_end(stream: IO[bytes], size: int) -> None:
    """Refuse an archive whose end is not whole, or whose directory would fill the memory.

    zipfile takes a comment that is cut short for whole, and reads a directory of any size.
    """
    length = min(size, _END_BYTES + _LONGEST_COMMENT)
    stream.seek(size - length)
    tail = stream.read(length)
    place = tail.rfind(_END)
    end = tail[place : place + _END_BYTES]
    if place < 0 or len(end) < _END_BYTES:
        raise zipfile.BadZipFile("no end record")
    if int.from_bytes(end[20:22], "little") != len(tail) - place - _END_BYTES:
        raise zipfile.BadZipFile("the comment is cut short")
    directory = int.from_bytes(end[12:16], "little")
    if directory == 0xFFFFFFFF:
        stream.seek(max(0, size - length + place - _END64_BYTES))
        directory = int.from_bytes(stream.read(_END64_BYTES)[40:48], "little")
    if directory > _LARGEST_DIRECTORY:
        raise zipfile.BadZipFile("a directory of too many members")


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """All members by the names of their arrays.

    Raises:
        ArrayError: a name is there twice, so nobody can say which of the two is meant.
    """
    found: dict[str, zipfile.ZipInfo] = {}
    for member in archive.infolist():
        name = member.filename.removesuffix(_SUFFIX)
        if name in found:
            raise ArrayError(f"{name[:60]} is in the archive twice; keep one of the two")
        found[name] = member
    return found


def _array(
    path: Path, archive: zipfile.ZipFile, name: str, member: zipfile.ZipInfo
) -> npt.NDArray[Any]:
    """One member, checked by the CRC that the directory holds."""
    if member.flag_bits & _ENCRYPTED:
        raise ArrayError(f"{name} is encrypted; save it with numpy.savez")
    if member.compress_type not in _METHODS:
        raise ArrayError(f"{name} is packed by another method than NumPy's; use numpy.savez")
    size, packed = member.file_size, member.compress_size
    if size > _SMALL and size > _HIGHEST_RATIO * packed:
        raise ArrayError(
            f"{name} claims {size_text(size)} packed into {size_text(packed)}; save it with "
            "numpy.savez, which does not pack"
        )
    try:
        with archive.open(member) as stream:
            array = read_array(stream, size)
            if stream.read(1):  # the end is where zipfile compares the CRC
                raise zipfile.BadZipFile("more bytes than the directory says")
    except ArrayError as error:
        raise ArrayError(f"{name} {error}") from error
    except InputError as error:
        raise InputError(f"{path}: {name}: {error}") from error
    return array
