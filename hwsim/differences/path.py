"""A recall as the specification runs it, and each of its steps by the contract's formulas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.divergence import Divergence
from hwsim.hardware.contract import code_values
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import IntArray
from hwsim.hardware.packing import unpack_words
from hwsim.hardware.spec import Step
from hwsim.hardware.spec.engine import Answer

Bits = npt.NDArray[np.uint8]

BETWEEN = ("contract's formulas", "specification")


@dataclass(frozen=True)
class Formulas:
    """One step by the formulas on whole arrays.

    Attributes:
        distances, kernel: (P,) int64, d and k.
        kernel_sum: S.
        sums, fields: (N,) int64, a and f.
        after: (N,) uint8, the next bits.
    """

    distances: IntArray
    kernel: IntArray
    kernel_sum: int
    sums: IntArray
    fields: IntArray
    after: Bits


class Contract:
    """The contract's formulas for one image."""

    def __init__(self, image: Image) -> None:
        self.image, self.values, self.patterns = image, code_values(image), image.patterns

    def step(self, state: Bits) -> Formulas:
        """One step from a state (N,)."""
        image, p = self.image, self.image.parameters
        d = (self.patterns != state).sum(axis=1, dtype=np.int64)
        k = image.kernel_lut[d - (d.min() if p.nearest else 0)]
        total = int(k.sum())
        a = k @ self.values
        f = a * 2**p.offset_frac_bits + image.offsets * total
        after = np.where(f == 0, state, f > 0).astype(np.uint8)
        return Formulas(d, k, total, a, f, after)


def states_of(image: Image, query: Bits, answer: Answer) -> Iterator[tuple[Bits, Bits, Step]]:
    """The state before and after each step that was run, and the step."""
    p = image.parameters
    before = query
    for step in answer.passes:
        after = unpack_words(step.state, p.lanes, p.neurons)
        yield before, after, step
        before = after


def first_wrong(
    contract: Contract, query: int, number: int, before: Bits, after: Bits, step: Step
) -> Divergence | None:
    """Where a step of the specification parts from the contract's formulas.

    Args:
        contract: of the image.
        query: index of the recall.
        number: of the step, from 1.
        before, after: states (N,).
        step: what it computed; what a rule left out is not compared.
    """
    right = contract.step(before)
    checks: list[tuple[str, str, str, IntArray, Any]] = []
    if step.ended_by != "radius":  # which leaves distances unmeasured
        checks += [("DISTANCE", "distance d", "pattern", right.distances, step.distances)]
    if step.fields:
        checks += [
            ("KERNEL", "kernel value k", "pattern", right.kernel, step.kernel),
            ("KERNEL", "kernel sum S", "", np.array([right.kernel_sum]), [step.kernel_sum]),
            ("ACCUMULATE", "sum a", "neuron", right.sums, step.sums),
            ("THRESHOLD", "field f", "neuron", right.fields, step.fields),
        ]
    last = "COPY" if step.ended_by else "THRESHOLD"
    checks += [(last, "next bit", "neuron", right.after.astype(np.int64), after)]
    for stage, quantity, of, expected, found in checks:
        unlike = np.flatnonzero(expected != np.asarray(found))
        if stage == "DISTANCE":  # where the kernel value is 0, a lower bound is enough
            unlike = np.intersect1d(unlike, np.flatnonzero(right.kernel))
        if len(unlike):
            index = int(unlike[0])
            whose: dict[str, Any] = {of: index} if of else {}
            return Divergence(
                between=BETWEEN,
                query=query,
                step=number,
                stage=stage,
                quantity=quantity,
                expected=int(expected[index]),
                found=int(found[index]),
                **whose,
            )
    return None
