"""The folder and the environment that simulators run in: of our making, whatever the person's are.

Icarus and make pass file names through a shell, and cocotb heeds some forty variables. So a tool
runs inside its folder and is given names in it alone, short and plain ones: what lies elsewhere is
linked or copied there. Of the person's environment it sees where programs are, nothing else.
"""

from __future__ import annotations

import contextlib
import importlib.machinery
import importlib.util
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hwsim.cosim.simulators import find_program, libpython, search_path, verilator_root
from hwsim.errors import ToolError

_PROGRAMS: Final = "programs"  # names in the folder
_COCOTB: Final = "cocotb_package"
_VERILATOR: Final = "verilator"

# Lists of files in cocotb's variables are split at some characters; a shell has a use for others.
_PLAIN: Final = re.compile(r"[A-Za-z0-9_./+-]*")


@dataclass(frozen=True)
class Surroundings:
    """A folder to run tools in.

    Attributes:
        folder: it exists.
        environment: all that a tool's process has of one.
    """

    folder: Path
    environment: Mapping[str, str]

    @classmethod
    def make(cls, folder: Path, simulator: str) -> Surroundings:
        """Make `folder` ready for a simulator that is there.

        Raises:
            ToolError: the folder cannot be written, or make cannot build in it.
        """
        if simulator == "verilator" and not is_plain(folder):
            raise ToolError(
                f"make cannot build in {folder}; choose a folder whose path has letters, digits, "
                "_, . and - alone"
            )
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _write_interpreters(folder / _PROGRAMS)
        except OSError as error:
            raise ToolError(f"cannot compile in {folder}: {error.strerror or error}") from error
        # Relative to the folder, where every tool runs: its own name may have any character.
        environment = {
            "PATH": os.pathsep.join([_PROGRAMS, *search_path()]),
            "HOME": ".",
            "TMPDIR": ".",
            "LANG": "C.UTF-8",
        }
        root = verilator_root() if simulator == "verilator" else None
        if root is not None:
            environment["VERILATOR_ROOT"] = plain_name(folder, root, _VERILATOR)
        if library_path := _needed_library_path(simulator, folder, environment):
            environment["LD_LIBRARY_PATH"] = library_path
        return cls(folder, environment)

    def run(
        self,
        command: Sequence[str],
        log: str,
        *,
        extra: Mapping[str, str] | None = None,
        seconds: float,
    ) -> int:
        """Run a tool to its end, or end it and all that it started, with this process at last.

        Args:
            command: the program's name or path, and its arguments.
            log: name of the file for what it prints.
            extra: environment variables besides ours.
            seconds: of wall-clock time, after which it hangs.

        Returns:
            Its exit status; that of a process ended by a signal is negative.

        Raises:
            ToolError: the program does not start, or hangs.
        """
        program = find_program(command[0]) or command[0]
        with _group() as group:
            try:
                with (self.folder / log).open("wb") as output:
                    process = subprocess.Popen(
                        [program, *command[1:]],
                        cwd=self.folder,
                        env={**self.environment, **(extra or {})},
                        stdin=subprocess.DEVNULL,
                        stdout=output,
                        stderr=subprocess.STDOUT,
                        process_group=group,
                    )
            except OSError as error:
                raise ToolError(
                    f"{command[0]} does not start: {error.strerror or error}"
                ) from error
            try:
                return process.wait(seconds)
            except subprocess.TimeoutExpired as error:
                raise ToolError(
                    f"{command[0]} hangs, or the machine is far too slow: "
                    f"ended after {seconds:.0f} s"
                ) from error
            finally:
                os.killpg(group, signal.SIGKILL)  # what it has left behind
                process.wait()

    def cocotb_environment(self, python_path: Path) -> dict[str, str]:
        """What cocotb needs to start this process's interpreter within a simulator.

        Args:
            python_path: folder of the testbenches.
        """
        library = plain_name(self.folder, Path(libpython() or ""), "libpython.so")
        home = cocotb_home()
        # The extension by which cocotb enters Python; cocotb 2.0 enters it without being told.
        inside = plain_name(self.folder, home, _COCOTB)
        entry = f"{inside}/{_extension(home, 'simulator')},initialize"
        paths = [
            plain_name(self.folder, python_path, "testbench"),
            *_standard_library(),
            plain_name(self.folder, home.parent, "python_packages"),
        ]
        return {
            "PYTHONPATH": os.pathsep.join(paths),
            "PYTHONSAFEPATH": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYGPI_PYTHON_BIN": sys.executable,
            "GPI_USERS": f"{library};{entry}",
            "LIBPYTHON_LOC": library,  # cocotb 2.0
            "COCOTB_ANSI_OUTPUT": "0",
            # Our testbenches' failures need no assertions rewritten by pytest, should it be there.
            "COCOTB_REWRITE_ASSERTION_FILES": "",
            "TOPLEVEL_LANG": "verilog",
        }

    def cocotb_libraries(self) -> str:
        """The folder of cocotb's libraries, by a name that passes through make and a shell."""
        return f"{plain_name(self.folder, cocotb_home(), _COCOTB)}/libs"


