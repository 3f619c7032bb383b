"""Rows of measurements: chosen, averaged over trials, rounded, and written as CSV."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

Row = dict[str, Any]

DIGITS = 10  # significant digits kept in files: far finer than any spread between trials
_COMPUTED = ("=", "+", "-", "@", "\t", "\r", "\n")  # what a formula begins with


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
    """Rows as CSV text; the columns are the first row's, then any that later rows add.

    Words that a spreadsheet would compute, as `=1+1`, get the apostrophe by which it takes them for
    words. None of ours begin so, and numbers are left alone.
    """
    columns = list(dict.fromkeys(key for row in rows for key in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    kept = clean(value)
    return f"'{kept}" if isinstance(kept, str) and kept.startswith(_COMPUTED) else kept


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
