"""`python -m tests.sizes`: a table of seconds and peak memory of large images and many queries."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from hwsim.hardware.fast.path import chosen_path
from hwsim.hardware.fast.threads import thread_count
from tests.sizes.cases import CASES, Size, peak_bytes

SIZES = (
    Size(1000, 3000, 2, 1000),
    Size(1000, 3000, 2, 1_000_000),
    Size(1000, 3000, 2, 1000, rules=1),
    Size(4096, 65536, 2, 64),
    Size(16384, 65536, 2, 16),
)


def measure(case: str, folder: Path, size: Size) -> dict[str, float]:
    """Run a case in a process of its own."""
    command = [sys.executable, "-m", "tests.sizes", "--case", case, "--folder", str(folder)]
    ran = subprocess.run(
        [*command, "--size", *map(str, size)], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(ran.stdout)
    return found


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.sizes", description=__doc__)
    parser.add_argument("--size", nargs=5, type=int, metavar=(*"NPB", "QUERIES", "RULES"))
    parser.add_argument("--case", choices=[*CASES], help="one case alone, in this process")
    parser.add_argument("--folder", type=Path, help="where a case works")
    given = parser.parse_args(arguments)
    if given.case:
        seconds = CASES[given.case](given.folder, Size(*given.size))
        print(json.dumps({"seconds": seconds, "bytes": peak_bytes()}))
        return 0
    print(f"Path {chosen_path().name}, {thread_count()} threads.\n")
    heads = [f"{case}, {unit}" for case in CASES for unit in ("s", "MB")]
    print("| N | P | B | queries | rules |", " | ".join(heads), "|")
    print("|---|---|---|---|---|" + "---|" * len(heads))
    for size in [Size(*given.size)] if given.size else SIZES:
        with tempfile.TemporaryDirectory(prefix="hwsim-sizes-") as folder:
            cells = [*(f"{number:,}" for number in size[:-1]), "yes" if size.rules else ""]
            for case in CASES:
                found = measure(case, Path(folder), size)
                cells += [f"{found['seconds']:.1f}", f"{found['bytes'] / 1e6:.0f}"]
        print("|", " | ".join(cells), "|", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
