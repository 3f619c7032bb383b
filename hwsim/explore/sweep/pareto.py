"""Which points of a sweep no other one beats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hwsim.measure import pareto
from hwsim.measure.rows import Row

# Points of one task are compared with each other; the rest of their keys is how it is solved.
TASK = ("data", "neurons", "patterns", "gamma", "noise")
GOAL = "recall_accuracy"
COSTS = ("footprint_bits", "energy_pj", "cycles")


def front(rows: Sequence[Row], cost: str) -> list[Row]:
    """The rows that no other matches in accuracy at less cost or beats at no more, cheapest first.

    Of rows equal in both the first is kept.
    """
    return [rows[index] for index in pareto.front([(row[cost], row[GOAL]) for row in rows])]


@dataclass(frozen=True)
class Task:
    """Points that are compared with each other.

    Attributes:
        name: what is stored and recalled, in words.
        rows: all of them.
        fronts: for every one of COSTS, those that no other beats, cheapest first.
    """

    name: str
    rows: Sequence[Row]
    fronts: Mapping[str, Sequence[Row]]


def tasks(summary: Sequence[Row]) -> list[Task]:
    """The tasks of a sweep, in order of appearance."""
    found: dict[tuple[object, ...], list[Row]] = {}
    for row in summary:
        found.setdefault(tuple(row[name] for name in TASK), []).append(row)
    return [
        Task(
            f"{task_name(rows[0])}, noise {rows[0]['noise']:g}",
            rows,
            {cost: front(rows, cost) for cost in COSTS},
        )
        for rows in found.values()
    ]


def task_name(row: Row) -> str:
    """What a row's point stores, in words."""
    size = f"N {row['neurons']}, P {row['patterns']}"
    kernel = f"γ {row['gamma']:g}" if row["gamma"] else "kernel of its own"
    return f"{row['data']}, {size}, {kernel}"


def fronts(compared: Sequence[Task], costs: Sequence[str] = COSTS) -> list[Row]:
    """Every task's fronts, for a file: `against` says which cost."""
    return [
        {"against": cost} | row for cost in costs for task in compared for row in task.fronts[cost]
    ]
