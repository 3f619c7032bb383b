"""What `native` and `jitted` have in common: the recall loop of one path for one image."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from hwsim.hardware.fast.operands import Buffers, Events, Queries, Results
from hwsim.hardware.outcome import IntArray

Work = Callable[[Any], bool]


class Loop(Protocol):
    """All arrays are contiguous.

    `recall`, `nearest` and `distances` say what is to be done; what they return, any number of
    threads call, each with buffers of its own as `lend` gives them, to take blocks of queries until
    there are none.
    """

    def lend(self, buffers: Buffers) -> Any:
        """A thread's buffers, as work wants them; they must outlive it."""

    def recall(self, queries: Queries, results: Results, events: Events) -> Work:
        """Step every query of every block taken until its state repeats or T steps have run.

        Args:
            queries: whose states get the final ones.
            results: of all queries, gets the rest.
            events: of all queries, gets what there is to tell where there are rules.

        Returns:
            Work, which tells whether all spins of the queries taken are +1 or -1; if not, nobody
            takes any more.
        """

    def nearest(self, queries: Queries, index: IntArray, distance: IntArray) -> Work:
        """Every query's first nearest pattern and its distance, (Q,); else as `recall`."""

    def distances(self, queries: Queries, packed: npt.NDArray[np.uint64]) -> Work:
        """The distance stage alone, of (Q, state_words) instead of spins; True."""

    def pack(self, spins: npt.NDArray[np.int8], out: npt.NDArray[np.uint64]) -> bool:
        """Spins (Q, N), flat, as the rows of `out`; whether all are +1 or -1."""

    def stages(
        self, buffers: Buffers, count: int, few: IntArray, many: IntArray
    ) -> dict[str, Callable[[], object]]:
        """One step's stages, each alone: of the first `count` running states, or of those chosen.

        Args:
            buffers: of this thread.
            count: running states.
            few, many: of them, those whose rows are added, and the dense ones.
        """
