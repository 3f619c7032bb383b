"""What the stages of a step work on: the prepared image, a block's buffers, all queries' results.

Named tuples, which the compiler takes apart: a stage that is part of its caller pays nothing for
naming what it uses.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from hwsim.hardware.fast.threads import Counter
from hwsim.hardware.outcome import IntArray


class Prepared(NamedTuple):
    """An image as the stages want it."""

    neurons: int
    state_words: int  # of 64 bits
    words: int  # of 32 bits, of a pattern
    first_word: int  # 0; as a literal it would make the stage be compiled once more
    head: int  # of them, those that are compared with every pattern
    columns: int  # patterns, rounded up to a multiple of 32
    patterns: int
    depth: int  # in tiles of codes and rows of kernel bytes: columns, or zeros behind them
    lanes: int  # a multiple of 8
    last: int  # largest x with lut[x] > 0, or -1
    padding: int  # largest value of the distances' type, which stands behind the last pattern
    nearest: bool  # whether distances count from the nearest pattern's
    code_sum: int  # sum(C)
    frac_bits: int  # F
    most_rows: int  # kernel values that are not 0 for which adding rows is faster
    most_counted: int  # such values that are counted, if not all
    tiled_patterns: npt.NDArray[np.uint32]  # flat, `tiles.tile_patterns`
    # Codes and slices are empty where there are planes, and planes where there are codes.
    codes: npt.NDArray[Any]  # (P, N), unsigned
    slices: npt.NDArray[np.int8]  # one row a slice, `tiles.tile_codes`, `tiles.fold`
    planes: npt.NDArray[np.uint64]  # (P, B, words)
    plane_weights: npt.NDArray[np.int64]  # C
    slice_weights: npt.NDArray[np.uint8]  # (slices, B), of a plane in a slice, or 0
    widths: npt.NDArray[np.int64]  # of the tiles of a slice, `tiles.tile_widths`
    code_bits: int  # of a code in the slices
    span: int  # patterns whose products are made together
    scales: npt.NDArray[np.int64]  # of the slices
    lut: npt.NDArray[np.int64]  # (N + 1,)
    lut_bytes: npt.NDArray[np.uint8]  # `tiles.cut_lut`
    offsets: npt.NDArray[Any]  # (64 * n,) of the products' type, zeros past N


class Buffers(NamedTuple):
    """One thread's arrays for a block of Q queries."""

    distances: npt.NDArray[Any]  # flat (Q, columns) uint16 or uint32
    minima: npt.NDArray[Any]  # (Q, groups), each group's smallest distance
    products: npt.NDArray[Any]  # (Q, width) int32 or int64, sum_m k[m] * u[m, i]
    kernel: npt.NDArray[np.uint8]  # flat (bytes, Q, depth)
    # (Q, 5): the smallest distance, the largest one that counts (or -1), groups active, patterns
    # in them, and about how many kernel values are not 0
    found: npt.NDArray[np.int64]
    sums: npt.NDArray[np.int64]  # (Q,), S; as all that follow up to `ended`
    flips: npt.NDArray[np.int64]  # bits that changed
    few: npt.NDArray[np.int64]  # queries whose rows are added
    many: npt.NDArray[np.int64]  # dense queries
    live: npt.NDArray[np.int64]  # which query of the block each row is
    winner: npt.NDArray[np.int64]  # w of the last search, where there are rules; as what follows
    radius: npt.NDArray[np.int64]  # what the radius memory says of it
    ended: npt.NDArray[np.int64]  # the rule that made the rest of the step needless, or 0
    shortlist: npt.NDArray[np.int64]  # (16,), patterns
    completed: npt.NDArray[Any]  # flat (Q, 32), distances of a sweep
    coarse: npt.NDArray[np.uint64]  # (Q, words), states but for what the first scan leaves out
    running: npt.NDArray[np.uint64]  # (Q, state_words), as is
    final: npt.NDArray[np.uint64]
    coarse_halves: npt.NDArray[np.uint32]  # the memory of `coarse`, as words of patterns lie in it
    halves: npt.NDArray[np.uint32]  # of `running`


class Rules(NamedTuple):
    """What the rules and the row dataflow need of an image."""

    row: bool  # dataflow
    words: int  # W, of L bits
    coarse_words: int  # of them, 0 where rule abandon is off
    whole: bool  # whether the first scan reads all words
    reach: int  # R
    shortlist: int  # patterns on it
    batch: int  # of them completed between two looks at the radius memory
    winner_limit: int
    candidate_words: int  # words that a candidate takes for L neurons
    coarse_bits: int  # of a pattern in the first scan
    coarse_tiles: npt.NDArray[np.uint32]  # `tiles.tile_patterns` of what the first scan reads
    patterns: npt.NDArray[np.uint64]  # (P, state_words)
    radius: npt.NDArray[np.int64]  # (P,)


class Events(NamedTuple):
    """What the data decided in each query's recall, as `accesses.recall_counts` wants it."""

    passes: IntArray
    updates: IntArray
    probes: IntArray
    shortlist_batches: IntArray
    sweeps: IntArray
    sweep_completions: IntArray
    sweep_words: IntArray
    copies: IntArray
    active_steps: IntArray
    groups_active: IntArray
    kernel_values: IntArray
    deciding_groups: IntArray
    accumulating_steps: IntArray
    accumulated_groups: IntArray
    serial_waits: IntArray
    candidates: IntArray
    accumulated_candidates: IntArray

    @classmethod
    def of(cls, queries: int) -> Events:
        """Nothing done yet."""
        return cls(*np.zeros((len(cls._fields), queries), dtype=np.int64))

    def part(self, which: slice) -> Events:
        """Views of some queries' entries."""
        return Events(*(each[which] for each in self))


class Results(NamedTuple):
    """What all queries have come to but for their states, one entry a query."""

    steps: IntArray
    active_steps: IntArray
    groups_active: IntArray
    kernel_values: IntArray
    distance: IntArray
    converged: npt.NDArray[np.bool_]
    miss: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, queries: int) -> Results:
        """Nothing done yet."""
        counters = [np.zeros(queries, dtype=np.int64) for _ in range(5)]
        flags = [np.zeros(queries, dtype=np.bool_) for _ in range(2)]
        return cls(*counters, *flags)  # type: ignore[arg-type]

    def part(self, which: slice) -> Results:
        """Views of some queries' entries."""
        return Results(*(each[which] for each in self))  # type: ignore[arg-type]


class Queries(NamedTuple):
    """Queries, and which of them are taken."""

    spins: npt.NDArray[np.int8]  # flat (Q, N)
    total: int
    block: int  # queries in one, at most the buffers'
    counter: Counter  # of blocks; all threads take theirs from it
    max_steps: int  # T
    states: npt.NDArray[np.int8]  # flat (Q, N), gets the final ones
