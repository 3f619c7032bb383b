"""`python -m tests.fuzz`: damaged files for as long as wanted, counted, and what fails kept."""

from __future__ import annotations

import argparse
import hashlib
import shlex
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.fuzz.oracle import FAULTS, Bench
from tests.fuzz.readers import READERS

KEPT = Path("build/fuzz")
LOG = KEPT / "log.txt"
CHUNK = 250  # inputs of one reader before the next has its turn


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument(
        "--reader", choices=[*READERS], action="append", help="may be repeated; all by default"
    )
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**9)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--inputs", type=int, default=sys.maxsize, help="of each reader")
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="one kept in build/fuzz")
    chosen = parser.parse_args()
    if chosen.replay is not None:
        return replay(chosen.replay)
    names = chosen.reader or list(READERS)
    until = time.monotonic() + chosen.seconds
    KEPT.mkdir(parents=True, exist_ok=True)
    totals = {name: Counter[str]() for name in names}
    with tempfile.TemporaryDirectory(prefix="hwsim-fuzz-") as scratch:
        benches = {name: bench(name, Path(scratch)) for name in names}
        say(f"seed {chosen.seed}: {' '.join(names)}")
        first, end = chosen.first, chosen.first + chosen.inputs
        while first < end and time.monotonic() < until:
            numbers = range(first, min(first + CHUNK, end))
            for name in names:
                done = benches[name].run(chosen.seed, numbers, until)
                totals[name] += done.counts
                for number, file, content, outcome in done.faults:
                    keep(name, file, content)
                    say(
                        f"{outcome.what} in {name}, {file}: {outcome.detail.strip()}\n  again: "
                        f"python -m tests.fuzz --reader {name} --seed {chosen.seed} "
                        f"--first {number} --inputs 1"
                    )
            first += CHUNK
            if (first - chosen.first) % (20 * CHUNK) == 0:
                report(totals)
    report(totals)
    return int(any(total[fault] for total in totals.values() for fault in FAULTS))


def bench(name: str, scratch: Path) -> Bench:
    """A reader with a folder of its own."""
    folder = scratch / name
    folder.mkdir()
    return Bench(name, folder)


def report(totals: dict[str, Counter[str]]) -> None:
    """A line a reader, and one of all."""
    whole = sum(totals.values(), Counter[str]())
    for name, counts in [*totals.items(), ("all", whole)]:
        words = (f"{counts[what]} {what}" for what in ("loaded", "refused", *FAULTS))
        say(f"{name:>10}: {counts.total():>7} inputs: {', '.join(words)}")


def say(line: str) -> None:
    """To the log and the terminal."""
    stamp = time.strftime("%H:%M:%S")
    print(stamp, line, flush=True)
    with LOG.open("a") as log:
        log.write(f"{stamp} {line}\n")


def keep(name: str, file: str, content: bytes) -> None:
    """A failing input, and the command that reads it again."""
    folder = KEPT / name / hashlib.sha256(content).hexdigest()[:12]
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    print(f"  kept: python -m tests.fuzz --replay {shlex.quote(str(path))}", flush=True)


def replay(path: Path) -> int:
    """Read one kept input and say what comes of it."""
    name, _, *rest = path.resolve().relative_to(KEPT.resolve()).parts
    with tempfile.TemporaryDirectory(prefix="hwsim-fuzz-") as scratch:
        outcome = bench(name, Path(scratch)).judge("/".join(rest), path.read_bytes())
    print(f"{outcome.what}: {outcome.detail}")
    return int(outcome.what in FAULTS)


if __name__ == "__main__":
    sys.exit(main())
