"""Fronts, dominance and warnings, by candidates that are made up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwsim.comparison import Candidate, Contest
from hwsim.comparison.candidates import COSTS, dominates, named, varying
from hwsim.comparison.contest import Compared
from hwsim.comparison.images import cost_noise
from hwsim.comparison.searches import best_searches

COUNTS = st.integers(1, 4).map(float)


def candidate(
    name: str, accuracy: tuple[float, ...] = (1.0,), costs: tuple[float, ...] = (1, 1, 1),
    kind: str = "engine", **design: Any,
) -> Candidate:  # fmt: skip
    bits, energy, cycles = costs
    return Candidate(name, name, kind, design, accuracy, bits, energy, cycles, cycles)


def contest(*candidates: Candidate) -> Contest:
    noise = tuple(0.1 * at for at in range(len(candidates[0].accuracy)))
    return Contest("a task", noise, cost_noise(noise), candidates)


candidates = st.lists(
    st.tuples(st.tuples(COUNTS, COUNTS), st.tuples(COUNTS, COUNTS, COUNTS)), min_size=1, max_size=8
).map(lambda rows: [candidate(f"d{at}", *row) for at, row in enumerate(rows)])


@given(candidates)
def test_no_engine_beats_one_on_a_front_in_both(found: list[Candidate]) -> None:
    held = contest(*found)
    for cost in COSTS:
        for at, noise in enumerate(held.noise):
            front = held.front(cost, noise)
            assert front
            for each in found:
                better = [
                    other
                    for other in front
                    if getattr(other, cost) <= getattr(each, cost)
                    and other.accuracy[at] >= each.accuracy[at]
                ]
                assert better  # itself, or one that is as good at no more cost
            accuracies = [each.accuracy[at] for each in front]
            assert accuracies == sorted(set(accuracies))


@given(candidates)
def test_nothing_on_a_front_is_beaten_in_everything(found: list[Candidate]) -> None:
    held = contest(*found)
    for cost in COSTS:
        for noise in held.noise:
            assert not {each.name for each in held.front(cost, noise)} & held.dominated.keys()


@given(candidates)
def test_dominance_is_an_order(found: list[Candidate]) -> None:
    held = contest(*found)
    beaten = held.dominated
    assert len(beaten) < len(found)  # somebody is not
    for name, others in beaten.items():
        assert name not in others
        for other in others:
            assert name not in beaten.get(other, ())
            assert set(beaten.get(other, ())) <= set(others)


def test_a_larger_design_that_is_slower_is_warned_of() -> None:
    small = candidate("128 lanes", costs=(100, 5, 900), lanes=128)
    large = candidate("512 lanes", costs=(130, 4, 1000), lanes=512)
    (words,) = contest(small, large).warnings
    assert words == ("512 lanes is larger than 128 lanes and slower (1,000 cycles against 900)")
    assert contest(small, candidate("512 lanes", costs=(130, 4, 800), lanes=512)).warnings == ()
    more = candidate("512 lanes", (1.1,), (130, 4, 1000), lanes=512)
    assert contest(small, more).warnings == ()  # slower, but more accurate


def test_a_larger_design_that_is_less_accurate_is_warned_of() -> None:
    one = candidate("1 bit", (1.0, 0.999), (50, 5, 900), lanes=32)
    two = candidate("2 bits", (1.0, 0.95), (80, 9, 900), lanes=32)
    (words,) = contest(one, two).warnings
    assert words == (
        "2 bits is larger than 1 bit and less accurate (0.9500 against 0.9990 at 10% noise)"
    )


def test_a_difference_that_recalls_do_not_tell_is_no_warning() -> None:
    one = candidate("1 bit", (0.999, 0.99), (50, 5, 900), lanes=32)
    for lost, warned in (0.0029, 0), (0.003, 0), (0.0031, 1):
        two = candidate("2 bits", (0.999, 0.99 - lost), (80, 9, 900), lanes=32)
        assert len(contest(one, two).warnings) == warned
    slow = candidate("2 bits", (0.999, 0.989), (80, 9, 901), lanes=32)
    assert contest(one, slow).warnings == (
        "2 bits is larger than 1 bit and slower (901 cycles against 900)",
    )


def test_a_search_stands_beside_an_engine_with_as_many_queries_in_flight() -> None:
    engine = candidate("engine", (0.9,), (10, 10, 10), lanes=32, queries_in_flight=4)
    alone = candidate("search", (1.0,), (5, 2, 5), "search", lanes=32, queries_in_flight=1)
    four = candidate("search", (1.0,), (5, 4, 5), "search", lanes=32, queries_in_flight=4)
    told = contest(engine, *best_searches([alone, replace(four, footprint_bits=4)])).search_words
    assert told.endswith(
        "40 % of the energy and 0.1000 more accurate here, 40 % of the memory, "
        "50 % of the cycles; both answer 4 queries together"
    )


def test_of_several_tasks_a_warning_says_which() -> None:
    held = contest(
        candidate("128 lanes", costs=(100, 5, 900), lanes=128),
        candidate("512 lanes", costs=(130, 4, 1000), lanes=512),
    )
    (words,) = held.warnings
    assert Compared((held,), "").warnings == (words,)
    other = replace(held, task="another task")
    assert Compared((held, other), "").warnings == (f"a task: {words}", f"another task: {words}")


def test_a_search_beats_engines_but_leaves_them_their_front() -> None:
    engine = candidate("engine", (0.9,), (10, 10, 10), lanes=32)
    other = candidate("other", (0.8,), (12, 12, 12), lanes=32)
    search = candidate("search", (1.0,), (5, 5, 5), "search", lanes=32)
    held = contest(engine, other, search)
    assert held.front("energy_pj", 0.0) == [engine]
    assert held.dominated == {"engine": ("search",), "other": ("engine", "search")}
    assert held.search_words.startswith("Search beats every engine here")
    assert "50 % of the energy and 0.1000 more accurate here" in held.search_words
    both = contest(engine, search, candidate("search+", (1.0,), (6, 4, 5), "search", lanes=32))
    assert both.search_words.startswith("Nearest-pattern search beats the engine here")
    assert contest(engine).search_words == ""


def test_float_beside_takes_no_part() -> None:
    held = contest(candidate("engine"), candidate("float32", (1.0,), (0.5, 0.5, 0.5), "float"))
    assert held.dominated == {}
    assert [row["name"] for row in held.rows()] == ["engine", "float32"]


@pytest.mark.parametrize("swept", ["clock_mhz", "technology"])
def test_nobody_is_beaten_by_another_clock_or_technology(swept: str) -> None:
    """Neither is a design: the one that is beaten would take it, too."""

    def at(setting: float, cycles: int) -> Candidate:
        clock = setting if swept == "clock_mhz" else None
        return Candidate(
            "engine", "engine", "engine", {swept: setting}, (1.0,), 1, 1, cycles, cycles, clock
        )

    assert not dominates(at(200, 100), at(100, 100))
    assert not dominates(at(200, 100), at(100, 101))
    assert dominates(at(100, 100), at(100, 101))


def test_searches_stand_once_and_are_told_apart_by_lanes() -> None:
    def search(name: str, lanes: int, costs: tuple[float, ...]) -> Candidate:
        return candidate(name, (1.0,), costs, "search", lanes=lanes)

    plain, wide = search("search", 32, (5, 5, 5)), search("search", 64, (5, 6, 3))
    assert best_searches([plain, plain]) == [plain]
    assert [each.name for each in best_searches([plain, wide, plain])] == [
        "search, 32 lanes",
        "search, 64 lanes",
    ]
    assert [each.name for each in best_searches([plain, search("search", 64, (6, 6, 6))])] == [
        "search, 32 lanes"
    ]


def test_the_cheapest_search_is_not_told_twice() -> None:
    wide = candidate("nearest-pattern search with rules", (1.0,), (5, 6, 3), "search", lanes=64)
    narrow = candidate("nearest-pattern search with rules", (1.0,), (5, 5, 9), "search", lanes=8)
    best = replace(narrow, name="cheapest nearest-pattern search")
    assert [each.name for each in best_searches([wide, best])] == [
        "cheapest nearest-pattern search, 8 lanes",
        "nearest-pattern search with rules, 64 lanes",
    ]
    assert [each.name for each in best_searches([wide, best, narrow])] == [
        "nearest-pattern search with rules, 8 lanes",
        "nearest-pattern search with rules, 64 lanes",
    ]


def test_designs_are_named_by_what_differs() -> None:
    designs = [
        {"bits": bits, "lanes": lanes, "offset_bits": 0, "quantizer": "minmax"}
        for bits in (1, 2)
        for lanes in (16, 32)
    ]
    choices = varying(designs)
    assert choices == ["bits", "lanes"]
    assert [named(design, choices) for design in designs[:3]] == [
        ("1 bit, 16 lanes", "1b L16"),
        ("1 bit, 32 lanes", "1b L32"),
        ("2 bits, 16 lanes", "2b L16"),
    ]
    assert named(designs[0], []) == ("the design", "design")
