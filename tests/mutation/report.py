"""The score of the mutants, by module, and each one that no test kills."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

KILLED: Final = "killed"
LEFT: Final = "survives"
REASONS: Final = Path(__file__).with_name("reasons.toml")
HEAD: Final = """# Mutants of the Verilog

By `make mutants`. Yosys flattens a design, `mutate` changes one bit of one cell, and the plain
testbenches in Verilator must see it: `cosim/tb_plain.v`, which compares every state, flag, cycle
and counter of some hundred queries to several images, with stalls, packets of a wrong length and
resets within recalls, and of engines with check bits, whose memories have flipped cells, the
counts of errors; `cosim/tb_wrapper.v`, which drives every port and register of the wrapper. In
both each recall's counters are set on to where their upper bits change, and what an engine's
shortlist shows is compared with a sorted list, at every cycle.

A mutant is *equivalent* where ABC proves that outputs and next states are the same from any state,
or from any that is reached when registers and RAM begin at 0, whatever the ROM holds; those
*without effect* are argued below.

"""


@dataclass(frozen=True)
class Row:
    """What became of a mutant."""

    design: str
    module: str
    place: str
    kind: str
    port: str
    outcome: str
    source: str = ""  # what it changes: text of one line, or the register

    @property
    def name(self) -> str:
        """That reasons.toml knows it by, whatever the line."""
        return f"{self.module}: {self.source}: {self.kind} {self.port}"

    def why(self, known: Mapping[str, Mapping[str, str]]) -> str:
        """Why it has no effect, or nothing."""
        return known.get(self.design, {}).get(self.name, "")


def reasons() -> dict[str, dict[str, str]]:
    """Why a survivor has no effect, by its design and its name."""
    return tomllib.loads(REASONS.read_text())


def score(rows: Sequence[Row]) -> dict[str, int]:
    """Counts of mutants by what became of them."""
    known = reasons()
    left = [row for row in rows if row.outcome == LEFT]
    argued = sum(row.why(known) != "" for row in left)
    killed = sum(row.outcome == KILLED for row in rows)
    return {
        "mutants": len(rows), "killed": killed, "proved": len(rows) - killed - len(left),
        "argued": argued, "left": len(left) - argued,
    }  # fmt: skip


def load(folder: Path) -> list[Row]:
    """What `mutants.jsonl` holds."""
    lines = (folder / "mutants.jsonl").read_text(encoding="utf-8").splitlines()
    return [Row(**json.loads(line)) for line in lines]


def write(rows: Sequence[Row], folder: Path) -> None:
    """`mutants.jsonl`, a line for each, and `mutants.md`."""
    counts = score(rows)
    lines = "".join(json.dumps(asdict(row)) + "\n" for row in rows)
    (folder / "mutants.jsonl").write_text(lines)
    (folder / "mutants.md").write_text(HEAD + _score(counts) + _modules(rows) + _survivors(rows))


def killed(counts: dict[str, int]) -> str:
    """How many of those that are not equivalent, in words."""
    effective = counts["killed"] + counts["left"]
    return f"{counts['killed']} of {effective} are killed, {counts['killed'] / effective:.1%}"


def _score(counts: dict[str, int]) -> str:
    return (
        f"**{killed(counts)}**, of {counts['mutants']} mutants; {counts['proved']} others are "
        f"proved equivalent, {counts['argued']} argued to be without effect.\n\n"
    )


def _modules(rows: Sequence[Row]) -> str:
    lines = ["| module | mutants | killed | equivalent | survive |", "|---|---|---|---|---|"]
    for module in sorted({row.module for row in rows}):
        counts = Counter(row.outcome for row in rows if row.module == module)
        total = counts.total()
        proved = total - counts[KILLED] - counts[LEFT]
        lines.append(f"| `{module}` | {total} | {counts[KILLED]} | {proved} | {counts[LEFT]} |")
    return "\n".join(lines) + "\n\n"


def _code(text: str) -> str:
    """As code in a table, or nothing."""
    return f"`{text}`".replace("|", "\\|") if text else ""


def _survivors(rows: Sequence[Row]) -> str:
    known = reasons()
    lines = [
        "## Survivors", "",
        "| design | place | what | change | of | why |", "|---|---|---|---|---|---|",
    ]  # fmt: skip
    lines += [
        f"| {row.design} | `{row.place}` | {_code(row.source)} | {row.kind} | `{row.port}` "
        f"| {row.why(known)} |"
        for row in rows if row.outcome == LEFT
    ]  # fmt: skip
    return "\n".join(lines) + "\n"
