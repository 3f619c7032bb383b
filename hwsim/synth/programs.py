"""Yosys and nextpnr: their YoWASP packages, or the programs on the PATH.

The packages go first: they were installed for hwsim, at versions that it knows, while a
distribution's Yosys may be years older.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from hwsim.cosim.simulators import find_program
from hwsim.cosim.surroundings import Surroundings
from hwsim.errors import ToolError

REMEDY: Final = f"{sys.executable} -m pip install 'hwsim[synth]'"
# Older ones print their statistics in other words and tell of no scopes.
OLDEST_YOSYS: Final = (0, 40)
_SECONDS: Final = 4 * 3600.0  # a hundred times what the largest that fits takes


def command(program: str) -> tuple[list[str], str]:
    """How to start a program, and which one it is.

    Raises:
        ToolError: it is neither in a package nor on the PATH, or is too old; the message has the
            remedy.
    """
    package = f"yowasp_{program.replace('-', '_')}"
    if importlib.util.find_spec(package) is None:
        return _on_the_path(program, package.replace("_", "-"))
    entry = f"run_{program.replace('-', '_')}"
    start = f"import sys, {package}; sys.exit({package}.{entry}(sys.argv[1:]))"
    version = importlib.metadata.version(package.replace("_", "-"))
    return [sys.executable, "-I", "-c", start], f"{package.replace('_', '-')} {version}"


def _on_the_path(program: str, package: str) -> tuple[list[str], str]:
    if (found := find_program(program)) is None:
        raise ToolError(
            f"{program} is not on the PATH and {package} is not installed; "
            f"install it with: {REMEDY}"
        )
    if program == "yosys" and (version := _yosys_version(found)) < OLDEST_YOSYS:
        older = f"{found} is Yosys {'.'.join(map(str, version))}" if version else f"{found} is none"
        oldest = ".".join(map(str, OLDEST_YOSYS))
        raise ToolError(f"{older}; hwsim needs {oldest} or newer; install one with: {REMEDY}")
    return [found], found


def _yosys_version(program: str) -> tuple[int, ...]:
    """Its first two numbers; nothing of a program that does not say."""
    try:
        told = subprocess.run([program, "-V"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    found = re.match(r"Yosys (\d+)\.(\d+)", told.stdout)
    return tuple(map(int, found.groups())) if found else ()


def run(
    surroundings: Surroundings, program: str, arguments: list[str], log: str
) -> tuple[int, str]:
    """Run a program in the folder of `surroundings`; its exit status and what it printed.

    Raises:
        ToolError: it is missing, does not start or hangs.
    """
    start, _ = command(program)
    # YoWASP compiles its programs once and keeps that, which takes longer than small designs do.
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    extra = {"YOWASP_CACHE_DIR": str(home / "YoWASP")}
    status = surroundings.run([*start, *arguments], log, extra=extra, seconds=_SECONDS)
    return status, (surroundings.folder / log).read_text(errors="replace")
