"""The command line: parse, one call, render, exit code."""

from __future__ import annotations

import importlib
import io
import os
import shlex
import sys
import warnings
from collections.abc import Sequence
from typing import TextIO

import click

from hwsim import __version__
from hwsim.cli.usage import Group, refusal
from hwsim.errors import HwsimError

# Which module of this room holds which command, imported when the command is called.
# In the order of the work, as help shows them.
ROOMS = {
    "demo": "study",
    "train": "memory",
    "validate": "memory",
    "export": "design",
    "recall": "design",
    "vectors": "design",
    "cosim": "hardware",
    "report": "study",
    "sweep": "study",
    "experiments": "study",
    "bench": "study",
    "doctor": "hardware",
    "schema": "schema",
    "completion": "shell",
}


class Rooms(Group):
    """A group whose commands are imported when they are needed."""

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
    comparison found a difference, 2 bad input or usage.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of the program `hwsim`."""
    warnings.showwarning = show_warning
    _print_any_name()
    typed = list(sys.argv[1:] if arguments is None else arguments)
    # A name on disk may be no text; the reports that carry the command are.
    command = shlex.join(["hwsim", *typed]).encode("utf-8", "backslashreplace").decode()
    try:
        status = cli.main(args=typed, prog_name="hwsim", standalone_mode=False, obj=command)
    except click.ClickException as error:
        status = _refuse(error)
    except HwsimError as error:
        status = _fail(str(error))
    except MemoryError:
        status = _fail("not enough memory; make neurons, patterns or the batch smaller")
    except BrokenPipeError:  # the reader, `head` say, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except UnicodeError as error:
        status = _fail(f"a name is no text: {error}; rename the file or folder")
    except OSError as error:
        status = _fail(f"{error.filename or 'input or output'}: {error.strerror or error}")
    except (KeyboardInterrupt, click.Abort):
        status = _fail("interrupted", 130)
    sys.exit(status if isinstance(status, int) else 0)


def _refuse(error: click.ClickException) -> int:
    """What was typed is no command: one line, or the help if nothing was typed."""
    # By name: click before 8.2 has no such error.
    if type(error).__name__ == "NoArgsIsHelpError":
        print(error.format_message(), file=sys.stderr)
        return 2
    return _fail(refusal(error))


def _fail(message: str, status: int = 2) -> int:
    """One line on stderr."""
    print(f"Error: {' '.join(message.split())}", file=sys.stderr)
    return status


def _print_any_name() -> None:
    """Let stdout and stderr escape what their encoding lacks, instead of failing on it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")


def show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """A warning as one line on stderr."""
    print(f"Warning: {' '.join(str(message).split())}", file=sys.stderr)
