"""Retrieval by the float network: fields, one update, synchronous recall.

Steps, convergence and ties mean what they mean in the datapath: `steps` counts the updates
evaluated, the one that confirms included, and a field of exactly 0 keeps the spin. Every function
takes another alpha than the memory's, so the quantized float network is the same code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from hwsim.config import Parameters
from hwsim.errors import InputError
from hwsim.reference.kernel import FloatArray
from hwsim.reference.memory import Memory
from hwsim.show import Record
from hwsim.spins import checked_queries

# Rows of a kernel matrix made at a time: 1024 x 3000 float64 are 25 MB.
BATCH = 1024


@dataclass(frozen=True, eq=False, repr=False)
class FloatRecalls(Record):
    """What the float network recalled.

    Attributes:
        states: (Q, N) int8 of ±1, the last states.
        steps: (Q,) int64, updates evaluated, the confirming one included.
        converged: (Q,) bool, whether the last update changed nothing.
    """

    states: npt.NDArray[np.int8]
    steps: npt.NDArray[np.int64]
    converged: npt.NDArray[np.bool_]

    def _shown(self) -> Mapping[str, object]:
        count, neurons = self.states.shape
        return {
            "Q": count,
            "N": neurons,
            "converged": int(self.converged.sum()),
            "mean_steps": float(self.steps.mean()) if count else None,
        }


def _chosen_alpha(memory: Memory, alpha: FloatArray | None, dtype: npt.DTypeLike) -> FloatArray:
    chosen = memory.alpha if alpha is None else alpha
    if chosen.shape != memory.alpha.shape:
        raise InputError(
            f"alpha has shape {chosen.shape}, {'targets' if memory.outputs else 'patterns'} "
            f"{memory.alpha.shape}; both must be (P, {'M' if memory.outputs else 'N'})"
        )
    return np.asarray(chosen, dtype=dtype)


_LARGE: Final = 1e30  # float32 ends at 3e38, and sums go beyond their terms


def field(
    memory: Memory,
    states: npt.NDArray[np.int8],
    *,
    alpha: FloatArray | None = None,
    origin: str | None = "absolute",
    dtype: npt.DTypeLike = np.float64,
) -> FloatArray:
    """h[q, i] = sum_m alpha[m, i] K(states[q], patterns[m]).

    Args:
        memory: patterns, kernel, and alpha unless another is given.
        states: (Q, N) int8 of ±1.
        alpha: (P, N) in place of the memory's own; (P, M) with targets.
        origin: `absolute`, or `nearest`: every row over its largest kernel value, which keeps
            its signs and cannot underflow; None for `nearest` where the kernel is Gaussian.
        dtype: of the arithmetic.

    Returns:
        (Q, N) of `dtype`; (Q, M) with targets.
    """
    chosen = _chosen_alpha(memory, alpha, dtype)
    fields = np.empty((len(states), chosen.shape[1]), dtype=dtype)
    for start in range(0, len(states), BATCH):
        rows = slice(start, start + BATCH)
        fields[rows] = memory.kernel(states[rows], origin=origin, dtype=dtype) @ chosen
    return fields


def held(alpha: FloatArray, dtype: npt.DTypeLike) -> FloatArray:
    """Weights as a type can hold them, over their largest where it cannot; no sign changes.

    Args:
        alpha: (P, N) float64 or float32.
        dtype: of the arithmetic.
    """
    most = max(float(alpha.max()), -float(alpha.min()))
    if np.dtype(dtype) == alpha.dtype or most == 0 or 1 / _LARGE <= most <= _LARGE:
        return alpha
    return alpha / most


def update(
    memory: Memory,
    states: npt.NDArray[np.int8],
    *,
    alpha: FloatArray | None = None,
    dtype: npt.DTypeLike = np.float64,
) -> npt.NDArray[np.int8]:
    """All spins at once to the sign of their fields; a spin whose field is 0 stays, (Q, N) int8."""
    memory.check_recalls_states()
    h = field(memory, states, alpha=alpha, origin=None, dtype=dtype)
    spins = np.sign(h).astype(np.int8)
    return np.where(spins == 0, states, spins)


def recall(
    memory: Memory,
    queries: npt.NDArray[np.int8],
    *,
    alpha: FloatArray | None = None,
    max_steps: int = Parameters.max_steps,
    dtype: npt.DTypeLike = np.float64,
) -> FloatRecalls:
    """Update every query until its state repeats or `max_steps` updates were evaluated.

    Args:
        memory: patterns, kernel, and alpha unless another is given.
        queries: (Q, N) int8 of ±1.
        alpha: (P, N) in place of the memory's own, such as `QuantizedWeights.dequantized()`.
        max_steps: T, at least 1.
        dtype: of the arithmetic; float32 is faster.

    Raises:
        InputError: queries that are not ±1 of N neurons, alpha of another shape, or max_steps under
            1.
    """
    if max_steps < 1:
        raise InputError(f"max_steps is {max_steps}; it must be at least 1")
    memory.check_recalls_states()
    states = checked_queries(queries, memory.neurons).copy()
    given = memory.alpha if alpha is None else alpha
    chosen = _chosen_alpha(memory, held(given, dtype), dtype)
    steps = np.zeros(len(states), dtype=np.int64)
    converged = np.zeros(len(states), dtype=np.bool_)
    moving = np.arange(len(states))
    for _ in range(max_steps):
        if len(moving) == 0:
            break
        before = states[moving]
        after = update(memory, before, alpha=chosen, dtype=dtype)
        steps[moving] += 1
        states[moving] = after
        changed = np.any(after != before, axis=1)
        converged[moving[~changed]] = True
        moving = moving[changed]
    return FloatRecalls(states=states, steps=steps, converged=converged)
