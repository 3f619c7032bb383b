"""Recall measured: the float network and the exact model on the same noisy queries.

Every exact number comes from an image that `hwsim.compress` lowered and the exact model ran.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace

from hwsim.compress.lower import lower, lower_weights, quantized_weights
from hwsim.compress.offsets import LoweringWarning
from hwsim.compress.weights import QuantizedWeights
from hwsim.config import Parameters
from hwsim.design import Design
from hwsim.hardware import fast
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Recalls
from hwsim.reference import metrics
from hwsim.reference import recall as float_network
from hwsim.reference.memory import Memory
from hwsim.reference.queries import noisy_queries
from hwsim.spins import SpinArray, spins_from_bits


def noisy(
    patterns: SpinArray, noise: float, seed: Sequence[int], count: int | None = None
) -> tuple[SpinArray, SpinArray]:
    """Queries and their targets: `count` stored patterns in turn, round(noise * N) spins flipped.

    Patterns are taken in random order, each once before any again; None takes each once.
    """
    queries, chosen = noisy_queries(patterns, count, noise, seed, order="repeated")
    return queries, patterns[chosen]


def float_accuracy(
    memory: Memory, queries: SpinArray, targets: SpinArray, max_steps: int = Parameters.max_steps
) -> float:
    """Recall accuracy of the float network: bits right in the states reached."""
    recalls = float_network.recall(memory, queries, max_steps=max_steps)
    return metrics.recall_accuracy(recalls.states, targets)


def lowered(memory: Memory, design: Design) -> Image:
    """The image of a memory. Few offset bits clip, silently: what that costs is measured."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LoweringWarning)
        return lower(memory, design)


class Lowerer:
    """Lowers one memory many times and quantizes its weights once a way."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._quantized: dict[tuple[object, ...], QuantizedWeights] = {}

    def image(self, design: Design) -> Image:
        """The same image as `lowered` makes."""
        source = design.offset_source if design.offset_bits else None
        way = (design.bits, design.quantizer, design.plane_weights, source, design.seed)
        if way not in self._quantized:
            self._quantized[way] = quantized_weights(self._memory, design)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", LoweringWarning)
            return lower_weights(self._memory, self._quantized[way], design)


def one_step(chosen: Image) -> Image:
    """The same image, stopped after one update."""
    return replace(chosen, parameters=replace(chosen.parameters, max_steps=1))


def exact(chosen: Image, queries: SpinArray) -> Recalls:
    """What the exact model recalls."""
    return fast.recall(chosen, queries)


def exact_accuracy(chosen: Image, queries: SpinArray, targets: SpinArray) -> float:
    """Recall accuracy of the exact model: bits right in the states reached."""
    return metrics.recall_accuracy(exact(chosen, queries).states, targets)


def exact_one_step_accuracy(chosen: Image) -> float:
    """Bit accuracy of the exact model: bits right after one update from every stored pattern."""
    patterns = spins_from_bits(chosen.patterns)
    return exact_accuracy(one_step(chosen), patterns, patterns)
