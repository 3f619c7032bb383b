"""The command line: parse, one call, render, exit code."""

from __future__ import annotations

import importlib
import os
import shlex
import sys
import warnings
from collections.abc import Sequence

import click

from hwsim import __version__
from hwsim.cli.common import show_warning
from hwsim.errors import HwsimError

# Which module of this room holds which command; imported when the command is called, so that
# none waits for another's libraries.
ROOMS = {
    "bench": "study",
    "cosim": "hardware",
    "demo": "study",
    "doctor": "hardware",
    "experiments": "study",
    "export": "design",
    "recall": "design",
    "report": "study",
    "sweep": "study",
    "train": "memory",
    "validate": "memory",
    "vectors": "design",
}


class Rooms(click.Group):
    """A group whose commands are imported when they are needed."""

    def list_commands(self, ctx: click.Context | None) -> list[str]:
        """All names, in order."""
        return sorted(ROOMS)

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
    typed = list(sys.argv[1:] if arguments is None else arguments)
    try:
        status = cli.main(args=typed, standalone_mode=False, obj=shlex.join(["hwsim", *typed]))
    except click.ClickException as error:
        status = _fail(error.format_message())
    except HwsimError as error:
        status = _fail(str(error))
    except MemoryError:
        status = _fail("not enough memory; make neurons, patterns or the batch smaller")
    except BrokenPipeError:  # the reader, `head` say, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except OSError as error:
        status = _fail(f"{error.filename or 'input or output'}: {error.strerror or error}")
    except (KeyboardInterrupt, click.Abort):
        status = _fail("interrupted", 130)
    sys.exit(status if isinstance(status, int) else 0)


def _fail(message: str, status: int = 2) -> int:
    """One line on stderr."""
    print(f"Error: {' '.join(message.split())}", file=sys.stderr)
    return status
