"""The paper's three measures of a memory."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hwsim.reference.data import add_noise
from hwsim.reference.kernel import FloatArray
from hwsim.reference.memory import Memory
from hwsim.reference.recall import field, recall


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
    fields = field(memory, memory.patterns, alpha=alpha, origin="nearest")
    return bit_accuracy_of(fields, memory.patterns)


def stability_margin(memory: Memory, *, alpha: FloatArray | None = None) -> float:
    """Mean of patterns[m, i] * h_i(patterns[m]) over patterns and neurons."""
    return stability_margin_of(field(memory, memory.patterns, alpha=alpha), memory.patterns)


def recall_accuracy(states: npt.NDArray[np.int8], targets: npt.NDArray[np.int8]) -> float:
    """Fraction of bits of the recalled `states` (Q, N) that equal their `targets` (Q, N)."""
    return float(np.mean(states == targets))


def noisy_recall_accuracy(
    memory: Memory,
    fraction: float,
    rng: np.random.Generator,
    *,
    alpha: FloatArray | None = None,
    max_steps: int = 50,
) -> float:
    """Recall accuracy of the float network from every stored pattern with noise.

    Args:
        memory: the network.
        fraction: of bits flipped in each pattern.
        rng: the source of the noise.
        alpha: (P, N) in place of the memory's own.
        max_steps: T.
    """
    queries = add_noise(memory.patterns, fraction, rng)
    recalls = recall(memory, queries, alpha=alpha, max_steps=max_steps)
    return recall_accuracy(recalls.states, memory.patterns)
