"""Noisy queries: stored patterns with some of their spins flipped, drawn in this one place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, get_args

import numpy as np
import numpy.typing as npt

from hwsim.config import MAX_QUERIES
from hwsim.errors import InputError
from hwsim.limits import check_memory
from hwsim.reference.data import add_noise
from hwsim.spins import SpinArray
from hwsim.suggest import check_choice

Order = Literal["shuffled", "repeated", "sorted", "independent", "stored"]
IndexArray = npt.NDArray[np.int64]

PRODUCTS: Final = 6 * 10**8  # of a spin and a weight at most: a second at N = 1000, P = 3000
FEWEST, MOST = 20, 1000


def enough(neurons: int, patterns: int, noises: int = 1) -> int:
    """How many recalls at each noise measure a mean well and take about a second.

    Few recalls tell little of the mean: eight of a small engine with rules miss its energy by
    several percent.
    """
    return min(MOST, max(FEWEST, PRODUCTS // (neurons * patterns * noises)))


def noisy_queries(
    patterns: SpinArray,
    count: int | None,
    noise: float,
    seed: int | Sequence[int] | np.random.Generator,
    *,
    order: Order = "shuffled",
) -> tuple[SpinArray, IndexArray]:
    """Queries from stored patterns with round(noise * N) spins of each flipped.

    Args:
        patterns: (P, N) int8 of ±1.
        count: Q; None for as many as there are patterns.
        noise: fraction of spins flipped, 0 to 1.
        seed: of the choice of patterns, then of the spins; or a generator to go on with.
        order: which patterns, in which order. `shuffled`: at random, each once before any again;
            `repeated`: the same, in the first round's order again and again; `sorted`: at random,
            none twice (so at most P), in the order in which they are stored; `independent`: each
            at random from all; `stored`: from the first on, as they are stored.

    Returns:
        Queries (Q, N) int8 and the patterns they came from, (Q,) int64 indices.

    Raises:
        InputError: count is under 1, beyond MAX_QUERIES or beyond memory, noise no fraction, or the
            order unknown.
    """
    check_choice("order", order, get_args(Order))
    stored = len(patterns)
    wanted = stored if count is None else count
    if wanted < 1:
        raise InputError(f"count is {count}; at least one query is needed")
    if count is not None and count > MAX_QUERIES:
        raise InputError(f"count is {count}; at most {MAX_QUERIES} queries are drawn at once")
    neurons = patterns.shape[1]
    check_memory(f"{wanted} queries of {neurons} spins", wanted * neurons, "give fewer")
    random = np.random.default_rng(seed)
    if order == "independent":
        chosen = random.integers(0, stored, wanted)
    elif order == "stored":
        chosen = np.resize(np.arange(stored), wanted)
    elif order == "shuffled":
        rounds = -(-wanted // stored)
        chosen = np.concatenate([random.permutation(stored) for _ in range(rounds)])[:wanted]
    else:
        chosen = random.permutation(stored)
        chosen = np.sort(chosen[:wanted]) if order == "sorted" else np.resize(chosen, wanted)
    return add_noise(patterns[chosen], noise, random), chosen.astype(np.int64)
