"""Rules save work and change no result: the specification against the plain contract."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hwsim.config import Parameters
from hwsim.hardware import contract, rules, spec
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Recalls
from hwsim.reference.queries import noisy_queries
from hwsim.spins import spins_from_bits
from tests.images import corner_queries, near_queries, random_queries, ruled_images

OUTCOME = ("states", "steps", "converged", "miss", "distance")


def assert_same_outcome(image: Image, queries: np.ndarray) -> Recalls:
    expected, found = contract.recall(image, queries), spec.recall(image, queries)
    for name in OUTCOME:
        assert np.array_equal(getattr(found, name), getattr(expected, name)), name
    return found


@settings(max_examples=200)
@given(ruled_images(), st.integers(0, 2**32 - 1))
def test_rules_change_no_outcome(image: Image, seed: int) -> None:
    rng = np.random.default_rng(seed)
    queries = [corner_queries(image, rng), near_queries(image, 4, rng)]
    assert_same_outcome(image, np.concatenate([*queries, random_queries(image.parameters, 2, rng)]))


@given(ruled_images(), st.integers(2, 5), st.integers(0, 2**32 - 1))
def test_queries_in_flight_end_as_alone_and_share_reads(
    image: Image, slots: int, seed: int
) -> None:
    p, rng = image.parameters, np.random.default_rng(seed)
    queries = near_queries(image, 2 * slots + 1, rng)
    alone = spec.recall(image, queries)
    outcome, counts = spec.recall_in_flight(image, queries, slots)
    for name in OUTCOME:
        assert np.array_equal(getattr(outcome, name), getattr(alone, name)), name
    assert len(counts.steps) == 3
    for name in counts.names():
        together = getattr(counts, name)
        of_each = np.add.reduceat(getattr(alone.counts, name), [0, slots, 2 * slots])
        if name in ("scans", "pattern_reads") or name.startswith("sweep"):
            assert (together <= of_each).all(), name
        else:
            assert np.array_equal(together, of_each), name
    if not p.coarse_words:
        longest = np.maximum.reduceat(alone.counts.passes, [0, slots, 2 * slots])
        assert np.array_equal(counts.scans, longest)


@given(ruled_images(), st.integers(0, 2**32 - 1))
def test_counts_add_up(image: Image, seed: int) -> None:
    p, rng = image.parameters, np.random.default_rng(seed)
    c = spec.recall(image, near_queries(image, 6, rng)).counts
    first = p.coarse_words or p.words
    searching = (
        c.scans * p.patterns * first
        + c.probes * p.words
        + c.shortlist_completions * (p.words - first)
        + c.sweep_words
    )
    rows = c.candidate_reads if p.shared_planes else 0
    assert np.array_equal(c.distance_popcounts, searching)
    assert np.array_equal(c.pattern_reads, searching + c.copies * p.words + rows)
    assert (c.passes <= c.steps).all()
    assert np.array_equal(c.plane_multiplications, c.lane_accumulations + c.accumulations)


@given(ruled_images(rules=False))
def test_radii_are_the_definition(image: Image) -> None:
    """Every word of the radius memory, by the study's own formula, one radius after the other."""
    p, v = image.parameters, contract.code_values(image)
    words = rules.radii(image)
    pulls = v * 2**p.offset_frac_bits + image.offsets
    for m, pattern in enumerate(image.patterns):
        signs = 2 * pattern.astype(np.int64) - 1
        others = np.arange(p.patterns) != m
        far = (image.patterns[others] != pattern).sum(axis=1)
        radius = -1
        for r in range(p.neurons if p.nearest else 0):
            x = far - 2 * r
            k = image.kernel_lut[np.clip(x, 0, p.neurons)]
            against = (k[:, None] * np.maximum(0, -signs * pulls[others])).sum(axis=0)
            if (x <= 0).any() or (signs * pulls[m] * image.kernel_lut[0] <= against).any():
                break
            radius = r
        one = replace(image, parameters=replace(p, max_steps=1))
        again = contract.recall(one, spins_from_bits(image.patterns[m : m + 1]))
        fixed = bool(again.converged[0]) and image.kernel_lut[0] > 0
        assert words[m] == max(radius + 1, int(fixed))


