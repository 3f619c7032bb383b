"""The ways to install hwsim, each done for real in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PINNED = ROOT / ".ci" / "constraints.txt"
OLDEST = ROOT / ".ci" / "constraints-oldest.txt"
DEBIAN = Path("/usr/bin/python3")
# The interpreter that this one's environment was made from.
BASE = Path(getattr(sys, "_base_executable", sys.executable))


@dataclass(frozen=True)
class Installation:
    """hwsim, installed.

    Attributes:
        program: the command `hwsim`.
        python: the interpreter that imports it.
        environment: what both need in their environment.
        user: command that runs the one behind it as another user; empty for this one.
    """

    program: Path
    python: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    user: Sequence[str] = ()


def run(*command: str | Path, **variables: str) -> str:
    """Run a command that must succeed; what it prints."""
    ran = subprocess.run(
        command,
        # Debian forbids --user, --target and --prefix alike without this. None touches Debian's.
        env={**os.environ, "PIP_BREAK_SYSTEM_PACKAGES": "1", **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, f"{command}\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout


def pip(python: Path, *arguments: str | Path, **variables: str) -> str:
    """Run this environment's pip for another interpreter, which need not have one."""
    return run(sys.executable, "-m", "pip", "--python", python, *arguments, **variables)


def make_venv(folder: Path, python: Path = BASE) -> Path:
    """A virtual environment without anything in it; its interpreter."""
    run(python, "-m", "venv", "--without-pip", folder)
    return folder / "bin" / "python"


def only(folder: Path, pattern: str) -> Path:
    """The one file of `folder` that matches."""
    (found,) = folder.glob(pattern)
    return found


def install_venv(wheel: Path, folder: Path, python: Path = BASE) -> Installation:
    """Into a virtual environment, which is not activated."""
    interpreter = make_venv(folder / "venv", python)
    pip(interpreter, "install", "-q", "-c", PINNED, wheel)
    return Installation(folder / "venv" / "bin" / "hwsim", interpreter)


def install_user(wheel: Path, folder: Path, python: Path = BASE) -> Installation:
    """`pip install --user`."""
    variables = {"PYTHONUSERBASE": str(folder / "user")}
    options = ("--user", "--ignore-installed", "-c", PINNED)
    pip(python, "install", "-q", *options, wheel, **variables)
    return Installation(only(folder, "user/**/bin/hwsim"), python, variables)


def install_target(wheel: Path, folder: Path, python: Path = BASE) -> Installation:
    """`pip install --target`; found through PYTHONPATH."""
    pip(python, "install", "-q", "--target", folder / "target", "-c", PINNED, wheel)
    variables = {"PYTHONPATH": str(folder / "target")}
    return Installation(only(folder, "target/bin/hwsim"), python, variables)


def install_prefix(wheel: Path, folder: Path, python: Path = BASE) -> Installation:
    """`pip install --prefix`; found through PYTHONPATH."""
    options = ("--prefix", folder / "prefix", "--ignore-installed", "-c", PINNED)
    pip(python, "install", "-q", *options, wheel)
    package = only(folder, "prefix/**/hwsim/__main__.py").parent
    variables = {"PYTHONPATH": str(package.parent)}
    return Installation(only(folder, "prefix/**/bin/hwsim"), python, variables)


def install_pipx(wheel: Path, folder: Path, python: Path = BASE) -> Installation:
    """`pipx install`."""
    interpreter = make_venv(folder / "pipx's own", python)
    pip(interpreter, "install", "-q", "pipx")
    run(
        *(interpreter, "-m", "pipx", "install", wheel, "--pip-args", f"-c '{PINNED}'"),
        PIPX_HOME=str(folder / "pipx"),
        PIPX_BIN_DIR=str(folder / "bin"),
        PIPX_MAN_DIR=str(folder / "man"),
    )
    return Installation(folder / "bin" / "hwsim", folder / "pipx/venvs/hwsim/bin/python")


def install_for_another(wheel: Path, folder: Path) -> Installation:
    """For a user who has no home: by root for another user, when this is root."""
    user: tuple[str, ...] = ()
    if os.geteuid() == 0:
        nobody = ("--reuid=65534", "--regid=65534", "--clear-groups")
        user = (shutil.which("setpriv") or "setpriv", *nobody)
    # From a shell: setpriv itself may still be allowed what the other user is not.
    shell = (*user, "sh", "-c", '"$0" -c ""')
    reachable = [python for python in (BASE, DEBIAN) if can_run((*shell, str(python)))]
    if not reachable:
        pytest.skip("no interpreter that another user may run")
    installation = install_venv(wheel, folder, reachable[0])
    return Installation(installation.program, installation.python, {"HOME": "/nonexistent"}, user)


def can_run(command: Sequence[str]) -> bool:
    """Whether a command succeeds."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
