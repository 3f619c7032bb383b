"""Runs of `hwsim bench` on several machines, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from hwsim.errors import InputError
from hwsim.files import replace_folder, write_file
from hwsim.json_files import parse_json, read_document
from hwsim.report.markdown import escape, table
from hwsim.report.performance import FOLDER_KIND, RESULT

__all__ = ["FOLDER_KIND", "HEADINGS", "load", "rows", "write"]

PAGE: Final = "machines.md"
LIMIT: Final = 1 << 24  # bytes of a result
REMEDY: Final = "name a folder that `hwsim bench -o` wrote"
HEADINGS: Final = ("case", "N", "P", "machine", "cores", "float32", "fast", "ratio", "path")
# What a row needs of a case, and its type.
NEEDED: Final[dict[str, type | tuple[type, ...]]] = {
    "name": str,
    "neurons": int,
    "patterns": int,
    "float32_us": (int, float),
    "fast_us": (int, float),
    "ratio": (int, float),
}


def load(folder: Path) -> dict[str, Any]:
    """A run's result.

    Args:
        folder: that `hwsim bench -o` wrote.

    Raises:
        InputError: it holds no result of recall, or one that somebody changed into no result.
    """
    file = folder / RESULT
    content = read_document(file, LIMIT, f"{folder} holds no bench of recall", REMEDY)
    result = parse_json(content, file, REMEDY)
    machine, cases = result.get("machine"), result.get("cases")
    if not (isinstance(machine, dict) and isinstance(cases, list)):
        raise InputError(f"{file} has no machine or no cases; {REMEDY}")
    for case in cases:
        for name, kind in NEEDED.items():
            if not isinstance(case, dict) or not isinstance(case.get(name), kind):
                raise InputError(f"{file} has a case without {name}; {REMEDY}")
    return result


def load_all(folders: Sequence[Path]) -> list[dict[str, Any]]:
    """The results of several runs, one a machine.

    Raises:
        InputError: as `load`; or a folder is named twice.
    """
    places = [folder.resolve() for folder in folders]
    for index, (folder, place) in enumerate(zip(folders, places, strict=True)):
        if place in places[:index]:
            raise InputError(f"{folder} is named twice; name each machine's folder once")
    return [load(folder) for folder in folders]


def rows(measured: Sequence[dict[str, Any]]) -> list[list[str]]:
    """A row of text for each case and machine, the machines of a case one below the other."""
    names = list(dict.fromkeys(case["name"] for result in measured for case in result["cases"]))
    return [
        _row(case, result["machine"])
        for name in names
        for result in measured
        for case in result["cases"]
        if case["name"] == name
    ]


def _row(case: dict[str, Any], machine: dict[str, Any]) -> list[str]:
    numbers = (f"{case[name]:,.3g}" for name in ("float32_us", "fast_us", "ratio"))
    return [
        case["name"],
        *(str(case[name]) for name in ("neurons", "patterns")),
        *(str(machine.get(name, "")) for name in ("processor", "cores")),
        *numbers,
        str(case.get("path", "")),
    ]


def write(path: Path, measured: Sequence[dict[str, Any]]) -> None:
    """Write `machines.md`, whole or not at all.

    Args:
        path: the folder; replaced if it came from an earlier run.
        measured: results as `load` gives them.

    Raises:
        InputError: the folder cannot be written.
    """
    told = (f"* {_machine(result['machine'])}" for result in measured)
    lines = [
        "# The exact model on several machines",
        "",
        "Median microseconds a query and step. A ratio is of one run on one machine, where the "
        "contenders took turns; times of two machines make no ratio of programs.",
        "",
        table(HEADINGS, rows(measured)),
        "",
        *told,
    ]
    with replace_folder(path, FOLDER_KIND) as folder:
        write_file(folder / PAGE, "\n".join(lines) + "\n")


def _machine(machine: dict[str, Any]) -> str:
    """Everything a run told of its machine."""
    parts = []
    for name, value in machine.items():
        shown = " ".join(map(str, value)) if isinstance(value, list) else value
        parts.append(f"{name.replace('_', ' ')} {shown}")
    return escape(", ".join(parts))
