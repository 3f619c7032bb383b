"""Bytes as they are against bytes as they were written, known or only known by their hash."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Final

import numpy as np

from hwsim.audit.findings import Difference
from hwsim.files import file_sha256
from hwsim.files.reading import GIB, MIB, open_regular, read_bytes

Place = Callable[[int], str | None]

_LARGEST: Final = 16 * GIB  # bytes of any file
_AT_ONCE: Final = 4 * MIB
_HELD: Final = 256 * MIB  # of a file whose former content is sought by its hash
_BYTES_HASHED: Final = 2_000_000_000  # in one search: about two seconds
NEWLINE: Final = b"\n"
_NO_MORE: Final = "it is not what was written; its hash tells no more"
_DIGITS: Final = b"0123456789abcdefABCDEF"


def content_of(file: Path) -> bytes:
    """The content of a regular file.

    Raises:
        OSError: it is missing, no regular file, or cannot be read.
    """
    return read_bytes(file, _LARGEST)


def nowhere(offset: int) -> str | None:
    """No place but line and column."""
    return None


def first_difference(
    file: str, found: bytes, written: bytes, place: Place = nowhere
) -> Difference | None:
    """The first byte in which two contents differ, and how many do."""
    if found == written:
        return None
    return _first_difference(file, io.BytesIO(found), [written], place)


def difference_of(
    file: Path, written: Iterable[bytes], place: Place = nowhere
) -> Difference | None:
    """As `first_difference`, of a file and what was written, neither of which is held whole.

    Raises:
        OSError: the file is missing, no regular file, or cannot be read.
    """
    with open_regular(file, _LARGEST) as (stream, _):
        return _first_difference(file.name, stream, written, place)


def _first_difference(
    file: str, stream: IO[bytes], written: Iterable[bytes], place: Place
) -> Difference | None:
    first: tuple[int, str | None, str | None] | None = None  # where, what is there, what was
    differing, found_bytes, written_bytes, lines = 0, 0, 0, _Lines()
    for found, piece in _together(stream, written):
        alike = len(piece)
        if found != piece:
            shared = min(len(found), len(piece))
            one, other = (np.frombuffer(content, np.uint8, shared) for content in (found, piece))
            unlike = np.flatnonzero(one != other)
            differing += len(unlike)
            alike = int(unlike[0]) if len(unlike) else shared
            if first is None:
                lines.add(piece, alike)
                first = written_bytes + alike, _byte(found, alike), _byte(piece, alike)
        lines.add(piece, alike if first is None else 0)
        found_bytes += len(found)
        written_bytes += len(piece)
    if first is None:
        return None
    problem = f"{differing} bytes differ" if differing != 1 else "one byte differs"
    if found_bytes != written_bytes:
        problem += f"; it has {found_bytes} bytes, {written_bytes} were written"
    return Difference(file, problem, *first, place(first[0]) or lines.place())


def _together(stream: IO[bytes], written: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """A file in the pieces of what was written, and at last what it has more."""
    for piece in written:
        for start in range(0, len(piece), _AT_ONCE):
            part = piece[start : start + _AT_ONCE]
            yield stream.read(len(part)), part
    while more := stream.read(_AT_ONCE):
        yield more, b""


class _Lines:
    """Line and column, both from 1, behind what was gone through of a text."""

    def __init__(self) -> None:
        self._text, self._any, self._line, self._column = True, False, 1, 1

    def add(self, piece: bytes, count: int) -> None:
        """The next piece, of which so many bytes are gone through."""
        self._text &= b"\0" not in piece
        self._any |= bool(piece)
        newlines = piece.count(NEWLINE, 0, count)
        self._line += newlines
        self._column = count - piece.rfind(NEWLINE, 0, count) if newlines else self._column + count

    def place(self) -> str | None:
        """In words; None of what is no text."""
        return f"line {self._line}, column {self._column}" if self._text and self._any else None


def _byte(content: bytes, offset: int) -> str | None:
    return None if offset >= len(content) else repr(content[offset : offset + 1])[1:]


def written_content(found: bytes, sha256: str) -> bytes | None:
    """The content that a hash is of, where `found` is that with one small change.

    Tried are converted line ends, an editor's byte order mark, a last line end more or less, and
    every single byte with one bit changed or another digit, as long as the file is small enough
    for that to take seconds.

    Args:
        found: what the file holds.
        sha256: of what it held.
    """
    for whole in _conversions(found):
        if hashlib.sha256(whole).hexdigest() == sha256:
            return whole
    if len(found) ** 2 * 15 > _BYTES_HASHED:
        return None
    target, view = bytes.fromhex(sha256), memoryview(found)
    before = hashlib.sha256()
    for offset, byte in enumerate(found):
        for other in others(byte):
            trial = before.copy()
            trial.update(bytes((other,)))
            trial.update(view[offset + 1 :])
            if trial.digest() == target:
                return found[:offset] + bytes((other,)) + found[offset + 1 :]
        before.update(view[offset : offset + 1])
    return None


def others(byte: int) -> Iterator[int]:
    """What may have stood in a byte's place."""
    flipped = [byte ^ (1 << bit) for bit in range(8)]
    yield from flipped
    if byte in _DIGITS:
        yield from (digit for digit in _DIGITS if digit != byte and digit not in flipped)


def _conversions(found: bytes) -> Iterator[bytes]:
    plain = found.removeprefix(b"\xef\xbb\xbf")
    for text in (plain, plain.replace(b"\r\n", b"\n")):
        yield text
        yield text + b"\n"
        yield text.rstrip(b"\n") + b"\n"


def file_by_hash(folder: Path, name: str, sha256: str, place: Place = nowhere) -> Difference | None:
    """As `by_hash`, of a file in a folder; of a large one, former content is not sought.

    Raises:
        OSError: it is missing, no regular file, or cannot be read.
    """
    file = folder / name
    if file_sha256(file) == sha256:
        return None
    if file.stat().st_size > _HELD:
        return Difference(name, _NO_MORE)
    return by_hash(name, content_of(file), sha256, place)


def by_hash(file: str, found: bytes, sha256: str, place: Place = nowhere) -> Difference | None:
    """What differs in a file of which only the hash is known; None if nothing does."""
    if hashlib.sha256(found).hexdigest() == sha256:
        return None
    written = written_content(found, sha256)
    if written is not None:
        return first_difference(file, found, written, place)
    return Difference(file, _NO_MORE)
