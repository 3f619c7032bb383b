"""Tables that follow from what lies beside them: from a sweep's journal, from a study's JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from hwsim.audit.compare import content_of, first_difference, others
from hwsim.audit.findings import Difference, Findings
from hwsim.errors import InputError
from hwsim.experiments.catalogue import names
from hwsim.experiments.result import Result
from hwsim.experiments.runner import table_file
from hwsim.explore.sweep.journal import NAME, row_of
from hwsim.explore.sweep.pareto import COSTS
from hwsim.explore.sweep.point import LATER, OLD_NAMES, with_columns
from hwsim.explore.sweep.run import PARETO, RESULTS, result_files
from hwsim.files import Seal, seal_of
from hwsim.measure.rows import Row, to_csv

_LONGEST_SEARCHED: Final = 4096  # bytes of a line: a point takes some 700


def check_sweep(folder: Path, findings: Findings) -> None:
    """Compare `results.csv` with the journal's points, and the other tables with `results.csv`."""
    finished = _journal(folder, findings)
    if not findings.differences:
        check_tables(folder, finished, findings)


def check_tables(folder: Path, finished: Sequence[Row], findings: Findings) -> None:
    """Compare a sweep's tables with its finished points."""
    if not (folder / RESULTS).is_file():
        findings.notes.append(f"there is no {RESULTS}: the sweep has not ended")
        return
    try:
        text = content_of(folder / RESULTS).decode("utf-8", "replace")
        columns = text.partition("\n")[0].split(",")
        later = [name for name in LATER if name in columns]
        shown = [with_columns(row, later) for row in finished]
        made = result_files(_rows_of_results(text, shown), _costs(folder))
    except (ValueError, KeyError) as error:
        findings.add(Difference(RESULTS, str(error)))
        return
    for name, table in made.items():
        compare_text(folder, name, _by_old_names(table, columns), findings)


def _costs(folder: Path) -> Sequence[str]:
    """What the fronts of a sweep go against: until hwsim 0.3 not against cycles."""
    try:
        content = content_of(folder / PARETO)
    except OSError:
        return COSTS
    return COSTS if b"\ncycles," in content else [cost for cost in COSTS if cost != "cycles"]


def _by_old_names(table: str, columns: Sequence[str]) -> str:
    """A table whose columns go by the names that the results have, from before 0.2."""
    head, line_end, rows = table.partition("\n")
    old = {name: old for name, old in OLD_NAMES.items() if old in columns}
    return ",".join(old.get(name, name) for name in head.split(",")) + line_end + rows


def _journal(folder: Path, findings: Findings) -> list[Row]:
    """The rows of the finished points; the first line that was changed is a difference."""
    findings.files[NAME] = None
    rows, unsealed, start = [], 0, 0
    try:
        lines = io.BytesIO(content_of(folder / NAME)).readlines()
    except OSError as error:
        findings.add(Difference(NAME, f"it cannot be read: {error.strerror}"))
        return []
    for number, line in enumerate(lines, start=1):
        if not line.endswith(b"\n"):
            findings.notes.append(f"the last line of {NAME} is torn; the sweep drops it")
            break
        try:
            row, sealed = row_of(line, f"line {number}")
        except InputError as error:
            findings.add(_changed_line(line, number, start) or Difference(NAME, str(error)))
            return []
        rows.append(row)
        unsealed += not sealed
        start += len(line)
    if unsealed:
        findings.notes.append(
            f"{unsealed} lines of {NAME} have no sha256, so an edit of them goes unseen"
        )
    return rows


def _changed_line(line: bytes, number: int, start: int) -> Difference | None:
    """Which byte of a line was changed, in the journal's own count; None if that is not known."""
    written = _sealed_line(line)
    found = None if written is None else first_difference(NAME, line, written)
    if found is None or found.offset is None:
        return None
    return replace(found, offset=start + found.offset, place=f"line {number}")


def _sealed_line(line: bytes) -> bytes | None:
    """The line that fits its own hash, one byte away."""
    for offset, byte in enumerate(line[:_LONGEST_SEARCHED]):
        for other in others(byte):
            trial = line[:offset] + bytes((other,)) + line[offset + 1 :]
            try:
                document = json.loads(trial)
                if seal_of(document, "sha256") is Seal.SOUND:
                    return trial
            except (ValueError, TypeError, RecursionError):
                continue
    return None


def _rows_of_results(text: str, finished: Sequence[Row]) -> list[Row]:
    """The journal's rows in the order of the results: which point a line is of, its keys tell."""
    by_line = {to_csv([row]).split("\n")[1]: row for row in finished}
    lines = text.rstrip("\n").split("\n")[1:]  # and at no form feed, which a comma may become
    rows = []
    for number, line in enumerate(lines, start=2):
        row = by_line.get(line) or _nearest(line, by_line)
        if row is None:
            raise ValueError(f"line {number} is of no point in {NAME}")
        rows.append(row)
    if not rows:
        raise ValueError("it holds no point")
    return rows


def _nearest(line: str, by_line: dict[str, Row]) -> Row | None:
    """The row that begins and ends as a line does, if that is most of it.

    By letters and not by cells, for the byte that was changed may have been a comma.
    """

    def begins_as(one: str, other: str) -> int:
        unlike = (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
        return next(unlike, min(len(one), len(other)))

    def shared(known: str) -> int:
        return begins_as(line, known) + begins_as(line[::-1], known[::-1])

    best = max(by_line, key=shared, default="")
    return by_line[best] if best and 2 * shared(best) > len(line) else None


def check_study(folder: Path, findings: Findings) -> None:
    """Compare the tables of experiments with the results they were written from."""
    for name in names():
        file = folder / f"{name}.json"
        if not file.is_file():
            continue
        findings.files[file.name] = None
        try:
            result = Result.from_json(file.read_text("utf-8"))
            tables: dict[str, Any] = {
                table_file(name, position, table): to_csv(rows)
                for position, (table, rows) in enumerate(result.tables.items())
            }
            written = result.to_json()
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            findings.add(Difference(file.name, f"it holds no result: {error}"))
            continue
        if json.loads(written) != json.loads(file.read_text("utf-8")):
            findings.add(Difference(file.name, "it is not as a result is written"))
        for table, text in tables.items():
            compare_text(folder, table, text, findings)


def compare_text(folder: Path, name: str, text: str, findings: Findings) -> None:
    """A file against the text that it must hold."""
    findings.files[name] = None
    written = text.encode()
    try:
        content = content_of(folder / name)
    except OSError as error:
        findings.add(Difference(name, f"it cannot be read: {error.strerror}"))
        return
    difference = first_difference(name, content, written)
    if difference is not None:
        findings.add(difference)
