"""What engines side by side cost: shares and copies of memories, meetings, cycles divided."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hwsim.config import Parameters
from hwsim.cost.cycles import recall_bound, recall_cycles
from hwsim.cost.energy import estimate
from hwsim.cost.engine import engine_actions
from hwsim.cost.footprint import engine_memories
from hwsim.cost.hierarchy import system
from hwsim.cost.savings import savings
from hwsim.cost.tables import load_technology
from hwsim.hardware import fast
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Counts
from hwsim.hardware.rules import with_rules
from hwsim.measure.rules import counted_by_rule, counted_side_by_side
from tests.images import near_queries, remembering_image


def image(dataflow: str = "group", engines: int = 1) -> Image:
    parameters = Parameters(40, 60, 2, None, 4, 8, max_steps=6)
    plain = remembering_image(parameters, np.random.default_rng(3))
    ruled = with_rules(plain, dataflow=dataflow)
    return replace(ruled, parameters=replace(ruled.parameters, engines=engines))


def counted(chosen: Image, queries: int = 8) -> Counts:
    return fast.recall(chosen, near_queries(image(), queries, np.random.default_rng(1))).counts


def by_hand(**counts: int) -> Counts:
    return Counts.from_rows([counts])


def test_cycles_by_hand_group() -> None:
    # N = 40, P = 60, L = 8: W = 5, G = 8; four engines of 2 groups, the last with 12 patterns
    p = Parameters(40, 60, 2, None, 4, 8, engines=4)
    counts = by_hand(
        scans=1, passes=1, group_minimum_reads=8, active_steps=1, accumulating_steps=1,
        accumulated_groups=5, accumulated_rounds=2, deciding_groups=4, deciding_rounds=1,
    )  # fmt: skip
    search = 16 * 5 + 5 + 3 + 1 + 1 + (2 + 8 + 1)  # a meeting after the scan, and after the list
    load, reads = 8 + 8 + 1, 40 * 2
    update = 1 * load + load + (reads + 13 + 3 + 2 + 1) + 1 * reads
    assert recall_cycles(p, counts).tolist() == [2 * 5 + 3 + search + update]


def test_cycles_by_hand_row() -> None:
    p = Parameters(
        40, 60, 2, None, 4, 8, dataflow="row", coarse_words=2, reach=5, radius_bits=2, engines=2
    )
    counts = by_hand(
        scans=1, passes=1, shortlist_batches=4, shortlist_completions=30, radius_reads=5, sweeps=1,
        sweep_completions=9, sweep_words=27, sweep_rounds=44, group_minimum_reads=8,
        active_steps=1, accumulating_steps=1, accumulated_groups=3, accumulated_rounds=2,
        lane_accumulations=40, lane_rounds=30, serial_waits=8, probes=1, copies=1,
    )  # fmt: skip
    probe, scan = 5 + 6 + 3 + 1, 32 * 2 + 5 + 3 + 1
    batches, sweep = 16 * 3 + 4 * (8 + 3 + 1), 44 + 8 + 3 + 1  # of the longer list, 16
    search = probe + scan + batches + sweep + 5 * 3 + 1 + (4 + 8 + 1) + (5 + 4)
    update = 2 * 8 + (9 + 1) + 30 + 8 + (8 + 14 + 1)
    assert recall_cycles(p, counts).tolist() == [2 * 5 + 3 + search + update]


def test_the_bound_is_a_word_a_cycle_of_every_engine() -> None:
    counts = by_hand(pattern_reads=10, weight_reads=3)
    assert [recall_bound(counts, e).tolist() for e in (1, 2, 4)] == [[13], [7], [4]]


@pytest.mark.parametrize("dataflow", ["group", "row"])
def test_an_engine_beside_others_pays_for_what_it_does(dataflow: str) -> None:
    technology = load_technology()
    spent = {}
    for engines in (1, 4):
        chosen = image(dataflow, engines)
        counts = counted(chosen).row(0)
        memories = system(engine_memories(chosen.parameters), technology, None)
        spent[engines] = (
            counts,
            {row.name: row for row in engine_actions(chosen.parameters, counts, 100, memories)},
        )
    counts, four = spent[4]
    one = spent[1][1]
    assert set(four) - set(one) == {
        "nearest_meetings", "kernel_sum_meetings", "sum_meetings", "sum_meeting_registers",
    }  # fmt: skip
    assert four["sum_meetings"].count == 3 * counts["thresholds"]
    # a word of a smaller memory costs less, and every copy of the state is written
    assert four["pattern_reads"].energy_pj_each < one["pattern_reads"].energy_pj_each
    assert four["state_writes"].count == counts["state_writes"] == 4 * spent[1][0]["state_writes"]


def test_a_report_lists_them() -> None:
    queries = near_queries(image(), 12, np.random.default_rng(1))
    chosen = image(engines=2)
    p, counts = chosen.parameters, fast.recall(chosen, queries).counts
    by_rule = counted_by_rule(chosen, queries, counts)
    by_engines = counted_side_by_side(chosen, queries)
    assert list(by_engines) == ["1 engines", "2 engines", "4 engines", "8 engines"]
    found = savings(by_rule | by_engines, 12, load_technology(), None)
    cycles = [spent.cycles for spent in found.engines.values()]
    assert cycles == sorted(cycles, reverse=True)
    assert found.engines[2] == found.all
    assert {rule.rule for rule in found.rules} == set(p.rules)
    alone = fast.recall(image(), queries).counts
    report = estimate(p, chosen.gamma, alone, together=counts, by_rule=by_rule | by_engines)
    assert report.timing.mean == pytest.approx(recall_cycles(p, counts).mean())
    assert report.timing.bound == pytest.approx(recall_bound(counts, 2).mean())


def test_one_engine_is_compared_with_no_others() -> None:
    assert counted_side_by_side(image(), near_queries(image(), 2, np.random.default_rng(1))) == {}
