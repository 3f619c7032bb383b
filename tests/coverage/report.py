"""Coverage by module, what cannot be reached and why, and what is missed."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from hwsim.cosim.simulators import source_folder
from tests.coverage.points import KINDS, Point

REASONS: Final = Path(__file__).with_name("reasons.toml")
HEAD: Final = """# Coverage of the Verilog

By `make coverage`: Verilator counts what the plain testbenches pass, `cosim/tb_plain.v` and
`cosim/tb_wrapper.v`, on every design that the [mutants](mutants.md) are taken of, and on one whose
queries miss. A *line* is a block of statements, a *branch* a way out of a condition, a *toggle* a
bit that changes one way, a *state* one of a state machine. A point counts once for its place in the
source, whatever instance and whatever parameters pass it. Points that nothing can reach in these
designs are listed with the reason, and are not counted.

"""


@dataclass(frozen=True)
class Reason:
    """Why points cannot be reached.

    Attributes:
        kinds: of the points.
        file: what their file's name is, without `.v`.
        what: what their signal or branch is.
        within: the function that they are in; empty: anywhere.
        text: what their line of the source contains.
        why: the reason.
    """

    kinds: tuple[str, ...]
    file: re.Pattern[str]
    what: re.Pattern[str]
    within: str
    text: str
    why: str

    @classmethod
    def parse(cls, entry: Mapping[str, str]) -> Reason:
        """An entry of reasons.toml; without a kind it is about toggles."""
        return cls(
            tuple(entry.get("kinds", "toggle").split()),
            re.compile(entry["file"]),
            re.compile(entry.get("what", ".*")),
            entry.get("within", ""),
            entry.get("text", ""),
            entry["why"],
        )

    def holds(self, point: Point) -> bool:
        """Whether it is about this point."""
        return (
            point.kind in self.kinds
            and self.file.fullmatch(point.file.removesuffix(".v")) is not None
            and self.what.fullmatch(point.signal) is not None
            and (not self.text or self.text in _lines(point.file)[_line(point) - 1])
            and (not self.within or self.within == _function(point))
        )


@cache
def _lines(file: str) -> list[str]:
    """Of a source of the engine or the wrapper."""
    folder = source_folder("rtl")
    path = next(path for path in (folder / file, folder / "axi" / file) if path.exists())
    return path.read_text().splitlines()


def _line(point: Point) -> int:
    return int(point.place.partition(".")[0])


def _function(point: Point) -> str:
    """The one that a point is in, or nothing."""
    for line in reversed(_lines(point.file)[: _line(point)]):
        if "endfunction" in line:
            return ""
        if found := re.match(r"\s*function (?:integer )?(?:\[.*?\] )?(\w+)", line):
            return found[1]
    return ""


def reasons() -> list[Reason]:
    """Those of reasons.toml."""
    return [Reason.parse(entry) for entry in tomllib.loads(REASONS.read_text())["reason"]]


def judged(counts: Mapping[Point, int], known: Sequence[Reason]) -> dict[str, Any]:
    """What coverage.json holds: totals, modules, what is out of reach, what is missed."""
    modules: dict[str, dict[str, list[int]]] = defaultdict(lambda: {kind: [0, 0] for kind in KINDS})
    total = {kind: [0, 0] for kind in KINDS}
    beyond: Counter[str] = Counter()
    missed = []
    for point, count in sorted(counts.items()):
        why = None
        if not count:
            why = next((reason.why for reason in known if reason.holds(point)), None)
        if why is not None:
            beyond[why] += 1
            continue
        if not count:
            missed.append(f"{point.file}:{point.place} {point.kind} {point.what}")
        for numbers in (total[point.kind], modules[point.file.removesuffix(".v")][point.kind]):
            numbers[0] += count > 0
            numbers[1] += 1
    return {
        "points": {kind: dict(zip(("passed", "of"), total[kind], strict=True)) for kind in KINDS},
        "modules": {
            name: {kind: dict(zip(("passed", "of"), numbers, strict=True))
                   for kind, numbers in kinds.items()}
            for name, kinds in modules.items()
        },
        "out_of_reach": [{"why": why, "points": count} for why, count in beyond.items()],
        "missed": missed,
    }  # fmt: skip


def page(found: Mapping[str, Any]) -> str:
    """coverage.md of what `judged` found."""
    passed = sum(points["passed"] for points in found["points"].values())
    every = sum(points["of"] for points in found["points"].values())
    lines = [
        f"**{passed:,} of {every:,} points are passed, {passed / every:.1%}**", "",
        "| | " + " | ".join(KINDS) + " |", "|---|" + "---|" * len(KINDS),
        "| all | " + " | ".join(_share(found["points"][kind]) for kind in KINDS) + " |",
        *(
            f"| `{name}` | " + " | ".join(_share(kinds[kind]) for kind in KINDS) + " |"
            for name, kinds in found["modules"].items()
        ),
        "", "## Out of reach", "", "| points | why |", "|---|---|",
        *(f"| {row['points']:,} | {row['why']} |" for row in found["out_of_reach"]),
        "", "## Missed", "", *(_missed(found["missed"])),
    ]  # fmt: skip
    return HEAD + "\n".join(lines) + "\n"


def write(counts: Mapping[Point, int], folder: Path) -> str:
    """Write both files, and return the line that says how much is passed."""
    found = judged(counts, reasons())
    (folder / "coverage.json").write_text(json.dumps(found, indent=1) + "\n")
    text = page(found)
    (folder / "coverage.md").write_text(text)
    return next(line.strip("*") for line in text.splitlines() if line.startswith("**"))


def _share(points: Mapping[str, int]) -> str:
    if not points["of"]:
        return ""
    return f"{points['passed']:,} of {points['of']:,}, {points['passed'] / points['of']:.1%}"


def _missed(points: Sequence[str]) -> list[str]:
    """A line for each signal or place, with its bits together."""
    if not points:
        return ["None."]
    groups: dict[str, list[str]] = defaultdict(list)
    for point in points:
        found = re.fullmatch(r"(.*?)(?:\[(\d+)\])?(?::[01]->[01])?", point)
        assert found is not None
        groups[found[1]].append(found[2] or "")
    lines = []
    for name, bits in groups.items():
        numbers = sorted({int(bit) for bit in bits if bit})
        told = f", bits {', '.join(map(str, numbers))}" if numbers else ""
        lines.append(f"* `{name}`{told}")
    return lines
