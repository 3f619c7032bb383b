"""The finished points of a sweep, one line each, kept through kills."""

from __future__ import annotations

import fcntl
import json
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Annotated, Any, Final

import msgspec

from hwsim.callers import stacklevel
from hwsim.errors import HwsimWarning, InputError
from hwsim.explore.sweep.point import OLD_NAMES, Point, later_columns, sort_key, with_columns
from hwsim.files.documents import DocumentError, json_value
from hwsim.files.reading import check_regular, input_error, open_regular
from hwsim.files.seals import canonical_sha256
from hwsim.files.targets import parents_made
from hwsim.measure.rows import Row
from hwsim.schema import Fraction

NAME = "points.jsonl"
LARGEST_JOURNAL: Final = 1 << 30  # bytes: a million points
LONGEST_LINE: Final = 1 << 16  # bytes: a point takes some 700
REMEDY: Final = "delete the line, or the folder"


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
    try:
        check_regular(path, os.fstat(descriptor), LARGEST_JOURNAL)
    except OSError as error:
        os.close(descriptor)
        raise InputError(f"cannot read {path}: {error.strerror}; move it away") from error
    return os.fdopen(descriptor, "a+b")


def _read(path: Path, stream: IO[bytes]) -> dict[str, Row]:
    stream.seek(0)
    finished: dict[str, Row] = {}
    end = unsealed = 0
    lines = iter(lambda: stream.readline(LONGEST_LINE), b"")
    for number, line in enumerate(lines, start=1):
        if len(line) == LONGEST_LINE:
            raise InputError(f"{path}, line {number} is no finished point; {REMEDY}")
        if not line.endswith(b"\n"):
            break  # the kill came while this line was written
        entry = _checked(line, f"{path}, line {number}")
        finished[entry["identity"]] = entry["result"]
        unsealed += "sha256" not in entry
        end += len(line)
    if unsealed:
        warnings.warn(
            f"{unsealed} lines of {path} have no sha256, so an edit of them goes unseen; delete "
            "them to have their points computed again",
            HwsimWarning,
            stacklevel=stacklevel(),
        )
    stream.truncate(end)
    stream.seek(0, os.SEEK_END)
    return finished


Amount = Annotated[float, msgspec.Meta(ge=0)]
Count = Annotated[int, msgspec.Meta(ge=0)]


class _Result(msgspec.Struct, forbid_unknown_fields=True):
    """The measurements of a point: as `evaluate` made them."""

    bit_accuracy: Fraction
    recall_accuracy: Fraction
    float_recall_accuracy: Fraction
    converged: Fraction
    miss: Fraction
    steps: Amount
    cycles: Amount
    energy_pj: Amount
    weight_bits_stored: Count
    footprint_bits: Count
    # What came later.
    nearest_accuracy: Fraction | msgspec.UnsetType = msgspec.UNSET
    nearest_energy_pj: Amount | msgspec.UnsetType = msgspec.UNSET
    nearest_cycles: Amount | msgspec.UnsetType = msgspec.UNSET
    nearest_footprint_bits: Count | msgspec.UnsetType = msgspec.UNSET
    nearest_rules_energy_pj: Amount | msgspec.UnsetType = msgspec.UNSET
    nearest_rules_cycles: Amount | msgspec.UnsetType = msgspec.UNSET
    nearest_rules_footprint_bits: Count | msgspec.UnsetType = msgspec.UNSET
    nearest_best_lanes: Count | msgspec.UnsetType = msgspec.UNSET
    nearest_best_energy_pj: Amount | msgspec.UnsetType = msgspec.UNSET
    nearest_best_cycles: Amount | msgspec.UnsetType = msgspec.UNSET
    nearest_best_footprint_bits: Count | msgspec.UnsetType = msgspec.UNSET
    float32_dram_energy_pj: Amount | msgspec.UnsetType = msgspec.UNSET
    float32_dram_cycles: Amount | msgspec.UnsetType = msgspec.UNSET
    float32_dram_footprint_bits: Count | msgspec.UnsetType = msgspec.UNSET
    answer_cycles: Amount | msgspec.UnsetType = msgspec.UNSET
    latency_us: Amount | msgspec.UnsetType = msgspec.UNSET
    recalls_per_second: Amount | msgspec.UnsetType = msgspec.UNSET
    leakage_pj: Amount | msgspec.UnsetType = msgspec.UNSET
    area_um2: Amount | msgspec.UnsetType = msgspec.UNSET
    fits: Annotated[int, msgspec.Meta(ge=0, le=1)] | msgspec.UnsetType = msgspec.UNSET
    device_mhz: Amount | msgspec.UnsetType | None = msgspec.UNSET
    luts: Count | msgspec.UnsetType | None = msgspec.UNSET
    flip_flops: Count | msgspec.UnsetType | None = msgspec.UNSET
    block_rams: Count | msgspec.UnsetType | None = msgspec.UNSET
    dsps: Count | msgspec.UnsetType | None = msgspec.UNSET


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    """One finished point."""

    identity: str
    point: dict[str, Any]
    result: _Result
    sha256: str | msgspec.UnsetType = msgspec.UNSET  # none from hwsim before 0.2


def _checked(line: bytes, where: str) -> dict[str, Any]:
    try:
        raw: dict[str, Any] = json_value(line)
        entry = msgspec.convert(raw, _Line)
        right = entry.sha256 is msgspec.UNSET or entry.sha256 == canonical_sha256(raw, "sha256")
    except (DocumentError, msgspec.ValidationError) as error:
        raise InputError(f"{where} is no finished point; {REMEDY}") from error
    if not right:
        raise InputError(f"{where} was changed since the sweep wrote it; {REMEDY}")
    return raw


def row_of(line: bytes, where: str) -> tuple[Row, bool]:
    """A finished line as a row of the results, and whether it carries a hash.

    Args:
        line: of a journal, its end included.
        where: begins a message.

    Raises:
        InputError: it is no finished point, or was changed.
    """
    raw = _checked(line, where)
    today = {old: name for name, old in OLD_NAMES.items()}
    point = {today.get(name, name): value for name, value in raw["point"].items()}
    return point | raw["result"], "sha256" in raw


def finished_rows(folder: Path) -> list[Row]:
    """The finished points of a sweep as rows of its results, in canonical order.

    A last line that a kill left incomplete is none, and of a point finished twice the later counts.

    Raises:
        InputError: the folder has no journal, or it is damaged before its last line.
    """
    path = folder / NAME
    rows: dict[tuple[Any, ...], Row] = {}
    try:
        with open_regular(path, LARGEST_JOURNAL) as (stream, _):
            for number, line in enumerate(iter(lambda: stream.readline(LONGEST_LINE), b""), 1):
                if not line.endswith(b"\n") and len(line) < LONGEST_LINE:
                    break
                where = f"{path}, line {number}"
                row = row_of(line, where)[0]
                try:
                    rows[sort_key(row)] = row
                except (KeyError, TypeError) as error:  # of a line that carries no hash
                    raise InputError(f"{where} is no finished point; {REMEDY}") from error
    except OSError as error:
        raise input_error(path, error) from error
    later = later_columns([*rows.values()])
    return [with_columns(rows[key], later) for key in sorted(rows)]
