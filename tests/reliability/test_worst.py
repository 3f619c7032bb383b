"""The worst single bits: what is tried, what is found, and what guarding them costs."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

import hwsim
from hwsim.config import Parameters
from hwsim.cost.tables import load_technology
from hwsim.hardware import fast
from hwsim.hardware.image import Image
from hwsim.hardware.rules import with_rules, without_rules
from hwsim.reliability.guided import likely_cells
from hwsim.reliability.image import faulty_image
from hwsim.reliability.machine import Fault, FaultyCells, recall_with
from hwsim.reliability.maps import flipped
from hwsim.reliability.places import Place, places
from hwsim.reliability.points import Queries
from hwsim.reliability.worst import SLOW_KEPT, SLOW_RECALLS, SLOWER, worst_bits
from hwsim.spins import SpinArray, spins_from_bits
from tests.images import random_image

X = np.random.default_rng(5).choice(np.array([-1, 1], dtype=np.int8), (80, 40))
MEMORY = hwsim.train(X, 0.06)
IMAGE = without_rules(hwsim.lower(MEMORY, lanes=8, max_steps=6, check=False))


def asked_of(image: Image, spins: SpinArray) -> Queries:
    clean = fast.recall(image, spins)
    return Queries(spins, clean.states, clean, len(spins))


def effect(image: Image, place: Place, cell: int, queries: Queries) -> int:
    states = recall_with(image, FaultyCells(flipped(place, cell)), queries.spins).states
    return int((states != queries.clean.states).sum())


@pytest.mark.parametrize("dataflow", ["group", "row"])
def test_what_is_exhaustive_leaves_out_no_bit_that_hurts(dataflow: str) -> None:
    rng = np.random.default_rng(8)
    image = random_image(Parameters(7, 9, kernel_bits=4, lanes=8, max_steps=3), rng)
    image = with_rules(image, dataflow=dataflow)
    queries = asked_of(image, spins_from_bits(image.patterns_of(slice(0, 2))) * [[-1] + [1] * 6])
    for place in places(image.parameters).values():
        found, _ = worst_bits(image, [place], queries, queries, SLOWER * place.bits, 0)
        every = {cell: effect(image, place, cell, queries) for cell in range(place.bits)}
        assert [each.wrong for each in found] == sorted(every.values(), reverse=True)[: len(found)]
        for each in found:
            assert each.how == "exhaustive"
            cell = place.words.index(each.address) * place.width + each.bit
            assert every[cell] == each.wrong
        # Whatever was not tried is in words that no recall reads.
        assert sum(count > 0 for count in every.values()) <= (found[0].tried if found else 0)


@pytest.mark.parametrize("name", ["weights", "weights_1"])
def test_the_guide_points_to_weight_bits_that_hurt_far_more_often_than_chance(name: str) -> None:
    place = places(IMAGE.parameters)[name]
    queries = asked_of(IMAGE, X[:12])
    rng = np.random.default_rng(3)
    drawn = rng.choice(place.bits, 60, replace=False).tolist()

    def hurting(cells: list[int]) -> int:
        states = (fast.recall(faulty_image(IMAGE, flipped(place, c)), X[:12]).states for c in cells)
        return sum(bool((each != queries.clean.states).any()) for each in states)

    guided = likely_cells(IMAGE, place, X[:12], 60)
    assert len(guided) == 60
    assert hurting(guided) > 50
    assert hurting(guided) > 3 * hurting(drawn)


def test_the_guide_points_to_the_patterns_that_rules_copy() -> None:
    image = hwsim.lower(MEMORY, lanes=8, check=False)
    place = places(image.parameters)["patterns"]
    cells = likely_cells(image, place, X[3:5], 80)
    words = image.parameters.words
    assert {place.cell(cell)[0] // words for cell in cells} == {3, 4}


def test_a_large_memory_is_tried_half_where_the_guide_points() -> None:
    place = places(IMAGE.parameters)["weights"]
    queries = asked_of(IMAGE, X[:6])
    found, guards = worst_bits(IMAGE, [place], queries, queries, 64, 0)
    assert found[0].how == "guided"
    assert 32 < found[0].tried <= 64
    assert found[0].lost == found[0].changed / 6
    assert guards[0].place == "weights"


def test_copies_of_the_worst_words_cost_what_a_hand_calculation_says() -> None:
    place = places(IMAGE.parameters)["state"]
    spins = spins_from_bits(IMAGE.patterns_of(slice(0, 1)))
    queries = asked_of(IMAGE, spins)
    found, (guard,) = worst_bits(IMAGE, [place], queries, queries, 10**4, 0)
    words = {each.address for each in found}
    assert (guard.words, guard.bits) == (len(words), 16 * len(words))
    reads = int(queries.clean.counts.state_reads[0]) * len(words) / place.depth
    table = load_technology()
    gate = float(table.energy("full_adder")) * 4 / 9
    access = float(table.sram_access(guard.bits, 16).value)
    assert guard.energy_pj == pytest.approx(reads * (access + 16 * gate), rel=1e-9)


def test_a_study_ranks_the_bits_and_measures_what_they_lose() -> None:
    asked: dict[str, Any] = {"rates": 0.0, "maps": 4, "count": 10, "slow_maps": 3, "slow_count": 2}
    study = hwsim.faults(IMAGE, worst=40, memories=("weights_1", "state"), **asked)
    assert {each.place for each in study.worst} == {"weights_1", "state"}
    for each in study.worst:
        assert each.lost_low <= each.lost <= each.lost_high
        if each.place == "weights_1":
            assert each.measured == 40
    slow = [each.measured for each in study.worst if each.place == "state"]
    assert slow[:SLOW_KEPT] == [6] * SLOW_KEPT
    assert not any(slow[SLOW_KEPT:])
    worst = [each for each in study.worst if each.place == "state"]
    assert worst[0].lost > 0
    assert [each.place for each in study.guards] == ["weights_1", "state"]


def test_where_the_specification_recalls_words_read_most_often_are_tried_first() -> None:
    place = places(IMAGE.parameters)["kernel_lut"]
    queries = asked_of(IMAGE, np.concatenate([X[:7], -X[7:12]]))
    found, _ = worst_bits(IMAGE, [place], queries, queries, SLOWER * 4 * place.width, 0)
    reads: Counter[int] = Counter()
    for spins in queries.spins:
        reads.update(_addresses(place, spins))
    guided = {each.address for each in found if each.how == "guided"}
    least = reads.most_common(2)[-1][1]
    assert guided
    assert all(reads[address] >= least for address in guided)
    assert {each.recalls for each in found} == {SLOW_RECALLS}
    measured = [each for each in found if each.measured]
    assert [each.measured for each in measured] == [12] * SLOW_KEPT
    for each in measured:  # recalls that do not read the word are what they were
        cell = place.words.index(each.address) * place.width + each.bit
        states = recall_with(IMAGE, FaultyCells(flipped(place, cell)), queries.spins).states
        assert each.lost == (states != queries.targets).any(axis=1).mean()


def _addresses(place: Place, spins: SpinArray) -> Counter[int]:
    """Words of a memory that one recall reads, and how often."""
    seen: Counter[int] = Counter()

    class Reads(Fault):
        def read(self, address: int, word: int) -> int:
            seen[address] += 1
            return word

    fault = Reads()
    fault.place = place
    recall_with(IMAGE, fault, spins[np.newaxis])
    return seen
