"""What the commands share: types, options, progress bars, output.

Help, completion and a refusal load click and light modules only: whatever else a command needs, it
imports when it runs.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

import click

from hwsim.choices import NOISE
from hwsim.cli.streams import say
from hwsim.cli.types import FOLDER, NPY, NPZ
from hwsim.config import MAX_QUERIES, MAX_SEED
from hwsim.errors import InputError
from hwsim.printable import printable, told

if TYPE_CHECKING:
    from hwsim.files.marks import Kind
    from hwsim.hardware.image import Image

F = TypeVar("F", bound=Callable[..., Any])


def check_archive(output: Path, kind: Kind, force: bool) -> None:
    """Refuse before the work an archive that could not be written after it.

    Raises:
        InputError: the name does not end in .npz, nothing can be written there, or another file
            is there.
    """
    from hwsim.files import check_file

    if output.suffix != ".npz":
        raise InputError(f"output is {output}; its name must have a stem and end in .npz")
    check_file(output, kind, force=force)


def example(command: str) -> str:
    """The end of a command's help; the marker keeps click from breaking the line."""
    return f"\b\nExample:\n  {command}"


def note(text: str) -> None:
    """A line for the person, not part of the result."""
    say(text)


def command_line() -> str:
    """The command as it was typed, for a report to carry."""
    typed: str = click.get_current_context().find_root().obj
    return typed


json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
seed_option = click.option(
    "--seed",
    type=click.IntRange(0, MAX_SEED),
    default=0,
    show_default=True,
    help="Seed of everything random.",
)


force_option = click.option(
    "--force", is_flag=True, help="Replace an output file even if hwsim did not write it."
)


verify_option = click.option(
    "--verify",
    is_flag=True,
    help="First compute anew what the rules took from the image's integers, and compare.",
)


def load_image(folder: Path, verify: bool, *, outputs: bool = False) -> Image:
    """The image, verified if that is asked for, with a progress bar.

    With `outputs`, one with outputs other than the patterns will do.
    """
    from hwsim.export import folder as folders

    if not verify:
        return folders.load_image(folder, outputs=outputs)
    with progress("patterns verified") as advance:
        return folders.load_image(folder, verify=True, progress=advance, outputs=outputs)


def query_options(count: int | None) -> Callable[[F], F]:
    """--queries, or --count, --noise and --seed for noisy stored patterns.

    Args:
        count: how many there are of those; None for `enough` of them to measure a mean.
    """
    told = "  [default: as many as a second or so allows, 20 to 1,000]" if count is None else ""

    def decorate(function: F) -> F:
        for option in reversed(_query_options(count, told)):
            function = option(function)
        return function

    return decorate


def _query_options(count: int | None, told: str) -> tuple[Callable[[F], F], ...]:
    return (
        click.option("--queries", type=NPY, help="A .npy of (Q, N) spins, +1 and -1."),
        click.option(
            "--count",
            type=click.IntRange(1, MAX_QUERIES),
            default=count,
            show_default=count is not None,
            help=f"Noisy stored patterns, when no queries are given.{told}",
        ),
        click.option(
            "--noise",
            type=click.FloatRange(0, 1),
            default=NOISE,
            show_default=True,
            help="Fraction of spins flipped in each.",
        ),
        seed_option,
    )


def _on_terminal() -> bool:
    """Whether stderr is a terminal; Rich's own answer follows FORCE_COLOR, set in many a CI."""
    return sys.__stderr__ is not None and sys.stderr.isatty()  # None: closed, 2>&-


class Advance(Protocol):
    """Moves a bar on."""

    def __call__(self, done: int, total: int, told: str = "") -> None:
        """To `done` of `total`; `told` stands beside the bar."""


@contextlib.contextmanager
def progress(label: str) -> Iterator[Advance]:
    """A bar on stderr, on a terminal only; yields a callback of (done, total, words)."""
    if not _on_terminal():
        yield lambda done, total, told="": None
        return
    from rich import progress as bars
    from rich.console import Console

    columns = (
        bars.TextColumn(label),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TimeElapsedColumn(),
        bars.TimeRemainingColumn(),
        bars.TextColumn("{task.fields[told]}"),
    )
    with bars.Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(label, total=None, told="")
        yield lambda done, total, told="": bar.update(task, completed=done, total=total, told=told)


@contextlib.contextmanager
def activity(label: str) -> Iterator[Callable[[str], None]]:
    """A spinner on stderr for work of unknown length; yields a callback of what is being done."""
    if not _on_terminal():
        yield lambda text: None
        return
    from rich.console import Console
    from rich.markup import escape

    with Console(stderr=True).status(label) as status:
        yield lambda text: status.update(escape(printable(f"{label}: {text}")))


def emit(result: dict[str, Any], as_json: bool, text: Callable[[], None]) -> None:
    """Print `result` as one JSON object, or call `text` to print it for a person."""
    if as_json:
        print(json.dumps(result, default=_plain, allow_nan=False))
    else:
        text()


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "tolist"):  # NumPy's arrays and numbers
        return value.tolist()
    raise TypeError(f"{type(value).__name__} is not JSON")


def duration(seconds: float) -> str:
    """A rough time in the unit that suits it: `40 seconds`, `3 minutes`, `2.5 hours`."""
    for size, unit in ((3600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= size or size == 1:
            number = f"{seconds / size:.2g}" if seconds < 10 * size else f"{seconds / size:.0f}"
            return f"{number} {unit}{'' if number == '1' else 's'}"
    raise AssertionError


def print_table(headings: list[str], rows: list[list[str]], title: str | None = None) -> None:
    """A table on stdout; numbers to the right."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    def words(cell: str) -> Text:  # of which Rich takes no brackets for its own
        return Text(printable(cell))

    table = Table(title=None if title is None else words(title), title_justify="left")
    for index, heading in enumerate(headings):
        justify: Literal["left", "right"] = "left" if index == 0 else "right"
        table.add_column(words(heading), justify=justify, overflow="fold")  # no letter is lost
    for row in rows:
        table.add_row(*map(words, row))
    console = Console(width=None if sys.stdout.isatty() else 120)
    with console.capture() as shown:  # printed by us: Rich ends the program when nobody reads
        console.print(table)
    print(shown.get(), end="")


def in_list(values: Iterable[float]) -> str:
    """Numbers as `numbers` reads them."""
    return ",".join(f"{value:g}" for value in values)


def numbers(text: str, name: str) -> list[float]:
    """Numbers separated by commas.

    Raises:
        InputError: a piece is not a number.
    """
    try:
        return [float(piece) for piece in text.split(",") if piece.strip()]
    except ValueError as error:
        raise InputError(
            f"{name} is {told(text)}; it must be numbers separated by commas, like 0,0.1,0.2"
        ) from error


def output_option(metavar: str, help_text: str) -> Callable[[F], F]:
    """The required -o option."""
    return click.option(
        "-o",
        "--output",
        type=NPZ if metavar.endswith(".npz") else FOLDER,
        required=True,
        metavar=metavar,
        help=help_text,
    )


def silence_matplotlib() -> None:
    """Where it keeps its own files, and how long it looks for fonts, nobody has asked."""
    import logging  # not for help

    logging.getLogger("matplotlib").setLevel(logging.ERROR)
