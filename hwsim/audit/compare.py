"""Bytes as they are against bytes as they were written, known or only known by their hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import numpy as np

from hwsim.audit.findings import Difference
from hwsim.files.reading import GIB, read_bytes

Place = Callable[[int], str | None]

_LARGEST: Final = 16 * GIB  # bytes of any file
_BYTES_HASHED: Final = 2_000_000_000  # in one search: about two seconds
NEWLINE: Final = b"\n"
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
    shared = min(len(found), len(written))
    one, other = (np.frombuffer(content, np.uint8, shared) for content in (found, written))
    where_unlike = np.flatnonzero(one != other)
    differing = len(where_unlike)
    offset = int(where_unlike[0]) if differing else shared
    problem = f"{differing} bytes differ" if differing != 1 else "one byte differs"
    if len(found) != len(written):
        problem += f"; it has {len(found)} bytes, {len(written)} were written"
    where = place(offset) or line_of(written, offset)
    return Difference(file, problem, offset, _byte(found, offset), _byte(written, offset), where)


def line_of(content: bytes, offset: int) -> str | None:
    """Line and column of a byte of a text, both from 1."""
    if b"\0" in content or not content:
        return None
    before = content[:offset]
    return f"line {before.count(NEWLINE) + 1}, column {offset - before.rfind(NEWLINE)}"


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


def by_hash(file: str, found: bytes, sha256: str, place: Place = nowhere) -> Difference | None:
    """What differs in a file of which only the hash is known; None if nothing does."""
    if hashlib.sha256(found).hexdigest() == sha256:
        return None
    written = written_content(found, sha256)
    if written is not None:
        return first_difference(file, found, written, place)
    return Difference(file, "it is not what was written; its hash tells no more")
