"""The design that recalls well enough and takes least of something."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hwsim.api.given import AnyDesign, AnyMemory, real, the_design, the_memory, whole

if TYPE_CHECKING:
    from hwsim.explore.choose import Automatic


def choose(
    memory: AnyMemory,
    *,
    recall_accuracy: float | None = None,
    least: str = "energy",
    lanes: int | None = None,
    queries_in_flight: int | None = None,
    base: AnyDesign | None = None,
    noise: float = 0.2,
    queries: int = 200,
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
) -> Automatic:
    """Find the design of a memory that recalls well enough and takes least of something.

    Precision, dataflow, rules, lanes and queries in flight are chosen by measuring, as
    `hwsim export --auto` does.

    Args:
        memory: the memory, or the path of its .npz.
        recall_accuracy: bits right at the end that a design must reach; None for the float
            network's less 0.003.
        least: `energy`, `memory` or `cycles`.
        lanes: L, where it is given; None tries several.
        queries_in_flight: Q, where it is given; None tries several.
        base: a design, or the path of its file, that gives kernel origin and most steps.
        noise: fraction of flipped spins in the queries.
        queries: recalls of every measurement.
        seed: of the queries.
        progress: called with what is being tried.

    Returns:
        What was chosen (`chosen.design`), why, and everything that was measured.

    Raises:
        InputError: a number is outside its range, or no design reaches the accuracy.
    """
    from hwsim.explore import choose as choosing

    return choosing.choose(
        the_memory(memory, "choose"),
        recall_accuracy=recall_accuracy,
        least=least,
        lanes=None if lanes is None else whole(lanes, "lanes", 8),
        queries_in_flight=(
            None if queries_in_flight is None else whole(queries_in_flight, "queries_in_flight", 1)
        ),
        base=None if base is None else the_design(base, {}, "choose"),
        noise=real(noise, "noise"),
        queries=whole(queries, "queries, how many to recall,", 1),
        seed=seed,
        progress=progress,
    )
