"""Codes and offsets of a large memory: made block by block, the same ones, in less memory."""

from __future__ import annotations

import numpy as np
import pytest

from hwsim.compress import weights
from hwsim.compress.offsets import integer_offsets, learn_offsets
from hwsim.compress.quantize import quantize
from hwsim.design import QUANTIZERS
from hwsim.reference import kernel
from hwsim.reference.kernel import hamming_distances
from tests.compress.test_lower import random_memory
from tests.peak import peak_bytes


@pytest.mark.parametrize("quantizer", QUANTIZERS)
def test_the_same_codes_in_blocks(quantizer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    alpha = random_memory(neurons=23, patterns=40).alpha
    whole = quantize(alpha, 1, quantizer)
    monkeypatch.setattr(weights, "AT_ONCE", 160)  # four neurons, the last block three
    parts = quantize(alpha, 1, quantizer)
    assert parts.plane_weights == whole.plane_weights
    for name in ("codes", "scale", "mid"):
        np.testing.assert_array_equal(getattr(parts, name), getattr(whole, name))


def test_the_same_offsets_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = random_memory(neurons=23, patterns=40)
    codes = quantize(memory.alpha, 2, "neuron-mse")
    whole = learn_offsets(memory, codes)
    monkeypatch.setattr(weights, "AT_ONCE", 160)
    parts = learn_offsets(memory, codes)
    np.testing.assert_allclose(parts.scale, whole.scale, rtol=1e-12)
    np.testing.assert_allclose(parts.mid, whole.mid, atol=1e-12)
    np.testing.assert_array_equal(integer_offsets(parts, 8)[0], integer_offsets(whole, 8)[0])


def test_the_same_distances_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    states, patterns = random_memory(seed=1).patterns[:7], random_memory().patterns
    apart = (states[:, np.newaxis] != patterns).sum(axis=2)
    monkeypatch.setattr(kernel, "_AT_ONCE", 40)
    np.testing.assert_array_equal(hamming_distances(states, patterns), apart)


def test_no_more_doubles_than_blocks_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = random_memory(neurons=300, patterns=2000)
    monkeypatch.setattr(weights, "AT_ONCE", 2**15)
    monkeypatch.setattr(kernel, "_AT_ONCE", 2**15)
    codes = quantize(memory.alpha, 2, "neuron-mse")
    doubles = 8 * memory.alpha.size
    assert peak_bytes(lambda: quantize(memory.alpha, 2, "neuron-mse")) < doubles / 2
    fields = 3 * 8 * 2 * 1024 * memory.neurons  # of the calibration states, float and integer
    assert peak_bytes(lambda: learn_offsets(memory, codes)) < fields + doubles / 2
