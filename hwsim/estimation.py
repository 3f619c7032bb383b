"""Recalls on an image, counted and measured, made into an estimate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.compress.quantize import quantize
from hwsim.cost.comparisons import INTEGER_BITS, nearest_patterns, recall_accuracy
from hwsim.cost.energy import EnergyReport, RecallCurve, estimate
from hwsim.cost.hierarchy import DEFAULT_BUDGET_BITS
from hwsim.cost.technology import Technology
from hwsim.errors import InputError
from hwsim.hardware import fast
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import spins_from_bits
from hwsim.reference.data import add_noise
from hwsim.reference.memory import Memory
from hwsim.reference.recall import recall as float_recall

Spins = npt.NDArray[np.int8]

CURVE_QUERIES = 200  # recalls for each point of the curve, or as many as there are patterns


def estimate_image(
    image: Image,
    queries: Spins,
    *,
    originals: Spins | None = None,
    memory: Memory | None = None,
    noises: Sequence[float] = (),
    technology: Technology | None = None,
    clock_mhz: float | None = None,
    budget_bits: int | None = DEFAULT_BUDGET_BITS,
    seed: int = 0,
    query_note: str = "given queries",
    provenance: Mapping[str, Any] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> EnergyReport:
    """Recall the queries by the exact model and estimate what that costs in hardware.

    Args:
        image: the integers.
        queries: (Q, N) int8 of ±1, Q >= 1.
        originals: (Q, N), what each query should come back as; without them there is no accuracy.
        memory: the float memory that the image was made from; without it there is no accuracy of
            float32 and of 8-bit integers (its weights by the paper's quantizer, kernel in float).
        noises: fractions of flipped spins for the curve of recall against noise, from stored
            patterns; empty for no curve.
        technology, clock_mhz, budget_bits, query_note, provenance: see `cost.energy.estimate`.
        seed: of the curve's patterns and noise.
        progress: called with (noise levels done, noise levels in all).

    Raises:
        InputError: image, queries, originals and memory do not go together.
    """
    if originals is not None and originals.shape != queries.shape:
        raise InputError(
            f"originals have shape {originals.shape}, queries {queries.shape}; give one for each"
        )
    patterns = spins_from_bits(image.patterns)
    if memory is not None and not np.array_equal(memory.patterns, patterns):
        raise InputError("the memory's patterns are not the image's; give the memory it came from")
    ways = _ways(image, memory)
    recalls = fast.recall(image, queries)
    accuracy = {}
    if originals is not None:
        accuracy = {name: recall_accuracy(way(queries), originals) for name, way in ways.items()}
        accuracy["engine"] = recall_accuracy(recalls.states, originals)
    curve = _curve(ways, patterns, noises, seed, progress) if noises else None
    return estimate(
        image.parameters,
        image.gamma,
        recalls.counts,
        technology=technology,
        clock_mhz=clock_mhz,
        budget_bits=budget_bits,
        accuracy=accuracy,
        curve=curve,
        query_note=query_note,
        provenance=provenance,
    )


def _ways(image: Image, memory: Memory | None) -> dict[str, Callable[[Spins], Spins]]:
    """Every way of recalling that can be measured: queries to states."""
    ways: dict[str, Callable[[Spins], Spins]] = {}
    if memory is not None:
        known = memory
        steps = image.parameters.max_steps
        integers = quantize(known.alpha, INTEGER_BITS).dequantized()
        ways["float32"] = lambda starts: float_recall(known, starts, max_steps=steps).states
        ways["int8"] = lambda starts: (
            float_recall(known, starts, weights=integers, max_steps=steps).states
        )
    ways["engine"] = lambda starts: fast.recall(image, starts).states
    ways["nearest"] = lambda starts: nearest_patterns(image.patterns, starts)
    return ways


def _curve(
    ways: Mapping[str, Callable[[Spins], Spins]],
    patterns: Spins,
    noises: Sequence[float],
    seed: int,
    progress: Callable[[int, int], None] | None,
) -> RecallCurve:
    """Accuracy of every way at every noise, all from the same queries."""
    rng = np.random.default_rng(seed)
    count = min(CURVE_QUERIES, len(patterns))
    accuracy: dict[str, list[float]] = {name: [] for name in ways}
    for done, noise in enumerate(noises, start=1):
        targets = patterns[np.sort(rng.permutation(len(patterns))[:count])]
        starts = add_noise(targets, noise, rng)
        for name, way in ways.items():
            accuracy[name].append(recall_accuracy(way(starts), targets))
        if progress is not None:
            progress(done, len(noises))
    return RecallCurve(
        tuple(float(noise) for noise in noises),
        {name: tuple(values) for name, values in accuracy.items()},
    )
