"""The design chosen keeps the goal, costs what was measured, and never more than the default."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import hwsim
import hwsim.synth
from hwsim.choices import CLOSE
from hwsim.compress.lower import lower
from hwsim.config import Parameters
from hwsim.cost.energy import estimate
from hwsim.design import PLAIN, Design
from hwsim.errors import InputError
from hwsim.explore.choose import LEAST, MARGIN, best, choose, merit
from hwsim.explore.samples import DRAWS, QUERIES, Samples
from hwsim.explore.trials import Bench
from hwsim.hardware import fast
from hwsim.measure import recalls
from hwsim.measure.memories import MemoryKey
from hwsim.reference.memory import Memory
from hwsim.synth import Synthesis, programs
from hwsim.synth.effort import Effort


@pytest.fixture(scope="module")
def memory() -> Memory:
    return MemoryKey(60, 180, 0.03, seed=1).train()


@pytest.mark.parametrize("least", LEAST)
def test_the_choice_keeps_the_goal_and_is_what_was_measured(memory: Memory, least: str) -> None:
    found = choose(memory, least=least, noise=[0.1], queries=40)
    chosen = found.chosen
    assert chosen.recall_accuracy[0] >= found.goal[0]
    assert found.today.recall_accuracy[0] < found.goal[0] or merit(chosen.spending, least) <= merit(
        found.today.spending, least
    ) * (1 + MARGIN)
    queries, targets = recalls.noisy(memory.patterns, 0.1, [0, 22, 0], 40)
    image = recalls.lowered(memory, chosen.design)  # as export makes it
    assert (recalls.exact_accuracy(image, queries, targets),) == chosen.recall_accuracy
    report = estimate(
        image.parameters,
        image.gamma,
        fast.recall(image, queries).counts,
        together=fast.recall_in_flight(image, queries).counts,
    )
    assert report.engine.total_pj == chosen.spending.energy_pj
    assert report.engine.footprint_bits == chosen.spending.footprint_bits
    assert report.timing.mean == chosen.spending.cycles
    assert found.to_dict()["chosen"]["design"] == chosen.design.to_dict()
    assert f"{chosen.design.dataflow} dataflow" in found.why
    assert chosen.weight_planes == len(image.parameters.stored_planes)
    none = chosen.weight_planes == 0
    assert ("which are the patterns and take no memory of their own" in found.why) is none
    planes = replace(chosen, weight_planes=chosen.design.bits)
    assert "the patterns" not in replace(found, chosen=planes).why
    assert found.today.design == Design()  # its rules, too
    assert "; the default design: " in found.why
    assert "\n" not in found.why


def test_lanes_that_are_given_stay(memory: Memory) -> None:
    found = choose(memory, lanes=16, noise=[0.1], queries=20, base=Design(max_steps=7))
    assert {trial.design.lanes for trial in found.tried} == {16}
    assert {trial.design.max_steps for trial in found.tried} == {7}


def test_queries_in_flight_are_chosen_unless_given(memory: Memory) -> None:
    found = choose(memory, lanes=16, noise=[0.1], queries=16, least="cycles")
    assert {trial.design.queries_in_flight for trial in found.tried} == {1, 2, 4, 8}
    assert found.chosen.design.queries_in_flight > 1
    one = choose(memory, lanes=16, noise=[0.1], queries=16, queries_in_flight=1)
    assert {trial.design.queries_in_flight for trial in one.tried} == {1}
    assert "in flight" not in one.why


def test_no_noise_and_no_draw_loses_more_than_was_asked_for(memory: Memory) -> None:
    """At 20 % noise the float network fails here, and designs gain; at 10 % they may lose."""
    found = choose(memory, lanes=16)
    assert found.noise == (0.1, 0.2)
    assert found.queries == DRAWS * QUERIES
    image = recalls.lowered(memory, found.chosen.design)
    for index, noise in enumerate(found.noise):
        queries, targets = recalls.noisy(memory.patterns, noise, [0, 22, index], found.queries)
        for start in range(0, found.queries, QUERIES):
            draw = queries[start : start + QUERIES], targets[start : start + QUERIES]
            lost = recalls.float_accuracy(memory, *draw) - recalls.exact_accuracy(image, *draw)
            assert lost <= CLOSE


def test_a_loss_that_is_allowed_is_allowed_at_every_noise(memory: Memory) -> None:
    samples = Samples.of(memory, [0.2, 0.1], queries=50)
    whole = samples.float_network
    assert samples.noises == (0.1, 0.2)
    assert samples.allowed(None) == (CLOSE, CLOSE)
    assert samples.allowed(whole[1] - 0.125) == pytest.approx((0.125, 0.125))
    assert samples.allowed(whole[1] + 0.125) == pytest.approx((CLOSE, -0.125))
    assert samples.keeps(samples.float_right, (0.0, 0.0))
    assert not samples.keeps(samples.float_right - [[0], [1]], (CLOSE, 0.0))
    bits = 50 * memory.neurons
    assert samples.keeps(samples.float_right - 9, (9 / bits, 9 / bits))
    assert not samples.keeps(samples.float_right - [[10], [0]], (9 / bits, 9 / bits))


def test_an_accuracy_out_of_reach_is_refused(memory: Memory) -> None:
    with pytest.raises(InputError, match="no design reaches recall accuracy 1"):
        choose(memory, recall_accuracy=1.0, noise=[0.45], queries=20)


def test_what_is_no_choice_is_refused(memory: Memory) -> None:
    for wrong in ({"least": "area"}, {"recall_accuracy": 1.5}, {"queries": 0}, {"noise": []},
                  {"noise": [0.1, 0.1]}, {"noise": [1.5]}):  # fmt: skip
        with pytest.raises(InputError):
            choose(memory, **wrong)


def test_about_as_good_is_decided_by_another_merit(memory: Memory) -> None:
    samples = Samples.of(memory, [0.1], queries=10)
    bench = Bench(memory, samples, samples.allowed(None))
    one = bench.measure(Design())
    near = replace(one, spending=replace(one.spending, energy_pj=one.spending.energy_pj * 1.02,
                                         footprint_bits=1))  # fmt: skip
    far = replace(one, spending=replace(one.spending, energy_pj=one.spending.energy_pj * 1.04,
                                        footprint_bits=0))  # fmt: skip
    assert best([one, near, far], "energy") == near
    assert best([one, near, far], "memory") == far
    assert bench.image(Design()) == lower(memory, replace(Design(), **PLAIN))


def test_the_front_door_chooses_the_same(memory: Memory) -> None:
    found = hwsim.choose(memory, noise=0.1, queries=20, lanes=16, least="memory")
    assert found == choose(memory, noise=[0.1], queries=20, lanes=16, least="memory")
    assert found.why in repr(found)


def made_for(image: Path, device: str, fits: bool) -> Synthesis:
    """In place of a synthesis."""
    cells = {"luts": 700, "block_rams": 1}
    reason = "" if fits else "it needs 31 of 30 block RAMs"
    mhz = 80.0 if fits else None
    effort = Effort(1000.0, 1.0, 0.1)
    return Synthesis(
        device, "a device", cells, {}, 0, (), fits, mhz, 60.0, (), reason, effort, {}, "digest"
    )


@pytest.mark.parametrize("too_many_lanes", [1 << 20, 32, 0])
def test_of_a_device_the_best_that_fits_is_chosen(
    too_many_lanes: int, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Parameters] = []

    def synthesize(image: Path, device: str) -> Synthesis:
        asked.append(hwsim.load_image(image).parameters)
        return made_for(image, device, asked[-1].lanes < too_many_lanes)

    monkeypatch.setattr(hwsim.synth, "synthesize", synthesize)
    monkeypatch.setattr(programs, "command", lambda program: ([program], program))
    if not too_many_lanes:
        words = r"^device is up5k, but of \d+ designs that reach the accuracy none fits; the last:"
        with pytest.raises(
            InputError, match=rf"{words} it needs 31 of 30 block RAMs; take a larger"
        ):
            choose(memory, noise=[0.1], queries=20, device="up5k", lanes=16)
        return
    lanes = 16 if too_many_lanes == 1 << 20 else None
    found = choose(memory, noise=[0.1], queries=20, device="up5k", lanes=lanes, least="cycles")
    free = choose(memory, noise=[0.1], queries=20, lanes=lanes, least="cycles")
    assert free.synthesis is None
    assert free.to_dict()["synthesis"] is None
    assert found.too_large == len(asked) - 1
    assert asked[-1] == recalls.lowered(memory, found.chosen.design).parameters
    assert "on up5k: 700 LUTs, 1 block RAM, 80.0 MHz, 80,000 recalls/s" in found.why
    assert found.to_dict()["synthesis"]["clock_mhz"] == 80.0
    assert (found.chosen == free.chosen) is (found.too_large == 0)
    assert ("did not fit" in found.why) is (found.too_large > 0)
    assert (found.too_large > 0) is (lanes is None)
    assert found.chosen.design.lanes < too_many_lanes


def test_a_device_is_asked_for_before_anything_is_measured(memory: Memory) -> None:
    with pytest.raises(InputError, match=r"device is 'up6k'.*up5k"):
        choose(memory, device="up6k")
