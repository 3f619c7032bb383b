"""`python -m tests.coverage`: every design of the mutants in Verilator, and what its runs pass.

Writes reports/verification/coverage.md and coverage.json. With names, those designs alone are run
anew, and the report is of these and of the others' last runs.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from tests.coverage.designs import DESIGNS, run
from tests.coverage.points import together
from tests.coverage.report import write

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "build" / "coverage"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.coverage", description=__doc__)
    parser.add_argument("names", nargs="*", help="of designs; all without")
    given = parser.parse_args(arguments)
    if unknown := sorted(set(given.names) - {design.name for design in DESIGNS}):
        print(f"Error: no design {unknown[0]!r}", file=sys.stderr)
        return 2
    for design in DESIGNS:
        if not given.names or design.name in given.names:
            folder = WORK / design.name.replace(", ", "-").replace(" ", "_")
            shutil.rmtree(folder, ignore_errors=True)
            print(f"{design.name}: {len(run(design, folder))} runs pass", flush=True)
    files = sorted(WORK.glob("*/**/coverage.dat"))
    print(write(together(files), ROOT / "reports" / "verification"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
