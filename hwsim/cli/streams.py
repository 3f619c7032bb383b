"""Standard input, output and error as they should be, whatever the shell made of them."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from typing import TextIO

from hwsim.errors import InputError
from hwsim.printable import printable

LONGEST = 640  # characters of a message: a person reads it; what mends an image takes most


@contextlib.contextmanager
def standard_streams() -> Iterator[None]:
    """Open what is closed, let names be printed that the encoding lacks, and flush at the end.

    Raises:
        InputError: what was printed cannot be written: the disk is full, or the output closed.
    """
    _open_closed()
    for stream in (sys.stdout, sys.stderr):
        # surrogateescape, which the C locale brings, knows of odd bytes alone, not of micro signs.
        if isinstance(stream, io.TextIOWrapper) and stream.errors in ("strict", "surrogateescape"):
            stream.reconfigure(errors="backslashreplace")
    yield
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        silence(sys.stdout)
    except OSError as error:
        silence(sys.stdout)
        raise InputError(f"cannot write standard output: {error.strerror or error}") from error


def _open_closed() -> None:
    """Give the numbers 0, 1 and 2 to nothing else.

    A file opened next would get a closed one's number, and with it all that libraries and
    simulators print there.
    """
    # Closed input and output fail when they are used, as with any program; messages are dropped.
    for number, mode in ((0, os.O_WRONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.dup2(opened := os.open(os.devnull, mode), number)
            if opened != number:
                os.close(opened)
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - to the end
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def silence(stream: TextIO) -> None:
    """Drop what is printed from now on, and what could not be: Python would try again at exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def tell(text: str) -> None:
    """A result for a person, on stdout: names in it are shown, and no terminal obeys them."""
    print(printable(text))


def say(line: str) -> None:
    """One line on stderr, whatever it holds; a long one without its middle."""
    text = printable(" ".join(line.split()))
    if len(text) > LONGEST:  # what is wrong stands first, the remedy last
        text = f"{text[: LONGEST * 5 // 8]} … {text[-LONGEST * 3 // 8 + 3 :]}"
    try:
        print(text, file=sys.stderr)
    except OSError:  # full or gone; the status still tells
        silence(sys.stderr)
