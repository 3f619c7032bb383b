"""The committed study's numbers, for tests that work its verdicts out by themselves."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from hwsim.experiments.catalogue import names

FOLDER = Path(__file__).resolve().parents[2] / "reports" / "paper"
STUDY: dict[str, dict[str, Any]] = {
    name: json.loads((FOLDER / f"{name}.json").read_text()) for name in names()
}
STUDENT = {2: 4.302653, 4: 2.776445, 5: 2.570582, 9: 2.262157}  # 95 %, two-sided, by freedom
CLOSE = 0.003
Row = dict[str, Any]
Bounds = tuple[float, float]


def table(experiment: str, tables: str = "rows", **wanted: Any) -> list[Row]:
    rows: list[Row] = STUDY[experiment]["tables"][tables]
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


def one(experiment: str, tables: str = "rows", **wanted: Any) -> Row:
    (row,) = table(experiment, tables, **wanted)
    return row


def bounds(row: Row, column: str) -> Bounds:
    reach = STUDENT[row["trials"] - 1] * row[f"{column}_std"] / math.sqrt(row["trials"])
    return row[column] - reach, row[column] + reach


def gap(upper: Bounds, lower: Bounds) -> Bounds:
    """Of a difference, in the worst case."""
    return upper[0] - lower[1], upper[1] - lower[0]


VERDICTS = {
    (name, verdict["name"]): verdict
    for name, result in STUDY.items()
    for verdict in result["verdicts"]
}
OWN = {key for key, verdict in VERDICTS.items() if verdict["outcome"] == "not in the paper"}
