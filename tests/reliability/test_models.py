"""Faults in the image's memories are the same whichever model recalls with them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hwsim.config import Parameters
from hwsim.hardware import fast
from hwsim.hardware.image import Image
from hwsim.hardware.rules import with_rules
from hwsim.reliability.image import faulty_image
from hwsim.reliability.machine import DisturbedReads, DisturbedWrites, FaultyCells, recall_with
from hwsim.reliability.maps import Disturbance, FaultMap, draw_map, flipped
from hwsim.reliability.places import places
from hwsim.reliability.registers import registers
from hwsim.spins import SpinArray, spins_from_bits
from tests.images import random_image

KINDS = ("flip", "stuck", "burst")


def faulty_case(seed: int) -> tuple[Image, SpinArray, np.random.Generator]:
    """An image of any dataflow, origin and rules, and queries near its patterns and anywhere."""
    rng = np.random.default_rng(seed)
    parameters = Parameters(
        neurons=int(rng.integers(3, 30)),
        patterns=int(rng.integers(2, 40)),
        weight_bits=2,
        kernel_bits=4,
        lanes=8,
        offset_bits=int(rng.choice([0, 6])),
        offset_frac_bits=2,
        max_steps=6,
        kernel_origin=str(rng.choice(["nearest", "absolute"])),
    )
    image = with_rules(
        random_image(parameters, rng),
        dataflow=str(rng.choice(["row", "group"])),
        coarse_words=int(rng.integers(0, parameters.words + 1)),
    )
    queries = rng.choice(np.array([-1, 1], dtype=np.int8), (6, parameters.neurons))
    queries[:4] = spins_from_bits(image.patterns_of(rng.integers(0, parameters.patterns, 4)))
    queries[:4, 0] *= -1
    return image, queries, rng


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_a_faulty_image_on_the_fast_model_is_the_specification_on_faulty_memories(
    seed: int,
) -> None:
    image, queries, rng = faulty_case(seed)
    for place in places(image.parameters).values():
        faults = draw_map(place, KINDS[int(rng.integers(0, 3))], 0.1, rng)
        recalls = recall_with(image, FaultyCells(faults), queries)
        if place.persistent_on == "fast":
            assert fast.recall(faulty_image(image, faults), queries) == recalls


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32))
def test_memories_without_a_fault_recall_as_always(seed: int) -> None:
    image, queries, rng = faulty_case(seed)
    right = fast.recall(image, queries)
    for place in places(image.parameters).values():
        assert recall_with(image, FaultyCells(flipped(place)), queries) == right
        never = DisturbedReads(place, Disturbance(0.0, rng))
        assert recall_with(image, never, queries) == right
    for place in registers(image.parameters).values():
        assert recall_with(image, FaultyCells(flipped(place)), queries) == right
        assert recall_with(image, DisturbedWrites(place, Disturbance(0.0, rng)), queries) == right


@pytest.mark.parametrize("kind", KINDS)
def test_a_map_has_as_many_faulty_cells_as_its_rate_says(kind: str) -> None:
    image, _, rng = faulty_case(4)
    place = places(image.parameters)["patterns"]
    counts = [len(draw_map(place, kind, 0.05, rng)) for _ in range(4000)]
    assert np.mean(counts) == pytest.approx(0.05 * place.bits, rel=0.05)


def test_a_disturbance_flips_each_bit_read_with_its_rate() -> None:
    disturbance = Disturbance(0.01, np.random.default_rng(1))
    flips = [disturbance.flips(37).bit_count() for _ in range(20000)]
    assert np.mean(flips) == pytest.approx(0.37, rel=0.05)
    assert Disturbance(1.0, np.random.default_rng(1)).flips(5) == 0b11111


def test_a_stuck_cell_gives_back_its_value_whatever_was_written() -> None:
    image, _, _ = faulty_case(4)
    place = places(image.parameters)["patterns"]
    cells = np.array([0, 1, 9])
    words = FaultMap(place, cells, np.array([0, 1, 2])).words()
    assert [words[0].read(stored) & 3 for stored in range(4)] == [2, 2, 2, 2]
    assert [words[1].read(stored) for stored in (0, 2)] == [2, 0]
