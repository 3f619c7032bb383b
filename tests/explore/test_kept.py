"""What export says that an image keeps: measured on the exact model, reasons found by mending."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import hwsim
from hwsim.choices import CLOSE, NOISES
from hwsim.cli.streams import LONGEST
from hwsim.compress.lower import lower
from hwsim.compress.offsets import LoweringWarning
from hwsim.design import Design
from hwsim.errors import InputError
from hwsim.explore.choose import choose
from hwsim.explore.kept import measure_kept
from hwsim.explore.samples import DRAWS, QUERIES
from hwsim.measure import recalls
from hwsim.measure.memories import MemoryKey
from hwsim.reference.data import random_patterns
from hwsim.reference.memory import Memory
from hwsim.sklearn import KernelMemory


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
        assert kept.queries == DRAWS * QUERIES


def test_lower_in_python_warns_of_what_export_warns_of(memory: Memory) -> None:
    design = Design(quantizer="minmax", offset_bits=0)
    kept = measure_kept(memory, lower(memory, design), design)
    with pytest.warns(LoweringWarning) as told:
        image = hwsim.lower(memory, design)
    (warning,) = told
    assert warning.filename == __file__  # the caller's line, not hwsim's
    words = str(warning.message)
    assert words.startswith(kept.accuracies.partition(", nearest")[0])
    assert f"{kept.lost:.4f} is lost" in words
    assert hwsim.lower(memory, design, check=False) == image
    with pytest.warns(LoweringWarning, match="is lost"):
        KernelMemory(0.02, quantizer="minmax", offset_bits=0).fit(memory.patterns)


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
    assert kept.words.endswith(
        f"or hwsim export --auto --accuracy {kept.float_network[-1] - CLOSE:.4f} chooses a design "
        "that keeps it"
    )
    assert len(kept.words.splitlines()) == 1
    changes: Any = kept.remedy.changes
    mended = lower(memory, design, **changes)
    again = measure_kept(memory, mended, Design(**{**choices, **changes}))
    assert again.keeps
    assert again.exact == kept.remedy.exact


def test_many_reasons_are_told_whole() -> None:
    """Whatever mends an image, its options stand in the one line of a warning."""
    memory = MemoryKey(64, 300, 0.1, seed=0, data="digits", method="converged").train()
    design = Design(bits=1, quantizer="neuron-sign-median", kernel_bits=4, max_steps=9,
                    kernel_origin="absolute", offset_bits=5, offset_source="quantizer",
                    offset_frac_bits=2)  # fmt: skip
    kept = measure_kept(memory, lower(memory, design), design)
    assert kept.remedy is not None
    why = kept.remedy.why
    assert why.startswith("its 1-bit weights, its 5-bit offsets, ")
    assert why.count(" and ") == 1
    assert kept.remedy.options in kept.words
    assert len(kept.words) < LONGEST


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
        queries, targets = recalls.noisy(memory.patterns, noise, [3, 22, index], kept.queries)
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


def test_the_accuracy_that_is_named_keeps_it_at_every_noise() -> None:
    """Digits lose more at 10 % than at 20: an accuracy to be reached at 20 % alone does not do."""
    memory = MemoryKey(64, 300, 0.1, seed=0, data="digits", method="converged").train()
    design = Design(bits=1, quantizer="minmax", offset_bits=0)
    kept = measure_kept(memory, lower(memory, design), design)
    assert kept.way_out is not None
    assert kept.way_out.refused is None
    accuracy = float(kept.way_out.command.rpartition(" ")[2])
    found = choose(memory, recall_accuracy=accuracy, lanes=32)
    image = recalls.lowered(memory, found.chosen.design)
    again = measure_kept(memory, image, found.chosen.design, asked=accuracy)
    assert again.keeps
    assert again.exact == found.chosen.recall_accuracy
    assert again.words == again.accuracies


def test_a_loss_that_was_asked_for_is_told(memory: Memory) -> None:
    design = Design(bits=1, offset_bits=0)
    image = lower(memory, design)
    kept = measure_kept(memory, image, design, asked=0.85)
    assert kept.remedy is None
    told = f"{kept.lost:.4f} is lost, as --accuracy 0.85 allows: hwsim export --auto --accuracy "
    assert f"{told}0.9970 chooses" in kept.words
    elsewhere = measure_kept(memory, image, replace(design, max_steps=7), noises=[0.05, 0.25])
    assert elsewhere.way_out is not None
    assert elsewhere.way_out.command.endswith(" --noise 0.05,0.25 --max-steps 7")


def test_what_no_design_keeps_is_not_recommended() -> None:
    """Each pattern stored twice, with weights that all but cancel: 8 bits do not hold the rest."""
    patterns = random_patterns(30, 20, 4)
    large = np.random.default_rng(1).normal(size=patterns.shape)
    weights = np.concatenate([large, 0.001 * patterns - large])
    memory = Memory(np.concatenate([patterns, patterns]), weights, gamma=0.05)
    design = Design()
    kept = measure_kept(memory, lower(memory, design), design)
    assert not kept.keeps
    assert kept.way_out is not None
    with pytest.raises(InputError, match="no design reaches") as refused:
        choose(memory, recall_accuracy=float(kept.way_out.command.rpartition(" ")[2]))
    assert kept.remedy is None
    assert kept.words.endswith(f"no single option mends it: {kept.way_out.words}")
    assert kept.way_out.words in str(refused.value)
