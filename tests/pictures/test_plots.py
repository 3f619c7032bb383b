"""What objects draw of themselves: whole SVG, with the numbers they have; and files."""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

import hwsim
from hwsim.hardware.image import Image
from hwsim.pictures import Picture
from hwsim.reference.memory import Memory

PATTERNS = np.random.default_rng(3).choice(np.array([-1, 1], dtype=np.int8), (20, 36))


@pytest.fixture(scope="module")
def memory() -> Memory:
    return hwsim.train(PATTERNS, 0.05)


@pytest.fixture(scope="module")
def image(memory: Memory) -> Image:
    return hwsim.lower(memory, bits=2, lanes=16, offset_bits=6)


@pytest.fixture(scope="module")
def queries() -> np.ndarray:
    queries = PATTERNS[:10].copy()
    queries[:, ::9] *= -1
    return queries


def texts(picture: Picture) -> list[str]:
    """All words of a picture, which must be whole."""
    root = ElementTree.fromstring(picture.svg.split("\n", 1)[1])
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == picture.alt
    return [element.text or "" for element in root.iter() if element.tag.endswith("}text")]


def test_an_image_draws_its_patterns_weights_kernel_and_memories(image: Image) -> None:
    words = texts(image.plot((6, 6)))
    assert words[0].startswith("20 patterns of 36 neurons, 2-bit weights, 8-bit kernel values")
    assert "and 4 more" in words
    counts = [f"{np.count_nonzero(image.codes == code):,}" for code in range(4)]
    places = [words.index(level) for level in ("-3", "-1", "+1", "+3")]
    assert [words[place + 1] for place in places] == counts
    assert {"patterns", "weights", "kernel", "offsets", "up to 255"} <= set(words)
    assert "and 19 more" in texts(image.plot(first=1))


@pytest.mark.parametrize("bits", [1, 8])
def test_any_precision_is_drawn(memory: Memory, bits: int) -> None:
    image = hwsim.lower(memory, bits=bits, kernel_origin="absolute")
    assert "distance, spins" in texts(image.plot())


def test_a_memory_draws_its_weights(memory: Memory) -> None:
    words = texts(memory.plot())
    assert f"{memory.alpha.min():.3g}" in words
    assert f"{memory.alpha.max():.3g}" in words
    one = hwsim.Memory([[1]], [[0.0]], 1.0)
    assert texts(one.plot())[0] == "1 pattern of 1 neuron, float weights"


def test_recalls_draw_what_they_were_asked(image: Image, queries: np.ndarray) -> None:
    recalls = hwsim.recall(image, queries)
    words = texts(recalls.plot((6, 6)))
    assert [word for word in words if word.startswith("pattern")] == [
        f"pattern {number}" for number in range(8)
    ]
    wrong = (recalls.states != PATTERNS[:10]).sum(axis=1)
    for q, each in enumerate(range(3, 3 + 8 * 4, 4)):
        shown = words[each : each + 4]
        assert shown == [
            f"pattern {q}", "4 wrong", f"{wrong[q]} wrong",
            f"{recalls.steps[q]} steps" + ", not converged" * (not recalls.converged[q]),
        ]  # fmt: skip
    assert texts(recalls.plot(which=9)).count("pattern 9") == 1
    assert texts(recalls.plot(which=[9, 2], stored=queries))[3:5] == ["query 9", "0 wrong"]


def test_steps_move_and_end_where_the_recall_did(image: Image, queries: np.ndarray) -> None:
    recalls = hwsim.recall(image, queries, model="spec")
    moving = recalls.plot(which=[0, 1, 2], steps=True)
    assert moving == recalls.plot(which=[0, 1, 2], steps=True)
    longest = int(recalls.steps[:3].max())
    for q in range(3):
        for step, wrong in enumerate(hwsim.watch(image, queries, q).wrong):
            assert f"step {step}: {wrong} wrong" in texts(moving)
    assert moving.svg.count('class="frame last"') == 3
    assert moving.svg.count('class="frame"') == int(recalls.steps[:3].sum())
    named = set(re.findall(r"animation:(hwsim-[\d-]+)", moving.svg))
    assert named == set(re.findall(r"@keyframes (hwsim-[\d-]+)", moving.svg))
    assert all(name.endswith(f"-{longest + 4}") for name in named)
    assert "prefers-reduced-motion" in moving.svg


def test_what_cannot_be_drawn_is_told(memory: Memory, image: Image, queries: np.ndarray) -> None:
    recalls = hwsim.recall(image, queries)
    for which in (10, -1, [0, 10]):
        with pytest.raises(hwsim.InputError, match="recalls are numbered from 0 to 9"):
            recalls.plot(which=which)
    with pytest.raises(hwsim.InputError, match=r"which is 1\.5; it must be a whole number, a list"):
        recalls.plot(which=1.5)  # type: ignore[arg-type]
    with pytest.raises(hwsim.InputError, match="must name a recall"):
        recalls.plot(which=[])
    with pytest.raises(hwsim.InputError, match="stored has 1 rows, queries 10"):
        recalls.plot(stored=PATTERNS[:1])
    with pytest.raises(hwsim.InputError, match="72 spins; a state has 36"):
        recalls.plot((8, 9))
    with pytest.raises(hwsim.InputError, match="no recalls to draw"):
        hwsim.recall(image, queries[:0]).plot()
    for first in (-1, 1.5, "all", None, True, [2]):
        for drawn in (image, memory):
            with pytest.raises(hwsim.InputError, match=r"first is .*; it must be a whole n"):
                drawn.plot(first=first)  # type: ignore[arg-type]
    for path in (3, None):
        with pytest.raises(hwsim.InputError, match=r"picture is .*; it must be the path of an"):
            image.plot().save(path)  # type: ignore[arg-type]
    from hwsim.hardware import spec

    bare = spec.recall(image, queries)
    with pytest.raises(hwsim.InputError, match=r"hwsim\.recall keeps them"):
        bare.plot()
    assert bare == recalls
    assert pickle.loads(pickle.dumps(recalls)).plot() == recalls.plot()


def test_a_picture_is_shown_by_notebooks_and_saved(image: Image, tmp_path: Path) -> None:
    picture = image.plot()
    assert picture._repr_svg_() == picture.svg
    assert repr(picture) == f"Picture(alt={picture.alt!r})"
    path = tmp_path / "image.svg"
    picture.save(path)
    image.plot(first=3).save(str(path))  # its own is replaced
    assert path.read_text() == image.plot(first=3).svg
    ElementTree.parse(path)
    path.write_text("<svg/>")
    with pytest.raises(hwsim.InputError, match="not a picture that hwsim drew"):
        picture.save(path)
    picture.save(path, force=True)
    with pytest.raises(hwsim.InputError, match=r"must end in \.svg"):
        picture.save(tmp_path / "image.png")
