"""With rules and in either dataflow, the fast model is the specification, count for count.

HWSIM_RULED_IMAGES asks for so many random images instead of a sample: `make rules`.
"""

from __future__ import annotations

import os

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hwsim.hardware.image import Image
from tests.hardware.fast.agreement import COMPILED, all_queries, check_all_methods
from tests.images import near_queries, ruled_images

EXAMPLES = int(os.environ.get("HWSIM_RULED_IMAGES", "300" if COMPILED else "60"))


def some_queries(image: Image, rng: np.random.Generator) -> np.ndarray:
    return np.concatenate([all_queries(image, rng), near_queries(image, 6, rng)])


@settings(max_examples=EXAMPLES)
@given(ruled_images(), st.integers(0, 2**32 - 1))
def test_rules_are_the_specification_s(image: Image, seed: int) -> None:
    check_all_methods(image, some_queries(image, np.random.default_rng(seed)))


@settings(max_examples=25 if COMPILED else 4)
@given(ruled_images(max_neurons=150, max_patterns=150), st.integers(0, 2**32 - 1))
def test_rules_are_the_specification_s_past_a_word(image: Image, seed: int) -> None:
    check_all_methods(image, some_queries(image, np.random.default_rng(seed)))
