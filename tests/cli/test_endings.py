"""However a run ends: one line, the right status, nothing left."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from hwsim import interrupts
from hwsim.cli.streams import LONGEST
from tests.cli.conftest import Run

PROGRAM = str(Path(sys.executable).with_name("hwsim"))


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A command of bash, in which `hwsim` is the program of this environment."""
    return subprocess.run(
        ["bash", "-c", f'hwsim() {{ "{PROGRAM}" "$@"; }}; {command}'],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


# Faults of ours -------------------------------------------------------------------------------


def fails(error: BaseException) -> Callable[..., NoReturn]:
    def fail(*_: object, **__: object) -> NoReturn:
        raise error

    return fail


@pytest.mark.parametrize(
    "error",
    [ValueError("what\nnow"), ZeroDivisionError(), RecursionError("deep"), SystemExit(1),
     AssertionError("x" * 9999), OverflowError(34, "too large")],
)  # fmt: skip
def test_a_fault_of_ours_is_one_line_and_its_traceback_is_kept(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("hwsim.doctor.examine", fails(error))
    ran = run("doctor")
    assert (ran.status, ran.out) == (3, "")
    (line,) = ran.err.splitlines()
    assert line.startswith(f"Error: an unexpected {type(error).__name__}: ")
    assert "please report it at " in line
    assert len(line) <= LONGEST
    (kept,) = tmp_path.glob("hwsim-traceback-*.txt")
    assert f"its traceback is in {kept}" in line
    assert "Traceback (most recent call last)" in kept.read_text()
    assert "hwsim doctor" in kept.read_text()


def test_the_end_of_a_file_where_nobody_expected_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("hwsim.doctor.examine", fails(EOFError("short")))
    ran = run("doctor")
    assert ran.status == 3
    assert len(ran.err.splitlines()) == 1


def test_a_traceback_that_cannot_be_kept(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    monkeypatch.setattr("hwsim.doctor.examine", fails(ValueError("what")))
    ran = run("doctor")
    assert ran.status == 3
    assert re.search(
        r"could not be kept in \S+missing, at test_endings.py:\d+; set TMPDIR", ran.err
    )
    assert len(ran.err.splitlines()) == 1


def test_a_long_message_loses_its_middle(run: Run, tmp_path: Path) -> None:
    name = "x" * 5000
    ran = run("schema", name)
    (line,) = ran.err.splitlines()
    assert len(line) <= LONGEST
    assert line.startswith("Error: invalid value")
    assert line.endswith("(hwsim schema --help)")


# Standard streams -----------------------------------------------------------------------------

FULL = "Error: cannot write standard output: No space left on device\n"
CLOSED = "Error: cannot write standard output: Bad file descriptor\n"


@pytest.mark.parametrize(
    ("command", "status", "err"),
    [
        ("hwsim schema manifest >/dev/full", 2, FULL),
        ("hwsim --help >/dev/full", 2, FULL),
        ("hwsim experiments list --json >/dev/full", 2, FULL),
        ("hwsim doctor >/dev/full", 2, FULL),
        ("hwsim schema manifest >&-", 2, CLOSED),
        ("hwsim doctor >&-", 2, CLOSED),
        ("hwsim schema nonsense 2>/dev/full", 2, ""),
        ("hwsim schema nonsense 2>&-", 2, ""),
        ("hwsim schema nonsense 2>&- >&- <&-", 2, ""),
        ("hwsim schema manifest <&- 2>&- | tail -1; exit ${PIPESTATUS[0]}", 0, ""),
        ("hwsim schema manifest | true; exit ${PIPESTATUS[0]}", 0, ""),
        ("hwsim --help | true; exit ${PIPESTATUS[0]}", 0, ""),
        ("hwsim experiments list | head -1; exit ${PIPESTATUS[0]}", 0, ""),
    ],
)
def test_streams_that_are_full_closed_or_no_longer_read(
    tmp_path: Path, command: str, status: int, err: str
) -> None:
    done = shell(command, tmp_path)
    assert (done.returncode, done.stderr) == (status, err)
    assert list(tmp_path.iterdir()) == []


def test_a_file_never_gets_the_number_of_a_closed_stream(
    image: Path, memory: Path, tmp_path: Path
) -> None:
    done = shell(f"hwsim export {memory} -o closed >&- 2>&- <&-", tmp_path)
    assert done.returncode == 2  # what it should print could not be
    assert shell(f"hwsim export {memory} -o open", tmp_path).returncode == 0
    for file in (tmp_path / "open").iterdir():
        assert (tmp_path / "closed" / file.name).read_bytes() == file.read_bytes()


# Requests to end ------------------------------------------------------------------------------

STATUS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}


@pytest.mark.parametrize("number", STATUS)
def test_a_request_is_heeded_once(number: int) -> None:
    cleaned = []
    # whatever started the tests may have it ignored, as nohup does
    before = signal.signal(number, signal.SIG_DFL)

    def program() -> int:
        try:
            os.kill(os.getpid(), number)
        finally:
            os.kill(os.getpid(), number)  # impatience must not break off the cleaning up
            cleaned.append(True)
        return 0

    try:
        assert interrupts.guarded(program) == STATUS[signal.Signals(number)]
    finally:
        signal.signal(number, before)
    assert cleaned


def test_what_a_library_makes_of_a_request_does_not_matter(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def program() -> int:
        try:
            os.kill(os.getpid(), signal.SIGINT)
        except BaseException as error:
            raise ImportError("cannot load") from error
        return 0

    def swallows() -> int:
        try:
            os.kill(os.getpid(), signal.SIGINT)
        except BaseException:
            return 0
        return 0

    for each in (program, swallows):
        assert interrupts.guarded(each) == 130
        assert capsys.readouterr().err == "Error: interrupted\n"


class Finalized:
    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGINT)


def test_a_request_in_a_finalizer_is_not_lost(capsys: pytest.CaptureFixture[str]) -> None:
    def program() -> int:
        Finalized()
        while True:  # not signal.pause(): the signal may come just before it
            time.sleep(0.01)

    assert interrupts.guarded(program) == 130
    assert capsys.readouterr().err == "Error: interrupted\n"


def test_handlers_are_put_back_and_an_ignored_signal_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    try:

        def program() -> int:
            os.kill(os.getpid(), signal.SIGHUP)
            return 7

        hook, handler = sys.unraisablehook, signal.getsignal(signal.SIGINT)
        assert interrupts.guarded(program) == 7
        assert (sys.unraisablehook, signal.getsignal(signal.SIGINT)) == (hook, handler)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_children_and_theirs_end(tmp_path: Path) -> None:
    def program() -> int:
        started = f"sleep 100 & echo $! > {tmp_path / 'grandchild'}"
        subprocess.run(["bash", "-c", f"{started}; kill -INT $PPID; wait"], check=False)
        return 0

    assert interrupts.guarded(program) == 130
    process = int((tmp_path / "grandchild").read_text())
    limit = time.monotonic() + 60
    while is_running(process):  # dying takes a moment
        assert time.monotonic() < limit


def is_running(process: int) -> bool:
    try:
        stat = (Path("/proc") / str(process) / "stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in ("Z", "X")


def test_a_vanished_current_folder_is_told(tmp_path: Path, memory: Path) -> None:
    gone = f"mkdir {tmp_path}/gone; cd {tmp_path}/gone; rmdir {tmp_path}/gone"
    done = shell(f"{gone}; hwsim export {memory} -o image", tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        "Error: cannot write image: the current folder is gone; change to another\n"
    )
    assert shell(f"{gone}; hwsim export {memory} -o {tmp_path}/image", tmp_path).returncode == 0
