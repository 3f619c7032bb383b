"""Recall one neuron at a time, by a float memory or an image's integers."""

from __future__ import annotations

import os
from pathlib import Path

from hwsim.api.given import AnyImage, AnyMemory, AnySpins, the_image, the_memory, the_queries
from hwsim.asynchronous import MAX_SWEEPS, ORDERS, AsynchronousRecalls
from hwsim.hardware import asynchronous as in_integers
from hwsim.reference import asynchronous as in_float
from hwsim.reference.memory import Memory
from hwsim.typed import typed

_CALLER = "recall_asynchronously"


@typed
def recall_asynchronously(
    network: AnyMemory | AnyImage,
    queries: AnySpins,
    *,
    order: str = ORDERS[0],
    seed: int = 0,
    max_sweeps: int = MAX_SWEEPS,
) -> AsynchronousRecalls:
    """Recall one neuron at a time, until a sweep over all of them flips none.

    A visit sets one spin to the sign of its field in the state as it is by then; where the field is
    0 the spin stays. `hwsim.recall` and `hwsim.recall_float` set all spins together.

    Args:
        network: a memory or the path of its .npz, recalled by in float64; or an image or the path
            of its folder, recalled by in its integers, exactly.
        queries: (Q, N) of ±1, or the path of a .npy; (N,) counts as one query.
        order: `random`, another for every query and sweep, or `fixed`, from the first neuron on.
        seed: of the random orders; a query's follow from the seed and its row.
        max_sweeps: most sweeps.

    Returns:
        `states` (Q, N) int8; `sweeps`, `converged`, `flips` and `groups` (Q,).

    Raises:
        InputError: an argument is not legal.
    """
    if _is_memory(network):
        memory = the_memory(network, _CALLER)
        states = the_queries(queries, memory.neurons, _CALLER)
        return in_float.recall_asynchronously(
            memory, states, order=order, seed=seed, max_sweeps=max_sweeps
        )
    image = the_image(network, _CALLER)
    states = the_queries(queries, image.parameters.neurons, _CALLER)
    return in_integers.recall_asynchronously(
        image, states, order=order, seed=seed, max_sweeps=max_sweeps
    )


def _is_memory(network: object) -> bool:
    if isinstance(network, str | os.PathLike):
        return Path(os.fsdecode(network)).suffix == ".npz"
    return isinstance(network, Memory)
