"""What a recall returns, and what it cost in counted events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from hwsim.hardware.image import Image
from hwsim.show import Record
from hwsim.spins import SpinArray
from hwsim.typed import typed

if TYPE_CHECKING:
    from hwsim.pictures import Picture

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False, repr=False)
class Counts(Record):
    """Events of each recall, one (Q,) int64 array a name.

    Accesses are of one word of the named memory. `distance` is the buffer of a step's Hamming
    distances, `group_minimum` each group's smallest, `active_list` the groups not skipped.
    A popcount is of one L-bit word, for `weight_popcounts` against one kernel plane. A step that a
    rule made needless counts in `steps`, not in `passes`.
    """

    steps: IntArray
    passes: IntArray  # steps that were run
    scans: IntArray  # of all patterns, whole or coarse
    probes: IntArray  # of the last winner, before a step
    shortlist_batches: IntArray
    shortlist_completions: IntArray  # patterns
    sweeps: IntArray  # of the distance buffer
    sweep_completions: IntArray  # patterns
    sweep_words: IntArray  # pattern words that these read
    sweep_rounds: IntArray  # of an entry a cycle, or a word: what the slowest share's sweeps take
    copies: IntArray  # of a pattern into the state memory
    active_steps: IntArray  # passes in which at least one group was not skipped
    deciding_groups: IntArray  # loaded for their kernel sum alone
    deciding_rounds: IntArray  # in which each share loads up to one
    accumulating_steps: IntArray
    accumulated_groups: IntArray
    accumulated_rounds: IntArray  # in which each share takes up to one
    lane_rounds: IntArray  # words of lane accumulations of the slowest share
    serial_waits: IntArray  # cycles for which the row dataflow's sums wait for the threshold
    groups_active: IntArray
    groups_skipped: IntArray
    pattern_reads: IntArray
    weight_reads: IntArray
    lut_reads: IntArray
    offset_reads: IntArray
    radius_reads: IntArray
    state_reads: IntArray
    state_writes: IntArray
    distance_reads: IntArray
    distance_writes: IntArray
    group_minimum_reads: IntArray
    group_minimum_writes: IntArray
    active_list_reads: IntArray
    active_list_writes: IntArray
    candidate_reads: IntArray
    candidate_writes: IntArray
    kernel_value_reads: IntArray
    kernel_value_writes: IntArray
    accumulator_reads: IntArray
    accumulator_writes: IntArray
    distance_popcounts: IntArray
    weight_popcounts: IntArray
    plane_multiplications: IntArray
    accumulations: IntArray
    lane_accumulations: IntArray  # words of L conditional additions, the row dataflow's
    offset_multiplications: IntArray
    thresholds: IntArray

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The names of all events, in order."""
        return tuple(field.name for field in fields(cls))

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, int]]) -> Counts:
        """One mapping of name to count a recall; a name left out counts 0."""
        table = list(rows)
        return cls(
            **{
                name: np.array([row.get(name, 0) for row in table], dtype=np.int64)
                for name in cls.names()
            }
        )

    def _shown(self) -> Mapping[str, object]:
        totals = {name: int(getattr(self, name).sum()) for name in self.names()}
        return {"Q": len(self.steps), **totals}

    def row(self, index: int) -> dict[str, int]:
        """All counts of one recall."""
        return {name: int(getattr(self, name)[index]) for name in self.names()}


@dataclass(frozen=True, eq=False, repr=False)
class Recalls(Record):
    """Where Q queries ended; two are equal when every state, flag, distance and count is.

    Attributes:
        states: (Q, N) int8 of ±1, the last state of each.
        converged: (Q,) bool, whether the last update repeated the state.
        miss: (Q,) bool, whether every kernel value of the first step was 0 (`absolute` only).
        distance: (Q,) int64, smallest Hamming distance of the last step.
        counted: what each recall did, or what counts it when somebody first asks for `counts`: for
            thousands of short recalls that takes a tenth of the time that they take.
        image, queries: what they were recalled from, where `hwsim.recall` did it; for `plot`.
    """

    states: SpinArray
    converged: npt.NDArray[np.bool_]
    miss: npt.NDArray[np.bool_]
    distance: IntArray
    counted: Counts | Callable[[], Counts] = field(compare=False)
    image: Image | None = field(default=None, compare=False)
    queries: SpinArray | None = field(default=None, compare=False)

    def __eq__(self, other: object) -> bool:
        same = super().__eq__(other)
        return same if same is not True else self.counts == getattr(other, "counts", None)

    __hash__ = Record.__hash__

    @cached_property
    def counts(self) -> Counts:
        """What each recall did; where several queries are in flight, what it does alone.

        What batches do together is in `hwsim.hardware.batches.Batched`.
        """
        return self.counted if isinstance(self.counted, Counts) else self.counted()

    @typed
    def plot(
        self,
        shape: tuple[int, int] | None = None,
        which: int | Sequence[int] | None = None,
        *,
        steps: bool = False,
        stored: npt.ArrayLike | None = None,
    ) -> Picture:
        """Stored pattern, query and what was recalled, side by side; what is wrong stands out.

        Args:
            shape: rows and columns of a state's pixels, such as (8, 8); None for about a square.
            which: number of a recall, or several; None for the first eight.
            steps: the third row moves step by step.
            stored: (Q, N) of ±1, what should come back; None for the pattern nearest to each query.

        Returns:
            An SVG, which a notebook shows and `save` writes.

        Raises:
            InputError: an argument is not legal, or these recalls were not made by `hwsim.recall`.
        """
        from hwsim.hardware.plots import plot_recalls

        return plot_recalls(self, shape, which, steps=steps, stored=stored)

    @property
    def steps(self) -> IntArray:
        """(Q,) int64, updates evaluated, the one that confirms included."""
        return self.counts.steps

    def _shown(self) -> Mapping[str, object]:
        count, neurons = self.states.shape
        return {
            "Q": count,
            "N": neurons,
            "converged": int(self.converged.sum()),
            "missed": int(self.miss.sum()),
            "mean_steps": float(self.steps.mean()) if count else None,
            "mean_distance": float(self.distance.mean()) if count else None,
        }
