"""A recall in the terminal, step by step."""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hwsim.cli.common import emit, example, force_option, json_option, note
from hwsim.cli.streams import tell
from hwsim.cli.types import FOLDER, NPY, SVG, Between
from hwsim.config import MAX_NEURONS, MAX_QUERIES
from hwsim.printable import told

if TYPE_CHECKING:
    from hwsim.hardware.trajectory import Trajectory

    _ParamType = click.ParamType[tuple[int, int]]  # generic only in later versions of click
else:
    _ParamType = click.ParamType


class Shape(_ParamType):
    """Rows and columns, typed 8x8."""

    name = "ROWSxCOLUMNS"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """The pair."""
        rows, _, columns = str(value).lower().replace("×", "x").partition("x")
        if not all(n.isdecimal() and len(n) <= len(str(MAX_NEURONS)) for n in (rows, columns)):
            self.fail(f"{told(value)} is no shape; give rows and columns, such as 8x8", param, ctx)
        return int(rows), int(columns)


@click.command(
    short_help="Show a recall step by step.",
    epilog=example("hwsim watch image queries.npy --shape 8x8 -o recall.svg"),
)
@click.argument("image", type=FOLDER)
@click.argument("queries", type=NPY)
@click.option(
    "--query",
    type=click.IntRange(0, MAX_QUERIES - 1),
    default=0,
    show_default=True,
    help="Which of the queries.",
)
@click.option("--shape", type=Shape(), help="Pixels of a state; about a square if left out.")
@click.option(
    "--delay",
    type=Between(0, 60),
    default=0.5,
    show_default=True,
    help="Seconds from step to step, on a terminal; 0 shows all at once.",
)
@click.option("-o", "--output", type=SVG, metavar="STEPS.svg", help="Draw it too, moving.")
@force_option
@json_option
def watch(
    image: Path,
    queries: Path,
    query: int,
    shape: tuple[int, int] | None,
    delay: float,
    output: Path | None,
    force: bool,
    as_json: bool,
) -> int:
    """Show one recall step by step: the state, how far it is from which pattern, what changed.

    A spin of +1 is ink. The first state is the stored pattern nearest to the query, against which
    the spins are wrong; a kernel value over 0 means that a pattern has a say in the step.
    """
    from hwsim.arrays import load_queries
    from hwsim.export.folder import load_image
    from hwsim.files import check_file
    from hwsim.files.marks import Kind
    from hwsim.hardware.trajectory import follow, which_query
    from hwsim.pictures import check_name, grid

    if output is not None:
        check_name(output)
        check_file(output, Kind.PICTURE, force=force)
    given = load_image(image)
    grid(given.parameters.neurons, shape)
    spins = load_queries(queries, given.parameters.neurons)
    recall = follow(given, spins[which_query(query, len(spins))])
    if output is not None:
        recall.plot(shape).save(output, force=force)
    emit(_summary(recall, query), as_json, lambda: _show(recall, shape, delay))
    if output is not None:
        note(f"Note: drawn in {output}")
    return 0


def _summary(recall: Trajectory, query: int) -> dict[str, object]:
    """The recall as JSON."""
    return {
        "query": query,
        "pattern": int(recall.nearest[0]),
        "wrong": int(recall.wrong[0]),
        "steps": recall.rows(),
        "converged": recall.converged,
        "miss": recall.miss,
        "period": recall.period,
        "states": recall.states.tolist(),
    }


def _show(recall: Trajectory, shape: tuple[int, int] | None, delay: float) -> None:
    """The recall for a person: on a terminal first in motion, then all steps side by side."""
    terminal = sys.stdout.isatty()
    width, height = shutil.get_terminal_size() if terminal else (None, 0)
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    ascii_only = not encoding.startswith("utf")
    if terminal and delay and not ascii_only and "NO_COLOR" not in os.environ:
        _play(recall, shape, delay, width or 0, height)
    tell(recall.text(shape, width=width, ascii_only=ascii_only))


def _play(
    recall: Trajectory, shape: tuple[int, int] | None, delay: float, width: int, height: int
) -> None:
    """Each state at the place of the one before, what is wrong in red; then nothing of it."""
    from hwsim.pictures import beside, blocks, grid

    pixels = grid(len(recall.pattern), shape)
    lines = -(-pixels[0] // 2) + 3
    if pixels[1] > width or lines >= height:
        return
    for step, state in enumerate(recall.states):
        title = f"step {step}: {recall.wrong[step]} wrong"
        drawn = beside([(title, blocks(state, pixels, stored=recall.pattern))], pixels[1], width)
        print("\x1b[K" + "\n\x1b[K".join(drawn), flush=True)
        time.sleep(delay)
        print(f"\x1b[{len(drawn)}A", end="")
    print("\x1b[J", end="", flush=True)
