"""The paper's three measures of a memory."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hwsim.reference.kernel import FloatArray
from hwsim.reference.memory import Memory
from hwsim.reference.recall import field


def bit_accuracy_of(fields: FloatArray, patterns: npt.NDArray[np.int8]) -> float:
    """Fraction of bits right after one update from the stored patterns.

    Args:
        fields: (P, N), fields in the stored patterns' own states; a field of 0 keeps the bit.
        patterns: (P, N) of ±1.
    """
    return float(np.mean(fields * patterns >= 0))


def stability_margin_of(fields: FloatArray, patterns: npt.NDArray[np.int8]) -> float:
    """Mean of patterns[m, i] * h_i(patterns[m]); `fields` (P, N) from the absolute origin."""
    return float(np.mean(fields * patterns, dtype=np.float64))


def bit_accuracy(memory: Memory, *, alpha: FloatArray | None = None) -> float:
    """Fraction of bits right after one update from every stored pattern."""
    fields = field(memory, memory.patterns, alpha=alpha, origin=None)
    return bit_accuracy_of(fields, memory.patterns)


def stability_margin(memory: Memory, *, alpha: FloatArray | None = None) -> float:
    """Mean of patterns[m, i] * h_i(patterns[m]) over patterns and neurons."""
    return stability_margin_of(field(memory, memory.patterns, alpha=alpha), memory.patterns)


def recall_accuracy(states: npt.NDArray[np.int8], targets: npt.NDArray[np.int8]) -> float:
    """Fraction of bits of the recalled `states` (Q, N) that equal their `targets` (Q, N)."""
    return float(np.mean(states == targets))