@settings(max_examples=50)
@given(ruled_images(max_neurons=10), st.booleans())
def test_every_state_within_a_radius_goes_to_its_pattern(image: Image, beyond: bool) -> None:
    p = image.parameters
    states = np.array(list(product((-1, 1), repeat=p.neurons)), dtype=np.int8)
    one = replace(image, parameters=replace(p, max_steps=1))
    after = contract.recall(one, states).states
    patterns = spins_from_bits(image.patterns)
    for m, word in enumerate(rules.radii(image, beyond=beyond)):
        near = (states != patterns[m]).sum(axis=1) < word
        assert (after[near] == patterns[m]).all()


@given(ruled_images(), st.integers(0, 2**32 - 1))
def test_at_the_winner_s_limit(image: Image, seed: int) -> None:
    """A sum at the limit decides; one beyond it may not be copied."""
    p = image.parameters
    queries = near_queries(image, 8, np.random.default_rng(seed))
    machine = spec.Specification(image)
    for query in (queries == 1).astype(np.uint8):
        for step in machine.recall(query).passes:
            may = p.winner_limit > 0 and (p.nearest or step.nearest == 0) and step.active_groups
            if step.ended_by == "winner":
                assert may
                assert step.kernel_sum <= p.winner_limit
            elif may and step.ended_by != "radius":
                assert step.kernel_sum > p.winner_limit


def test_a_largest_case_of_every_rule() -> None:
    """Each rule acts on a memory as trained ones are, and the counts say so."""
    rng = np.random.default_rng(3)
    p = Parameters(96, 60, 1, None, 8, 8, max_steps=20)
    patterns = rng.integers(0, 2, (60, 96)).astype(np.uint8)
    lut = np.floor(np.exp(-0.2 * np.arange(97)) * 255 + 0.5).astype(np.int64)
    zeros = np.zeros(96, dtype=np.int64)
    plain = Image(p, patterns, patterns, lut, zeros, 0.05)
    image = rules.with_rules(plain, dataflow="row", coarse_words=2)
    assert image.parameters.shared_planes == (0,)
    assert image.parameters.winner_limit
    assert image.parameters.radius_bits > 1
    queries = near_queries(image, 40, rng)
    before, after = spec.recall(plain, queries), assert_same_outcome(image, queries)
    for name in ("probes", "sweeps", "copies", "shortlist_batches", "sweep_completions"):
        assert getattr(after.counts, name).any(), name
    read_before = before.counts.pattern_reads + before.counts.weight_reads
    assert after.counts.pattern_reads.sum() < read_before.sum() / 2
    assert (after.counts.passes < after.counts.steps).any()


@pytest.mark.parametrize("dataflow", ["group", "row"])
def test_no_kernel_value_no_rule(dataflow: str) -> None:
    rng = np.random.default_rng(4)
    patterns = rng.integers(0, 2, (5, 12)).astype(np.uint8)
    nothing = np.zeros(13, dtype=np.int64)
    p = Parameters(12, 5, 1, lanes=8)
    image = rules.with_rules(
        Image(p, patterns, patterns, nothing, nothing[:12], 1.0), dataflow=dataflow, coarse_words=1
    )
    assert (image.parameters.radius_bits, image.parameters.winner_limit) == (0, 0)
    assert assert_same_outcome(image, spins_from_bits(patterns)).miss.all()


def test_four_in_flight_read_less_than_a_third_of_the_scans() -> None:
    """Where recalls take as many passes as each other: the slots stay full to the end."""
    rng = np.random.default_rng(5)
    p = Parameters(96, 60, 1, None, 8, 8, max_steps=20)
    patterns = rng.integers(0, 2, (60, 96)).astype(np.uint8)
    lut = np.floor(np.exp(-0.2 * np.arange(97)) * 255 + 0.5).astype(np.int64)
    plain = Image(p, patterns, patterns, lut, np.zeros(96, dtype=np.int64), 0.05)
    for coarse_words in (0, 2):
        image = rules.with_rules(plain, coarse_words=coarse_words)
        queries, _ = noisy_queries(spins_from_bits(patterns), 40, 0.1, 0)
        alone = spec.recall(image, queries).counts
        _, together = spec.recall_in_flight(image, queries, 4)
        assert together.scans.sum() <= 0.3 * alone.scans.sum()
