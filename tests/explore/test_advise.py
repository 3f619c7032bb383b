"""Advice: the goal is kept, nothing smaller keeps it, and the traps are named."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from hwsim.compress.kernel_lut import kernel_lut
from hwsim.design import Design
from hwsim.errors import InputError
from hwsim.explore.advise import _least_kernel_bits, advise, origin_warnings
from hwsim.explore.samples import Samples
from hwsim.measure import recalls
from hwsim.measure.memories import MemoryKey
from hwsim.reference.kernel import gaussian_table
from hwsim.reference.memory import Memory


@pytest.fixture(scope="module")
def memory() -> Memory:
    return MemoryKey(60, 180, 0.03, seed=1).train()  # needs several kernel and offset bits


def test_the_choice_keeps_the_goal_and_less_does_not(memory: Memory) -> None:
    advice = advise(memory, accuracy_loss=0.01)
    choice = advice.choice
    assert choice is not None
    assert advice.noise == (0.1, 0.2)
    assert advice.goal == tuple(whole - 0.01 for whole in advice.float_recall_accuracy)
    samples = Samples.of(memory)  # those of the line of hwsim export
    assert samples.float_network == advice.float_recall_accuracy
    allowed = (0.01, 0.01)

    def keeps(design: Design) -> bool:
        return samples.keeps(samples.right(recalls.lowered(memory, design)), allowed)

    right = samples.right(recalls.lowered(memory, choice.design))
    assert samples.accuracies(right) == choice.recall_accuracy
    assert keeps(choice.design)
    assert choice.offset_bits > 0
    assert choice.kernel_bits > 1
    for smaller in (
        {"offset_bits": choice.offset_bits - 1},
        {"offset_bits": 16, "kernel_bits": choice.kernel_bits - 1},
    ):
        assert not keeps(replace(choice.design, **smaller))
    assert not any(keeps(tried.design) for tried in advice.tried if tried.bits < choice.bits)
    assert advice.to_dict()["choice"]["bits"] == choice.bits


def test_what_holds_at_one_noise_alone_is_no_advice(memory: Memory) -> None:
    both = advise(memory, accuracy_loss=0.01)
    assert both.choice is not None
    for noise in (0.1, 0.2):
        alone = advise(memory, accuracy_loss=0.01, noise=[noise])
        assert alone.choice is not None
        assert alone.choice.bits <= both.choice.bits
    assert both.choice.design != advise(memory, accuracy_loss=0.01, noise=[0.1]).choice.design


def test_an_unreachable_goal_gives_the_closest(memory: Memory) -> None:
    advice = advise(
        memory, recall_accuracy=1.0, noise=[0.45], queries=40, quantizers=["sign-zero", "minmax"]
    )
    assert advice.choice is None
    assert advice.closest.recall_accuracy == max(t.recall_accuracy for t in advice.tried)
    assert advice.closest.recall_accuracy < (1,)


def test_traps_of_the_absolute_origin() -> None:
    (nothing,) = origin_warnings(gaussian_table(1000, 0.02), 8, "absolute", 0.1)
    assert nothing.startswith("kernels round to nothing")
    assert "11 kernel bits would do" in nothing
    (step,) = origin_warnings(gaussian_table(200, 0.02), 10, "absolute", 0.1)
    assert "rounding step" in step
    assert "0.34" in step
    assert origin_warnings(gaussian_table(200, 0.02), 8, "absolute", 0.1) == ()
    assert origin_warnings(gaussian_table(1000, 0.02), 8, "nearest", 0.1) == ()


@pytest.mark.parametrize("gamma", [0.001, 0.02, 0.1])
@pytest.mark.parametrize("distance", [0, 1, 7, 50])
def test_least_kernel_bits_is_the_least(gamma: float, distance: int) -> None:
    bits = _least_kernel_bits(gaussian_table(100, gamma), distance)
    if bits is None:
        assert kernel_lut(100, gamma, 16)[distance] == 0
        return
    assert math.exp(-4 * gamma * distance) * (2**bits - 1) >= 0.5
    assert kernel_lut(100, gamma, bits)[distance] > 0
    if bits > 1:
        assert kernel_lut(100, gamma, bits - 1)[distance] == 0


def test_numbers_out_of_range_are_named(memory: Memory) -> None:
    with pytest.raises(InputError, match="accuracy_loss is 2"):
        advise(memory, accuracy_loss=2)
    with pytest.raises(InputError, match="recall_accuracy is -1"):
        advise(memory, recall_accuracy=-1)
    with pytest.raises(InputError, match="queries is 0"):
        advise(memory, queries=0)
    with pytest.raises(InputError, match="quantizers is empty"):
        advise(memory, quantizers=[])
    with pytest.raises(InputError, match="kernel_origin"):
        advise(memory, kernel_origin="far")
