"""What several queries in flight cost: memories of their own, and shares of what they read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hwsim.config import Parameters
from hwsim.cost.cycles import batch_cycles, engine_cycles, recall_cycles
from hwsim.cost.energy import estimate
from hwsim.cost.engine import control_bits
from hwsim.cost.footprint import engine_memories, footprint_bits
from hwsim.errors import InputError
from hwsim.hardware import spec
from hwsim.hardware.image import Image
from hwsim.hardware.rules import with_rules
from tests.images import near_queries, remembering_image

OWN = {"state", "distances", "group_minima", "shortlist"}  # each query's


def image(slots: int = 1, **changes: int) -> Image:
    parameters = Parameters(40, 60, 2, None, 4, 8, max_steps=6)
    plain = remembering_image(parameters, np.random.default_rng(3))
    ruled = with_rules(plain, dataflow="row", coarse_words=2)
    return replace(ruled, parameters=replace(ruled.parameters, queries_in_flight=slots, **changes))


@pytest.mark.parametrize("slots", [2, 4, 8])
def test_each_query_has_memories_of_its_own(slots: int) -> None:
    alone, together = footprint_bits(image().parameters), footprint_bits(image(slots).parameters)
    for name, bits in alone.items():
        assert together[name] == bits * (slots if name in OWN else 1), name


def test_an_access_goes_to_one_of_the_copies() -> None:
    memory = engine_memories(image(4).parameters)["distances"]
    assert (memory.copies, memory.bits, memory.one.bits) == (4, 4 * 60 * 6, 60 * 6)


def test_engines_hold_parts_and_copies() -> None:
    p = replace(image().parameters, engines=4)  # 8 groups of 8: 2 a share
    memories = engine_memories(p)
    assert footprint_bits(p)["patterns"] == footprint_bits(image().parameters)["patterns"]
    assert memories["patterns"].one.depth == 16 * 5
    assert (memories["state"].copies, memories["kernel_lut"].copies) == (4, 4)
    assert (memories["accumulators"].copies if "accumulators" in memories else 4) == 4


def test_a_report_is_of_what_the_batches_did() -> None:
    one, four = image(), image(4)
    queries = near_queries(one, 9, np.random.default_rng(1))
    alone = spec.recall(one, queries).counts
    _, together = spec.recall_in_flight(four, queries, 4)
    report = estimate(four.parameters, four.gamma, alone, together=together)
    cycles = batch_cycles(four.parameters, together, np.array([4, 4, 1]))
    assert report.timing.mean == pytest.approx(cycles.sum() / 9)
    assert report.timing.batch == pytest.approx(cycles.sum() / 3)
    assert (report.timing.least, report.timing.most) == (cycles.min(), cycles.max())
    counts = {action.name: action.count for action in report.actions}
    assert counts["pattern_reads"] == pytest.approx(together.pattern_reads.sum() / 9)
    assert counts["state_reads"] == pytest.approx(alone.state_reads.sum() / 9)
    # Nothing of what each query does by itself is counted once for all.
    other = estimate(one.parameters, one.gamma, alone)
    theirs = {action.name: action.count for action in other.actions}
    for name in ("distance_popcounts", "shortlist_comparisons", "sweep_subtractions",
                 "minimum_comparisons", "kernel_sum_additions", "radius_reads"):  # fmt: skip
        assert counts[name] == pytest.approx(theirs[name]), name
    each = {action.name: action for action in report.actions}["control_registers"]
    same = {action.name: action for action in other.actions}["control_registers"]
    assert each.energy_pj_each == pytest.approx(4 * same.energy_pj_each)
    assert control_bits(one.parameters) == control_bits(four.parameters)
    beside = report.comparison("engine_alone")
    assert beside is not None
    assert beside.total_pj == other.engine.total_pj


def test_engines_side_by_side_stand_beside_one() -> None:
    one = image()
    two = replace(one, parameters=replace(one.parameters, engines=2))
    queries = near_queries(one, 5, np.random.default_rng(1))
    alone, shared = (spec.recall(each, queries).counts for each in (one, two))
    report = estimate(two.parameters, two.gamma, alone, together=shared)
    assert report.timing.mean == pytest.approx(recall_cycles(two.parameters, shared).mean())
    beside = report.comparison("engine_alone")
    assert beside is not None
    assert beside.title.endswith(", one engine")
    assert report.engine.title.endswith(", 2 engines")


def test_one_in_flight_is_a_recall() -> None:
    one = image()
    counts = spec.recall(one, near_queries(one, 3, np.random.default_rng(2))).counts
    assert np.array_equal(
        engine_cycles(one.parameters, counts, 3), recall_cycles(one.parameters, counts)
    )


def test_a_report_needs_the_batches() -> None:
    one = image()
    counts = spec.recall(one, near_queries(one, 3, np.random.default_rng(2))).counts
    with pytest.raises(InputError, match="together is missing"):
        estimate(image(4).parameters, 1.0, counts)
