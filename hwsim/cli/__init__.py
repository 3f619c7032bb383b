"""The command line: parse, one call, render, exit code."""

from __future__ import annotations

import contextlib
import importlib
import os
import shlex
import sys
import warnings
from collections.abc import Iterator, Sequence
from typing import Any, TextIO

import click

from hwsim import __version__
from hwsim.cli.streams import say, silence, standard_streams
from hwsim.cli.usage import Group, refusal
from hwsim.errors import HwsimError
from hwsim.interrupts import guarded

# Which module of this room holds which command, imported when the command is called.
# In the order of the work, as help shows them.
ROOMS = {
    "demo": "study",
    "train": "memory",
    "tune": "tune",
    "validate": "memory",
    "export": "design",
    "recall": "design",
    "vectors": "design",
    "cosim": "hardware",
    "diff": "diff",
    "watch": "watch",
    "synth": "synth",
    "report": "study",
    "compare": "compare",
    "faults": "bit_faults",
    "sweep": "study",
    "experiments": "experiments",
    "bench": "bench",
    "check": "check",
    "doctor": "hardware",
    "warm": "warm",
    "schema": "schema",
    "completion": "shell",
}


class _ReaderGone(Exception):  # noqa: N818 - nothing is wrong
    """Whoever read our output, `head` say, has seen enough."""


@contextlib.contextmanager
def _read_or_not() -> Iterator[None]:
    """Keep two errors from click, which makes an exit with 1 of them: here, a difference."""
    try:
        yield
    except BrokenPipeError as error:
        raise _ReaderGone from error
    except EOFError as error:
        raise RuntimeError(f"end of a file: {error}") from error


class Rooms(Group):
    """A group whose commands are imported when they are needed."""

    def make_context(self, *args: Any, **others: Any) -> click.Context:
        """The arguments parsed."""
        with _read_or_not():
            return super().make_context(*args, **others)

    def invoke(self, ctx: click.Context) -> Any:
        """What the command returns."""
        with _read_or_not():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context | None) -> list[str]:
        """All names, in order."""
        return list(ROOMS)

    def get_command(self, ctx: click.Context | None, cmd_name: str) -> click.Command | None:
        """The command, or None if there is no such name."""
        if cmd_name not in ROOMS:
            return None
        room = importlib.import_module(f"hwsim.cli.{ROOMS[cmd_name]}")
        command: click.Command = getattr(room, cmd_name)
        return command


@click.group(
    cls=Rooms,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="hwsim")
def cli() -> None:
    """From a trained kernel associative memory to verified hardware.

    Results go to stdout, progress and notes to stderr. Exit status: 0 done and equal, 1 a
    comparison found a difference, 2 bad input or usage, 3 a fault of hwsim itself; 130 and 143 when
    it was interrupted or terminated.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program on `arguments`, else on what was typed, and exit with its status."""
    sys.exit(guarded(lambda: run(arguments)))


def run(arguments: Sequence[str] | None = None) -> int:
    """The exit status of the program on `arguments`, else on what was typed."""
    warnings.showwarning = show_warning
    _clean_environment()
    typed = list(sys.argv[1:] if arguments is None else arguments)
    # A name on disk may be no text; the reports that carry the command are.
    command = shlex.join(["hwsim", *typed]).encode("utf-8", "backslashreplace").decode()
    status = 0
    try:
        with standard_streams():
            status = _status(typed, command)
    except HwsimError as error:
        return _fail(str(error))
    except (Exception, SystemExit) as error:
        from hwsim.cli.faults import STATUS, fault

        return _fail(fault(error, f"hwsim {__version__}: {command}"), STATUS)
    return status


def _clean_environment() -> None:
    """Take away what would only end a library's start."""
    os.environ.pop("MPLBACKEND", None)  # no window is opened, and matplotlib ends on a wrong name
    if os.environ.get("NUMPY_MADVISE_HUGEPAGE") not in ("0", "1"):  # as does NumPy
        os.environ.pop("NUMPY_MADVISE_HUGEPAGE", None)


def _status(typed: list[str], command: str) -> int:
    """The status of a command that ended in any way but a fault of ours."""
    try:
        status = cli.main(args=typed, prog_name="hwsim", standalone_mode=False, obj=command)
    except click.ClickException as error:
        return _refuse(error)
    except HwsimError as error:
        return _fail(str(error))
    except MemoryError:
        return _fail("not enough memory; make neurons, patterns or the batch smaller")
    except SystemExit as error:  # click's, when a shell has asked what there is
        if error.code:
            raise
        return 0
    except _ReaderGone:
        silence(sys.stdout)
        return 0
    except UnicodeError as error:
        return _fail(f"a name is no text: {error}; rename the file or folder")
    except OSError as error:
        if error.filename is None:
            silence(sys.stdout)
        where = error.filename or "cannot write standard output"
        return _fail(f"{where}: {error.strerror or error}")
    return status if isinstance(status, int) else 0


def _refuse(error: click.ClickException) -> int:
    """What was typed is no command: one line, or the help if nothing was typed."""
    # By name: click before 8.2 has no such error.
    if type(error).__name__ == "NoArgsIsHelpError":
        print(error.format_message(), file=sys.stderr)
        return 2
    return _fail(refusal(error))


def _fail(message: str, status: int = 2) -> int:
    """One line on stderr."""
    say(f"Error: {message}")
    return status


def show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """A warning as one line on stderr."""
    say(f"Warning: {message}")
