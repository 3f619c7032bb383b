"""What people look at: equality by content, a line, a table in a notebook, pickles, folders."""

from __future__ import annotations

import copy
import pickle
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hwsim
from hwsim.assessment import assess
from hwsim.compress.lower import lower_both
from hwsim.cosim.result import CosimResult
from hwsim.cost.baseline import Baseline
from hwsim.cost.energy import EnergyReport
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Recalls
from hwsim.reference.memory import Memory
from hwsim.reference.recall import recall as recall_float
from hwsim.show import Shown, html_table, size, text_table
from hwsim.validation import validate

PATTERNS = np.random.default_rng(3).choice(np.array([-1, 1], dtype=np.int8), (12, 40))


@pytest.fixture(scope="module")
def memory() -> Memory:
    return hwsim.train(PATTERNS, 0.05)


@pytest.fixture(scope="module")
def image(memory: Memory) -> Image:
    return hwsim.lower(memory, bits=2, lanes=16, offset_bits=6)


@pytest.fixture(scope="module")
def recalls(image: Image) -> Recalls:
    return hwsim.recall(image, PATTERNS[:5])


@pytest.fixture
def everything(memory: Memory, image: Image, recalls: Recalls) -> list[Any]:
    weights, lowered = lower_both(memory, hwsim.Design())
    return [
        memory,
        image,
        recalls,
        recalls.counts,
        recall_float(memory, PATTERNS),
        weights,
        validate(memory, weights, lowered, [0.0, 0.1]),
        assess(image, PATTERNS, PATTERNS, query_note="stored patterns", clock_mhz=100.0),
        hwsim.Design(plane_weights=(1, 3), quantizer="kmeans"),
        CosimResult("icarus", 1, ("steps differ: 2 < 3 & so on",), (9,), (9,), (8,), 0.1),
    ]


def test_every_repr_is_short_and_names_its_class(everything: list[Any]) -> None:
    for shown in everything:
        text = repr(shown)
        assert text.startswith(type(shown).__name__)
        assert len(text) < 900
        assert "array(" not in text


def test_an_image_tells_what_a_person_needs(image: Image) -> None:
    text = repr(replace(image, provenance={"memory": "mine.npz"}))
    for part in ("N=40", "P=12", "bits=2", "lanes=16", "offset_bits=6", "gamma=0.05"):
        assert part in text
    # 12 * 3 pattern words and 40 * 2 weight words of 16 bits, 41 of 8, 40 of 6, and 12 radii
    radii = 12 * image.parameters.radius_bits
    assert f"memory={size(36 * 16 + 80 * 16 + 41 * 8 + 40 * 6 + radii)}" in text
    assert "made_from=mine.npz" in text


def test_an_estimate_tells_the_search_beside_it(everything: list[Any]) -> None:
    (report,) = (shown for shown in everything if isinstance(shown, EnergyReport))
    assert Baseline.of(report).sentence() in repr(report)


def test_a_verdict_tells_the_first_difference(everything: list[Any]) -> None:
    text = repr(everything[-1])
    assert "verdict=1 difference," in text
    assert "steps differ" in text


class Cells(HTMLParser):
    """Texts by tag, and every tag opened and closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        if tag == "th":
            assert dict(attrs)["scope"] in ("row", "col")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.found.append((self.open[-1], data))


def test_every_table_is_whole_and_has_headings(everything: list[Any]) -> None:
    for shown in everything:
        cells = Cells()
        cells.feed(shown._repr_html_())
        assert not cells.open
        assert ("caption", type(shown).__name__) in cells.found
        assert {"th", "td"} <= {tag for tag, _ in cells.found}
        assert "color" not in shown._repr_html_()


def test_a_table_escapes_what_it_shows() -> None:
    assert "<b>" not in html_table("<b>", [("<b>", "<b>")], ["<b>", ""])


def test_equal_contents_are_equal_objects(memory: Memory, image: Image, recalls: Recalls) -> None:
    for record in (memory, image, recalls):
        for twin in (pickle.loads(pickle.dumps(record)), copy.deepcopy(record)):
            assert twin == record
            assert hash(twin) == hash(record)
    patterns = memory.patterns.copy()
    patterns[3, 4] *= -1
    assert replace(memory, patterns=patterns) != memory
    assert replace(memory, provenance={}) == memory
    assert replace(image, gamma=0.1) != image
    assert replace(recalls, states=-recalls.states) != recalls
    assert image != memory
    assert hwsim.lower(memory, bits=2, lanes=32) != image


def test_an_image_keeps_its_notes_in_its_folder(image: Image, tmp_path: Path) -> None:
    noted = replace(image, provenance={"memory": "mine.npz"})
    hwsim.write_image(tmp_path / "one", noted)
    again = hwsim.load_image(tmp_path / "one")
    assert again == image
    assert again.provenance == {"memory": "mine.npz"}
    hwsim.write_image(tmp_path / "two", again)
    assert (tmp_path / "one/manifest.json").read_bytes() == (
        tmp_path / "two/manifest.json"
    ).read_bytes()


def test_sizes_and_tables() -> None:
    assert size(9) == "2 bytes"
    assert size(8192) == "1.0 KiB"
    assert text_table([["", "a"], ["row", "10"]]) == "      a\nrow  10"
    with pytest.raises(NotImplementedError):
        repr(Shown())
