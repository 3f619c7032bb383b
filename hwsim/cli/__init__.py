"""The command line: parse, one call, render, exit code."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Sequence

import click

from hwsim import __version__
from hwsim.cli import design, hardware, memory, study
from hwsim.cli.common import show_warning
from hwsim.errors import HwsimError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="hwsim")
def cli() -> None:
    """From a trained kernel associative memory to verified hardware.

    Results go to stdout, progress and notes to stderr. Exit status: 0 done and equal, 1 a
    comparison found a difference, 2 bad input or usage.
    """


for room in (study, memory, design, hardware):
    for command in room.COMMANDS:
        cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of the program `hwsim`."""
    warnings.showwarning = show_warning
    try:
        status = cli.main(args=arguments, standalone_mode=False)
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
