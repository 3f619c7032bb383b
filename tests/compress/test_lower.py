"""Kernel LUT, offsets, pruning and the image: worked numbers, invariants, complaints."""

from __future__ import annotations

import dataclasses
import math
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hwsim.compress.kernel_lut import kernel_lut
from hwsim.compress.lower import lower, lower_weights, quantized_weights
from hwsim.compress.offsets import (
    LoweringWarning,
    calibration_states,
    integer_offsets,
    learn_offsets,
    offset_ratios,
)
from hwsim.compress.prune import magnitude_prune, random_prune
from hwsim.compress.quantize import quantize
from hwsim.compress.weights import QuantizedWeights
from hwsim.config import Parameters
from hwsim.design import PLAIN, QUANTIZERS, Design
from hwsim.errors import InputError
from hwsim.hardware import spec
from hwsim.reference.data import random_patterns
from hwsim.reference.memory import Memory
from hwsim.reference.recall import field, recall, update


def random_memory(neurons: int = 12, patterns: int = 20, seed: int = 0) -> Memory:
    rng = np.random.default_rng(seed)
    spins = random_patterns(neurons, patterns, seed)
    alpha = 3 * spins + rng.normal(size=spins.shape) + 0.3 * rng.normal(size=neurons)
    return Memory(spins, alpha, 0.05)


def quantized_of(scale: list[float], mid: list[float], bits: int = 1) -> QuantizedWeights:
    neurons = len(scale)
    return QuantizedWeights(
        codes=np.ones((2, neurons), np.uint8),
        plane_weights=tuple(2**p for p in range(bits)),
        scale=np.array(scale, dtype=float),
        mid=np.array(mid, dtype=float),
    )


def test_kernel_lut_by_hand() -> None:
    # exp(-4 * 0.02 * x) * 15 + 1/2: 15.5, 14.35, 13.28, 12.30, 11.39, 10.55
    assert kernel_lut(5, 0.02, 4).tolist() == [15, 14, 13, 12, 11, 10]
    assert kernel_lut(3, 0.25, 1).tolist() == [1, 0, 0, 0]
    assert kernel_lut(2, math.log(2) / 4, 1).tolist() == [1, 1, 0]  # exactly 1/2 rounds up
    assert kernel_lut(1, 1.0, 16).tolist() == [65535, 1200]


@given(neurons=st.integers(1, 300), gamma=st.floats(1e-6, 100), kernel_bits=st.integers(1, 16))
def test_kernel_lut_never_rises(neurons: int, gamma: float, kernel_bits: int) -> None:
    lut = kernel_lut(neurons, gamma, kernel_bits)
    assert lut.shape == (neurons + 1,)
    assert lut.dtype == np.int64
    assert lut[0] == 2**kernel_bits - 1
    assert (np.diff(lut) <= 0).all()
    assert lut[-1] >= 0
    x = neurons // 2
    assert lut[x] == math.floor(math.exp(-4 * gamma * x) * (2**kernel_bits - 1) + 0.5)


def test_integer_offsets_by_hand() -> None:
    quantized = quantized_of([2.0, 1.0, 4.0], [1.0, -0.75, 0.3])  # ratios 0.5, -0.75, 0.075
    z, frac_bits = integer_offsets(quantized, 4)  # F = 3: 4, -6, 0.6; F = 4 would make -12
    assert (z.tolist(), frac_bits) == ([4, -6, 1], 3)
    z, frac_bits = integer_offsets(quantized, 4, 2)
    assert (z.tolist(), frac_bits) == ([2, -3, 0], 2)
    z, frac_bits = integer_offsets(quantized, 16)  # F = 15: 16384, -24576, 2457.6
    assert (z.tolist(), frac_bits) == ([16384, -24576, 2458], 15)
    assert integer_offsets(quantized, 0)[0].tolist() == [0, 0, 0]
    assert integer_offsets(quantized, 0, 5)[1] == 0
    none, frac_bits = integer_offsets(quantized_of([1.0], [0.0]), 8)
    assert (none.tolist(), frac_bits) == ([0], 0)


