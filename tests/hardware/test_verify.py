"""What follows from an image's integers is found wrong, named, and passed when right."""

from __future__ import annotations

from dataclasses import replace
from unittest import mock

import numpy as np
import pytest
from hypothesis import given

from hwsim.config import Parameters
from hwsim.hardware import verify as verifying
from hwsim.hardware.image import Image
from hwsim.hardware.rules import with_rules
from hwsim.hardware.verify import Wrong, sampled, verify
from tests.images import ruled_images


@pytest.fixture(scope="module")
def ruled() -> Image:
    """An image on which every rule acts."""
    rng = np.random.default_rng(3)
    p = Parameters(96, 60, 1, None, 8, 8, max_steps=20)
    patterns = rng.integers(0, 2, (60, 96)).astype(np.uint8)
    lut = np.floor(np.exp(-0.2 * np.arange(97)) * 255 + 0.5).astype(np.int64)
    plain = Image(p, patterns, patterns, lut, np.zeros(96, dtype=np.int64), 0.05)
    return with_rules(plain, dataflow="row", coarse_words=2)


@given(ruled_images())
def test_what_the_rules_derive_is_right(image: Image) -> None:
    assert verify(image) == []


@pytest.mark.parametrize(
    ("name", "found"),
    [("winner_limit", 1), ("reach", 3), ("radius_bits", 7), ("shared_planes", ())],
)
def test_a_wrong_parameter_is_named(ruled: Image, name: str, found: object) -> None:
    wrong = replace(ruled, parameters=replace(ruled.parameters, **{name: found}))
    expected = getattr(ruled.parameters, name)
    assert verify(wrong) == [Wrong(name, None, found, expected)]
    assert str(verify(wrong)[0]) == (
        f"{name} is {found}; the image's other integers ask for {expected}"
    )


def test_every_wrong_word_is_named(ruled: Image) -> None:
    radius = ruled.radius.copy()
    radius[[4, 59]] += 1
    first, second = verify(replace(ruled, radius=radius))
    assert (first.name, first.word, first.found) == ("radius", 4, radius[4])
    assert second == Wrong("radius", 59, int(radius[59]), int(ruled.radius[59]))
    assert str(second).startswith(f"radius word 59 is {radius[59]}; the image's other integers ask")


def test_rules_that_are_off_are_not_missed(ruled: Image) -> None:
    off = replace(ruled.parameters, winner_limit=0, coarse_words=0, reach=0)
    assert verify(replace(ruled, parameters=off)) == []


def test_of_many_patterns_a_sample_is_verified(ruled: Image) -> None:
    assert not sampled(ruled.parameters)
    radius = np.where(ruled.radius == 0, 1, 0)
    with mock.patch.multiple(verifying, MOST_PATTERNS=59, SAMPLE=7):
        assert sampled(ruled.parameters) == (
            "of 60 words of the radius memory a sample of 7 was verified"
        )
        assert verify(ruled) == []
        assert len(verify(replace(ruled, radius=radius))) == 7
