"""The fast model beside the specification: same outcome, same counts, and the same on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from hwsim.differences.path import Bits, states_of
from hwsim.divergence import Divergence, Value
from hwsim.hardware.fast import inside
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Counts, Recalls
from hwsim.hardware.spec import Step
from hwsim.hardware.spec.engine import Answer
from hwsim.spins import bits_from_spins, spins_from_bits

BETWEEN = ("specification", "fast model")


def first_of_fast(
    image: Image, query: int, bits: Bits, answer: Answer, counts: Counts, recalls: Recalls
) -> Divergence | None:
    """Where the fast model parts from the specification in one recall.

    Args:
        image: the integers.
        query: index of the recall.
        bits: the query (N,).
        answer, counts: the specification's, of this recall alone.
        recalls: the fast model's, of all queries.
    """
    path = list(states_of(image, bits, answer))
    outcome = next(_outcomes(query, path[-1][1] if path else bits, answer, counts, recalls), None)
    if outcome is None:
        return None
    for number, (before, after, step) in enumerate(path, start=1):
        place = next(_insides(image, query, number, before, after, step), None)
        if place is not None:
            return place
    return outcome


def _outcomes(
    query: int, last: Bits, answer: Answer, counts: Counts, recalls: Recalls
) -> Iterator[Divergence]:
    """Differences of the outcome, of which no single step is to blame."""

    def place(stage: str, quantity: str, expected: Value, found: Value, **where: Any) -> Divergence:
        return Divergence(
            between=BETWEEN, query=query, step=answer.steps, stage=stage, quantity=quantity,
            expected=expected, found=found, **where,
        )  # fmt: skip

    state = bits_from_spins(recalls.states[query])
    for i in np.flatnonzero(state != last):
        yield place("RESULT", "state", int(last[i]), int(state[i]), neuron=int(i))
    for name in ("steps", "converged", "miss", "distance"):
        expected, found = int(getattr(answer, name)), int(getattr(recalls, name)[query])
        if expected != found:
            yield place("RESULT", name, expected, found)
    for (name, expected), found in zip(
        counts.row(0).items(), recalls.counts.row(query).values(), strict=True
    ):
        if expected != found:
            yield place("COUNTERS", name, expected, found)


def _insides(
    image: Image, query: int, number: int, before: Bits, after: Bits, step: Step
) -> Iterator[Divergence]:
    """Differences of one step, taken from the same state, in the order of the stages."""

    def place(stage: str, quantity: str, expected: Any, found: Any, **where: Any) -> Divergence:
        return Divergence(
            between=BETWEEN, query=query, step=number, stage=stage, quantity=quantity,
            expected=int(expected), found=int(found), **where,
        )  # fmt: skip

    p = image.parameters
    fast = inside.one_step(image, spins_from_bits(before))
    if step.fields:  # else a rule ended the step, or nothing was near
        distances, kernel = np.array(step.distances), np.array(step.kernel)
        counting = np.flatnonzero(kernel)
        for m in counting[fast.distances[counting] != distances[counting]]:
            yield place("DISTANCE", "distance d", distances[m], fast.distances[m], pattern=int(m))
        if fast.nearest != step.nearest:
            yield place("DISTANCE", "smallest distance", step.nearest, fast.nearest)
        looked_up = fast.lut[distances[counting] - (step.nearest if p.nearest else 0)]
        for m, value in zip(counting, looked_up, strict=True):
            if kernel[m] != value:
                yield place("KERNEL", "kernel value k", kernel[m], value, pattern=int(m))
        if fast.kernel_sum != step.kernel_sum:
            yield place("KERNEL", "kernel sum S", step.kernel_sum, fast.kernel_sum)
        sums = (np.array(step.sums) + sum(p.C) * step.kernel_sum) // 2
        for i in np.flatnonzero(fast.sums != sums):
            yield place("ACCUMULATE", "sum U", sums[i], fast.sums[i], neuron=int(i))
    state = bits_from_spins(fast.recalls.states[0])
    for i in np.flatnonzero(state != after):
        yield place("THRESHOLD", "next bit", after[i], state[i], neuron=int(i))
