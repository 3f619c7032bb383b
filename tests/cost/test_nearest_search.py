"""The search by its own rules: counted as the specification counts, and right about its radius."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hwsim.config import Parameters
from hwsim.cost.nearest_search import count_searches
from hwsim.hardware import spec
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Counts
from hwsim.spins import spins_from_bits


def radii(patterns: np.ndarray) -> np.ndarray:
    """The first distance at which another pattern may be as near, by looking at every pair."""
    found = []
    for m, pattern in enumerate(patterns):
        others = [int((pattern != other).sum()) for n, other in enumerate(patterns) if n != m]
        found.append((min(others, default=len(pattern)) + 1) // 2)
    return np.array(found)


def specified(
    parameters: Parameters, patterns: np.ndarray, queries: np.ndarray, slots: int
) -> Counts:
    """The searches as the specification does them, one step of a kernel that is 0 but at d0."""
    p = replace(parameters, weight_bits=1, plane_weights=(1,), kernel_bits=1, max_steps=1)
    lut = np.zeros(p.neurons + 1, dtype=np.int64)
    lut[0] = 1
    zeros = np.zeros(p.neurons, dtype=np.int64)
    image = Image(p, patterns, patterns, lut, zeros, 1.0, radius=radii(patterns))
    recalls, counts = spec.recall_in_flight(image, spins_from_bits(queries), slots)
    for query, state in zip(queries, recalls.states, strict=True):
        distances = (patterns != query).sum(axis=1)
        nearest = np.flatnonzero(distances == distances.min())
        if len(nearest) == 1:  # the radius never ends it elsewhere
            assert ((state > 0) == patterns[nearest[0]]).all()
    return counts


@pytest.mark.parametrize("slots", [1, 4])
@pytest.mark.parametrize(("neurons", "patterns"), [(40, 30), (17, 3), (30, 60), (64, 1)])
def test_counts_are_the_specifications(neurons: int, patterns: int, slots: int) -> None:
    rng = np.random.default_rng(neurons)
    stored = rng.integers(0, 2, (patterns, neurons)).astype(np.uint8)
    if patterns > 3:
        stored[patterns - 1] = stored[0]  # a duplicate has no radius
    near = stored[rng.integers(0, patterns, 12)] ^ (rng.random((12, neurons)) < 0.1)
    queries = np.concatenate([near, rng.integers(0, 2, (9, neurons))]).astype(np.uint8)
    parameters = Parameters(neurons, patterns, lanes=64, queries_in_flight=slots)
    searches = count_searches(parameters, stored, spins_from_bits(queries))
    words: dict[int, list[int]] = {}
    for search in searches:
        words.setdefault(search.parameters.lanes, []).append(search.parameters.coarse_words)
    assert (
        words[8] == {17: [1, 2], 30: [1, 2, 3], 40: [1, 2, 3, 4], 64: [1, 2, 4, 5, 6, 7]}[neurons]
    )
    assert sorted(words) == [lanes for lanes in (8, 16, 32) if lanes < neurons]
    for search in searches:
        assert search.parameters.queries_in_flight == slots
        counts = specified(search.parameters, stored, queries, slots)
        for name in (
            *("scans", "shortlist_batches", "shortlist_completions", "sweeps"),
            *("sweep_completions", "sweep_words", "distance_popcounts"),
        ):
            assert search.counts[name] * 21 == pytest.approx(getattr(counts, name).sum()), name
        # after a sweep, the engine looks at the nearest pattern's radius
        sweeping = counts.group_minimum_writes.sum() / search.parameters.groups
        looked = counts.radius_reads.sum() - sweeping
        assert search.counts["radius_reads"] * 21 == pytest.approx(looked)
        assert search.counts["distance_reads"] * 21 == pytest.approx(sweeping * patterns)
        met = search.counts["distance_popcounts"]
        assert search.counts["state_reads"] == met
        read = search.counts["pattern_reads"] - search.parameters.words  # that sends the pattern
        assert read == pytest.approx(met) if slots == 1 else read < met
        unsent = counts.pattern_reads.sum() - counts.copies.sum() * search.parameters.words
        assert read * 21 == pytest.approx(unsent)


def test_patterns_of_one_word_gain_nothing() -> None:
    stored = np.zeros((2, 8), dtype=np.uint8)
    assert count_searches(Parameters(8, 2, lanes=64), stored, spins_from_bits(stored)) == ()
