"""Engines side by side: the same outcome and, but for what they share out, the same counts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwsim.config import Parameters
from hwsim.hardware import spec
from hwsim.hardware.image import Image
from hwsim.hardware.layout import share_cut
from tests.images import corner_queries, near_queries, random_queries, ruled_images

OUTCOME = ("states", "steps", "converged", "miss", "distance")

# What no share decides for itself, where no search ends within a radius: that may be in an earlier
# batch of the shortlists, of which each share has one.
NOT_OF_SHARES = (
    *("probes", "passes", "copies", "active_steps", "accumulating_steps", "accumulated_groups"),
    *("groups_active", "groups_skipped", "thresholds", "offset_reads", "candidate_reads"),
    *("candidate_writes", "weight_reads", "lane_accumulations"),
)


def side_by_side(image: Image, engines: int) -> Image:
    return replace(image, parameters=replace(image.parameters, engines=engines))


def test_shares_are_whole_groups_in_order() -> None:
    p = Parameters(20, 75, lanes=8, engines=4)  # ten groups, of which the last has 3 patterns
    assert p.shares == (range(0, 2), range(2, 5), range(5, 7), range(7, 10))
    assert (p.share_groups, p.share_patterns) == (3, 24)
    assert [share_cut(p, groups)["radius"] for groups in p.shares] == [
        *(slice(0, 16), slice(16, 40), slice(40, 56), slice(56, 75)),
    ]
    assert share_cut(p, p.shares[1]) == {
        "patterns": slice(16 * 3, 40 * 3),
        "weights": slice(2 * 20 * 2, 5 * 20 * 2),
        "radius": slice(16, 40),
    }
    row = replace(p, dataflow="row", shared_planes=(1,))
    assert share_cut(row, row.shares[3])["weights"] == slice(56 * 3, 75 * 3)


@given(ruled_images(), st.sampled_from((2, 4, 8)), st.integers(0, 2**32 - 1))
def test_outcomes_do_not_depend_on_engines(image: Image, engines: int, seed: int) -> None:
    p, rng = image.parameters, np.random.default_rng(seed)
    engines = min(engines, 1 << (p.groups.bit_length() - 1))
    queries = [corner_queries(image, rng), near_queries(image, 4, rng), random_queries(p, 2, rng)]
    together = np.concatenate(queries)
    alone, found = spec.recall(image, together), spec.recall(side_by_side(image, engines), together)
    for name in OUTCOME:
        assert np.array_equal(getattr(found, name), getattr(alone, name)), name
    c, of_one = found.counts, alone.counts
    for name in ("scans", "steps", *(() if p.radius_bits else NOT_OF_SHARES)):
        assert np.array_equal(getattr(c, name), getattr(of_one, name)), name
    writes = (c.accumulating_steps + c.copies + 1) * p.words * engines
    assert np.array_equal(c.state_writes, writes)


@given(ruled_images(max_patterns=70), st.sampled_from((1, 2, 4, 8)), st.integers(0, 2**32 - 1))
def test_the_slowest_share_takes_no_less_than_its_part(
    image: Image, engines: int, seed: int
) -> None:
    p = image.parameters
    engines = min(engines, 1 << (p.groups.bit_length() - 1))
    queries = near_queries(image, 6, np.random.default_rng(seed))
    c = spec.recall(side_by_side(image, engines), queries).counts
    whole = {
        "sweep_rounds": c.sweeps * p.patterns + c.sweep_words - c.sweep_completions,
        "deciding_rounds": c.deciding_groups,
        "accumulated_rounds": c.accumulated_groups,
        "lane_rounds": c.lane_accumulations,
    }
    for name, total in whole.items():
        slowest = getattr(c, name)
        assert (slowest <= total).all(), name
        assert (total <= slowest * engines).all(), name
        assert engines > 1 or np.array_equal(slowest, total), name


@pytest.mark.parametrize("dataflow", ["group", "row"])
def test_the_owner_alone_probes_copies_and_is_asked_for_its_radius(dataflow: str) -> None:
    rng = np.random.default_rng(5)
    patterns = rng.integers(0, 2, (32, 40)).astype(np.uint8)
    p = Parameters(
        40, 32, weight_bits=1, lanes=8, engines=4, dataflow=dataflow, radius_bits=2, max_steps=3
    )
    lut = np.array([255, 128, 16, *([0] * 38)])
    radius = np.zeros(32, dtype=np.int64)
    radius[29] = 2  # a state next to it goes there
    image = Image(p, patterns, patterns, lut, np.zeros(40, dtype=np.int64), 0.1, radius=radius)
    query = 2 * patterns[29:30].astype(np.int8) - 1
    query[0, 7] *= -1
    answer = spec.recall(image, query)
    assert answer.steps.tolist() == [2]
    assert answer.states[0].tolist() == (2 * patterns[29].astype(np.int8) - 1).tolist()
    counts = answer.counts.row(0)
    assert counts["radius_reads"] == counts["copies"] == 1
    assert counts["pattern_reads"] == 32 * 5 + 5
    assert counts["state_reads"] == 32 * 5 + 5  # the search's, and the result's
    assert counts["state_writes"] == 2 * 5 * 4
