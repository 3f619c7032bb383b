"""With rules and in either dataflow, the fast model is the specification, count for count.

HWSIM_RULED_IMAGES asks for so many random images instead of a sample: `make rules`.
"""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hwsim.config import DATAFLOWS, KERNEL_ORIGINS, Parameters
from hwsim.hardware import fast, spec
from hwsim.hardware.fast import model as model_module
from hwsim.hardware.fast.memory import new_buffers
from hwsim.hardware.fast.model import FastModel
from hwsim.hardware.image import Image
from hwsim.hardware.rules import with_rules
from tests.hardware.fast.agreement import COMPILED, all_queries, assert_same, check_all_methods
from tests.images import near_queries, random_queries, remembering_image, ruled_images

EXAMPLES = int(os.environ.get("HWSIM_RULED_IMAGES", "300" if COMPILED else "40"))


def some_queries(image: Image, rng: np.random.Generator) -> np.ndarray:
    return np.concatenate([all_queries(image, rng), near_queries(image, 6, rng)])


def remembered(parameters: Parameters, seed: int, gamma: float = 0.02) -> Image:
    """As training makes them, with every rule: signs shared, radii wide, nothing random in them."""
    image = remembering_image(parameters, np.random.default_rng(seed))
    p, bits = parameters, image.patterns
    lut = np.floor(np.exp(-4 * gamma * np.arange(p.neurons + 1)) * p.kernel_max + 0.5)
    low = np.random.default_rng(seed).integers(0, 2 ** (p.weight_bits - 1), bits.shape)
    codes = (bits.astype(np.int64) << (p.weight_bits - 1) | low).astype(np.uint8)
    none = np.zeros_like(image.offsets)
    plain = replace(image, codes=codes, kernel_lut=lut.astype(np.int64), offsets=none)
    return with_rules(plain, coarse_words=1)


@settings(max_examples=EXAMPLES)
@given(ruled_images(), st.integers(0, 2**32 - 1))
def test_rules_are_the_specification_s(image: Image, seed: int) -> None:
    check_all_methods(image, some_queries(image, np.random.default_rng(seed)))


@settings(max_examples=25 if COMPILED else 4)
@given(ruled_images(max_neurons=150, max_patterns=150), st.integers(0, 2**32 - 1))
def test_rules_are_the_specification_s_past_a_word(image: Image, seed: int) -> None:
    check_all_methods(image, some_queries(image, np.random.default_rng(seed)))


@pytest.mark.skipif(not COMPILED, reason="too slow without the compiler")
@pytest.mark.parametrize("origin", KERNEL_ORIGINS)
def test_a_memory_with_rules(origin: str) -> None:
    """In both dataflows, whole and coarse first: radius, winner, shortlists and sweeps all act."""
    rng = np.random.default_rng(8)
    image = remembered(Parameters(200, 300, max_steps=12, kernel_origin=origin), 8)
    queries = near_queries(image, 16, rng)
    acted = set()
    for dataflow in DATAFLOWS:
        planes = (1,) if dataflow == "row" else ()
        for words in (0, 1, 3, 4):
            chosen = replace(
                image.parameters,
                dataflow=dataflow,
                shared_planes=planes,
                coarse_words=words,
                reach=image.parameters.reach if words else 0,
            )
            recalls = check_all_methods(replace(image, parameters=chosen), queries)
            counts = recalls.counts
            acted |= {name for name in counts.names() if getattr(counts, name).any()}
    wanted = {"probes", "shortlist_batches", "sweep_completions", "candidate_writes"}
    assert wanted <= acted


def test_blocks_threads_and_progress_with_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_module, "_ROUND", 1)
    monkeypatch.setattr(model_module, "_WORTH_A_THREAD", 1)
    rng = np.random.default_rng(3)
    image = remembered(Parameters(30, 40, lanes=8, max_steps=5), 3, 0.1)
    queries = np.concatenate(
        [near_queries(image, 80, rng), random_queries(image.parameters, 21, rng)]
    )
    expected = spec.recall(image, queries)
    for threads in (1, 3):
        model = FastModel(image, threads=threads)
        model.block = 8
        calls: list[tuple[int, int]] = []
        assert_same(model.recall(queries, lambda *call, into=calls: into.append(call)), expected)
        assert calls[-1] == (101, 101)
        assert_same(model.recall(queries), expected)  # buffers used before
    assert_same(fast.recall(image, queries[:0]), spec.recall(image, queries[:0]))


@pytest.mark.parametrize("dataflow", DATAFLOWS)
def test_memory_with_rules_stays_within_what_is_stated(dataflow: str) -> None:
    p = Parameters(130, 70, 3, (1, 200, 9), 4, lanes=8)
    image = with_rules(remembered(p, 1), dataflow=dataflow, coarse_words=5)
    model = FastModel(image)
    assert model.rules is not None
    stated = fast.memory_bytes(image.parameters, threads=1)
    arrays = [each for each in (*model.image, *model.rules) if isinstance(each, np.ndarray)]
    arrays += [model.loop._matrix] if hasattr(model.loop, "_matrix") else []
    assert sum(array.nbytes for array in arrays) <= stated["image"]
    buffers = new_buffers(image.parameters, model.plan, model.block)
    assert sum(array.nbytes for array in buffers) <= stated["blocks"]
