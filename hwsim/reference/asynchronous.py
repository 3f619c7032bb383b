"""Retrieval by the float network, one neuron at a time.

A. Tamamori, "Efficient event-driven retrieval in high-capacity kernel Hopfield networks", NOLTA,
IEICE 17(1), 2026 (arXiv 2605.05978), whose claims `hwsim experiments run asynchronous` looks at.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from hwsim.asynchronous import (
    MAX_SWEEPS,
    ORDERS,
    AsynchronousRecalls,
    Network,
    States,
    recall_by_sweeps,
)
from hwsim.reference.memory import Memory
from hwsim.spins import checked_queries


def recall_asynchronously(
    memory: Memory,
    queries: npt.NDArray[np.int8],
    *,
    order: str = ORDERS[0],
    seed: int = 0,
    max_sweeps: int = MAX_SWEEPS,
    after_sweep: Callable[[States], object] | None = None,
) -> AsynchronousRecalls:
    """Visit neurons one by one until a sweep flips nothing; float64.

    Args:
        memory: patterns, kernel and alpha.
        queries: (Q, N) of ±1.
        order, seed, max_sweeps, after_sweep: as for `hwsim.asynchronous.recall_by_sweeps`.

    Raises:
        InputError: queries that are not ±1 of N neurons, or a choice that there is not.
    """
    memory.check_recalls_states()
    nearest = memory.kernel_origin() == "nearest"
    network = Network(
        memory.patterns, memory.alpha.astype(np.float64), memory.kernel_table, nearest
    )
    return recall_by_sweeps(
        network,
        checked_queries(queries, memory.neurons),
        order=order,
        seed=seed,
        max_sweeps=max_sweeps,
        after_sweep=after_sweep,
    )
