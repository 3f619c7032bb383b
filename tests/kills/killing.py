"""Running a command, asking it to end at some moment, and seeing what is there."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tests.kills.commands import Command, program

Snapshot = dict[str, bytes]
PATIENCE = 60.0  # seconds for children to end, on a machine with much else to do


def snapshot(path: Path) -> Snapshot:
    """The content of a file or of every file below a folder; nothing, if it is not there."""
    if path.is_file():
        return {"": path.read_bytes()}
    return {str(f.relative_to(path)): f.read_bytes() for f in path.rglob("*") if f.is_file()}


@dataclass(frozen=True)
class Place:
    """Where commands run: a folder with the inputs, and a temporary folder of their own."""

    folder: Path
    temporary: Path

    def start(self, command: Command, variant: int) -> subprocess.Popen[str]:
        """The command, running in a session of its own."""
        return subprocess.Popen(
            program(*command.typed(variant)),
            cwd=self.folder,
            env={**os.environ, "TMPDIR": str(self.temporary), "OPENBLAS_NUM_THREADS": "1"},
            start_new_session=True,
            # in the background of a script, the tests' own process may be deaf to it
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, command: Command, variant: int) -> tuple[float, str]:
        """Run it to its end; the seconds it took, and what it said of its result."""
        start = time.monotonic()
        process = self.start(command, variant)
        _, said = process.communicate()
        assert process.returncode == 0, said
        return time.monotonic() - start, said

    def strangers(self, inputs: set[str], command: Command) -> set[str]:
        """Names beside inputs and output, and whatever is in the temporary folder."""
        beside = set(os.listdir(self.folder)) - inputs - {command.output}  # noqa: PTH208
        return beside | set(os.listdir(self.temporary))  # noqa: PTH208


@dataclass(frozen=True)
class Ended:
    """How a run ended: status as Popen has it, and what it said."""

    status: int
    said: str


def end(process: subprocess.Popen[str], number: int, seconds: float) -> Ended:
    """Send a signal after a time, twice if it is not SIGKILL, and wait for the whole session."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)  # less, if it ends before: on a busy machine runs differ
    if number != signal.SIGKILL:
        _wait_for_handler(process)
    for _ in range(1 if number == signal.SIGKILL else 2):
        if process.poll() is None and number == signal.SIGINT:
            os.killpg(process.pid, number)  # as a terminal does
        elif process.poll() is None:
            process.send_signal(number)
        time.sleep(0.002)
    _, said = process.communicate()
    limit = time.monotonic() + PATIENCE
    while left := in_session(process.pid):
        assert time.monotonic() < limit, f"still running: {left}"
        time.sleep(0.05)
    return Ended(process.returncode, said)


def _wait_for_handler(process: subprocess.Popen[str]) -> None:
    """Python's own start knows no such request: it is heeded once the program handles SIGTERM."""
    while process.poll() is None:
        status = Path(f"/proc/{process.pid}/status").read_text()
        caught = next(line for line in status.splitlines() if line.startswith("SigCgt"))
        if int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1:
            return
        time.sleep(0.005)


def in_session(session: int) -> list[str]:
    """Processes of a session that have not ended."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = entry.read_text().rpartition(")")
        except OSError:
            continue
        state, _, _, its_session = rest.split()[:4]
        if int(its_session) == session and state != "Z":
            found.append(name)
    return found
