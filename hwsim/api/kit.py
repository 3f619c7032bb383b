"""A designer's kit of an image."""

from __future__ import annotations

from collections.abc import Callable

from hwsim.api.given import AnyPath, at_least, the_path
from hwsim.choices import NOISE
from hwsim.kit import write
from hwsim.typed import typed


@typed
def write_kit(
    path: AnyPath,
    image: AnyPath,
    *,
    recalls: int = write.RECALLS,
    noise: float = NOISE,
    seed: int = 0,
    clock_mhz: float = write.CLOCK_MHZ,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Write a folder with all that a designer needs to simulate and build one image's engine.

    It holds the Verilog, the memory files, an instance with exactly the image's parameters and
    one behind AXI with its driver in C, a self-checking testbench in plain Verilog for both that
    `sh simulate.sh icarus` or `verilator` runs, file lists, a FuseSoC core, constraints, a named
    waveform and a README. It needs neither Python nor hwsim, and can be moved anywhere.

    Args:
        path: the folder; a kit of hwsim's there is replaced, and what others put beside its files
            (`simulate.sh` its `build/`) stays.
        image: the image's folder.
        recalls: how many the testbench runs; their queries are stored patterns with noise.
        noise: fraction of the spins flipped.
        seed: of patterns and noise.
        clock_mhz: MHz that the constraints ask for.
        progress: called with (recalls done, recalls in all).

    Raises:
        InputError: a number is not legal, the image is not sound, or the folder cannot be written.
    """
    write.write_kit(
        the_path(path, "write_kit", "a folder first, then the image's"),
        the_path(image, "write_kit", "an image's folder"),
        recalls=at_least(recalls, "recalls", 1),
        noise=noise,
        seed=at_least(seed, "seed"),
        clock_mhz=clock_mhz,
        progress=progress,
    )
