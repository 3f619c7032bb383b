"""Curves, intervals and worst bits, from Python and from the command line."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import hwsim
from hwsim.cli.bit_faults import faults as command
from hwsim.config import Parameters
from hwsim.reliability import float_weights
from hwsim.reliability.interval import over_maps
from hwsim.reliability.machine import DisturbedWrites, FaultyCells, FaultyMemory, recall_with
from hwsim.reliability.maps import Disturbance, flipped
from hwsim.reliability.places import places
from hwsim.reliability.registers import registers
from hwsim.report.fault_sections import spread_points, verdict
from hwsim.spins import spins_from_bits
from tests.images import random_image

X = np.random.default_rng(5).choice(np.array([-1, 1], dtype=np.int8), (40, 48))
MEMORY = hwsim.train(X, 0.05)
IMAGE = hwsim.lower(MEMORY, lanes=8)
FEW = {"rates": (1e-3, 0.1), "maps": 8, "count": 5, "slow_maps": 2, "slow_count": 2}


def test_every_memory_has_a_curve_and_the_same_seed_the_same_one() -> None:
    study = hwsim.faults(IMAGE, memory=MEMORY, worst=9, **FEW)
    again = hwsim.faults(IMAGE, memory=MEMORY, worst=9, **FEW)
    assert study == again
    hit = places(IMAGE.parameters) | registers(IMAGE.parameters)
    names = [*hit, "float32", "float32_guarded"]
    assert [point.place for point in study.points] == [name for name in names for _ in range(2)]
    for point in study.points:
        for found in (point.bits, point.patterns, point.changed, point.silent):
            assert 0 <= found.low <= found.mean <= found.high <= 1
        assert point.silent.mean <= point.changed.mean
        assert point.hit <= point.maps
    assert {each.place for each in study.worst} == set(hit)
    assert {each.place for each in study.guards} == set(places(IMAGE.parameters))
    assert study.memory_bits == {name: place.bits for name, place in hit.items()}


def test_a_point_does_not_depend_on_what_else_is_asked() -> None:
    all_of_them = hwsim.faults(IMAGE, **FEW)
    alone = hwsim.faults(IMAGE, memories="weights_1", **(FEW | {"rates": 0.1}))
    assert alone.points[0] == all_of_them.curve("weights_1", "flip")[1]


def test_the_verdict_is_on_the_memory_that_answers_come_from() -> None:
    """With rules patterns are copied: sound answers with faulty weights say nothing of these."""
    asked: dict[str, Any] = {"memories": ("patterns", "weights"), **(FEW | {"rates": 0.01})}
    for rules, store in ((True, "patterns"), (False, "weights")):
        study = hwsim.faults(IMAGE, rules=rules, **asked)
        assert f"all bits of the {store} wrong" in verdict(study)
        assert {point.place for point in spread_points(study)} == {store}


def test_reads_are_disturbed_as_often_as_the_rate_says() -> None:
    study = hwsim.faults(IMAGE, kinds="read", memories="patterns", **(FEW | {"rates": (0.0, 0.5)}))
    never, always = study.points
    assert (never.hit, never.changed.mean) == (0, 0)
    assert (always.hit, always.changed.mean) == (always.recalls, 1)


def test_a_weight_bit_costs_its_own_neuron_without_rules() -> None:
    study = hwsim.faults(IMAGE, rules=False, memories="weights_1", rates=0.1, maps=40, count=20)
    bits = study.points[0].bits
    assert abs(bits.mean - 0.9) < 0.02


def test_a_flipped_radius_bit_ends_a_recall_at_the_nearest_pattern_and_says_converged() -> None:
    rng = np.random.default_rng(9)
    image = random_image(Parameters(31, 20, lanes=8, max_steps=5), rng)
    image = replace(image, parameters=replace(image.parameters, radius_bits=5))  # all radii 0
    place = places(image.parameters)["radius"]
    query = spins_from_bits(image.patterns_of(slice(3, 4)))
    query[0, :3] *= -1
    nearest = recall_with(image, FaultyCells(flipped(place, 5 * 3 + 4)), query)  # of pattern 3
    assert (nearest.states == spins_from_bits(image.patterns_of(slice(3, 4)))).all()
    assert nearest.converged.all()
    assert (nearest.states != recall_with(image, FaultyCells(flipped(place)), query).states).any()


def test_intervals_hold_the_mean_of_clusters_as_often_as_they_say() -> None:
    random = np.random.default_rng(2)
    held = 0
    for _ in range(200):
        clusters = random.normal(0.5, 0.1, 40)
        found = over_maps(clusters)
        held += found.low <= 0.5 <= found.high
    assert 0.88 <= held / 200 <= 0.99
    assert over_maps(np.full(7, 0.1)) == over_maps(np.array([0.1]))


def test_a_flipped_exponent_bit_is_clipped_where_weights_are_guarded() -> None:
    memory = hwsim.Memory(X, MEMORY.alpha / 100, MEMORY.gamma)  # all exponents are below 0
    faults = flipped(float_weights.float_place(memory), 30)  # of weight 0
    raw = float_weights.hit(memory, faults, guarded=False)
    guarded = float_weights.hit(memory, faults, guarded=True)
    most = np.abs(memory.alpha.astype(np.float32)).max()
    assert abs(raw[0, 0]) > 1e30
    assert abs(guarded[0, 0]) == most
    assert (raw.reshape(-1)[1:] == guarded.reshape(-1)[1:]).all()


@pytest.mark.parametrize(
    ("argument", "value", "words"),
    [
        ("rates", 1.5, "rate is 1.5"),
        ("kinds", "flop", "kind is 'flop'"),
        ("memories", "radii", "memory is 'radii'"),
        ("maps", 0, "maps is 0"),
        ("noise", 2.0, "noise is 2.0"),
    ],
)
def test_what_is_refused(argument: str, value: object, words: str) -> None:
    with pytest.raises(hwsim.InputError, match=words):
        hwsim.faults(IMAGE, **{argument: value})  # type: ignore[arg-type]


def test_the_command_writes_page_table_and_json(tmp_path: Path) -> None:
    hwsim.write_image(tmp_path / "image", IMAGE)
    asked = ["--rates", "0.1", "--maps", "3", "--count", "4", "--slow-maps", "1"]
    asked = [str(tmp_path / "image"), *asked, "--worst", "8"]
    ran = CliRunner().invoke(command, [*asked, "-o", str(tmp_path / "page"), "--json"])
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout)
    assert {point["kind"] for point in told["points"]} == {"flip"}
    page = (tmp_path / "page" / "report.html").read_text()
    assert "Worst single bits" in page
    assert "<svg" in page
    table = CliRunner().invoke(command, [*asked, "--csv"])
    rows = list(csv.DictReader(io.StringIO(table.stdout)))
    p = IMAGE.parameters
    assert [row["place"] for row in rows] == [*places(p), *registers(p)]
    assert hwsim.check(tmp_path / "page").sound


def test_a_bit_that_flips_while_it_is_written_stays_so_until_the_next_write() -> None:
    image = random_image(Parameters(16, 8, lanes=8), np.random.default_rng(1))
    place = places(image.parameters)["distances"]
    always = DisturbedWrites(place, Disturbance(1.0, np.random.default_rng(0)))
    memory = FaultyMemory("distance", [0] * 8, Counter(), place.width, always)
    assert memory.read(3) == 0  # nothing was written
    memory.write(3, 0b00101)
    assert [memory.read(3), memory.read(3)] == [0b11010] * 2
    assert memory.words[3] == 0b00101
    memory.write(3, 0b11111)
    assert memory.read(3) == 0


def test_writes_are_disturbed_as_often_as_the_rate_says() -> None:
    asked: dict[str, Any] = {"kinds": "write", "memories": ("distances", "patterns"),
                             **(FEW | {"rates": (0.0, 0.5)})}  # fmt: skip
    study = hwsim.faults(IMAGE, protect=("none", "triple"), **asked)
    never, always = study.curve("distances", "write")
    assert (never.hit, never.changed.mean) == (0, 0)
    assert (always.hit, always.recalls) == (4, 4)  # recalls: each has a flip
    assert always.changed.mean == 1
    loaded = study.curve("patterns", "write")[1]  # written once: as faulty cells
    assert (loaded.hit, loaded.recalls) == (8, 40)
