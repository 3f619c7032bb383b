"""A sweep's points as candidates: those of one task side by side, each noise a column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from hwsim.comparison.candidates import CELLS, ENGINE, FLOAT, SEARCH, Candidate, named, varying
from hwsim.comparison.contest import Compared, Contest
from hwsim.comparison.images import MARKS, cost_noise
from hwsim.comparison.searches import best_searches
from hwsim.comparison.synthesized import Cells, Synthesized
from hwsim.cost.baseline import TITLES, WAYS
from hwsim.cost.energy import check_chip
from hwsim.errors import InputError
from hwsim.explore.sweep.journal import NAME, finished_rows
from hwsim.explore.sweep.pareto import TASK, task_name
from hwsim.explore.sweep.run import RESULTS, summarised
from hwsim.measure.rows import Row
from hwsim.quantities import counted, in_percent

_STORED: Final = tuple(name for name in TASK if name != "noise")
_APART: Final = (
    *TASK,
    "queries",
    "memory_sha256",
    "technology_sha256",
)  # what tells no design from another
# What does the same work otherwise: kind, title, mark, and the column of its accuracy.
BESIDE: Final = {
    **{way: (SEARCH, TITLES[name], MARKS[way], "nearest_accuracy") for way, name in WAYS.items()},
    "float32_dram": (FLOAT, "float32, weights in DRAM", "float32", "float_recall_accuracy"),
}
RULES: Final = ("stop", "winner", "radius", "coarse_words")
_TRAINED: Final = ("method", "penalty")


def is_sweep(folder: Path) -> bool:
    """Whether a folder holds finished points of a sweep."""
    return (folder / NAME).is_file()


def compare_sweep(folder: Path, clock_mhz: float | None = None) -> Compared:
    """The finished points of a sweep, means over its trials.

    Points that store the same are one contest; a design that was not yet measured at each of a
    contest's noises is left out, and `missing` says so.

    Args:
        folder: the sweep's.
        clock_mhz: gives latency and throughput where the sweep has no clock of its own.

    Raises:
        InputError: the folder holds no sweep, its journal is damaged, no point is finished, the
            clock is no number of MHz, or the sweep has clocks of its own.
    """
    check_chip(clock_mhz, None)
    rows = finished_rows(folder)
    if clock_mhz is not None and any(row.get("clock_mhz") for row in rows):
        raise InputError(
            f"clock_mhz is {clock_mhz:g}, but the sweep in {folder} has clocks of its own; leave "
            "the clock out"
        )
    summary = summarised(rows)
    compared = compare_rows(summary, clock_mhz)
    if compared is None:
        raise InputError(f"{folder} holds no design that is finished; run hwsim sweep to its end")
    return replace(compared, missing=_missing(folder, summary))


def _missing(folder: Path, rows: Sequence[Row]) -> str:
    """What of a sweep is not compared since it is not measured yet, in words."""
    found = []
    if not (folder / RESULTS).is_file():
        found.append(f"the sweep in {folder} was not finished, so designs may be missing")
    left = 0
    for group in _by_task(rows):
        designs = _by_design(group)
        most = len({row["noise"] for row in group})
        left += sum(len(by_noise) < most for by_noise in designs.values())
    if left:
        verb = "is" if left == 1 else "are"
        found.append(f"{counted(left, 'design')} not measured at every noise {verb} left out")
    trials = sorted({row["trials"] for row in rows})
    if len(trials) > 1:
        found.append(f"some are means of {trials[0]} trials, others of {trials[-1]}")
    if found:
        found.append("run hwsim sweep to its end")
    return "; ".join(found)


def _by_task(rows: Sequence[Row]) -> list[list[Row]]:
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in _STORED), []).append(row)
    return [*groups.values()]


def _by_design(rows: Sequence[Row]) -> dict[tuple[Any, ...], dict[float, Row]]:
    designs: dict[tuple[Any, ...], dict[float, Row]] = {}
    for row in rows:
        designs.setdefault(tuple(_design(row).values()), {})[row["noise"]] = row
    return designs


def compare_rows(rows: Sequence[Row], clock_mhz: float | None = None) -> Compared | None:
    """The designs of a sweep's summary; None where none was measured at each noise of its task."""
    if clock_mhz is not None:
        rows = [row | {"clock_mhz": clock_mhz} for row in rows]
    contests = [c for group in _by_task(rows) if (c := _contest(group)) is not None]
    if not contests:
        return None
    queries = sorted({row["queries"] for row in rows})
    noises = sorted({contest.cost_noise for contest in contests})
    at = " or ".join(f"{in_percent(noise)}%" for noise in noises)
    trials = rows[0]["trials"]
    told = f"of {trials} trials, means" if trials > 1 else "design"
    note = (
        f"{' or '.join(map(str, queries))} recalls of each {told}; "
        f"energy, cycles and time at {at} noise{_plain(rows)}"
    )
    return Compared(tuple(contests), note)


