"""The cheapest mix of protections, by hand and measured."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import hwsim
from hwsim.cli.bit_faults import faults as command
from hwsim.hardware import fast
from hwsim.hardware.protection import CORRECTING, code
from hwsim.reliability.guarded import code_words
from hwsim.reliability.keep import Option, cheapest, options, together, undominated
from hwsim.reliability.machine import FaultyCells, recall_with
from hwsim.reliability.maps import draw_map, flipped
from hwsim.reliability.parts import uncorrected
from hwsim.reliability.places import places
from hwsim.reliability.plan import Plan
from hwsim.reliability.points import Queries
from hwsim.spins import spins_from_bits

X = np.random.default_rng(5).choice(np.array([-1, 1], dtype=np.int8), (40, 48))
IMAGE = hwsim.lower(hwsim.train(X, 0.05), lanes=8, check=False)
SPINS = spins_from_bits(IMAGE.patterns_of(slice(0, 8)))
CLEAN = fast.recall(IMAGE, SPINS)
QUERIES = Queries(SPINS, SPINS, CLEAN, 4)
FEW: dict[str, Any] = {"maps": 12, "count": 10, "slow_maps": 4, "slow_count": 2, "noise": 0.05}


def test_the_mix_is_the_one_that_a_hand_calculation_finds() -> None:
    a = [Option("a", "none", 0.10, 1.0, 8), Option("a", "secded", 0.02, 3.0, 13)]
    b = [Option("b", "none", 0.03, 1.0, 8), Option("b", "triple", 0.00, 1.5, 24)]
    assert cheapest([a, b], 0.13) == (a[0], b[0])
    assert cheapest([a, b], 0.10) == (a[0], b[1])  # 2.5 pJ, the losses 0.10
    assert cheapest([a, b], 0.05) == (a[1], b[0])  # 4 pJ, 0.05
    assert cheapest([a, b], 0.02) == (a[1], b[1])
    assert cheapest([a, b], 0.01) is None


option = st.builds(
    Option, st.just("m"), st.just("none"), st.integers(0, 8).map(lambda n: n / 64),
    st.integers(1, 9).map(float), st.integers(1, 9),
)  # fmt: skip


@given(st.lists(st.lists(option, min_size=1, max_size=3), min_size=1, max_size=4),
       st.integers(0, 24).map(lambda n: n / 64))  # fmt: skip
def test_no_mix_that_loses_as_little_is_cheaper(given: list[list[Option]], most: float) -> None:
    best = cheapest(given, most)
    possible = [mix for mix in product(*given) if sum(each.loss for each in mix) <= most]
    assert (best is None) == (not possible)
    if best is not None:
        assert best in possible
        spent = min(sum(each.energy_pj for each in mix) for mix in possible)
        assert sum(each.energy_pj for each in best) == spent


def test_what_costs_more_and_loses_as_much_is_no_option() -> None:
    study = hwsim.faults(IMAGE, rates=1e-3, keep=0.5, **FEW)
    for every in options(study.points, study.prices, 1e-3, study.clean_patterns):
        each = undominated(every)
        assert [o.energy_pj for o in each] == sorted(o.energy_pj for o in each)
        assert [o.loss for o in each] == sorted({o.loss for o in each}, reverse=True)
        assert "parity" not in {o.protection for o in each}


@given(st.integers(0, 2**32 - 1), st.sampled_from(CORRECTING[1:]))
def test_what_is_left_out_is_read_right_and_what_is_kept_is_not(seed: int, name: str) -> None:
    place = places(IMAGE.parameters)["distances"]
    chosen = code(name, place.width)
    assert chosen is not None
    rng = np.random.default_rng(seed)
    faults = draw_map(code_words(place, chosen), "flip", 0.2, rng)
    before, after = faults.words(), uncorrected(faults, chosen).words()
    for address, fault in before.items():
        stored = int(rng.integers(0, 2**place.width))
        found, verdict = chosen.decode(fault.read(chosen.encode(stored)))
        right = found == stored and verdict != "detected"
        if address not in after:
            assert right
        else:
            kept, _ = chosen.decode(after[address].read(chosen.encode(stored)))
            assert kept == found
            # Three wrong cells or more of a SECDED word may all be check bits.
            assert not right or name != "triple"


def test_faults_of_several_memories_meet_in_one_recall() -> None:
    chosen = places(IMAGE.parameters)
    faults = [FaultyCells(flipped(chosen["state"], 3)), FaultyCells(flipped(chosen["patterns"], 9))]
    both = recall_with(IMAGE, faults, SPINS)
    for each in faults:
        alone = recall_with(IMAGE, each, SPINS)
        assert (both.states != alone.states).any()
    assert recall_with(IMAGE, [], SPINS) == CLEAN


def test_all_memories_together_lose_nothing_at_no_errors_and_all_at_one_half() -> None:
    chosen = {name: place for name, place in places(IMAGE.parameters).items()
              if name == place.memory}  # fmt: skip
    bare = dict.fromkeys(chosen, "none")
    rng = np.random.default_rng(0)
    kept, recalls = together(IMAGE, chosen, bare, 0.0, QUERIES, Plan(slow_count=1), rng)
    assert (kept.mean, recalls) == (1, 8)
    lost, recalls = together(IMAGE, chosen, bare, 0.5, QUERIES, Plan(slow_count=1), rng)
    assert (lost.mean, recalls) == (0, 2)  # one of each map, by the specification


def test_a_study_finds_what_keeps_the_accuracy_and_how_low_the_voltage_may_go() -> None:
    study = hwsim.faults(IMAGE, rates=(1e-6, 1e-4, 1e-2), keep=0.97, **FEW)
    easy, _, hard = study.mixes
    assert set(easy.protections.values()) == {"none"}
    assert easy.energy_pj == easy.bare_pj
    assert easy.voltage == 0.59  # 24 of 33,751,040 cells, 7.1e-7
    assert easy.lowered_pj == pytest.approx(easy.bare_pj * 0.59**2)
    assert hard.bits > hard.bare_bits
    assert hard.voltage == 0.54
    assert hard.held == (hard.accuracy.mean >= 0.97)
    memory = sum(each.memory_pj for each in study.prices
                 if hard.protections[each.place] == each.protection)  # fmt: skip
    checks = hard.energy_pj - memory
    assert hard.lowered_pj == pytest.approx(memory * 0.54**2 + checks)
    assert study == hwsim.faults(IMAGE, rates=(1e-6, 1e-4, 1e-2), keep=0.97, **FEW)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"keep": 1.5}, "keep is 1.5; it must be a share"),
        ({"keep": 0.9, "kinds": "read"}, "keep is for faults of kind flip"),
        ({"keep": 0.9, "memories": "weights_1"}, "weights_1 is a part of weights"),
        ({"keep": 1.0, "noise": 0.5}, "keep is 1.0, and without faults 0"),
        ({"keep": 0.9, "sram": "finfet"}, "sram is 'finfet'.*did you mean"),
    ],
)
def test_what_is_refused(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(hwsim.InputError, match=words):
        hwsim.faults(IMAGE, **FEW | asked)


def test_the_command_prints_and_writes_the_mix(tmp_path: Path) -> None:
    hwsim.write_image(tmp_path / "image", IMAGE)
    asked = [str(tmp_path / "image"), "--keep", "0.9", "--rates", "1e-4,1e-3", "--maps", "4",
             "--count", "5", "--slow-maps", "2", "--noise", "0.05", "--sram", "kintex7-28nm",
             "-o", str(tmp_path / "page")]  # fmt: skip
    ran = CliRunner().invoke(command, asked)
    assert ran.exit_code == 0, ran.output
    assert "0.54 V" in ran.stdout  # 4.7e-5
    told = json.loads((tmp_path / "page" / "report.json").read_text())
    assert [each["curve"] for each in told["mixes"]] == ["kintex7-28nm"] * 2
    page = (tmp_path / "page" / "report.html").read_text()
    assert "Cheapest protection that keeps 90 %" in page
