"""Images too large for tiles of bytes, of packed planes or folded tiles: small ones made so."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings

from hwsim.config import Parameters
from hwsim.hardware.fast import memory_bytes, plan
from hwsim.hardware.fast.memory import new_buffers
from hwsim.hardware.fast.model import FastModel
from hwsim.hardware.fast.path import chosen_path, paths
from hwsim.hardware.image import Image
from tests.hardware.fast.agreement import all_queries, check_all_methods
from tests.images import random_image, ruled_images, small_images

pytestmark = pytest.mark.skipif(not chosen_path().packs, reason="there is no C here")


@pytest.fixture(autouse=True, params=["planes", "folded"])
def kept(request: pytest.FixtureRequest) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "planes":
            patch.setattr(plan, "MOST_BYTES", 0)
        else:
            patch.setattr(plan, "TILE_REGISTERS", tuple(paths()))
            patch.setattr(plan, "FOLDED_BYTES", 0)
        yield request.param


@pytest.mark.parametrize(
    "parameters",
    [
        Parameters(200, 60),  # several tiles, the last ones narrow
        Parameters(40, 1100, 2),  # several spans of patterns
        Parameters(100, 70, 8, None, 16),  # slices and kernel bytes
        Parameters(130, 71, 3, (1, 200, 9), 4, lanes=8),  # codes that are not whole
        Parameters(70, 9, 2, (127, 128), 16, lanes=8),
        Parameters(1, 1),
        Parameters(64, 5, 1),
    ],
)
def test_it_answers_as_the_specification(parameters: Parameters, kept: str) -> None:
    rng = np.random.default_rng(5)
    image = random_image(parameters, rng)
    assert FastModel(image).image.codes.size == 0 or kept == "folded"
    check_all_methods(image, all_queries(image, rng)[-8:])


@settings(max_examples=20)
@given(small_images())
def test_random_images(image: Image) -> None:
    check_all_methods(image, all_queries(image, np.random.default_rng(0)))


@settings(max_examples=30)
@given(ruled_images())
def test_random_images_with_rules(image: Image) -> None:
    check_all_methods(image, all_queries(image, np.random.default_rng(0)))


def test_memory_stays_within_what_is_stated() -> None:
    p = Parameters(130, 70, 3, (1, 200, 9), 4, lanes=8)
    model = FastModel(random_image(p, np.random.default_rng(8)))
    stated = memory_bytes(p, threads=1)
    planes = model.image.planes
    arrays = [each for each in model.image if isinstance(each, np.ndarray)]
    assert sum(array.nbytes for array in arrays if array is not planes) <= stated["image"]
    buffers = new_buffers(p, model.plan, model.block)
    assert sum(array.nbytes for array in buffers) <= stated["blocks"]
