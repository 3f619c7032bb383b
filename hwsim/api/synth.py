"""Synthesis of an image's engine."""

from __future__ import annotations

from collections.abc import Callable

from hwsim.api.given import AnyPath, at_least, the_path
from hwsim.choices import DEVICES, LIBERTY, NOISE
from hwsim.errors import InputError
from hwsim.suggest import check_choice
from hwsim.synth import Synthesis, flow, silicon
from hwsim.typed import typed


@typed
def synthesize(
    image: AnyPath,
    target: str,
    library: AnyPath | None = None,
    *,
    clock_mhz: float | None = None,
    loadable: bool = False,
    noise: float = NOISE,
    seed: int = 1,
    seeds: int = 1,
    output: AnyPath | None = None,
    progress: Callable[[str], None] | None = None,
    foretold: Callable[[float], None] | None = None,
) -> Synthesis:
    """Synthesize, place and route the Verilog engine of an image by Yosys and nextpnr.

    The engine stands behind a register at each port, with four pins in all, so that the clock is
    its own.

    Args:
        image: the image's folder.
        target: `up5k`, `ecp5-25k`, `ecp5-45k` or `ecp5-85k`; or `liberty`, standard cells and SRAM
            macros, for area and leakage.
        library: of `liberty`, a Liberty file; None for hwsim's own at 45 nm.
        clock_mhz: MHz to ask for; None for the target's own.
        loadable: a host writes the memories, so that patterns and weights may lie in RAM without
            initial content, of which a `up5k` has the most.
        noise: fraction of spins flipped in the queries that cycles and energy are measured on.
        seed: of the first placement.
        seeds: how many placements, each with the next seed, 1 to 100; the result is the one with
            the median clock of those that could be routed.
        output: a folder for result, netlists before and after placement, nextpnr's report and
            both logs; replaced if hwsim wrote a synthesis there, refused if it holds anything else.
        progress: called with what is being done.
        foretold: called with the seconds that all placements take, roughly, before the first.

    Returns:
        Cells, where each memory went, the clock, the critical path by module, recalls a second;
        `fits` is False where the device is too small, with the reason.

    Raises:
        InputError: there is no such target, a number is not legal, the image is not sound, or the
            folder cannot be written.
        ToolError: a program is missing, or broke off for another reason than the size.
    """
    folder = the_path(image, "synthesize", "an image's folder")
    kept = None if output is None else the_path(output, "synthesize", "a folder")
    check_choice("target", target, (*DEVICES, LIBERTY))
    if target == LIBERTY:
        if clock_mhz is not None or loadable or seeds != 1:
            raise InputError(
                "liberty has no clock, is not placed and takes no difference between memories; "
                "leave clock_mhz, seeds and loadable out"
            )
        return silicon.in_cells(
            folder,
            None if library is None else the_path(library, "synthesize", "a Liberty file"),
            noise=noise,
            output=kept,
            progress=progress,
        )
    if library is not None:
        raise InputError(f"library is for target liberty, not {target}; leave it out")
    return flow.synthesize(
        folder,
        target,
        clock_mhz=clock_mhz,
        loadable=loadable,
        noise=noise,
        seed=at_least(seed, "seed"),
        seeds=seeds,
        output=kept,
        progress=progress,
        foretold=foretold,
    )
