"""Float reference, exact model and Verilog engine held against each other."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from hwsim.api.given import (
    AnyImage,
    AnyMemory,
    AnyPath,
    AnySpins,
    at_least,
    the_image,
    the_image_folder,
    the_memory,
    the_path,
    the_queries,
)
from hwsim.choices import SIMULATORS
from hwsim.errors import InputError
from hwsim.suggest import check_choice
from hwsim.typed import typed

if TYPE_CHECKING:
    from hwsim.differences import Diff

Progress = Callable[[int, int], None]


@typed
def diff(
    image: AnyImage,
    queries: AnySpins,
    other: AnyImage | None = None,
    *,
    memory: AnyMemory | None = None,
    engine: bool = True,
    simulator: str = "icarus",
    stalls: bool = True,
    seed: int = 0,
    waves: bool = False,
    rtl: AnyPath | None = None,
    progress: Progress | None = None,
) -> Diff:
    """Recall queries by float network, exact model and Verilog engine; tell where they part.

    Args:
        image: the image, or the path of its folder.
        queries: (Q, N) of ±1, or the path of a .npy; or the folder of golden vectors that another
            release made, whose queries are recalled and whose answers are compared too.
        other: a second image; then the two are compared, their parameters, memories and recalls.
        memory: the float memory the image was made of; None for the float network that the image's
            codes and offsets stand for.
        engine: simulate the Verilog engine.
        simulator: `icarus` or `verilator`.
        stalls, seed: random stalls on both ports, drawn how.
        waves: leave the waveform around the engine's first divergence in the current folder.
        rtl: folder of the Verilog files; None for the project's own.
        progress: called with (recalls done, recalls in all) by the models.

    Returns:
        `equal`, `first` and `divergences`, the first place where each pair parts: query, step,
        stage, pattern or neuron, memory word and bit, expected, found, cycle. Float and exact that
        part by rounding alone are equal; `roundings` tells where, why, and by what margin.

    Raises:
        InputError: an argument is not legal.
        ToolError: the simulator is missing or broke off.
    """
    from hwsim import differences  # and the fast model's compiler, for which nobody else waits

    check_choice("simulator", simulator, SIMULATORS)
    given = the_image(image, "diff")
    vectors = _vectors(queries)
    if other is not None:
        if vectors is not None:
            raise InputError("diff() takes queries for two images, not golden vectors")
        second = the_image(other, "diff")
        return differences.diff_images(
            given, second, the_queries(queries, given.parameters.neurons, "diff")
        )
    with the_image_folder(image, "diff") as (_, folder):
        return differences.diff_models(
            folder,
            None if vectors else the_queries(queries, given.parameters.neurons, "diff"),
            vectors=vectors,
            memory=None if memory is None else the_memory(memory, "diff"),
            engine=engine,
            simulator=simulator,
            stalls=stalls,
            seed=at_least(seed, "seed"),
            waves=waves,
            rtl=None if rtl is None else the_path(rtl, "diff", "a folder of Verilog files"),
            progress=progress,
        )


def _vectors(queries: AnySpins) -> Path | None:
    """The folder of golden vectors, if that is what was given."""
    is_path = isinstance(queries, str | os.PathLike)
    return Path(queries) if is_path and Path(queries).suffix != ".npy" else None  # type: ignore[arg-type]
