"""Small images that between them show nearly every mistake in an engine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from hwsim.config import Parameters
from hwsim.export.folder import write_image
from hwsim.golden import make_vectors
from hwsim.hardware.image import Image
from hwsim.hardware.rules import with_rules
from tests.images import corner_queries, near_queries, random_image, random_queries


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


@dataclass(frozen=True)
class Rules:
    """Which rules an image has, and the counts of `Counts` that show that they act."""

    acts: tuple[str, ...]
    origin: str = "nearest"
    stop: bool = False
    winner: bool = False
    radius: bool = False
    coarse_words: int = 0
    max_steps: int = 4
    any_limits: bool = False  # not those that follow from the image: more states on their edges


_SEARCH: Final = ("shortlist_batches", "sweeps", "sweep_completions")
RULES: Final = {
    "no rule": Rules(("accumulating_steps", "groups_skipped")),
    "stop": Rules(("probes",), stop=True),
    "winner": Rules(("copies", "accumulating_steps"), winner=True),
    "abandon": Rules(_SEARCH, coarse_words=2),
    "radius": Rules(("copies",), stop=True, radius=True),
    "all": Rules(("copies", *_SEARCH), stop=True, winner=True, radius=True, coarse_words=2),
    "all, whole scan": Rules(("sweeps",), stop=True, winner=True, radius=True, coarse_words=6),
    "all, one step": Rules(
        ("copies", *_SEARCH), stop=True, winner=True, radius=True, coarse_words=2, max_steps=1
    ),
    "all, absolute": Rules(
        _SEARCH, origin="absolute", stop=True, winner=True, radius=True, coarse_words=1
    ),
    "any limits": Rules(("copies", *_SEARCH), coarse_words=3, any_limits=True),
    "any limits, absolute": Rules(
        ("copies", *_SEARCH), origin="absolute", coarse_words=4, any_limits=True
    ),
}


def ruled_image(name: str, dataflow: str) -> Image:
    """A small memory with a duplicate, and rules of `RULES`.

    Its codes share one plane with the patterns; 6 words a pattern, the last with one neuron.
    """
    chosen = RULES[name]
    rng = np.random.default_rng(12)
    nearest = chosen.origin == "nearest"
    parameters = Parameters(
        41, 45, 2, (3, 5), 6, 8, 5, 1, max_steps=chosen.max_steps, kernel_origin=chosen.origin
    )  # fmt: skip
    image = random_image(parameters, rng)
    patterns = image.patterns
    patterns[30] = patterns[3]
    codes = patterns << 1 | rng.integers(0, 2, patterns.shape).astype(np.uint8)
    lut = np.floor(63 * np.exp(-0.4 * np.arange(42)) + 0.5).astype(np.int64)
    image = replace(
        image, patterns=patterns, codes=codes, kernel_lut=lut, offsets=image.offsets // 8
    )
    image = with_rules(
        image,
        dataflow=dataflow,
        stop=chosen.stop,
        winner=chosen.winner,
        radius=chosen.radius,
        coarse_words=chosen.coarse_words,
    )
    if chosen.any_limits:
        most = 12 if nearest else 1
        changed = replace(
            image.parameters,
            radius_bits=most.bit_length(),
            winner_limit=70 if nearest else 63,
        )
        words = rng.integers(0, most + 1, image.parameters.patterns)
        image = replace(image, parameters=changed, radius=words)
    return image


def ruled_queries(image: Image) -> npt.NDArray[np.int8]:
    """Corners, and stored patterns with few and with many bits flipped."""
    rng = np.random.default_rng(7)
    return np.concatenate([corner_queries(image, rng), near_queries(image, 18, rng)])
