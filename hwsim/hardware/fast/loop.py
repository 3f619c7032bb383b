"""What `native` and `jitted` have in common: the recall loop of one path for one image."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
import numpy.typing as npt

from hwsim.hardware.fast.operands import Buffers, Events, Results
from hwsim.hardware.fast.threads import Counter
from hwsim.hardware.outcome import IntArray


class Loop(Protocol):
    """All arrays are contiguous, and `buffers` are the calling thread's."""

    def recall(
        self,
        buffers: Buffers,
        spins: npt.NDArray[np.int8],
        counter: Counter,
        block: int,
        max_steps: int,
        states: npt.NDArray[np.int8],
        results: Results,
        events: Events,
    ) -> bool:
        """Step every query of every block taken until its state repeats or T steps have run.

        Args:
            buffers: of this thread.
            spins: flat (Q, N).
            counter: of blocks; all threads take theirs from it.
            block: queries in one, at most the buffers'.
            max_steps: T.
            states: flat (Q, N), gets the final states.
            results: of all queries, gets the rest.
            events: of all queries, gets what there is to tell where there are rules.

        Returns:
            Whether all spins of the queries taken are +1 or -1; if not, nobody takes any more.
        """

    def nearest(
        self,
        buffers: Buffers,
        spins: npt.NDArray[np.int8],
        counter: Counter,
        block: int,
        index: IntArray,
        distance: IntArray,
    ) -> bool:
        """Every query's first nearest pattern and its distance, (Q,); else as `recall`."""

    def distances(
        self, buffers: Buffers, packed: npt.NDArray[np.uint64], counter: Counter, block: int
    ) -> bool:
        """The distance stage alone, of (Q, state_words); True."""

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
