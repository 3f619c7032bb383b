"""What is installed, what is missing, and the command that mends it."""

from __future__ import annotations

import importlib.metadata
import platform
import subprocess
import sys
from dataclasses import dataclass

from hwsim.cache import cache_home, is_usable
from hwsim.cosim.simulators import (
    LIBPYTHON_REMEDY,
    PROGRAMS,
    find_program,
    libpython,
    source_folder,
    verilator_root,
)
from hwsim.errors import ToolError
from hwsim.hardware.fast.native import compiled_library
from hwsim.hardware.fast.native.recall import tables
from hwsim.hardware.fast.processor import processor_features, processor_name


@dataclass(frozen=True)
class Finding:
    """One thing hwsim uses.

    Attributes:
        name: as a person knows it.
        needed_for: the commands that use it.
        required: whether the main job needs it.
        version: what was found, None if missing.
        remedy: the command that installs it.
    """

    name: str
    needed_for: str
    required: bool
    version: str | None
    remedy: str


_PACKAGES = (
    ("numpy", "everything", True),
    ("bitarray", "the specification", True),
    ("cffi", "the fast model", True),
    ("numba", "the fast model without compiled C", True),
    ("cocotb", "hwsim cosim", True),
    ("matplotlib", "reports", True),
    ("scipy", "training", True),
    ("scikit-learn", "the digits data set", True),
    ("distributed", "hwsim sweep --scheduler", False),
    ("faiss-cpu", "one more contender in hwsim bench", False),
)

_SIMULATORS = (
    ("icarus", "-V", "hwsim cosim", True),
    ("verilator", "--version", "hwsim cosim --sim verilator", False),
)


def examine() -> list[Finding]:
    """Look for Python, the packages and the programs."""
    findings = [
        Finding("python", "everything", True, platform.python_version(), "install Python 3.11")
    ]
    for name, purpose, required in _PACKAGES:
        try:
            version: str | None = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            version = None
        findings.append(
            Finding(name, purpose, required, version, f"{sys.executable} -m pip install {name}")
        )
    findings += [_processor(), _compiled()]
    for simulator, flag, purpose, required in _SIMULATORS:
        (name, *_), remedy = PROGRAMS[simulator]
        findings.append(Finding(name, purpose, required, _program_version(name, flag), remedy))
    findings.append(_for_kits())
    findings.append(Finding("libpython", "hwsim cosim", True, libpython(), LIBPYTHON_REMEDY))
    try:
        sources: str | None = str(source_folder("rtl"))
        remedy = ""
    except ToolError as error:
        sources, remedy = None, str(error)
    findings.append(Finding("Verilog sources", "hwsim cosim", True, sources, remedy))
    home = cache_home()
    kept = str(home) if home is not None and is_usable(home) else None
    remedy = "set NUMBA_CACHE_DIR to a folder of your own"
    findings.append(Finding("folder for compiled code", "a quick start", False, kept, remedy))
    return findings


def _for_kits() -> Finding:
    """Verilator as a kit finds it: on the PATH alone, where its Python package puts none."""
    root = verilator_root()
    version = None if root is not None else _program_version("verilator", "--version")
    remedy = "apt-get install verilator make g++ perl"
    if root is not None:
        remedy = f'export VERILATOR_ROOT={root} PATH="{root}/bin:$PATH"'
    purpose = "sh simulate.sh verilator of a kit"
    return Finding("verilator on the PATH", purpose, False, version, remedy)


def _processor() -> Finding:
    """Its name and what the paths of the C can use of it."""
    has = f"{processor_name()}: {' '.join(processor_features())}".rstrip(": ")
    return Finding("processor", "everything", True, has, "")


def _compiled() -> Finding:
    """The paths that run here, the one that is taken first."""
    remedy = "apt-get install gcc libc6-dev python3-dev, then install hwsim again"
    try:
        compiled, paths = compiled_library(), " ".join(tables())
    except ToolError as error:
        compiled, remedy = None, str(error)
    found = None
    if compiled is not None:
        by = compiled.ffi.string(compiled.lib.hwsim_compiler()).decode()
        found = f"{by}; runs here: {paths}"
    return Finding("compiled C", "the fast model at once and at speed", False, found, remedy)


def _program_version(name: str, flag: str) -> str | None:
    path = find_program(name)
    if path is None:
        return None
    try:
        done = subprocess.run([path, flag], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolError(f"{path} does not run: {error}; install {name} again") from error
    lines = (done.stdout + done.stderr).strip().splitlines()
    return lines[0].strip() if lines else "unknown version"
