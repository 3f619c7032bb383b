"""`python -m tests.mutation`: mutants of the Verilog, who sees them, and reports/verification.

With names, those designs alone; the report keeps what it says of the others.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from tests.mutation.bench import Design
from tests.mutation.designs import DESIGNS
from tests.mutation.equivalence import proved
from tests.mutation.judge import prepare
from tests.mutation.report import KILLED, LEFT, Row, load, write

ROOT = Path(__file__).resolve().parents[2]
REPORTS = ROOT / "reports" / "verification"
WORK = ROOT / "build" / "mutants"
EACH = 5  # of a module in a design
SEED = 1


def run(design: Design, seconds: int) -> list[Row]:
    """What becomes of a design's mutants."""
    folder = WORK / design.name.replace(", ", "-").replace(" ", "_")
    shutil.rmtree(folder, ignore_errors=True)
    taken, judge = prepare(design, folder, EACH, SEED)
    survivors = judge.survivors(len(taken))
    equivalent = proved(folder, f"hwsim_{judge.bench.top}", survivors, seconds)
    return [
        Row(
            design.name, mutant.module, mutant.place, mutant.kind, mutant.port,
            equivalent.get(number, LEFT if number in survivors else KILLED), mutant.source,
        )
        for number, mutant in enumerate(taken, 1)
    ]  # fmt: skip


def together(before: list[Row], made: list[Row]) -> list[Row]:
    """All rows of designs that there are; those made now take the place of a design's old ones."""
    anew = {row.design for row in made}
    order = [design.name for design in DESIGNS]
    kept = [row for row in before if row.design in order and row.design not in anew]
    return sorted([*kept, *made], key=lambda row: order.index(row.design))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("names", nargs="*", help="of designs; all without")
    parser.add_argument(
        "--seconds", type=int, default=10, help="in which what shows a mutant is searched"
    )
    given = parser.parse_args(arguments)
    if unknown := sorted(set(given.names) - {design.name for design in DESIGNS}):
        print(f"Error: no design {unknown[0]!r}", file=sys.stderr)
        return 2
    WORK.mkdir(parents=True, exist_ok=True)
    for design in DESIGNS:
        if not given.names or design.name in given.names:
            rows = run(design, given.seconds)
            killed = sum(row.outcome == KILLED for row in rows)
            left = sum(row.outcome == LEFT for row in rows)
            print(f"{design.name}: {len(rows)} mutants, {killed} killed, {left} left", flush=True)
            write(together(load(REPORTS), rows), REPORTS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
