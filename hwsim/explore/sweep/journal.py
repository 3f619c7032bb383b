"""The finished points of a sweep, one line each, kept through kills."""

from __future__ import annotations

import fcntl
import json
import os
import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import msgspec

from hwsim.errors import HwsimWarning, InputError
from hwsim.explore.sweep.spec import Point
from hwsim.files.seals import canonical_sha256
from hwsim.files.staging import parents_made
from hwsim.measure.rows import Row

NAME = "points.jsonl"


class Journal:
    """Finished points by identity, and an open file that takes more."""

    def __init__(self, stream: IO[bytes], finished: dict[str, Row]) -> None:
        self._stream = stream
        self.finished = finished

    def add(self, point: Point, row: Row) -> None:
        """Keep one result: on disk when this returns."""
        line = {"identity": point.identity, "point": asdict(point), "result": row}
        line["sha256"] = canonical_sha256(line)
        self._stream.write(json.dumps(line).encode() + b"\n")
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self.finished[point.identity] = row


@contextmanager
def open_journal(folder: Path) -> Iterator[Journal]:
    """The journal of the sweep in `folder`, made if there is none, for one process at a time.

    A last line that a kill left incomplete is cut off. A sweep that fails before its first point
    leaves no folder that was not there before.

    Raises:
        InputError: the folder holds other things and no journal, cannot be written, another
            process is at work in it, or the journal is damaged before its last line.
    """
    path = folder / NAME
    made = not path.exists()
    try:
        if folder.exists() and made and any(folder.iterdir()):
            raise InputError(
                f"cannot sweep into {folder}: it exists and holds no {NAME}, so no earlier sweep "
                "made it; name an empty or new folder"
            )
        with parents_made(path):
            stream = _open(path)
            with stream:
                try:
                    fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError as error:
                    raise InputError(
                        f"another sweep is at work in {folder}; wait for its end"
                    ) from error
                journal = Journal(stream, _read(path, stream))
                try:
                    yield journal
                except BaseException:
                    if made and not journal.finished:
                        path.unlink()
                    raise
    except OSError as error:
        raise InputError(f"cannot sweep into {folder}: {error.strerror or error}") from error


def _open(path: Path) -> IO[bytes]:
    """The journal's file for reading and appending; no pipe, device or link to elsewhere."""
    descriptor = os.open(
        path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o666
    )
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise InputError(f"{path} is no regular file; move it away")
    return os.fdopen(descriptor, "a+b")


def _read(path: Path, stream: IO[bytes]) -> dict[str, Row]:
    stream.seek(0)
    finished: dict[str, Row] = {}
    end = unsealed = 0
    for number, line in enumerate(stream, start=1):
        if not line.endswith(b"\n"):
            break  # the kill came while this line was written
        entry = _checked(line, f"{path}, line {number}")
        finished[entry.identity] = entry.result
        unsealed += entry.sha256 is None
        end += len(line)
    if unsealed:
        warnings.warn(
            f"{unsealed} lines of {path} have no sha256, so an edit of them goes unseen; delete "
            "them to have their points computed again",
            HwsimWarning,
            stacklevel=2,
        )
    stream.truncate(end)
    stream.seek(0, os.SEEK_END)
    return finished


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    """One finished point."""

    identity: str
    point: dict[str, Any]
    result: dict[str, float | int | str | bool | None]
    sha256: str | None = None  # none from hwsim before 0.2


def _checked(line: bytes, where: str) -> _Line:
    remedy = "delete the line, or the folder"
    try:
        raw = json.loads(line)
        entry = msgspec.convert(raw, _Line)
        right = entry.sha256 is None or entry.sha256 == canonical_sha256(raw, "sha256")
    except (ValueError, msgspec.ValidationError, RecursionError) as error:
        raise InputError(f"{where} is no finished point; {remedy}") from error
    if not right:
        raise InputError(f"{where} was changed since the sweep wrote it; {remedy}")
    return entry
