"""A full disk or a folder that may not be written: one line names what was typed, nothing left."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
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


# A folder that may only be read ----------------------------------------------------------------

# Without root's power to write anywhere; and as an ordinary user, which needs root to begin with.
BARE = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]
ORDINARY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs"]
ALSO = (
    Command("validate m.npz --queries 4 --advise --save-design out.toml", "out.toml"),
    Command("bench --quick -o out", "out"),
    Command("vectors image --count 2 -o a/b/out", "a/b/out"),
)


def run_as(who: list[str], typed: list[str], place: Path) -> subprocess.CompletedProcess[str]:
    """A command by somebody who may not write everywhere, the home folder neither."""
    # no way into pytest's own folders, or to this interpreter, for anybody but root
    if who is ORDINARY:
        reaches = subprocess.run([*who, *program("--version")], check=False, capture_output=True)
        looks = subprocess.run([*who, "ls", place], check=False, capture_output=True)
        who = BARE if reaches.returncode or looks.returncode else who
    return subprocess.run(
        [*(who if os.geteuid() == 0 else []), *typed],
        cwd=place, env={**ENVIRONMENT, "HOME": "/dev/null/home"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("who", [BARE, ORDINARY], ids=["bare", "ordinary"])
@pytest.mark.parametrize("command", [*COMMANDS, *ALSO], ids=lambda command: command.name)
def test_a_folder_that_may_only_be_read(
    command: Command, who: list[str], open_inputs: Path
) -> None:
    place = open_inputs / "protected"
    output = place / command.output
    done = run_as(who, program(*absolute(command, open_inputs, output)), place)
    refused(done, command.output, "Permission denied")
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("who", [BARE, ORDINARY], ids=["bare", "ordinary"])
def test_an_edit_that_cannot_be_sealed(who: list[str], open_inputs: Path) -> None:
    place = open_inputs / "edited"
    before = snapshot(place)
    done = run_as(who, program("check", str(place), "--reseal"), place)
    refused(done, "edited", "Permission denied")
    assert snapshot(place) == before


@pytest.fixture(scope="module")
def open_inputs(inputs: Path) -> Iterator[Path]:
    """The inputs where everybody may read them, and folders that nobody may write."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "inputs")
        shutil.copytree(inputs, place)
        (place / "protected").mkdir(mode=0o555)
        shutil.copytree(inputs / "image", place / "edited")
        manifest = place / "edited" / "manifest.json"
        text = manifest.read_text().replace('"max_steps": 50', '"max_steps": 51')
        manifest.write_text(text)
        (place / "edited" / "hwsim_parameters.vh").unlink()  # written anew when it is sealed
        (place / "edited").chmod(0o555)
        for above in (place, *place.parents[:1]):
            above.chmod(0o755)
        yield place
        for protected in (place / "protected", place / "edited"):
            protected.chmod(0o755)