def _plain(rows: Sequence[Row]) -> str:
    """That no engine has the rules that hwsim export's has; rows hold those alone that are on."""
    if any(row.get(rule) for row in rows for rule in RULES):
        return ""
    named = ", ".join(RULES)
    return f"; engines without rules: hwsim export has them, a sweep by its {named}"


def _contest(rows: Sequence[Row]) -> Contest | None:
    """One task's designs; None where none is finished."""
    noises = tuple(sorted({row["noise"] for row in rows}))
    at = cost_noise(noises)
    whole = [each for each in _by_design(rows).values() if len(each) == len(noises)]
    if not whole:
        return None
    choices = varying([_design(by_noise[at]) for by_noise in whole])
    engines = [_engine(by_noise, noises, at, choices) for by_noise in whole]
    others = [found for by_noise in whole for found in _beside(by_noise, noises, at)]
    others.sort(key=lambda each: -each.energy_pj)  # of the same named twice the last stands
    found = [
        best
        for kind in (SEARCH, FLOAT)
        for best in best_searches([each for each in others if each.kind == kind])
    ]
    return Contest(task_name(rows[0]), noises, at, (*engines, *found))


def _design(row: Row) -> dict[str, Any]:
    """A row's choices: all that stands before its measurements but the task."""
    names = [*row][: [*row].index("bit_accuracy")]
    clock = {"clock_mhz": row["clock_mhz"]} if row.get("clock_mhz") else {}
    return {name: row[name] for name in names if name not in _APART} | clock


def _accuracy(
    by_noise: Mapping[float, Row], noises: Sequence[float], column: str
) -> tuple[float, ...]:
    return tuple(by_noise[noise][column] for noise in noises)


def _engine(
    by_noise: Mapping[float, Row], noises: Sequence[float], at: float, choices: Sequence[str]
) -> Candidate:
    row = by_noise[at]
    design = _design(row)
    words, mark = named(design, choices)
    return Candidate(
        words,
        mark,
        ENGINE,
        design,
        _accuracy(by_noise, noises, "recall_accuracy"),
        row["footprint_bits"],
        row["energy_pj"] + (row.get("leakage_pj") or 0.0),
        row["cycles"],
        row.get("answer_cycles") or row["cycles"],
        design.get("clock_mhz") or row.get("device_mhz") or None,
        row.get("area_um2"),
        synthesized=_synthesized(row),
    )


def _synthesized(row: Row) -> Synthesized | None:
    """What the device takes; of several trials cells are means, and it fits where each does."""
    if not row.get("device"):
        return None
    cells = {name: round(row[name]) for name in CELLS if row[name] is not None}
    fits = row["fits"] == 1
    clock = row["device_mhz"] if fits else None
    return Synthesized(row["device"], fits, clock, Cells(**cells), image_sha256="")


def _beside(by_noise: Mapping[float, Row], noises: Sequence[float], at: float) -> list[Candidate]:
    """What does the same work otherwise; of hwsim before it measured them, none."""
    row = by_noise[at]
    found = []
    for name, (kind, title, mark, column) in BESIDE.items():
        if row.get(column) is None or row.get(f"{name}_energy_pj") is None:
            continue
        design = _setting(row, ("lanes", "queries_in_flight") if kind == SEARCH else _TRAINED)
        if kind == SEARCH and f"{name}_lanes" in row:  # of the trials' mean, none
            lanes = row[f"{name}_lanes"]
            design = ({"lanes": int(lanes)} if lanes == int(lanes) else {}) | {
                choice: value for choice, value in design.items() if choice != "lanes"
            }
        cycles = row[f"{name}_cycles"]
        together = (row.get("answer_cycles") or row["cycles"]) / row["cycles"]
        found.append(
            Candidate(
                title,
                mark,
                kind,
                design,
                _accuracy(by_noise, noises, column),
                row[f"{name}_footprint_bits"],
                row[f"{name}_energy_pj"],
                cycles,
                cycles * (together if kind == SEARCH else 1),
                design.get("clock_mhz"),
                exact=False,
            )
        )
    return found


def _setting(row: Row, chosen: Sequence[str]) -> dict[str, Any]:
    """Choices that it depends on, table, macro and clock; one that is empty is not said."""
    names = (*chosen, "technology", "macro", "clock_mhz")
    return {name: row[name] for name in names if row.get(name)}
