"""What the wheel and the sdist hold, and that the oldest allowed dependencies are those tested."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.version import Version

from tests.packaging.conftest import build, unpacked
from tests.tools import require_tool

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


COMPILED = "hwsim/hardware/fast/native/_library.abi3.so"


def in_wheel(file: str) -> str:
    """Where a file of the repository lies in the wheel."""
    return f"hwsim/_sources/{file}" if file.startswith(("rtl/", "cosim/")) else file


@pytest.fixture(scope="module")
def tracked() -> set[str]:
    """What git tracks here and has not been deleted."""
    git = require_tool("git")
    if not (ROOT / ".git").exists():
        pytest.skip("an unpacked sdist has no list to compare with")
    listed = subprocess.run(
        [
            *(git, "-c", "safe.directory=*"),
            *("ls-files", "-z", "--cached", "--others", "--exclude-standard"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    return {name for name in listed if name and (ROOT / name).exists()}


def test_the_sdist_holds_all_that_git_tracks(sdist: Path, tracked: set[str]) -> None:
    with tarfile.open(sdist) as archive:
        held = {member.name.split("/", 1)[1] for member in archive if member.isfile()}
    assert held - tracked == {"PKG-INFO"}
    assert tracked - held == set()


def test_an_unpacked_sdist_is_as_good_as_a_checkout(sdist: Path) -> None:
    require_tool("iverilog")
    folder = unpacked(sdist)  # the wheel was built from it
    where = "from hwsim.cosim.simulators import source_folder; print(source_folder('rtl'))"
    for command, answer in (
        (("-c", where), f"{folder}/rtl\n"),
        (("-m", "pytest", "--collect-only", "-q", "tests"), "tests/rtl/test_engine.py"),
        (("-m", "pytest", "-q", "tests/cosim", "-k", "path_the_simulator"), "1 passed"),
        (("-m", "pytest", "-q", "tests/experiments/test_result.py"), " passed"),
    ):
        ran = subprocess.run(
            [sys.executable, *command],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(folder)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert answer in ran.stdout
    assert (folder / "Makefile").exists()


def test_the_wheel_holds_the_package_with_verilog_and_testbenches(
    wheel: Path, tracked: set[str]
) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    wanted = {in_wheel(name) for name in tracked if name.startswith(("hwsim/", "rtl/", "cosim/"))}
    assert held - wanted == {COMPILED}
    assert wanted - held == set()
    assert wheel.name.endswith(f"-cp311-abi3-linux_{platform.machine()}.whl")
    assert {"hwsim/_sources/rtl/hwsim_engine.v", "hwsim/_sources/cosim/bench.py"} <= held


def test_without_a_compiler_the_wheel_is_every_machines(sdist: Path, tmp_path: Path) -> None:
    wheel = build("wheel", unpacked(sdist), tmp_path, CC="false")
    assert wheel.name.endswith("-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    assert COMPILED not in held
    assert COMPILED.replace("_library.abi3.so", "interface.h") in held


def test_the_wheel_puts_nothing_outside_its_folder(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert tops == {"hwsim", f"hwsim-{PROJECT['version']}.dist-info"}


def normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_oldest_versions_tested_are_the_oldest_allowed() -> None:
    extras = PROJECT["optional-dependencies"]
    floors = {}
    for requirement in [*PROJECT["dependencies"], *extras["cluster"], *extras["bench"]]:
        found = re.match(r"([\w.-]+)>=([\d.]+)", requirement)
        assert found, f"{requirement} has no floor"
        floors[normalized(found[1])] = Version(found[2])
    lines = (ROOT / ".ci" / "constraints-oldest.txt").read_text().splitlines()
    pins = dict(line.split("==") for line in lines)
    assert {normalized(name): Version(version) for name, version in pins.items()} == floors