def cocotb_home() -> Path:
    """The folder of cocotb, which is not imported here: that heeds variables of its own.

    Raises:
        ToolError: it is not installed.
    """
    package = importlib.util.find_spec("cocotb")
    if package is None or package.origin is None:
        raise ToolError(
            f"cocotb is not installed; install it with: {sys.executable} -m pip install cocotb"
        )
    return Path(package.origin).parent


def _extension(home: Path, name: str) -> str:
    """File name of a compiled module of a package."""
    names = [f"{name}{suffix}" for suffix in importlib.machinery.EXTENSION_SUFFIXES]
    return next((name for name in names if (home / name).exists()), names[0])


def is_plain(path: Path) -> bool:
    """Whether an absolute path has no character that some tool takes for something else."""
    return _PLAIN.fullmatch(str(path.resolve())) is not None


def plain_holder() -> Path | None:
    """Where to make a scratch folder: None for the usual place, unless another's name is plainer.

    make builds in no folder whose path has a space.
    """
    if is_plain(Path(tempfile.gettempdir())):
        return None
    others = map(Path, ("/tmp", "/var/tmp", "/dev/shm"))
    return next((path for path in others if os.access(path, os.W_OK | os.X_OK)), None)


def plain_name(folder: Path, path: Path, name: str) -> str:
    """A name of `path` without a special character: its own, or that of a link in `folder`.

    Args:
        folder: where the tools run.
        path: what to name.
        name: of the link.
    """
    path = path.absolute()
    if _PLAIN.fullmatch(str(path)):
        return str(path)
    link(path, folder / name)
    return f"./{name}"  # a library's without a folder would be looked for elsewhere


def link(path: Path, name: Path) -> None:
    """Make `name` a symbolic link to `path`, in place of what an earlier build left."""
    name.parent.mkdir(parents=True, exist_ok=True)
    name.unlink(missing_ok=True)
    name.symlink_to(path.absolute())


def copy_sources(sources: Sequence[Path], folder: Path, name: str) -> list[str]:
    """Copy source files to the subfolder `name`; their names there.

    Raises:
        ToolError: a name has characters that a tool would take for something else.
    """
    (folder / name).mkdir(exist_ok=True)
    for source in sources:
        if not _PLAIN.fullmatch(source.name):
            raise ToolError(
                f"{source} has a name that simulators misread; rename it with letters, digits, "
                "_ and - alone"
            )
        shutil.copyfile(source, folder / name / source.name)
    return [f"{name}/{source.name}" for source in sources]


def _write_interpreters(programs: Path) -> None:
    """`python` and `python3`, which Verilator's makefile calls, are this process's interpreter."""
    programs.mkdir(exist_ok=True)
    for name in ("python", "python3"):
        script = programs / name
        script.write_bytes(
            b'#!/bin/sh\nexec %b -I "$@"\n' % os.fsencode(shlex.quote(sys.executable))
        )
        script.chmod(0o755)


def _standard_library() -> list[str]:
    """Python's own modules on sys.path: before other people's packages, as there."""
    own = {sysconfig.get_path("stdlib"), sysconfig.get_config_var("DESTSHARED")}
    return [entry for entry in sys.path if entry in own]


@contextlib.contextmanager
def _group() -> Iterator[int]:
    """A process group that ends with the block, and with this process, even of a kill -9.

    Its first process waits to read from this one: nothing ever comes but the end, when this process
    is no more.
    """
    watch = subprocess.Popen(
        ["/bin/sh", "-c", "read _; kill -9 0"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        process_group=0,
    )
    with watch:
        try:
            yield watch.pid
        finally:
            os.killpg(watch.pid, signal.SIGKILL)


def _needed_library_path(
    simulator: str, folder: Path, environment: Mapping[str, str]
) -> str | None:
    """The person's LD_LIBRARY_PATH if the simulator does not start without, as some modules' do."""
    theirs = os.environ.get("LD_LIBRARY_PATH")
    if not theirs:
        return None
    name, flag = {"icarus": ("vvp", "-V"), "verilator": ("verilator", "--version")}[simulator]
    for variables in (environment, {**environment, "LD_LIBRARY_PATH": theirs}):
        with contextlib.suppress(OSError):
            done = subprocess.run(
                [find_program(name) or name, flag], cwd=folder, env=variables, capture_output=True,
                stdin=subprocess.DEVNULL, check=False,
            )  # fmt: skip
            if done.returncode == 0:
                return variables.get("LD_LIBRARY_PATH")
    return None
