"""What agreement with the specification means, and images to check it on."""

from __future__ import annotations

import numba
import numpy as np

from hwsim.config import Parameters
from hwsim.hardware import fast, spec
from hwsim.hardware.fast.model import FastModel
from hwsim.hardware.fast.path import paths
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Counts, Recalls
from tests.images import corner_queries, random_queries

COMPILED = not numba.config.DISABLE_JIT


def assert_same(ours: Recalls, theirs: Recalls) -> None:
    for name in ("states", "steps", "converged", "miss", "distance"):
        mine, other = getattr(ours, name), getattr(theirs, name)
        assert mine.dtype == other.dtype, name
        np.testing.assert_array_equal(mine, other, err_msg=name)
    for name in Counts.names():
        np.testing.assert_array_equal(
            getattr(ours.counts, name), getattr(theirs.counts, name), err_msg=name
        )


def all_queries(image: Image, rng: np.random.Generator) -> np.ndarray:
    return np.concatenate([corner_queries(image, rng), random_queries(image.parameters, 3, rng)])


def check_all_methods(image: Image, queries: np.ndarray) -> Recalls:
    """By every path that runs here, and by each of its methods."""
    expected = spec.recall(image, queries)
    assert_same(fast.recall(image, queries), expected)
    for path in paths().values():
        for method in (None, *path.methods):
            model = FastModel(image, method=method, threads=1, path=path.name)
            assert_same(model.recall(queries), expected)
    return expected


def simple_image(
    codes: np.ndarray, patterns: np.ndarray, lut: list[int], **parameters: object
) -> Image:
    """An image of given codes and bits, LUT zero past the given values."""
    count, neurons = patterns.shape
    p = Parameters(neurons, count, lanes=8, **parameters)  # type: ignore[arg-type]
    table = np.zeros(neurons + 1, dtype=np.int64)
    table[: len(lut)] = lut
    return Image(
        p,
        patterns.astype(np.uint8),
        codes.astype(np.uint8),
        table,
        np.zeros(neurons, dtype=np.int64),
        0.1,
    )
