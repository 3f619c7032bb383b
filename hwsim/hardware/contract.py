"""The plain contract: what comes out of a recall, in as few words as it takes.

No memories, no order, no rules; docs/contract.md's formulas on whole arrays. The specification,
which says how the engine comes there, and the fast model answer the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hwsim.config import Parameters
from hwsim.hardware.association import check_recalls_states
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import IntArray
from hwsim.spins import SpinArray, bits_from_spins, checked_queries, spins_from_bits


def code_levels(parameters: Parameters) -> IntArray:
    """What each weight code stands for, v = sum_p C[p] * (2 * bit_p - 1), (2**B,) int64."""
    codes = np.arange(2**parameters.weight_bits)
    counted = [c * (2 * (codes >> p & 1) - 1) for p, c in enumerate(parameters.C)]
    return np.asarray(np.sum(counted, axis=0))


def code_values(image: Image) -> IntArray:
    """What the weight codes stand for, (P, N) int64."""
    values: IntArray = code_levels(image.parameters)[image.codes]
    return values


@dataclass(frozen=True)
class Outcome:
    """Where Q queries ended; each attribute as in `hwsim.hardware.outcome.Recalls`."""

    states: SpinArray
    steps: IntArray
    converged: npt.NDArray[np.bool_]
    miss: npt.NDArray[np.bool_]
    distance: IntArray


def recall(image: Image, queries: npt.NDArray[np.int8]) -> Outcome:
    """Recall each query by the contract's formulas.

    Args:
        image: the integers.
        queries: (Q, N) int8 of ±1.

    Raises:
        InputError: the queries' shape or a spin is wrong.
    """
    p, v = image.parameters, code_values(image)
    check_recalls_states(p)
    queries = checked_queries(queries, p.neurons)
    states = bits_from_spins(queries).copy()
    steps, distance = np.zeros((2, len(queries)), dtype=np.int64)
    converged, miss = np.zeros((2, len(queries)), dtype=np.bool_)
    for q, state in enumerate(states):
        while not converged[q] and steps[q] < p.max_steps:
            steps[q] += 1
            f, distance[q], kernel_sum = _step(image, v, state)
            after = np.where(f == 0, state, f > 0)
            converged[q] = bool((after == state).all())
            miss[q] |= steps[q] == 1 and kernel_sum == 0
            state[:] = after
    return Outcome(spins_from_bits(states), steps, converged, miss, distance)


def fields_of(image: Image, queries: npt.NDArray[np.int8]) -> IntArray:
    """The fields of one step by the contract's formulas, (Q, M) int64, or (Q, N) without outputs.

    Args:
        image: the integers.
        queries: (Q, N) int8 of ±1.

    Raises:
        InputError: the queries' shape or a spin is wrong.
    """
    p, v = image.parameters, code_values(image)
    found = np.empty((len(queries), p.fields), dtype=np.int64)
    for q, state in enumerate(bits_from_spins(checked_queries(queries, p.neurons))):
        found[q] = _step(image, v, state)[0]
    return found


def _step(
    image: Image, v: IntArray, state: npt.NDArray[np.uint8]
) -> tuple[IntArray, np.int64, np.int64]:
    """The fields of one state of N bits, the smallest distance, and S."""
    p = image.parameters
    d = (image.patterns != state).sum(axis=1, dtype=np.int64)
    nearest = d.min()
    k = image.kernel_lut[d - (nearest if p.nearest else 0)]
    kernel_sum = k.sum()
    return (k @ v) * 2**p.offset_frac_bits + image.offsets * kernel_sum, nearest, kernel_sum
