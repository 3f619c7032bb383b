"""Designs side by side: images of a memory, or the points of a sweep."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hwsim.choices import NOISES_AND_NONE
from hwsim.cli.common import (
    emit,
    example,
    in_list,
    json_option,
    numbers,
    print_table,
    progress,
    seed_option,
)
from hwsim.cli.streams import say, tell
from hwsim.cli.types import FOLDER, NPZ
from hwsim.config import MAX_QUERIES
from hwsim.errors import InputError

if TYPE_CHECKING:
    from hwsim.comparison import Compared
    from hwsim.report.document import Cell

MOST_TOLD = 8  # lines; page, JSON and CSV have all


@click.command(
    short_help="Hold designs side by side: what each recalls and takes, and who beats whom.",
    epilog=example("hwsim compare image other -o comparison"),
)
@click.argument("folders", type=FOLDER, nargs=-1, required=True, metavar="IMAGE…|SWEEP")
@click.option(
    "--noise", default=in_list(NOISES_AND_NONE), show_default=True, metavar="LIST",
    help="Fractions of spins flipped; energy and cycles are counted at the middle one.",
)  # fmt: skip
@click.option(
    "--count", type=click.IntRange(1, MAX_QUERIES), default=200, show_default=True,
    help="Recalls of each image at each noise.",
)  # fmt: skip
@seed_option
@click.option("--memory", type=NPZ, help="The float memory of the images, to stand beside them.")
@click.option(
    "--technology", type=str, metavar="NAME|FILE.toml", help="Energy table, built in or your own."
)
@click.option(
    "--synthesis", "syntheses", type=FOLDER, multiple=True, metavar="DIR",
    help="What hwsim synth -o left of one of the images: adds cells and clock; may be repeated.",
)  # fmt: skip
@click.option("--clock", type=float, metavar="MHZ", help="Adds latency and throughput.")
@click.option(
    "-o", "--output", type=FOLDER, metavar="DIR",
    help="Gets one page with pictures, and Markdown, JSON and CSV; an older one is replaced.",
)  # fmt: skip
@click.option("--csv", "as_csv", is_flag=True, help="The table as CSV on stdout.")
@json_option
@click.pass_context
def compare(
    context: click.Context,
    folders: tuple[Path, ...],
    noise: str,
    count: int,
    seed: int,
    memory: Path | None,
    technology: str | None,
    syntheses: tuple[Path, ...],
    clock: float | None,
    output: Path | None,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Hold images, or the designs of a sweep, side by side.

    Accuracy at each noise, memory, energy, cycles, time at the clock; nearest-pattern search as a
    row of its own; which designs are on a front, which are beaten in everything, and a warning for
    one that is larger than another and no better.
    """
    from hwsim.api.compare import compare as held
    from hwsim.api.compare import the_sweep
    from hwsim.files import check_folder

    if as_csv and as_json:
        raise InputError("--csv and --json both print to stdout; leave one out")
    if output is not None:
        check_folder(output, "comparison")
    sweep = the_sweep(folders)
    if sweep:
        for name in ("noise", "count", "seed", "memory", "technology", "syntheses"):
            if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
                option = {"syntheses": "synthesis"}.get(name, name)
                raise InputError(
                    f"--{option} is for images; a sweep was measured already, with what its file "
                    "says"
                )
    with progress("images and noises") as advance:
        found = held(
            folders[0] if sweep else folders,
            memory=memory,
            noise=numbers(noise, "noise"),
            queries=count,
            seed=seed,
            technology=technology,
            clock_mhz=clock,
            syntheses=syntheses,
            progress=advance,
        )
    if output is not None:
        from hwsim.report.comparison import PAGE, write_comparison

        write_comparison(output, found)
    if found.missing:
        say(f"Warning: {found.missing}")
    for words in found.warnings[:MOST_TOLD]:
        say(f"Warning: {words}")
    if len(found.warnings) > MOST_TOLD:
        say(f"Warning: {len(found.warnings)} designs in all are larger than another and no better")
    if as_csv:
        print(found.to_csv(), end="")
        return

    def text() -> None:
        print_comparison(found)
        if output is not None:
            tell(f"{found.note}: {output / PAGE}")

    emit(found.to_dict() | ({} if output is None else {"output": output}), as_json, text)


def print_comparison(compared: Compared) -> None:
    """A table a task, and which engines another one, or a search, beats in everything."""
    from hwsim.report.comparison import (
        SYNTHESIS,
        SYNTHESIZED,
        cells_of,
        columns_of,
        syntheses,
    )

    for contest in compared.contests:
        print_table(columns_of(contest), _texts(cells_of(contest)), title=contest.task)
        if made := syntheses(contest):
            print_table([*SYNTHESIS], _texts(made), title=SYNTHESIZED)
        engines = {each.name for each in contest.engines}
        beaten = {
            name: rivals
            for name, others in contest.dominated.items()
            if name in engines and (rivals := [other for other in others if other in engines])
        }
        for name, rivals in [*beaten.items()][:MOST_TOLD]:
            more = f" and {len(rivals) - 1} more" if len(rivals) > 1 else ""
            tell(f"{name} is beaten in everything by {rivals[0]}{more}")
        if len(beaten) > MOST_TOLD:
            tell(f"and {len(beaten) - MOST_TOLD} more, {len(beaten)} in all")
        if contest.search_words:
            tell(contest.search_words)


def _texts(rows: list[list[Cell]]) -> list[list[str]]:
    return [[cell if isinstance(cell, str) else cell.text for cell in row] for row in rows]
