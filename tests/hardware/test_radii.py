"""The radius memory's words do not depend on how they are computed."""

from __future__ import annotations

from unittest import mock

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hwsim.config import Parameters
from hwsim.hardware import radii
from hwsim.hardware.image import Image
from tests.images import random_image, ruled_images


@given(ruled_images(rules=False), st.booleans(), st.integers(1, 5), st.integers(1, 5))
def test_blocks_and_kinds_of_number_change_nothing(
    image: Image, beyond: bool, sought: int, others: int
) -> None:
    expected = radii.radii(image, beyond=beyond)
    smaller = {"_SOUGHT": sought, "_PULLS": others * image.parameters.neurons}
    for forced in ({}, {"_SINGLE": 0}, {"_EXACT": 1}, {"_FEW": 1}):
        with mock.patch.multiple(radii, **smaller, **forced):
            assert radii.radii(image, beyond=beyond).tolist() == expected.tolist()


@given(ruled_images(rules=False), st.integers(0, 2**32 - 1))
def test_some_patterns_are_sought_alone(image: Image, seed: int) -> None:
    p = image.parameters
    chosen = np.sort(np.random.default_rng(seed).permutation(p.patterns)[: p.patterns // 2 + 1])
    assert radii.radii(image, chosen=chosen).tolist() == radii.radii(image)[chosen].tolist()


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    image = random_image(Parameters(8, 7), np.random.default_rng(0))
    with mock.patch.object(radii, "_SOUGHT", 3):
        radii.radii(image, progress=lambda done, total: told.append((done, total)))
    assert told == [(3, 7), (6, 7), (7, 7)]
