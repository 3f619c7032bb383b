"""The finished points of a sweep, one line each, kept through kills."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO

from hwsim.errors import InputError
from hwsim.explore.sweep.spec import Point
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
        self._stream.write(json.dumps(line).encode() + b"\n")
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self.finished[point.identity] = row


@contextmanager
def open_journal(folder: Path) -> Iterator[Journal]:
    """The journal of the sweep in `folder`, made if there is none, for one process at a time.

    A last line that a kill left incomplete is cut off.

    Raises:
        InputError: the folder holds other things and no journal, cannot be written, another
            process is at work in it, or the journal is damaged before its last line.
    """
    path = folder / NAME
    try:
        if folder.exists() and not path.exists() and any(folder.iterdir()):
            raise InputError(
                f"cannot sweep into {folder}: it exists and holds no {NAME}, so no earlier sweep "
                "made it; name an empty or new folder"
            )
        folder.mkdir(parents=True, exist_ok=True)
        stream = path.open("a+b")
    except OSError as error:
        raise InputError(f"cannot sweep into {folder}: {error.strerror or error}") from error
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise InputError(f"another sweep is at work in {folder}; wait for its end") from error
        yield Journal(stream, _read(path, stream))


def _read(path: Path, stream: IO[bytes]) -> dict[str, Row]:
    stream.seek(0)
    finished: dict[str, Row] = {}
    end = 0
    for number, line in enumerate(stream, start=1):
        if not line.endswith(b"\n"):
            break  # the kill came while this line was written
        try:
            entry = json.loads(line)
            finished[entry["identity"]] = entry["result"]
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{path}, line {number} is no finished point; delete the line, or the folder"
            ) from error
        end += len(line)
    stream.truncate(end)
    stream.seek(0, os.SEEK_END)
    return finished
