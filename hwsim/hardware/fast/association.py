"""Outputs of their own at speed: beside `hwsim.hardware.spec.association`, same results.

A block of queries goes through the stages together, DISTANCE, KERNEL, ACCUMULATE and THRESHOLD, in
whole-array arithmetic: inner products of spins in float32, which holds every integer up to 2**24,
and sums of kernel values times weights in float64 up to 2**53, in int64 beyond.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from hwsim.hardware.accesses import closed_form
from hwsim.hardware.association import Associations, check_has_outputs, labels_of
from hwsim.hardware.contract import code_values
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Counts, IntArray
from hwsim.spins import checked_queries, spins_from_bits

Progress = Callable[[int, int], None]

_AT_ONCE: Final = 2**22  # distances of a block
_EXACT: Final = 2**53  # integers that float64 holds


def associate(
    image: Image, queries: npt.NDArray[np.int8], progress: Progress | None = None
) -> Associations:
    """Associate each query, bit by bit and count by count as the specification does.

    Args:
        image: the integers, with outputs.
        queries: (Q, N) int8 of ±1.
        progress: called with (queries done, queries in all).

    Raises:
        InputError: the image has no outputs, or the queries' shape or a spin is wrong.
    """
    p = image.parameters
    check_has_outputs(p)
    queries = checked_queries(queries, p.neurons)
    patterns = spins_from_bits(image.patterns).astype(np.float32).T
    number: type[np.float64 | np.int64] = np.float64 if p.largest_field < _EXACT else np.int64
    weights = code_values(image).astype(number)
    fields = np.empty((len(queries), p.results, p.outputs), dtype=np.int64)
    distance, groups, looked_up = np.empty((3, len(queries), p.results), dtype=np.int64)
    size = max(_AT_ONCE // p.patterns, 1)
    for first in range(0, len(queries), size):
        part, state = slice(first, first + size), queries[first : first + size]
        for t in range(p.results):
            # DISTANCE
            d = ((p.neurons - state.astype(np.float32) @ patterns) / 2).astype(np.int64)
            distance[part, t] = d.min(axis=1)
            # KERNEL
            k = image.kernel_lut[d - (d.min(axis=1, keepdims=True) if p.nearest else 0)]
            groups[part, t], looked_up[part, t] = _active(k, p.lanes)
            # ACCUMULATE
            sums = (k.astype(number) @ weights).astype(np.int64)
            # THRESHOLD
            total = k.sum(axis=1, keepdims=True)
            fields[part, t] = (sums << p.offset_frac_bits) + image.offsets * total
            if p.sequence:
                state = np.where(total > 0, spins_from_bits(fields[part, t] > 0), state)
        if progress is not None:
            progress(min(first + size, len(queries)), len(queries))
    counts = _counts(image, groups, looked_up)
    answers = fields.reshape(-1, p.outputs)
    return Associations(
        answers, labels_of(answers, image), groups.ravel() == 0, distance.ravel(), counts
    )


def _active(k: IntArray, lanes: int) -> tuple[IntArray, IntArray]:
    """Groups that have a kernel value, and patterns in these, (Q,) each."""
    starts = np.arange(0, k.shape[1], lanes)
    active = (np.maximum.reduceat(k, starts, axis=1) > 0).astype(np.int64)
    sizes = np.diff(starts, append=k.shape[1])
    return active.sum(axis=1), active @ sizes


def _counts(image: Image, groups: IntArray, looked_up: IntArray) -> Counts:
    return closed_form(
        image.parameters,
        steps=np.full(len(groups), groups.shape[1], dtype=np.int64),
        active_steps=(groups > 0).sum(axis=1, dtype=np.int64),
        groups_active=groups.sum(axis=1),
        kernel_values=looked_up.sum(axis=1),
    )
