"""What an experiment returns: tables, verdicts and remarks, ready for JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Row = dict[str, Any]
Tables = dict[str, list[Row]]

REPRODUCED = "reproduced"
PARTLY = "partly"
NOT_REPRODUCED = "not reproduced"
OUR_OWN = "not in the paper"

DIGITS = 10  # significant digits kept in files: far finer than any spread between trials


@dataclass(frozen=True)
class Verdict:
    """One claim held against the measurement.

    Attributes:
        claim: what the paper (or, for `OUR_OWN`, the question) says.
        measured: what was found, with numbers.
        outcome: REPRODUCED, PARTLY, NOT_REPRODUCED or OUR_OWN.
    """

    claim: str
    measured: str
    outcome: str


@dataclass(frozen=True)
class Result:
    """An experiment's outcome.

    Attributes:
        name: the experiment's name on the command line.
        title: one line for a heading.
        parameters: everything that was held fixed, JSON-ready.
        seeds: one a trial.
        tables: name to rows; measured columns have their mean under their own name, the sample
            standard deviation over trials under `<name>_std`, and `trials` counts the trials.
        verdicts: claims against measurements.
        remarks: sentences that explain what the tables show.
    """

    name: str
    title: str
    parameters: Mapping[str, Any]
    seeds: Sequence[int]
    tables: Mapping[str, Sequence[Row]]
    verdicts: Sequence[Verdict]
    remarks: Sequence[str] = field(default_factory=tuple)

    def to_json(self) -> str:
        """The whole result as JSON text, floats rounded to DIGITS significant digits."""
        content = {
            "name": self.name,
            "title": self.title,
            "parameters": clean(dict(self.parameters)),
            "seeds": list(self.seeds),
            "verdicts": [
                {"claim": v.claim, "measured": v.measured, "outcome": v.outcome}
                for v in self.verdicts
            ],
            "remarks": list(self.remarks),
            "tables": clean({name: list(rows) for name, rows in self.tables.items()}),
        }
        return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Result:
        """Read back what `to_json` gave."""
        content = json.loads(text)
        verdicts = [Verdict(**verdict) for verdict in content.pop("verdicts")]
        return cls(**content, verdicts=verdicts)

    def rows(self, table: str, **wanted: Any) -> list[Row]:
        """The rows of `table` whose columns equal `wanted`."""
        return select(self.tables[table], **wanted)


def select(rows: Iterable[Row], **wanted: Any) -> list[Row]:
    """The rows whose columns equal `wanted`."""
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


def clean(value: Any) -> Any:
    """Python numbers for NumPy's, floats rounded to DIGITS digits, None for nan and infinities."""
    if isinstance(value, Mapping):
        return {str(key): clean(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [clean(entry) for entry in value]
    if isinstance(value, np.generic):
        return clean(value.item())
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    return value


def to_csv(rows: Sequence[Row]) -> str:
    """Rows as CSV text; the columns are the first row's, then any that later rows add."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(clean(list(rows)))
    return text.getvalue()


def summarise(trials: Iterable[Sequence[Row]], keys: Sequence[str]) -> list[Row]:
    """Mean and standard deviation over trials.

    Args:
        trials: each trial's rows.
        keys: the columns that say which point a row is of; the others are measurements.

    Returns:
        One row a point, in order of first appearance: the keys, then each measurement's mean
        under its name and sample standard deviation (0 for one trial) under `<name>_std`, then
        `trials`. A measurement that is None or nan in a trial is left out of its mean.
    """
    points: dict[tuple[Any, ...], dict[str, list[float]]] = {}
    counts: dict[tuple[Any, ...], int] = {}
    for rows in trials:
        for row in rows:
            point = tuple(row[key] for key in keys)
            counts[point] = counts.get(point, 0) + 1
            columns = points.setdefault(point, {})
            for name, value in row.items():
                if name not in keys:
                    values = columns.setdefault(name, [])
                    if value is not None and not math.isnan(value):
                        values.append(float(value))
    summary: list[Row] = []
    for point, columns in points.items():
        row = dict(zip(keys, point, strict=True))
        for name, values in columns.items():
            row[name] = math.fsum(values) / len(values) if values else None
            row[f"{name}_std"] = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
        row["trials"] = counts[point]
        summary.append(row)
    return summary
