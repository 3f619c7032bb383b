"""The engine beside the nearest-pattern search: numbers of an estimate, and words for them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hwsim.assessment import assess
from hwsim.compress.lower import lower
from hwsim.cost.baseline import TITLES, Baseline, Price, against
from hwsim.measure.baseline import beside_search
from hwsim.reference.data import random_patterns
from hwsim.reference.queries import noisy_queries
from hwsim.reference.training import train

ENGINE = Price(0.9515, 40_000.0, 80_000, 6_000)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (
            Price(1.0, 3_000.0, 40_000, 1_000),
            "7.5 % of the energy and 0.0485 more accurate here, 50 % of the memory, "
            "17 % of the cycles",
        ),
        (
            Price(0.9, 48_000.0, 80_000, 9_000),
            "1.2 times the energy and 0.0515 less accurate here, the same memory, "
            "1.5 times the cycles",
        ),
        (
            Price(0.9485, 40_000.0, 160_000, 6_000),
            "the same energy and as accurate here, within 0.003, 2 times the memory, "
            "the same cycles",
        ),
        (
            Price(None, 20_000.0, 80_000, 6_000),
            "50 % of the energy, the same memory, the same cycles",
        ),
    ],
)
def test_words(other: Price, words: str) -> None:
    assert against(ENGINE, other) == words


@pytest.mark.parametrize("slots", [1, 4])
@pytest.mark.parametrize("lanes", [8, 32])
def test_the_numbers_are_those_of_an_estimate(slots: int, lanes: int) -> None:
    memory = train(random_patterns(30, 50, 3), gamma=0.06, steps=60)
    image = lower(memory, bits=1, kernel_bits=6, lanes=lanes, queries_in_flight=slots)
    queries, chosen = noisy_queries(memory.patterns, 20, 0.1, 4)
    targets = memory.patterns[chosen]
    report = assess(image, queries, targets, query_note="")
    found = beside_search(image, queries, targets)
    assert found == Baseline.of(report)
    assert found.in_flight == slots
    assert (found.ruled is None) == (lanes == 32)  # a pattern is one word
    titles = [row[0] for row in found.rows()]
    assert titles[:2] == ["engine", "nearest-pattern search"]
    assert found.to_dict()["words"] == found.sentence()


def test_the_search_that_takes_least_energy_is_told() -> None:
    plain, ruled = Price(1.0, 10.0, 1, 5), Price(1.0, 9.0, 2, 3)
    assert Baseline(ENGINE, plain, ruled).best == "ruled"
    assert Baseline(ENGINE, plain, Price(1.0, 11.0, 2, 3)).best == "search"
    assert Baseline(ENGINE, plain, None).best == "search"
    told = Baseline(ENGINE, plain, ruled)
    assert told.sentence().startswith(
        "nearest-pattern search with rules (9 pJ, 0.25 B, 3 cycles): "
    )
    lanes = replace(told, cheapest=Price(1.0, 8.0, 2, 7, 16))
    assert lanes.best == "cheapest"
    assert lanes.sentence().startswith("cheapest nearest-pattern search, 16 lanes (8 pJ, ")
    assert [row[0] for row in lanes.rows()][1:] == [
        *("nearest-pattern search", "nearest-pattern search with rules"),
        "cheapest nearest-pattern search, 16 lanes",
    ]
    assert told.line(0.125).startswith(
        f"a recall at 12.5% noise takes {ENGINE.words}; {TITLES['ruled']}"
    )


def test_several_queries_in_flight_are_told() -> None:
    together = Baseline(ENGINE, Price(1.0, 10.0, 1, 5), None, None, 8)
    words = "; both answer 8 queries together"
    assert together.sentence().endswith(words)
    assert together.sentences()["search"].endswith(words)
    assert "together" not in replace(together, in_flight=1).sentence()


def test_queries_are_needed_once() -> None:
    memory = train(random_patterns(20, 10, 3), gamma=0.05, steps=20)
    image = lower(memory, bits=1, lanes=8)
    one = beside_search(image, memory.patterns[:1], memory.patterns[:1])
    assert one.search.accuracy == 1.0
    assert np.isclose(one.search.cycles, image.parameters.pattern_depth + 6)
