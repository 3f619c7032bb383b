"""Validation: what is counted, and that every difference finds its cause."""

from __future__ import annotations

import numpy as np
import pytest

from hwsim.compress.lower import lower_both
from hwsim.design import Design
from hwsim.reference.data import random_patterns
from hwsim.reference.memory import Memory
from hwsim.validation import Parting, validate


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("quantizer", ["minmax", "neuron-minmax", "kmeans", "neuron-kmeans"])
@pytest.mark.parametrize("silent", [slice(3, 4), slice(None)])
@pytest.mark.parametrize("offset_bits", [0, 6])
def test_a_neuron_without_weights_differs_by_its_offset(
    quantizer: str, silent: slice, offset_bits: int
) -> None:
    patterns = random_patterns(20, 12, 0)
    alpha = 3.0 * patterns + 0.1 * np.random.default_rng(0).normal(size=patterns.shape)
    alpha[:, silent] = 0
    memory = Memory(patterns, alpha, 0.05)
    design = Design(quantizer=quantizer, kernel_bits=16, offset_bits=offset_bits)
    quantized, image = lower_both(memory, design)
    validation = validate(memory, quantized, image, [0.0, 0.2])
    assert validation.unexplained == 0
    # Codes have no 0: the engine decides where the float network keeps the spin.
    if silent == slice(None):
        assert all(row.states_unlike_quantized for row in validation.recall)
        assert all(row.parting.offset for row in validation.recall)
        assert not any(row.parting.kernel for row in validation.recall)


def test_the_search_stands_beside_at_each_noise() -> None:
    memory = Memory(random_patterns(20, 12, 0), 3.0 * random_patterns(20, 12, 0), 0.05)
    quantized, image = lower_both(memory, Design(lanes=8))
    validation = validate(memory, quantized, image, [0.2, 0.0])
    for row in validation.recall:
        assert (row.beside.engine.accuracy, row.beside.search.accuracy) == (row.exact, row.nearest)
        assert row.to_dict()["beside"]["words"] == row.beside.sentence()
    assert validation.recall[1].nearest == 1.0
    assert validation.noisiest is validation.recall[0]
    assert f"at 20% noise, {validation.recall[0].beside.sentence()}" in repr(validation)
    assert "recall, 0% noise" in repr(validation)


def test_a_parting_in_words() -> None:
    assert Parting(200, 0, 8803, 1, 0).told(298) == (
        "200 of 298 recalls leave the quantized network's path, first by 8,804 bits: 8,803 because "
        "offsets are rounded or left out, 1 because of both together, none unexplained"
    )
    assert Parting(1, 1, 0, 0, 0).told(2) == (
        "1 of 2 recalls leave the quantized network's path, first by 1 bit: 1 because the kernel "
        "is rounded, none unexplained"
    )
    assert Parting(1, 0, 0, 0, 3).told(2).endswith("by 3 bits: 3 of them unexplained")
