"""What outputs, and a sequence's steps, are found to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class SequenceAnswers:
    """What a sequence's steps were on the assessed cues.

    Attributes:
        steps: T.
        stored: share of the states after all steps but the last that are a stored pattern.
        right: by `engine`, `float32` and `nearest` the shares of bits, of steps and of whole
            sequences that are right; empty without the memory, which knows the order.
    """

    steps: int
    stored: float
    right: Mapping[str, tuple[float, float, float]]


@dataclass(frozen=True)
class OutputAnswers:
    """What one step's outputs were on the assessed queries.

    Attributes:
        outputs: M.
        missed: share of the queries that no pattern was near enough to.
        bits: by `engine`, `float32` and `nearest` the share of the signs that are right; empty
            without the memory, which knows the targets.
        labels: likewise of the labels; empty where targets are no classes, too.
    """

    outputs: int
    missed: float
    bits: Mapping[str, float]
    labels: Mapping[str, float]
