"""Training on for codes: what comes out is found again by the quantizer, and recalls better."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hwsim
from hwsim.compress.lower import lower_both
from hwsim.compress.quantize import quantize
from hwsim.compress.tune import quantizer_of, tune
from hwsim.design import PLAIN, Design
from hwsim.errors import InputError
from hwsim.measure.memories import MemoryKey
from hwsim.reference.data import random_patterns
from hwsim.reference.memory import Memory
from hwsim.reference.queries import noisy_queries

DIGITS = MemoryKey(64, 192, 0.05, seed=0, data="digits", method="converged")


def random_memory(seed: int, neurons: int, patterns: int) -> Memory:
    rng = np.random.default_rng(seed)
    alpha = rng.standard_normal((patterns, neurons)) * rng.uniform(0.1, 10, neurons)
    return Memory(random_patterns(neurons, patterns, seed), alpha, 0.1)


@settings(max_examples=30)
@given(
    seed=st.integers(0, 2**32 - 1),
    neurons=st.integers(1, 12),
    patterns=st.integers(1, 40),
    bits=st.integers(1, 4),
    steps=st.integers(1, 25),
)
def test_the_quantizer_finds_every_level_again(
    seed: int, neurons: int, patterns: int, bits: int, steps: int
) -> None:
    tuned = tune(random_memory(seed, neurons, patterns), bits, steps=steps, seed=seed % 97)
    found = quantize(tuned.alpha, bits, quantizer_of(bits))
    for column, codes in zip(tuned.alpha.T, found.codes.T, strict=True):
        levels = np.unique(column)
        assert len(levels) <= 2**bits
        # the same order, and equal weights have equal codes
        assert [len(np.unique(codes[column == level])) for level in levels] == [1] * len(levels)
        ordered = [int(codes[column == level][0]) for level in levels]
        assert ordered == sorted(ordered)
        if len(levels) > 1:
            assert len(set(ordered)) == len(levels)
    if bits > 1:
        np.testing.assert_allclose(found.dequantized(), tuned.alpha, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("bits", [1, 2])
def test_the_image_computes_the_fields_that_were_trained(bits: int) -> None:
    """Learned offsets are those of training: scale * v + mid is alpha itself, but for 1 bit."""
    tuned = tune(DIGITS.train(), bits, steps=60)
    design = Design(bits=bits, quantizer=quantizer_of(bits), offset_bits=8, **PLAIN)
    quantized, image = lower_both(tuned, design)
    varied = tuned.alpha.std(axis=0) > 0
    np.testing.assert_allclose(
        quantized.dequantized()[:, varied], tuned.alpha[:, varied], rtol=1e-6, atol=1e-6
    )
    assert image.parameters.weight_bits == bits


def accuracy(memory: Memory, image: hwsim.Image, noise: float) -> float:
    queries, chosen = noisy_queries(memory.patterns, 400, noise, 3, order="repeated")
    return float((hwsim.recall(image, queries).states == memory.patterns[chosen]).mean())


def test_at_one_bit_digits_are_recalled_better_than_by_any_rounding() -> None:
    memory = DIGITS.train()
    tuned = tune(memory, 1)
    after = [
        hwsim.lower(memory, bits=1, quantizer=name, offset_bits=8, check=False)
        for name in ("sign-zero", "neuron-sign-mean", "neuron-sign-median")
    ]
    ours = hwsim.lower(tuned, bits=1, quantizer=quantizer_of(1), offset_bits=8, check=False)
    for noise in (0.0, 0.1, 0.2):
        best = max(accuracy(memory, image, noise) for image in after)
        assert accuracy(memory, ours, noise) > best + 0.005


def test_the_same_seed_gives_the_same_memory_and_another_another() -> None:
    memory = random_memory(1, 10, 30)
    first, again, other = (tune(memory, 2, steps=30, seed=seed) for seed in (4, 4, 5))
    assert (first.alpha == again.alpha).all()
    assert (first.alpha != other.alpha).any()
    assert first.patterns is memory.patterns
    assert first.gamma == memory.gamma


def test_a_neuron_s_scale_changes_nothing() -> None:
    memory = random_memory(2, 6, 25)
    scales = 2.0 ** np.arange(-3, 3)
    first = tune(memory, 2, steps=20).alpha * scales
    second = tune(replace(memory, alpha=memory.alpha * scales), 2, steps=20).alpha
    assert (first == second).all()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"bits": 0}, "bits is 0"),
        ({"bits": 9}, "bits is 9"),
        ({"noise": 0.5}, "noise is 0.5; from half of the spins on a state says nothing of its"),
        ({"noise": -0.1}, "noise is -0.1; it must be"),
        ({"steps": 0}, "steps is 0; it must be"),
        ({"learning_rate": 0.0}, "learning_rate is 0.0; it must be positive"),
        ({"seed": -1}, "seed is -1; it must be"),
    ],
)
def test_what_cannot_be_is_told(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError) as told:
        hwsim.tune(**{"memory": random_memory(0, 4, 6), "bits": 2, **wrong})
    assert str(told.value).startswith(words)


def test_a_neuron_without_weights_is_told() -> None:
    memory = random_memory(0, 4, 6)
    memory.alpha[:, 2] = 0
    with pytest.raises(InputError, match="all weights of neuron 2 are 0"):
        tune(memory, 2)
