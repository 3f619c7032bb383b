"""A recall step by step against the specification, which counts and reports the same."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hwsim
from hwsim.hardware.image import Image
from hwsim.hardware.spec import recall
from hwsim.hardware.trajectory import follow
from tests.images import corner_queries, small_images


@given(small_images(), st.integers(0, 2**32 - 1))
def test_it_ends_as_the_specification_s(image: Image, seed: int) -> None:
    queries = corner_queries(image, np.random.default_rng(seed))
    recalls = recall(image, queries)
    for q, query in enumerate(queries):
        one = follow(image, query)
        assert np.array_equal(one.states[0], query)
        assert one.converged == recalls.converged[q]
        assert one.miss == recalls.miss[q]
        last, steps = one.steps, image.parameters.max_steps
        if one.period > 1:  # goes round from there
            first = last - one.period
            assert np.array_equal(one.states[first], one.states[last])
            last = first + (steps - first) % one.period
            at = first + (steps - 1 - first) % one.period
            assert one.distance[at] == recalls.distance[q]
        else:
            assert one.steps == recalls.steps[q]
            assert one.distance[-1] == recalls.distance[q]
        assert np.array_equal(one.states[last], recalls.states[q])
        distances = (image.patterns != (query > 0)).sum(axis=1)
        assert one.nearest[0] == distances.argmin()
        assert np.array_equal(one.pattern > 0, image.patterns[distances.argmin()] > 0)
        assert len(one.text().splitlines()) >= one.steps + 2


# Three patterns in a ring, each of which calls the next: period three. By hand, N = 3, B = 1.
RING = np.array([[1, -1, -1], [-1, 1, -1], [-1, -1, 1]], dtype=np.int8)


def test_a_ring_is_told() -> None:
    memory = hwsim.Memory(RING, np.roll(RING, -1, axis=0).astype(float), 5.0)
    one = hwsim.watch(hwsim.lower(memory, bits=1, lanes=8, max_steps=50, check=False), RING, 1)
    assert one.nearest.tolist() == [1, 2, 0]
    assert one.period == 3
    assert one.changed.tolist() == [2, 2, 2]
    assert one.wrong.tolist() == [0, 2, 2, 0]
    assert one.end == "not converged: the states repeat every 3 steps, until step 50, the last"
    assert one.flags == "repeats every 3"
    short = hwsim.watch(hwsim.lower(memory, bits=1, lanes=8, max_steps=2, check=False), RING[0])
    assert short.end == "not converged after 2 steps, the most that the image allows"


def test_a_miss_and_a_long_recall_are_told() -> None:
    far = hwsim.Memory(RING, RING.astype(float), 5.0)
    image = hwsim.lower(far, bits=1, lanes=8, kernel_origin="absolute")
    one = hwsim.watch(image, -RING[0])
    assert one.miss
    assert one.end.startswith("miss: no pattern is near enough")
    assert "miss" in one.plot().svg


def test_what_a_person_sees() -> None:
    pair = np.array([[1, -1, 1, -1], [1, 1, -1, -1]], dtype=np.int8)
    image = hwsim.lower(hwsim.Memory(pair, pair.astype(float), 5.0), bits=1, lanes=8)
    one = hwsim.watch(image, [1, -1, 1, 1])
    assert str(one) == one.text()
    assert one.end == "converged after 2 steps, in pattern 0"
    table = one.text((1, 4)).splitlines()[-4:]
    assert re.split("  +", table[0]) == [
        "step", "nearest", "kernel values over 0", "changed", "wrong after",
    ]  # fmt: skip
    assert re.split("  +", table[1])[:2] == ["1", "pattern 0 at 1"]
    assert re.split("  +", table[2]) == ["2", "pattern 0 at 0", "1", "0", "0"]
    assert repr(one).startswith("Trajectory(N=4, pattern=0")
    assert one._repr_html_().count("<svg") == 1
    assert "fit 2 characters" in one.text((1, 4), width=2)
    for query in (3, -1, 1.0, True):
        with pytest.raises(hwsim.InputError, match="query is"):
            hwsim.watch(image, pair, query)  # type: ignore[arg-type]
