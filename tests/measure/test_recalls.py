"""Recalls measured, against the specification."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hwsim.design import Design
from hwsim.hardware import spec
from hwsim.measure import recalls
from hwsim.measure.memories import MemoryKey
from hwsim.reference.memory import Memory


@pytest.fixture(scope="module")
def memory() -> Memory:
    return MemoryKey(24, 40, 0.06, seed=3).train()


def test_exact_numbers_are_the_specifications(memory: Memory) -> None:
    queries, targets = recalls.noisy(memory.patterns, 0.2, [5], 10)
    lowerer = recalls.Lowerer(memory)
    choices: tuple[dict[str, Any], ...] = (
        {"quantizer": "minmax", "bits": 2},
        {"quantizer": "minmax", "bits": 2, "offset_bits": 6, "offset_source": "quantizer"},
        {"quantizer": "minmax", "bits": 2, "offset_bits": 6},
        {"quantizer": "sign-zero", "bits": 1},
        {"quantizer": "neuron-mse", "bits": 3, "kernel_origin": "absolute", "kernel_bits": 5},
    )
    for choice in choices:
        image = recalls.lowered(memory, Design(**choice))
        slow = spec.recall(image, queries)
        assert recalls.exact_accuracy(image, queries, targets) == (slow.states == targets).mean()
        again = lowerer.image(Design(**choice))
        assert again.parameters == image.parameters
        np.testing.assert_array_equal(again.codes, image.codes)
        np.testing.assert_array_equal(again.offsets, image.offsets)
    once = spec.recall(recalls.one_step(image), queries)
    assert once.steps.tolist() == [1] * len(queries)
    assert not once.converged.all()


def test_noisy_takes_each_pattern_once_before_any_again(memory: Memory) -> None:
    queries, targets = recalls.noisy(memory.patterns, 0.25, [1, 2], 40)
    assert sorted(map(bytes, targets)) == sorted(map(bytes, memory.patterns))
    assert ((queries != targets).sum(axis=1) == 6).all()
    assert len(recalls.noisy(memory.patterns, 0.25, [1, 2], 100)[0]) == 100
    np.testing.assert_array_equal(recalls.noisy(memory.patterns, 0.25, [1, 2], 40)[0], queries)
