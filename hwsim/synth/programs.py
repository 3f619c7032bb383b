"""Yosys and nextpnr: the programs on the PATH, or their YoWASP packages."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import sys
from pathlib import Path
from typing import Final

from hwsim.cosim.simulators import find_program
from hwsim.cosim.surroundings import Surroundings
from hwsim.errors import ToolError

REMEDY: Final = f"{sys.executable} -m pip install 'hwsim[synth]'"
_SECONDS: Final = 4 * 3600.0  # a hundred times what the largest that fits takes


def command(program: str) -> tuple[list[str], str]:
    """How to start a program, and which one it is.

    Raises:
        ToolError: it is neither on the PATH nor in a package; the message has the remedy.
    """
    if (found := find_program(program)) is not None:
        return [found], found
    package = f"yowasp_{program.replace('-', '_')}"
    if importlib.util.find_spec(package) is None:
        raise ToolError(
            f"{program} is not on the PATH and {package.replace('_', '-')} is not installed; "
            f"install it with: {REMEDY}"
        )
    entry = f"run_{program.replace('-', '_')}"
    start = f"import sys, {package}; sys.exit({package}.{entry}(sys.argv[1:]))"
    version = importlib.metadata.version(package.replace("_", "-"))
    return [sys.executable, "-I", "-c", start], f"{package.replace('_', '-')} {version}"


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
