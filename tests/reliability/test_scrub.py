"""Interleaved codes, and passes that scrub: against every burst and a direct simulation."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hwsim
from hwsim.cost.tables import load_technology
from hwsim.hardware.protection import CORRECTING, Code, Hsiao, Interleaved, code
from hwsim.reliability.guarded import code_words
from hwsim.reliability.places import Place, places
from hwsim.reliability.price import price
from hwsim.reliability.scrub import _passes, aged, double_errors, scrubbed, split, wrong
from hwsim.report import markdown
from hwsim.report.faults import curve_rows, faults_document, headings

X = np.random.default_rng(5).choice(np.array([-1, 1], dtype=np.int8), (40, 48))
IMAGE = hwsim.lower(hwsim.train(X, 0.05), lanes=8, check=False)
PATTERNS = places(IMAGE.parameters)["patterns"]

words = st.integers(1, 80).flatmap(
    lambda width: st.tuples(st.just(width), st.integers(0, 2**width - 1))
)


@given(words, st.sampled_from([2, 3, 4, 8]), st.data())
def test_interleaving_corrects_every_burst_up_to_its_depth(
    given: tuple[int, int], depth: int, data: st.DataObject
) -> None:
    width, word = given
    chosen = Interleaved(width, min(depth, width))
    cells = width + chosen.check_bits
    sound = chosen.encode(word)
    assert sound & (1 << width) - 1 == word
    assert sound >> cells == 0
    assert chosen.decode(sound) == (word, "")
    first = data.draw(st.integers(0, cells - 1))
    burst = data.draw(st.integers(1, 2**chosen.depth - 1)) << first & (1 << cells) - 1
    assert chosen.decode(sound ^ burst) == (word, "corrected" if burst else "")


@given(words, st.sampled_from([2, 4]), st.data())
def test_interleaving_tells_of_two_errors_in_one_code_word(
    given: tuple[int, int], depth: int, data: st.DataObject
) -> None:
    width, word = given
    chosen = Interleaved(width, min(depth, width))
    own = range(data.draw(st.integers(0, chosen.depth - 1)), width + chosen.check_bits,
                chosen.depth)  # fmt: skip
    one, other = data.draw(st.lists(st.sampled_from(own), min_size=2, max_size=2, unique=True))
    read = chosen.encode(word) ^ 1 << one ^ 1 << other
    assert chosen.decode(read) == (read & (1 << width) - 1, "detected")


@pytest.mark.parametrize("depth", [2, 4])
def test_four_neighbours_cost_a_secded_word_and_no_interleaved_one(depth: int) -> None:
    burst = 0b1111 << 5
    assert Hsiao(64).decode(burst)[0] == 0b1111 << 5
    found, verdict = Interleaved(64, depth).decode(burst)
    assert (found == 0, verdict) == ((True, "corrected") if depth == 4 else (False, "detected"))


def test_one_code_word_is_the_plain_code() -> None:
    for width in (1, 5, 8, 64):
        one, plain = Interleaved(width, 1), Hsiao(width)
        assert (one.check_bits, one.xors, one.nands) == (plain.check_bits, plain.xors, plain.nands)
        assert one.encode(2**width - 1) == plain.encode(2**width - 1)
    assert Interleaved(64, 4).check_bits == 4 * 6
    assert Interleaved(64, 4).xors == 4 * 48


def distribution(
    chosen: Code, upsets: float, recalls: int, interval: int, weak: int = 0
) -> np.ndarray[Any, Any]:
    """Of what a word of zeros reads as after so many recalls, recall by recall, pass by pass.

    Cells of `weak` give back the other bit than they hold.
    """
    cells = chosen.width + chosen.check_bits
    held = np.zeros(2**cells)
    held[0] = 1
    after = np.arange(2**cells)
    for stored in range(2**cells):
        word, verdict = chosen.decode(stored ^ weak)
        if verdict != "detected":
            after[stored] = chosen.encode(word)
    for recall in range(recalls):
        if interval and recall and recall % interval == 0:
            held = np.bincount(after, held, 2**cells)
        for cell in range(cells):
            held = (1 - upsets) * held + upsets * held[np.arange(2**cells) ^ 1 << cell]
    return held[np.arange(2**cells) ^ weak]


SMALL: list[tuple[str, int]] = [("secded", 4), ("triple", 2), ("interleaved2", 2)]


@pytest.mark.parametrize(("name", "width"), SMALL)
@pytest.mark.parametrize(("upsets", "recalls"), [(1e-3, 40), (0.03, 7), (0.2, 3), (1e-9, 500)])
def test_double_errors_are_what_a_direct_simulation_has(
    name: str, width: int, upsets: float, recalls: int
) -> None:
    chosen = code(name, width)
    assert chosen is not None
    held = distribution(chosen, upsets, recalls, 0)
    cells = width + chosen.check_bits
    size = {"secded": cells, "triple": 3, "interleaved2": cells // 2}[name]
    step = cells // size
    masks = [sum(1 << c for c in range(first, cells, step)) for first in range(step)]
    doubled = [any((each & mask).bit_count() > 1 for mask in masks) for each in range(2**cells)]
    expected = sum(share for share, is_so in zip(held, doubled, strict=True) if is_so)
    assert double_errors(chosen, wrong(upsets, recalls)) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("name", "width"), SMALL)
@pytest.mark.parametrize("weak", [0.0, 0.06])
def test_aged_words_are_as_often_wrong_as_a_direct_simulation_says(
    name: str, width: int, weak: float
) -> None:
    chosen = code(name, width)
    assert chosen is not None
    place = Place("m", "m", "m", width, 60_000, 0, 1, "m", False, "fast")
    cells = code_words(place, chosen)
    interval, upsets, life = 4, 0.01, 15
    random = np.random.default_rng(2)
    for _ in range(1 if weak else 3):
        before = random.bit_generator.state
        recall = int(random.integers(life)) + 1
        random.bit_generator.state = before
        faults = aged(cells, chosen, interval, weak, upsets, life, random)
        read = np.zeros(60_000, dtype=np.int64)
        np.bitwise_xor.at(read, faults.cells // cells.width, 1 << faults.cells % cells.width)
        found = np.bincount(read, minlength=2**cells.width) / 60_000
        expected = np.zeros(2**cells.width)
        for mask in range(2**cells.width if weak else 1):
            share = weak ** mask.bit_count() * (1 - weak) ** (cells.width - mask.bit_count())
            if share > 1e-6:
                expected += share * distribution(chosen, upsets, recall, interval, mask)
        bound = 5 * np.sqrt(expected * (1 - expected) / 60_000) + 1e-4
        assert (abs(found - expected) < bound).all()


@given(st.sampled_from(SMALL), st.integers(0, 255), st.integers(0, 255), st.integers(0, 40))
def test_passes_that_repeat_themselves_are_skipped(
    given: tuple[str, int], stored: int, weak: int, count: int
) -> None:
    chosen = code(*given)
    assert chosen is not None
    mask = 2 ** (chosen.width + chosen.check_bits) - 1
    stored, weak = stored & mask, weak & mask
    expected = stored
    for _ in range(count):
        word, verdict = chosen.decode(expected ^ weak)
        expected = expected if verdict == "detected" else chosen.encode(word)
    assert _passes(chosen, stored, weak, count) == expected


@given(st.floats(1e-12, 0.4), st.integers(1, 1000))
def test_more_passes_leave_fewer_double_errors(upsets: float, interval: int) -> None:
    often, seldom = (
        scrubbed(PATTERNS, f"secded@{each}", upsets, 10**4) for each in (interval, 10 * interval)
    )
    life = 10**4
    chosen = Hsiao(PATTERNS.width)
    assert often.unscrubbed == seldom.unscrubbed
    assert wrong(upsets, interval) <= wrong(upsets, 10 * interval) <= 0.5
    if wrong(upsets, 10 * interval) * (PATTERNS.width + chosen.check_bits) < 0.5:
        assert often.doubles <= seldom.doubles * (1 + 1e-9)
    one = len(PATTERNS.words) * double_errors(chosen, wrong(upsets, interval))
    assert often.doubles == pytest.approx(one / min(interval, life), rel=1e-12)


def test_a_pass_is_a_read_and_a_write_of_each_word_in_its_share() -> None:
    counts = {"pattern_reads": 1000}
    plain, often = (price(PATTERNS, name, counts, 10) for name in ("secded", "secded@50"))
    depth = len(PATTERNS.words)
    assert (plain.reads, plain.writes, plain.pass_cycles) == (100, 0, 0)
    assert (often.reads, often.writes) == (100 + depth / 50, depth / 50)
    assert often.pass_cycles == 2 * depth / 50
    assert often.bits == plain.bits
    table = load_technology()
    access = float(table.sram_access(plain.bits, 13).value)
    gate = float(table.energy("full_adder")) * 4 / 9
    assert often.memory_pj - plain.memory_pj == pytest.approx(2 * depth / 50 * access, rel=1e-9)
    assert often.check_pj - plain.check_pj == pytest.approx(
        depth / 50 * (24 + 24 - 5) * gate, rel=1e-9
    )
    assert often.nands == plain.nands + 4 * (24 - 5)


ASKED: dict[str, Any] = {"maps": 6, "count": 4, "slow_maps": 2, "slow_count": 2, "noise": 0.05}


def test_upsets_gather_and_passes_take_them_away() -> None:
    study = hwsim.faults(
        IMAGE, kinds="upset", rates=1e-6, protect=("secded", "secded@1000"), life=10**5,
        memories=("patterns", "state"), **ASKED
    )  # fmt: skip
    plain, often = study.points  # of the patterns alone: recalls write the state
    assert [plain.label, often.label] == ["patterns, secded", "patterns, secded@1000"]
    assert often.bits.mean > plain.bits.mean
    (left,) = study.scrubs
    assert left.doubles < left.unscrubbed / 10
    assert {each.protection for each in study.prices if each.place == "state"} == {"none", "secded"}


def test_keep_scrubs_where_upsets_gather() -> None:
    asked = ASKED | {"memories": ("patterns", "weights", "state"), "life": 10**6}
    study = hwsim.faults(IMAGE, rates=1e-5, keep=0.95, upsets=1e-7, scrub=1000, **asked)
    (mix,) = study.mixes
    assert mix.held
    assert mix.protections["patterns"].endswith("@1000")
    parts = {(each.place, each.protection): each for each in study.prices}
    chosen = [parts[item] for item in mix.protections.items()]
    assert mix.bits == sum(each.bits for each in chosen)
    assert mix.energy_pj == pytest.approx(sum(each.energy_pj for each in chosen))
    assert "@" not in mix.protections["state"]
    assert mix.options == (*CORRECTING, *(f"{name}@1000" for name in CORRECTING[1:]))
    told = " ".join(markdown.render(faults_document(study)).split())
    assert "triple@1000, with 1e-07 upsets a bit and recall at a recall of 1,000,000" in told
    # Reads of check bits and of passes are of the memory, whose supply falls.
    ratio = 0.57**2 if mix.voltage == 0.57 else (mix.voltage or 1.0) ** 2
    lowered = sum(each.memory_pj * ratio + each.check_pj for each in chosen)
    assert mix.lowered_pj == pytest.approx(lowered)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"protect": "parity@9"}, "parity corrects nothing"),
        ({"protect": "none@9"}, "none corrects nothing"),
        ({"protect": "secded@0"}, "0 is no interval"),
        ({"protect": "secded@"}, "nothing is no interval"),
        ({"protect": "secdet@5"}, "did you mean"),
        ({"scrub": 5}, "scrub is what keep may choose of"),
        ({"upsets": 0.7}, "upsets is 0.7"),
        ({"upsets": 0.1, "kinds": "stuck"}, "name flip among kinds"),
        ({"kinds": "upset", "rates": 0.9}, "rate is 0.9; of upsets"),
        ({"kinds": "upset", "memories": "state"}, "recalls write them"),
        ({"life": 10**13}, "life is 10000000000000"),
        ({"kinds": "upset", "protect": "secded@9", "rates": 0.1}, "lower the rate or the life"),
        ({"keep": 0.9, "scrub": 0}, "0 is no interval"),
    ],
)
def test_what_is_refused(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(hwsim.InputError, match=words):
        hwsim.faults(IMAGE, **ASKED | {"rates": 1e-5} | asked)


def test_names_say_code_and_interval() -> None:
    for name, interval in product(CORRECTING[1:], (1, 10**6)):
        assert split(f"{name}@{interval}") == (name, interval)
    assert split("parity") == ("parity", 0)


def test_each_kind_has_a_column_for_each_of_its_rates() -> None:
    one = hwsim.faults(IMAGE, rates=(1e-3, 1e-2), memories=("patterns", "weights"), **ASKED)
    other = hwsim.faults(IMAGE, kinds="upset", rates=1e-9, memories="patterns", **ASKED)
    point = next(each for each in other.points)
    study = replace(one, points=(*one.points[1:], point))  # patterns lack their first rate
    assert headings(study, "flip") == ["memory", "0.001", "0.01"]
    assert headings(study, "upset") == ["memory", "1e-09"]
    patterns, weights = curve_rows(study, "flip")
    assert patterns[1] == "–"
    assert len(weights) == 3
