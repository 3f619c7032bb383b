"""Recall one neuron at a time, for floats and integers alike.

A visit sets one spin to the sign of its field in the state as it is by then, and a field of 0 keeps
it. A sweep visits every neuron once. After a flip of neuron i every distance moves by one, up where
the pattern has the spin that was left, down where it has the new one: nothing else has to be
measured anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.errors import InputError
from hwsim.show import Record
from hwsim.suggest import check_choice

ORDERS: Final = ("random", "fixed")
MAX_SWEEPS: Final = 100

Numbers = npt.NDArray[np.floating[Any]] | npt.NDArray[np.integer[Any]]
States = npt.NDArray[np.int8]


@dataclass(frozen=True, eq=False, repr=False)
class AsynchronousRecalls(Record):
    """What was recalled one neuron at a time.

    Attributes:
        states: (Q, N) int8 of ±1, the last states.
        sweeps: (Q,) int64, the confirming one included; each visits all N neurons.
        converged: (Q,) bool, whether the last sweep flipped nothing.
        flips: (Q,) int64, spins that visits changed, those changed back included.
        groups: (Q,) int64, over all visits, the groups of patterns with a kernel value above 0; 0
            where no lanes were given.
    """

    states: States
    sweeps: npt.NDArray[np.int64]
    converged: npt.NDArray[np.bool_]
    flips: npt.NDArray[np.int64]
    groups: npt.NDArray[np.int64]

    def _shown(self) -> Mapping[str, object]:
        count, neurons = self.states.shape
        return {
            "Q": count,
            "N": neurons,
            "converged": int(self.converged.sum()),
            "mean_sweeps": float(self.sweeps.mean()) if count else None,
            "mean_flips": float(self.flips.mean()) if count else None,
        }


@dataclass(frozen=True)
class Network:
    """What fields follow from: h[i] = sum_m table[d_m - d0] weights[m, i].

    Attributes:
        patterns: (P, N) int8 of ±1.
        weights: (P, N), an offset of its neuron in every weight of it.
        table: (N + 1,) kernel values by Hamming distance, of the weights' type.
        nearest: whether d0 is the smallest distance, else 0.
        lanes: patterns in a group whose visits are counted; 0 for none.
    """

    patterns: States
    weights: Numbers
    table: Numbers
    nearest: bool
    lanes: int = 0

    def kernel(self, distances: npt.NDArray[np.int64]) -> Numbers:
        """(Q, P) kernel values of (Q, P) distances."""
        origin = distances.min(axis=1, keepdims=True) if self.nearest else 0
        values: Numbers = self.table[distances - origin]
        return values

    def active(self, values: Numbers) -> npt.NDArray[np.int64]:
        """(Q,) groups of `lanes` patterns that have a kernel value above 0."""
        if not self.lanes:
            return np.zeros(len(values), dtype=np.int64)
        starts = np.arange(0, values.shape[1], self.lanes)
        found = np.add.reduceat(values > 0, starts, axis=1, dtype=np.int64)
        return np.asarray((found > 0).sum(axis=1))


def recall_by_sweeps(
    network: Network,
    queries: States,
    *,
    order: str = ORDERS[0],
    seed: int = 0,
    max_sweeps: int = MAX_SWEEPS,
    after_sweep: Callable[[States], object] | None = None,
) -> AsynchronousRecalls:
    """Visit neurons one by one until a sweep flips nothing or `max_sweeps` are done.

    Args:
        network: patterns, weights and kernel.
        queries: (Q, N) int8 of ±1, checked.
        order: `random`, another permutation for every query and sweep, or `fixed`, from 0 to N - 1.
        seed: of the permutations; a query's follow from the seed and its row.
        max_sweeps: at least 1.
        after_sweep: is given a copy of all states, (Q, N), after each sweep.

    Raises:
        InputError: there is no such order, or max_sweeps or seed is out of its range.
    """
    check_choice("order", order, ORDERS)
    if max_sweeps < 1:
        raise InputError(f"max_sweeps is {max_sweeps}; it must be at least 1")
    if seed < 0:
        raise InputError(f"seed is {seed}; it must be at least 0")
    count, neurons = queries.shape
    states = queries.copy()
    sweeps, flips, groups = np.zeros((3, count), dtype=np.int64)
    converged = np.zeros(count, dtype=np.bool_)
    by_neuron = np.ascontiguousarray(network.weights.T)
    spins = np.ascontiguousarray(network.patterns.T).astype(np.int64)  # (N, P)
    products = states.astype(np.int64) @ spins
    distances = (neurons - products) // 2  # (rows, P) of those that still move
    draws = [np.random.default_rng([seed, q]) for q in range(count if order == "random" else 0)]
    moving = np.arange(count)
    for _ in range(max_sweeps):
        if len(moving) == 0:
            break
        if draws:
            visits = np.array([draws[q].permutation(neurons) for q in moving])
        else:
            visits = np.tile(np.arange(neurons), (len(moving), 1))
        values = network.kernel(distances)
        active = network.active(values)
        changes = np.zeros(len(moving), dtype=np.int64)
        for turn in range(neurons):
            visited = visits[:, turn]
            fields = np.einsum("qp,qp->q", values, by_neuron[visited])
            before = states[moving, visited]
            after = np.where(fields == 0, before, np.where(fields > 0, 1, -1)).astype(np.int8)
            groups[moving] += active
            flipped = np.flatnonzero(after != before)
            if len(flipped) == 0:
                continue
            left = before[flipped].astype(np.int64)[:, np.newaxis]
            distances[flipped] += left * spins[visited[flipped]]
            values[flipped] = network.kernel(distances[flipped])
            active[flipped] = network.active(values[flipped])
            states[moving[flipped], visited[flipped]] = after[flipped]
            changes[flipped] += 1
        sweeps[moving] += 1
        flips[moving] += changes
        converged[moving[changes == 0]] = True
        moving, distances = moving[changes > 0], distances[changes > 0]
        if after_sweep is not None:
            after_sweep(states.copy())
    return AsynchronousRecalls(states, sweeps, converged, flips, groups)
