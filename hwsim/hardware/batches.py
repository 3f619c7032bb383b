"""Recalls in batches of queries in flight: who goes together, and what such a batch did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hwsim.hardware.outcome import Counts, IntArray
from hwsim.show import Record
from hwsim.spins import SpinArray


@dataclass(frozen=True, eq=False, repr=False)
class Batched(Record):
    """Where queries ended, one row a query as in `Recalls`, and the counts of every batch.

    Attributes:
        states, steps, converged, miss, distance: as in `hwsim.hardware.outcome.Recalls`.
        counts: what the queries of a batch did together, one row a batch; with one query in flight
            one row a query.
    """

    states: SpinArray
    steps: IntArray
    converged: npt.NDArray[np.bool_]
    miss: npt.NDArray[np.bool_]
    distance: IntArray
    counts: Counts

    def _shown(self) -> Mapping[str, object]:
        return {
            "Q": len(self.states),
            "N": self.states.shape[1],
            "batches": len(self.counts.steps),
            "converged": int(self.converged.sum()),
            "missed": int(self.miss.sum()),
        }


def batch_sizes(queries: int, slots: int) -> IntArray:
    """How many queries each batch has, (ceil(queries / slots),) int64: the last may be short."""
    sizes = np.full(-(-queries // slots), slots, dtype=np.int64)
    if queries % slots:
        sizes[-1] = queries % slots
    return sizes
