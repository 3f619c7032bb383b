"""Where float network, exact model and Verilog engine first part."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hwsim.choices import SIMULATORS
from hwsim.cli.common import emit, example, json_option, note, progress, seed_option
from hwsim.cli.streams import tell
from hwsim.cli.types import FOLDER, NPY, NPZ, Choice
from hwsim.errors import InputError
from hwsim.quantities import counted

if TYPE_CHECKING:
    from hwsim.differences import Diff


@click.command(
    short_help="Name the first place where float, exact model and Verilog engine part.",
    epilog=example("hwsim diff image queries.npy --memory memory.npz"),
)
@click.argument("image", type=FOLDER)
@click.argument("others", type=NPY, nargs=-1, required=True, metavar="[IMAGE2] QUERIES.npy")
@click.option("--memory", type=NPZ, help="The float memory that the image was exported from.")
@click.option("--engine/--no-engine", default=True, help="Simulate the Verilog engine.")
@click.option(
    "--sim", type=Choice(SIMULATORS), default=SIMULATORS[0], show_default=True, help="Simulator."
)
@click.option("--stalls/--no-stalls", default=True, help="Random stalls on both ports.")
@seed_option
@click.option("--waves", is_flag=True, help="Leave the waveform around the place.")
@click.option("--rtl", type=FOLDER, help="Verilog files in place of the project's own.")
@json_option
def diff(
    image: Path,
    others: tuple[Path, ...],
    memory: Path | None,
    engine: bool,
    sim: str,
    stalls: bool,
    seed: int,
    waves: bool,
    rtl: Path | None,
    as_json: bool,
) -> int:
    """Recall the same queries by all models; name the first place where two of them part.

    The float network is --memory's, else the one that the image's codes and offsets stand for.
    Where it parts from the exact model by rounding alone, that is said, with the field that
    decided. Between specification and Verilog engine every access of a memory and every value
    between the stages is compared.

    With two images: their parameters, memories and recalls. QUERIES may be a folder of golden
    vectors, of another release too, whose answers are then compared with this one's.

    Exit status 1 if two part, but for rounding.
    """
    from hwsim.arrays import load_queries
    from hwsim.differences import diff_images, diff_models
    from hwsim.export.folder import load_image
    from hwsim.reference.remarks import load_and_tell

    *second, queries = others
    if len(second) > 1:
        raise InputError(f"{len(others) + 1} paths are given; give one image or two, then queries")
    vectors = None if queries.suffix == ".npy" else queries
    if second and vectors is not None:
        raise InputError(f"{queries} is no .npy; two images are compared on queries")
    given = load_image(image)
    spins = None if vectors else load_queries(queries, given.parameters.neurons)
    if second:
        assert spins is not None
        result = diff_images(given, load_image(second[0]), spins)
    else:
        with progress("recalls") as advance:
            result = diff_models(
                image,
                spins,
                vectors=vectors,
                memory=None if memory is None else load_and_tell(memory),
                engine=engine,
                simulator=sim,
                stalls=stalls,
                seed=seed,
                waves=waves,
                rtl=rtl,
                progress=advance,
            )
    emit(result.to_dict(), as_json, lambda: _print(result))
    return 0 if result.equal else 1


def _print(result: Diff) -> None:
    for text in result.notes:
        note(f"Note: {text}")
    for each in result.unlike:
        tell(f"differs: {each}")
    for place in result.divergences:
        tell(f"parts: {place}")
    if result.roundings:
        tell(f"rounding: {result.roundings[0]}")
        tell(f"float and exact part by rounding in {len(result.roundings)} of {result.queries}")
    if result.waves is not None:
        tell(f"waveform {result.waves}")
    count = len(result.divergences) + len(result.unlike)
    verdict = "equal" if result.equal else counted(count, "difference")
    if result.equal and result.roundings:
        verdict = "equal but for rounding"
    tell(f"{counted(result.queries, 'query')}, {'; '.join(result.compared)}: {verdict}")
