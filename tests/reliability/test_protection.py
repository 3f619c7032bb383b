"""Codes of protected memories, what they leave of faults, and what they cost."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import hwsim
from hwsim.cli.bit_faults import faults as command
from hwsim.cost.tables import load_technology
from hwsim.hardware import fast
from hwsim.hardware.protection import Hsiao, Parity, Triple, code
from hwsim.hardware.rules import without_rules
from hwsim.reliability import points
from hwsim.reliability.guarded import code_words, left
from hwsim.reliability.image import faulty_image, stored_words
from hwsim.reliability.machine import FaultyCells, Guarded, recall_guarded
from hwsim.reliability.maps import draw_map, flipped
from hwsim.reliability.places import places
from hwsim.reliability.price import price
from hwsim.spins import spins_from_bits

X = np.random.default_rng(5).choice(np.array([-1, 1], dtype=np.int8), (40, 48))
IMAGE = without_rules(hwsim.lower(hwsim.train(X, 0.05), lanes=8))
PLACES = places(IMAGE.parameters)
QUERIES = spins_from_bits(IMAGE.patterns_of(slice(0, 4)))
QUERIES[:, :5] *= -1
CLEAN = fast.recall(IMAGE, QUERIES)

words = st.integers(1, 80).flatmap(
    lambda width: st.tuples(st.just(width), st.integers(0, 2**width - 1))
)


@pytest.mark.parametrize("width", [1, 2, 7, 8, 16, 32, 64])
def test_secded_corrects_every_single_error_and_tells_every_double_one(width: int) -> None:
    hsiao = Hsiao(width)
    word = 0x9E3779B97F4A7C15 & (1 << width) - 1
    sound = hsiao.encode(word)
    assert hsiao.decode(sound) == (word, "")
    cells = range(width + hsiao.check_bits)
    for bit in cells:
        assert hsiao.decode(sound ^ 1 << bit) == (word, "corrected")
    for one, other in combinations(cells, 2):
        read = sound ^ 1 << one ^ 1 << other
        assert hsiao.decode(read) == (read & (1 << width) - 1, "detected")


def test_the_code_of_eight_bits_is_the_one_written_out() -> None:
    columns = (0b00111, 0b11001, 0b01110, 0b10011, 0b11100, 0b01011, 0b10101, 0b10110)
    assert Hsiao(8).columns == columns
    assert Hsiao(8).encode(0b1000_0001) == 0b10001_1000_0001
    # Check bits and ones of a row of the codes that Hsiao's paper has.
    assert [(Hsiao(w).check_bits, Hsiao(w).xors) for w in (16, 32, 64)] == [
        (6, 48), (7, 96), (8, 208)
    ]  # fmt: skip


@given(words)
def test_columns_are_odd_different_and_the_checks_equally_long(given: tuple[int, int]) -> None:
    width, word = given
    hsiao = Hsiao(width)
    assert len({*hsiao.columns}) == width
    assert all(column.bit_count() % 2 and column.bit_count() > 1 for column in hsiao.columns)
    lengths = [row.bit_count() for row in hsiao.rows]
    assert max(lengths) - min(lengths) <= 2
    assert hsiao.decode(hsiao.encode(word)) == (word, "")


@given(words, st.integers(0, 2**32 - 1))
def test_parity_tells_odd_errors_and_copies_outvote_one(given: tuple[int, int], seed: int) -> None:
    width, word = given
    wrong = np.random.default_rng(seed).integers(0, 2, width + 1)
    flips = sum(int(bit) << position for position, bit in enumerate(wrong))
    read = Parity(width).encode(word) ^ flips
    expected = "detected" if wrong.sum() % 2 else ""
    assert Parity(width).decode(read) == (read & (1 << width) - 1, expected)
    for copy in range(3):
        hit = Triple(width).encode(word) ^ (flips & (1 << width) - 1) << copy * width
        verdict = "corrected" if flips & (1 << width) - 1 else ""
        assert Triple(width).decode(hit) == (word, verdict)


@pytest.mark.parametrize("name", [*PLACES])
def test_one_wrong_bit_a_word_costs_nothing_and_two_are_told(name: str) -> None:
    place = PLACES[name]
    hsiao = Hsiao(place.width)
    cells = code_words(place, hsiao)
    rng = np.random.default_rng(1)
    first = np.arange(len(cells.words)) * cells.width
    one = flipped(cells, *(first + rng.integers(0, cells.width, len(first))).tolist())
    recalls, told = recall_guarded(IMAGE, Guarded(FaultyCells(one), hsiao), QUERIES)
    assert recalls == CLEAN
    assert not told.detected.any()
    reads = getattr(CLEAN.counts, f"{place.counter}_reads")
    assert (told.corrected == reads // place.stride).all()
    assert told.corrected.sum() > 0 or not reads.sum()
    two = flipped(cells, *first.tolist(), *(first + cells.width - 1).tolist())
    recalls, told = recall_guarded(IMAGE, Guarded(FaultyCells(two), hsiao), QUERIES)
    assert not told.corrected.any()
    changed = (recalls.states != CLEAN.states).any(axis=1)
    assert (told.detected[changed] > 0).all()
    assert told.detected.sum() > 0 or not reads.sum()


@pytest.mark.parametrize("protection", ["parity", "secded", "triple"])
@pytest.mark.parametrize("name", ["patterns", "weights", "weights_1", "offsets"])
def test_what_is_left_of_faults_recalls_as_the_specification_with_them(
    name: str, protection: str
) -> None:
    place = PLACES[name]
    chosen = code(protection, place.width)
    assert chosen is not None
    cells = code_words(place, chosen)
    for seed, kind in enumerate(("flip", "stuck", "burst")):
        faults = draw_map(cells, kind, 0.08, np.random.default_rng(seed))
        rest = left(IMAGE, place, chosen, faults)
        slow, told = recall_guarded(IMAGE, Guarded(FaultyCells(faults), chosen), QUERIES)
        assert fast.recall(faulty_image(IMAGE, rest.faults), QUERIES) == slow
        assert rest.detected or not told.detected.any()


@given(st.integers(0, 2**32 - 1))
def test_secded_leaves_nothing_of_one_error_a_word(seed: int) -> None:
    place = PLACES["weights"]
    hsiao = Hsiao(place.width)
    cells = code_words(place, hsiao)
    rng = np.random.default_rng(seed)
    hit = rng.choice(len(cells.words), 20, replace=False) * cells.width
    faults = flipped(cells, *(hit + rng.integers(0, cells.width, 20)).tolist())
    rest = left(IMAGE, place, hsiao, faults)
    assert (len(rest.faults), rest.corrected, rest.detected) == (0, 20, 0)
    assert len(stored_words(IMAGE, place)) == place.depth


def test_a_study_has_each_protection_beside_none_and_what_it_costs() -> None:
    asked: dict[str, Any] = {"rates": (1e-3, 1e-2), "memories": ("patterns", "weights"), "maps": 20,
                             "count": 5, "slow_maps": 3, "slow_count": 2}  # fmt: skip
    study = hwsim.faults(IMAGE, protect=("none", "parity", "secded"), **asked)
    bare = hwsim.faults(IMAGE, **asked)
    assert bare.prices == ()
    for place in ("patterns", "weights"):
        none, parity, secded = (study.curve(place, "flip", name) for name in
                                ("none", "parity", "secded"))  # fmt: skip
        assert none == bare.curve(place, "flip")
        assert [point.told.mean for point in none] == [0, 0]
        assert parity[1].told.mean == 1  # every recall reads some word of an odd error
        assert parity[1].silent.mean == 0
        assert secded[0].patterns.mean >= none[0].patterns.mean
        assert secded[1].bits.mean > none[1].bits.mean or place == "patterns"  # which hardly suffer
    assert len(study.prices) == 6
    assert {point.label for point in study.points} >= {"patterns", "weights, secded"}


def test_what_is_told_is_of_the_first_maps_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = []
    whole = points.over_maps
    monkeypatch.setattr(points, "over_maps", lambda v: counted.append(len(v)) or whole(v))
    hwsim.faults(IMAGE, protect="secded", memories="patterns", rates=3e-4, maps=12, count=2,
                 slow_maps=5, slow_count=1)  # fmt: skip
    assert counted == [12, 12, 12, 5, 5]  # maps with a told error, without, and without any


def test_disturbed_reads_of_code_words_are_corrected_and_told() -> None:
    asked: dict[str, Any] = {"rates": 1e-4, "memories": "patterns", "kinds": "read",
                             "slow_maps": 4, "slow_count": 5}  # fmt: skip
    study = hwsim.faults(IMAGE, protect=("secded", "parity"), **asked)
    secded, parity = study.points
    assert secded.hit
    assert (secded.changed.mean, secded.told.mean) == (0, 0)
    assert parity.told.mean == parity.hit / parity.recalls


def test_check_bits_are_stored_read_and_computed() -> None:
    place = PLACES["weights"]
    counts = {"weight_reads": 3000, "weight_writes": 0}
    none, secded = (price(place, name, counts, 10) for name in ("none", "secded"))
    assert (none.bits, none.check_bits, none.nands, none.check_pj) == (place.bits, 0, 0, 0)
    assert secded.bits == place.depth * 13
    assert secded.reads == 300
    full_adder = float(load_technology().energy("full_adder"))
    assert secded.check_pj == pytest.approx(300 * 24 * 4 / 9 * full_adder, rel=1e-12)
    assert secded.memory_pj > none.memory_pj * 13 / 8  # a wider word of a larger memory
    plane = replace(PLACES["weights_1"], depth=place.depth)
    half = price(plane, "secded", counts, 10)
    assert (half.reads, half.bits) == (150, place.depth // 2 * 13)


def test_an_unknown_protection_is_refused(tmp_path: Path) -> None:
    with pytest.raises(hwsim.InputError, match="protection is 'ecc'"):
        hwsim.faults(IMAGE, protect="ecc")
    with pytest.raises(hwsim.InputError, match="protect is empty"):
        hwsim.faults(IMAGE, protect=())
    hwsim.write_image(tmp_path / "image", IMAGE)
    ran = CliRunner().invoke(command, [str(tmp_path / "image"), "--protect", "ecc"])
    assert isinstance(ran.exception, hwsim.InputError)


def test_the_command_prints_and_writes_what_protection_costs(tmp_path: Path) -> None:
    hwsim.write_image(tmp_path / "image", IMAGE)
    asked = [str(tmp_path / "image"), "--protect", "none,secded", "--memories", "patterns",
             "--rates", "0.01", "--maps", "3", "--count", "4", "--slow-maps", "1",
             "-o", str(tmp_path / "page")]  # fmt: skip
    ran = CliRunner().invoke(command, asked)
    assert ran.exit_code == 0, ran.output
    assert "What check bits cost" in ran.stdout
    assert "patterns, secded" in ran.stdout
    told = json.loads((tmp_path / "page" / "report.json").read_text())
    assert [each["check_bits"] for each in told["prices"]] == [0, 5]
    assert "What check bits cost" in (tmp_path / "page" / "report.html").read_text()
