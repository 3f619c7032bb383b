"""The design that recalls well enough and takes least of something."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from hwsim.api.given import AnyDesign, AnyMemory, at_least, the_design, the_levels, the_memory
from hwsim.choices import NOISES
from hwsim.typed import typed

if TYPE_CHECKING:
    from hwsim.explore.choose import Automatic


@typed
def choose(
    memory: AnyMemory,
    *,
    recall_accuracy: float | None = None,
    least: str = "energy",
    lanes: int | None = None,
    queries_in_flight: int | None = None,
    device: str | None = None,
    base: AnyDesign | None = None,
    noise: float | Sequence[float] = NOISES,
    queries: int | None = None,
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
) -> Automatic:
    """Find the design of a memory that recalls well enough and takes least of something.

    Precision, dataflow, rules, lanes and queries in flight are chosen by measuring, as
    `hwsim export --auto` does.

    Args:
        memory: the memory, or the path of its .npz.
        recall_accuracy: bits right at the end that a design must reach at the largest noise, and
            lose no more than that loses of the float network's at the others; None for the float
            network's at each, less 0.003.
        least: `energy`, `memory` or `cycles`.
        lanes: L, where it is given; None tries several.
        queries_in_flight: Q, where it is given; None tries several.
        device: `up5k`, `ecp5-25k`, `ecp5-45k` or `ecp5-85k`: the best design is synthesized for it,
            then the next best, until one fits; minutes each. Its clock is told, and decides
            nothing.
        base: a design, or the path of its file, that gives kernel origin and most steps.
        noise: fractions of flipped spins in the queries; what a recall costs is measured at the
            largest.
        queries: recalls of every measurement at each noise; None for as many as a second or so
            allows.
        seed: of the queries.
        progress: called with what is being tried.

    Returns:
        What was chosen (`chosen.design`), why, and everything that was measured; with a device
        also `synthesis`.

    Raises:
        InputError: a number is outside its range, or no design reaches the accuracy or fits.
        ToolError: what the device's synthesis takes is missing.
    """
    from hwsim.explore import choose as choosing

    return choosing.choose(
        the_memory(memory, "choose"),
        recall_accuracy=recall_accuracy,
        least=least,
        lanes=at_least(lanes, "lanes", 8),
        queries_in_flight=at_least(queries_in_flight, "queries_in_flight", 1),
        device=device,
        base=None if base is None else the_design(base, {}, "choose"),
        noise=the_levels(noise),
        queries=at_least(queries, "queries, how many to recall,", 1),
        seed=at_least(seed, "seed"),
        progress=progress,
    )
