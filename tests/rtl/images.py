"""Two small images that between them show nearly every mistake in an engine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from hwsim.config import Parameters
from hwsim.export.folder import write_image
from hwsim.golden import make_vectors
from tests.images import corner_queries, random_image, random_queries


def two_origins(folder: Path) -> dict[str, Path]:
    """Folders by kernel origin, each with `image` and its golden `vectors`.

    `absolute` ties; `nearest` wanders, skips groups and has a partly filled word. Both have
    offsets and unequal plane weights.
    """
    rng = np.random.default_rng(2024)
    for origin, lanes in (("nearest", 8), ("absolute", 16)):
        parameters = Parameters(
            21, 45, 2, (3, 2), 3, lanes, 3, 1, max_steps=6, kernel_origin=origin
        )
        image = random_image(parameters, rng)
        # Zeros early: half of the groups are skipped; equal values tie.
        lut = np.where(np.arange(22) < (3 if origin == "nearest" else 7), 7, 0)
        lut[1:] //= 3
        lut[5:] //= 2
        offsets = np.where(rng.random(21) < 0.5, 0, image.offsets)
        image = replace(image, kernel_lut=lut.astype(np.int64), offsets=offsets)
        write_image(folder / origin / "image", image)
        queries = [corner_queries(image, rng), random_queries(parameters, 18, rng)]
        make_vectors(
            folder / origin / "image", np.concatenate(queries), folder / origin / "vectors"
        )
    return {origin: folder / origin for origin in ("nearest", "absolute")}