def test_offsets_that_do_not_fit_are_told() -> None:
    quantized = quantized_of([1.0, 1.0], [2.0, 0.5])
    with pytest.warns(LoweringWarning, match=r"1 of 2 offsets do not fit 2 bits with 0 of frac"):
        z, frac_bits = integer_offsets(quantized, 2)
    assert (z.tolist(), frac_bits) == ([1, 0], 0)
    with pytest.warns(LoweringWarning, match="2 of 2 offsets do not fit 4 bits with 6"):
        assert integer_offsets(quantized, 4, 6)[0].tolist() == [7, 7]


def test_an_offset_beyond_all_planes_decides_alone_and_is_bounded() -> None:
    quantized = quantized_of([1e-9, 0.0, 0.0, 1.0], [5.0, -1.0, 0.0, 1.5], bits=2)
    assert offset_ratios(quantized).tolist() == [4.0, -4.0, 0.0, 1.5]  # sum(C) + 1 = 4


@given(
    ratios=st.lists(st.floats(-3.9, 3.9), min_size=1, max_size=6), offset_bits=st.integers(4, 16)
)
def test_offsets_are_as_fine_as_they_fit(ratios: list[float], offset_bits: int) -> None:
    quantized = quantized_of([1.0] * len(ratios), ratios, bits=2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        z, frac_bits = integer_offsets(quantized, offset_bits)
    low, high = -(2 ** (offset_bits - 1)), 2 ** (offset_bits - 1) - 1
    assert z.min() >= low
    assert z.max() <= high
    assert np.abs(z / 2**frac_bits - np.array(ratios)).max() <= 0.5 / 2**frac_bits
    if any(ratios) and frac_bits < 16:
        finer = np.rint(np.array(ratios) * 2 ** (frac_bits + 1))
        assert finer.min() < low or finer.max() > high


@pytest.mark.parametrize(
    ("offset_bits", "frac_bits", "message"),
    [
        (17, None, "offset_bits is 17; it must be from 0 to 16"),
        (-1, None, "offset_bits is -1"),
        (4, 17, "offset_frac_bits is 17; it must be from 0 to 16"),
    ],
)
def test_offset_complaints(offset_bits: int, frac_bits: int | None, message: str) -> None:
    with pytest.raises(InputError, match=message):
        integer_offsets(quantized_of([1.0], [1.0]), offset_bits, frac_bits)


def test_calibration_states() -> None:
    memory = random_memory(neurons=10, patterns=1500)
    states = calibration_states(memory, 0)
    assert states.shape == (2048, 10)
    assert np.array_equal(states, calibration_states(memory, 0))
    assert ((states[:1024] != states[1024:]).sum(axis=1) == 2).all()
    assert calibration_states(random_memory(), 0).shape == (40, 12)


def test_learning_finds_an_offset_that_explains_everything() -> None:
    memory = random_memory()
    codes = quantize(memory.alpha, 2)
    mid = np.linspace(-1, 1, 12)
    exact = Memory(memory.patterns, 0.7 * codes.integers() + mid, memory.gamma)
    learned = learn_offsets(exact, codes)
    assert np.allclose(learned.scale, 0.7, rtol=1e-9)
    assert np.allclose(learned.mid, mid, atol=1e-9)
    assert np.array_equal(learned.codes, codes.codes)


@pytest.mark.parametrize("quantizer", QUANTIZERS)
def test_learned_offsets_bring_fields_nearer(quantizer: str) -> None:
    memory = random_memory(seed=3)
    given = quantize(memory.alpha, 1, quantizer)
    learned = learn_offsets(memory, given)
    states = calibration_states(memory, 0)

    def distance(quantized: QuantizedWeights) -> np.ndarray:
        apart = field(
            memory, states, alpha=quantized.dequantized() - memory.alpha, origin="nearest"
        )
        return np.asarray(np.sum(apart**2, axis=0))

    assert (distance(learned) <= distance(given) * (1 + 1e-9)).all()
    assert (learned.scale > 0).all()


def test_a_neuron_of_one_code_keeps_its_quantizers_offset() -> None:
    memory = Memory(np.ones((3, 2), np.int8), np.array([[2.0, 1], [2, -1], [2, 3]]), 0.1)
    given = quantize(memory.alpha, 1, "neuron-sign-zero")
    learned = learn_offsets(memory, given)
    assert (learned.scale[0], learned.mid[0]) == (given.scale[0], given.mid[0])


def test_codes_against_their_own_memory_keep_their_quantizers_offset() -> None:
    memory = random_memory()
    given = quantize(-memory.alpha, 2)  # the best scale would be negative: all signs turned over
    learned = learn_offsets(memory, given)
    assert np.array_equal(learned.scale, given.scale)
    assert np.array_equal(learned.mid, given.mid)


@given(
    neurons=st.integers(1, 10),
    patterns=st.integers(1, 12),
    bits=st.integers(1, 3),
    quantizer=st.sampled_from(QUANTIZERS),
    offset_bits=st.sampled_from((0, 3, 8)),
    kernel_origin=st.sampled_from(("nearest", "absolute")),
    seed=st.integers(0, 1000),
)
@settings(max_examples=40)
@pytest.mark.filterwarnings("ignore::hwsim.compress.offsets.LoweringWarning")
def test_the_image_is_the_integer_network(
    neurons: int,
    patterns: int,
    bits: int,
    quantizer: str,
    offset_bits: int,
    kernel_origin: str,
    seed: int,
) -> None:
    """One step of the specification equals the contract's formula on the weights lowered."""
    if "sign-" in quantizer:
        bits = 1
    memory = random_memory(neurons, patterns, seed)
    arguments = {"bits": bits, "quantizer": quantizer, "offset_bits": offset_bits}
    image = lower(memory, **arguments, kernel_origin=kernel_origin, lanes=8, max_steps=1)  # type: ignore[arg-type]
    quantized = quantized_weights(memory, Design(**arguments))  # type: ignore[arg-type]
    assert np.array_equal(image.codes, quantized.codes)
    assert np.array_equal(image.patterns, memory.patterns > 0)
    assert image.gamma == memory.gamma
    queries = random_patterns(neurons, 5, seed + 1)
    p = image.parameters
    v, z = quantized.integers(), image.offsets
    for query, state in zip(queries, spec.recall(image, queries).states, strict=True):
        d = [(query != pattern).sum() for pattern in memory.patterns]
        k = kernel_lut(neurons, memory.gamma, 8)[np.array(d) - (min(d) if p.nearest else 0)]
        f = (k @ v) * 2**p.offset_frac_bits + z * k.sum()
        assert state.tolist() == np.where(f > 0, 1, np.where(f < 0, -1, query)).tolist()


def test_a_fine_image_recalls_what_the_float_network_does() -> None:
    memory = random_memory(40, 60, 5)
    queries = random_patterns(40, 30, 6)
    design = Design(bits=8, kernel_bits=16, offset_bits=16, offset_source="quantizer")
    image = lower(memory, design)
    alpha = quantized_weights(memory, design).dequantized()
    wanted = recall(memory, queries, alpha=alpha)
    found = spec.recall(image, queries)
    assert np.mean(found.states == wanted.states) > 0.999
    one = dataclasses.replace(image.parameters, max_steps=1)
    stepped = spec.recall(dataclasses.replace(image, parameters=one), queries).states
    apart = stepped != update(memory, queries, alpha=alpha)
    # Where they differ the float field is as near to 0 as the kernel's rounding.
    fields = field(memory, queries, alpha=alpha, origin="nearest")
    assert np.abs(fields[apart]).max(initial=0) < 60 * 0.5 / 65535 * np.abs(alpha).max()


def test_every_parameter_arrives() -> None:
    image = lower(
        random_memory(),
        bits=2,
        quantizer="kmeans",
        plane_weights=(2, 3),
        kernel_bits=5,
        lanes=16,
        offset_bits=6,
        offset_frac_bits=1,
        kernel_origin="absolute",
        max_steps=7,
        **PLAIN,
    )
    assert image.parameters == Parameters(12, 20, 2, (2, 3), 5, 16, 6, 1, 7, "absolute")


def test_without_offset_bits_the_mid_is_dropped() -> None:
    memory = Memory(np.ones((2, 1), np.int8), np.array([[1.0], [4.0]]), 0.1)
    bare = Design(quantizer="minmax", offset_bits=0)
    assert lower(memory, bare).offsets.tolist() == [0]
    assert lower(memory, bare).parameters.offset_frac_bits == 0
    assert quantized_weights(memory, bare).mid.tolist() == [2.5]
    own = lower(memory, bare, offset_bits=8, offset_source="quantizer")  # 5, bounded by 4
    assert own.offsets[0] / 2**own.parameters.offset_frac_bits == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"bits": 0}, "bits is 0; it must be a whole number from 1 to 8"),
        ({"bits": 9}, "bits is 9; it must be a whole number from 1 to 8"),
        ({"kernel_bits": 17}, "kernel_bits is 17"),
        ({"lanes": 12}, "lanes is 12"),
        ({"offset_bits": 17}, "offset_bits is 17"),
        ({"offset_frac_bits": 17, "offset_bits": 4}, "offset_frac_bits is 17"),
        ({"kernel_origin": "far"}, "kernel_origin is 'far'"),
        ({"max_steps": 0}, "max_steps is 0"),
        ({"quantizer": "magic"}, "quantizer is 'magic'"),
        ({"offset_source": "stars", "offset_bits": 4}, "offset_source is 'stars'"),
    ],
)
def test_complaints(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        lower(random_memory(), **arguments)
    assert str(caught.value).startswith(message)


def test_weights_of_another_memory() -> None:
    quantized = quantize(np.ones((2, 3)), 1)
    with pytest.raises(InputError, match=r"codes have shape \(2, 3\), alpha \(20, 12\)"):
        lower_weights(random_memory(), quantized, Design())


def test_pruning_by_hand() -> None:
    alpha = np.array([[0.1, -2.0], [3.0, -0.5]], dtype=np.float32)
    assert magnitude_prune(alpha, 0).tolist() == alpha.tolist()
    halved = magnitude_prune(alpha, 0.5)
    assert halved.tolist() == [[0, -2.0], [3.0, 0]]
    assert halved.dtype == np.float32
    assert magnitude_prune(alpha, 1).tolist() == [[0, 0], [3.0, 0]]


@given(sparsity=st.floats(0, 1), seed=st.integers(0, 100))
def test_pruning_fractions(sparsity: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    alpha = rng.normal(size=(10, 7))
    at_random = random_prune(alpha, sparsity, rng)
    assert np.count_nonzero(at_random == 0) == round(sparsity * 70)
    assert np.array_equal(at_random[at_random != 0], alpha[at_random != 0])
    small = magnitude_prune(alpha, sparsity)
    assert abs(np.count_nonzero(small == 0) - sparsity * 70) <= 1
    assert np.abs(alpha[small == 0]).max(initial=0) <= np.abs(small[small != 0]).min()


@pytest.mark.parametrize("sparsity", [-0.1, 1.5, float("nan")])
def test_sparsity_out_of_range(sparsity: float) -> None:
    with pytest.raises(InputError, match="it must be a fraction from 0 to 1"):
        magnitude_prune(np.ones((2, 2)), sparsity)
    with pytest.raises(InputError, match="it must be a fraction from 0 to 1"):
        random_prune(np.ones((2, 2)), sparsity, np.random.default_rng(0))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("quantizer", ["minmax", "neuron-minmax", "kmeans", "neuron-kmeans", "mse"])
@pytest.mark.parametrize(("gamma", "size"), [(1e300, 1e100), (1e-300, 1e-300), (0.1, 1e100)])
def test_extreme_but_legal_numbers_lower_silently(
    quantizer: str, gamma: float, size: float
) -> None:
    rng = np.random.default_rng(0)
    patterns = rng.choice(np.array([-1, 1], dtype=np.int8), (12, 20))
    alpha = size * rng.uniform(0.5, 1, (12, 20)) * patterns
    alpha[:, 3] *= 1e-6
    image = lower(Memory(patterns, alpha, gamma), quantizer=quantizer, offset_bits=8)
    assert image.kernel_lut[0] == 255
