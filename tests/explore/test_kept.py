"""What export says that an image keeps: measured on the exact model, reasons found by mending."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import hwsim
from hwsim.choices import CLOSE
from hwsim.compress.lower import lower
from hwsim.design import Design
from hwsim.explore.kept import NOISES, measure_kept
from hwsim.measure import recalls
from hwsim.reference.data import random_patterns
from hwsim.reference.memory import Memory


@pytest.fixture(scope="module")
def memory() -> Memory:
    return hwsim.train(random_patterns(100, 200, 1), gamma=0.02)


def test_the_default_keeps(memory: Memory) -> None:
    for bits in (1, 2, 4):
        design = Design(bits=bits)
        kept = measure_kept(memory, lower(memory, design), design)
        assert kept.keeps
        assert kept.remedy is None
        assert "lost" not in kept.words
        assert kept.queries == 200


@pytest.mark.parametrize(
    ("choices", "words", "options"),
    [
        ({"quantizer": "minmax", "offset_bits": 0}, "want of offsets", "--offset-bits 8"),
        ({"offset_frac_bits": 0}, "0 bits of an offset's fraction", "--offset-frac-bits "),
        (
            {"offset_source": "quantizer"},
            "its 8-bit offsets",
            "--offset-bits 8 --offset-source learned",
        ),
    ],
)
def test_the_reason_is_what_mends(
    memory: Memory, choices: dict[str, Any], words: str, options: str
) -> None:
    design = Design(**choices)
    kept = measure_kept(memory, lower(memory, design), design)
    assert not kept.keeps
    assert kept.remedy is not None
    assert kept.remedy.options.startswith(options)
    assert f"is lost by {words}" in kept.words or words in kept.words
    assert f"--auto --accuracy {kept.float_network[-1] - CLOSE:.4f}" in kept.words
    assert len(kept.words.splitlines()) == 1
    changes: Any = kept.remedy.changes
    mended = lower(memory, design, **changes)
    again = measure_kept(memory, mended, Design(**{**choices, **changes}))
    assert again.keeps
    assert again.exact == kept.remedy.exact


def test_more_bits_than_the_study_needs_are_tried() -> None:
    """Weights of kernel ridge regression, some patterns stored twice: 4 bits do not do."""
    patterns = random_patterns(64, 80, 1)
    distances = (64 - patterns.astype(int) @ patterns.T) // 2
    weights = np.linalg.solve(np.exp(-0.04 * distances) + 0.05 * np.eye(80), patterns)
    twice = [np.concatenate([array, array[:3]]) for array in (patterns, weights)]
    memory = Memory(*twice, gamma=0.02)
    design = Design(bits=2)
    kept = measure_kept(memory, lower(memory, design), design)
    assert not kept.keeps
    assert kept.remedy is not None
    assert kept.remedy.options == "--bits 6"
    mended = Design(bits=6)
    assert measure_kept(memory, lower(memory, mended), mended).keeps


def test_by_hand(memory: Memory) -> None:
    design = Design(bits=1, offset_bits=0, engines=2, lanes=32)
    image = lower(memory, design)
    kept = measure_kept(memory, image, design, seed=3)
    for index, noise in enumerate(NOISES):
        queries, targets = recalls.noisy(memory.patterns, noise, [3, 22, index], 200)
        states = hwsim.recall(image, queries).states
        assert kept.exact[index] == np.mean(states == targets)
        assert kept.float_network[index] == recalls.float_accuracy(memory, queries, targets)
    assert kept.to_dict()["lost"] == max(np.subtract(kept.float_network, kept.exact))


@pytest.mark.parametrize("quantizer", ["sign-zero", "neuron-sign-median", "kmeans"])
def test_every_design_is_answered(quantizer: str) -> None:
    """Where weights are too coarse for the memory: whatever is named does mend it."""
    memory = hwsim.train(random_patterns(24, 60, 2), gamma=0.03, method="converged")
    design = Design(bits=1, quantizer=quantizer, offset_bits=2)
    kept = measure_kept(memory, lower(memory, design), design)
    assert kept.keeps or kept.remedy is not None or "no single option" in kept.words
    if kept.remedy is not None:
        changes: Any = kept.remedy.changes
        assert measure_kept(memory, lower(memory, design, **changes), design).keeps
