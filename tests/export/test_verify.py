"""An image whose rules are not those of its integers: loaded, but not when it is to be verified."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from unittest import mock

import numpy as np
import pytest

import hwsim
from hwsim.audit.check import check
from hwsim.audit.reseal import reseal
from hwsim.errors import HwsimWarning, InputError
from hwsim.export.folder import load_image, write_image
from hwsim.hardware import verify as verifying
from hwsim.hardware.image import Image
from hwsim.reference.data import random_patterns
from hwsim.reference.memory import Memory
from tests.images import same_image


@pytest.fixture
def image() -> Image:
    patterns = random_patterns(32, 40, 0)
    memory = Memory(patterns, 3.0 * patterns + 0.1, 0.3)
    return hwsim.lower(
        memory, bits=1, lanes=8, dataflow="row", stop=True, winner=True, radius=True, coarse_words=2
    )


def test_what_was_lowered_is_verified(image: Image, tmp_path: Path) -> None:
    write_image(tmp_path / "image", image, ["mif", "c"])
    assert not (tmp_path / "image" / "weights.mem").exists()
    assert (tmp_path / "image" / "radius.mif").exists()
    assert same_image(load_image(tmp_path / "image", verify=True), image)
    assert same_image(hwsim.load_image(tmp_path / "image", verify=True), image)
    assert check(tmp_path / "image").sound


def test_wrong_words_are_refused_and_named(image: Image, tmp_path: Path) -> None:
    radius = image.radius.copy()
    radius[[3, 5]] = [0, 1]
    folder = tmp_path / "image"
    write_image(folder, replace(image, radius=radius))
    assert load_image(folder).radius[3] == 0
    message = (
        f"{folder}: radius word 3 is 0; the image's other integers ask for {image.radius[3]}, and "
        "1 more are wrong; export the image again"
    )
    for refuse in (lambda: load_image(folder, verify=True), lambda: reseal(folder)):
        with pytest.raises(InputError) as caught:
            refuse()
        assert str(caught.value) == message
    (found,) = check(folder).differences
    assert str(found) == (
        f"radius.mem: radius word 3 is 0; the image's other integers ask for {image.radius[3]}"
    )


def test_a_wrong_parameter_is_the_manifest_s(image: Image, tmp_path: Path) -> None:
    folder = tmp_path / "image"
    write_image(folder, replace(image, parameters=replace(image.parameters, reach=1)))
    (found,) = check(folder).differences
    assert str(found) == (
        f"manifest.json: reach is 1; the image's other integers ask for {image.parameters.reach}"
    )


def test_a_sample_says_so(image: Image, tmp_path: Path) -> None:
    write_image(tmp_path / "image", image)
    words = "of 40 words of the radius memory a sample of 9 was verified"
    with mock.patch.multiple(verifying, MOST_PATTERNS=39, SAMPLE=9):
        with pytest.warns(HwsimWarning, match=f"image: {words}$"):
            load_image(tmp_path / "image", verify=True)
        assert words in check(tmp_path / "image").notes


def test_progress_is_told(image: Image, tmp_path: Path) -> None:
    write_image(tmp_path / "image", image)
    told: list[tuple[int, int]] = []
    hwsim.load_image(
        tmp_path / "image", verify=True, progress=lambda done, total: told.append((done, total))
    )
    assert told == [(40, 40)]
    assert np.array_equal(load_image(tmp_path / "image").radius, image.radius)
