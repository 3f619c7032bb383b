"""A full disk or a folder that may not be written: one line names what was typed, nothing left."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.kills.commands import COMMANDS, KILLS, Command, prepare, program
from tests.kills.killing import snapshot

# Sizes of a disk at which some part of some output is written and the rest is not, in KiB.
SIZES = (4, 12, 24, 48, 96) if KILLS > 24 else (4, 24)
QUICK = [command for command in COMMANDS if command.name not in ("demo", "experiments")]
ENVIRONMENT = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inputs")
    prepare(folder)
    return folder


def absolute(command: Command, inputs: Path, output: Path) -> list[str]:
    """The command with its inputs' and its output's whole paths, to be run anywhere."""
    names = {path.name for path in inputs.iterdir()}
    words = [str(inputs / word) if word in names else word for word in command.typed(1)]
    return [str(output) if word == command.output else word for word in words]


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2, done
    (line,) = done.stderr.splitlines()
    assert line.startswith("Error: cannot write ")
    assert ".hwsim-" not in line  # a name that is gone again tells nobody anything
    assert len(line) <= 400
    for word in words:
        assert word in line


# A full disk ----------------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """A function that makes a file system of some KiB, of which only root is able."""
    mounted: list[Path] = []

    def mount(size: int) -> Path:
        place = tmp_path / f"disk{size}"
        place.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", place], check=True)
        mounted.append(place)
        return place

    yield mount
    for place in mounted:
        subprocess.run(["umount", place], check=True)


def can_mount() -> bool:
    """Whether this user may; a container's root may not."""
    done = subprocess.run(
        ["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], check=False, capture_output=True
    )
    return done.returncode == 0


@pytest.mark.parametrize("command", QUICK[:2], ids=lambda command: command.name)
def test_a_file_that_cannot_grow(command: Command, inputs: Path, tmp_path: Path) -> None:
    output = tmp_path / "work" / command.output
    output.parent.mkdir()
    run_cut = [sys.executable, "-c", CUT, *absolute(command, inputs, output)]
    done = subprocess.run(
        run_cut, cwd=output.parent, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    refused(done, str(output), "File too large")
    assert list(output.parent.iterdir()) == []


CUT = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600))
from hwsim.__main__ import main
sys.argv[0] = "hwsim"
main()
"""


@pytest.mark.parametrize("command", QUICK, ids=lambda command: command.name)
def test_a_full_disk(
    command: Command, inputs: Path, disk: Callable[[int], Path], tmp_path: Path
) -> None:
    if not can_mount():
        return  # the test above is what is left
    refusals = 0
    for size in SIZES:
        place = disk(size)
        output = place / command.output
        done = subprocess.run(
            program(*absolute(command, inputs, output)),
            cwd=place, env=ENVIRONMENT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode == 0:
            continue
        refusals += 1
        refused(done, command.output, "No space left on device")
        found = snapshot(place)
        if command.whole:
            assert not found
        else:  # finished points stay
            assert not [name for name in found if ".hwsim-" in name]
    assert refusals


def test_a_full_temporary_folder(inputs: Path, disk: Callable[[int], Path], tmp_path: Path) -> None:
    if not can_mount():
        return
    place = disk(16)
    done = subprocess.run(
        program("cosim", str(inputs / "image"), "--count", "40"),
        cwd=tmp_path, env={**ENVIRONMENT, "TMPDIR": str(place)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    refused(done, f"temporary folder {place}", "No space left on device; set TMPDIR")
    assert list(place.iterdir()) == []


# An ordinary user -----------------------------------------------------------------------------


@pytest.mark.parametrize("command", QUICK, ids=lambda command: command.name)
def test_a_folder_that_may_only_be_read(command: Command, inputs: Path, tmp_path: Path) -> None:
    place = tmp_path / "protected"
    place.mkdir(mode=0o555)
    output = place / command.output
    typed = program(*absolute(command, inputs, output))
    if os.geteuid() == 0:  # without root's power to write anywhere
        typed = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", *typed]
    done = subprocess.run(
        typed, cwd=place, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    refused(done, command.output, "Permission denied")
    assert list(place.iterdir()) == []
