"""Prove what the `.sby` files beside this say, or some of them, with YoWASP's sby and Yices.

.venv/bin/python rtl/formal/prove.py                    all, and reports/verification/proofs.md anew
.venv/bin/python rtl/formal/prove.py popcount:l8 ...    these, printed only
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
REPORT = ROOT / "reports" / "verification" / "proofs.md"
WORK = ROOT / "build" / "proofs"
HEAD = """# Proofs of the Verilog

By `make proofs`, with Yosys, sby and the solver Yices; `rtl/formal/README.md` says what they mean.
Seconds are of the machine that wrote this, several proofs at a time.

| proof | result | how | depth | seconds | command |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Result:
    """What became of one task of an `.sby` file."""

    name: str
    passed: bool
    how: str
    depth: str
    seconds: float
    log: str

    def row(self) -> str:
        """A line of the report."""
        command = f"`.venv/bin/python rtl/formal/prove.py {self.name}`"
        result = "holds" if self.passed else "**fails**"
        cells = (self.name, result, self.how, self.depth, f"{self.seconds:.1f}", command)
        return f"| {' | '.join(cells)} |"


def tasks() -> list[str]:
    """Every proof, as file:task."""
    return [
        f"{file.stem}:{task.split()[0]}"
        for file in sorted(HERE.glob("*.sby"))
        for task in _section(file.read_text(), "tasks").splitlines()
        if task
    ]


def prove(name: str, work: Path = WORK) -> Result:
    """Run one task; what sby said is in the result's log."""
    stem, task = name.split(":")
    beside = Path(sys.executable).parent
    programs = {
        variable: str(beside / f"yowasp-{program}")
        for variable, program in (
            ("YOSYS", "yosys"), ("SMTBMC", "yosys-smtbmc"), ("WITNESS", "yosys-witness")
        )
    }  # fmt: skip
    folder = work / f"{stem}_{task}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    done = subprocess.run(
        [beside / "yowasp-sby", "-d", folder, HERE / f"{stem}.sby", task],
        env={**os.environ, **programs, "PATH": f"{beside}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True, text=True, check=False, cwd=HERE,
    )  # fmt: skip
    seconds = time.monotonic() - began
    log = done.stdout + done.stderr
    config = (folder / "config.sby").read_text() if (folder / "config.sby").exists() else ""
    mode, depth = (
        found.group(1) if (found := re.search(rf"^{word} (\w+)", config, re.MULTILINE)) else "?"
        for word in ("mode", "depth")
    )
    how = {"prove": "induction", "bmc": "all cycles to the depth", "cover": "traces found"}
    return Result(name, done.returncode == 0, how.get(mode, mode), depth, seconds, log)


def _section(text: str, name: str) -> str:
    """What stands under [name]."""
    return text.partition(f"[{name}]\n")[2].partition("[")[0]


def main(names: list[str]) -> int:
    """Prove the named ones, or all of them and write the report."""
    if unknown := sorted(set(names) - set(tasks())):
        print(f"Error: no proof {unknown[0]}; there are {', '.join(tasks())}", file=sys.stderr)
        return 2
    results = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # each waits for a program of its own
        for result in pool.map(prove, names or tasks()):
            results.append(result)
            outcome = "holds" if result.passed else "fails"
            print(f"{result.name}: {outcome}, {result.seconds:.1f} s", flush=True)
            if not result.passed:
                print(result.log, file=sys.stderr)
    if not names:
        REPORT.parent.mkdir(parents=True, exist_ok=True)
        REPORT.write_text(HEAD + "".join(f"{result.row()}\n" for result in results))
    return int(not all(result.passed for result in results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
