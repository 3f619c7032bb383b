"""The search for the fewest bits, and the traps of the absolute origin."""

from __future__ import annotations

import pytest

from hwsim.compress.advise import Trial, advise, origin_traps
from hwsim.errors import InputError
from hwsim.reference.data import random_patterns
from hwsim.reference.memory import Memory
from hwsim.reference.training import train


@pytest.fixture(scope="module")
def memory() -> Memory:
    return train(random_patterns(60, 120, 0), 0.03, method="converged")


def test_the_chosen_precisions_keep_the_target_and_fewer_do_not(memory: Memory) -> None:
    seen: list[tuple[int, int]] = []
    advice = advise(memory, 0.98, noise=0.1, progress=lambda done, most: seen.append((done, most)))
    chosen = advice.chosen
    assert chosen is not None
    assert chosen.accuracy >= 0.98
    assert advice.float_accuracy >= 0.98
    assert chosen in advice.trials
    assert len(set(advice.trials)) == len(advice.trials) == len(seen)
    assert all(done <= most for done, most in seen)
    for trial in advice.trials:
        smaller = (trial.bits, trial.kernel_bits) < (chosen.bits, chosen.kernel_bits)
        same = (trial.bits, trial.kernel_bits) == (chosen.bits, chosen.kernel_bits)
        if smaller or (same and trial.offset_bits < chosen.offset_bits):
            assert trial.accuracy < 0.98
    assert advice == advise(memory, 0.98, noise=0.1)


def test_an_easy_target_needs_almost_nothing(memory: Memory) -> None:
    assert advise(memory, 0.01).chosen == Trial(1, 1, 0, pytest.approx(0.5, abs=0.5))


def test_kernel_bits_from(memory: Memory) -> None:
    advice = advise(memory, 0.01, least_kernel_bits=5)
    assert advice.chosen is not None
    assert (advice.chosen.bits, advice.chosen.kernel_bits, advice.chosen.offset_bits) == (1, 5, 0)
    with pytest.raises(InputError, match="least_kernel_bits is 17; it must be from 1 to 16"):
        advise(memory, 0.9, least_kernel_bits=17)


def test_one_kernel_bit_is_the_nearest_pattern(memory: Memory) -> None:
    advice = advise(memory, 0.99, noise=0.1)
    assert advice.nearest_accuracy == 1.0
    assert advice.chosen is not None
    assert (advice.chosen.bits, advice.chosen.kernel_bits) == (1, 1)
    assert abs(advice.chosen.accuracy - advice.nearest_accuracy) < 0.01


def test_a_target_out_of_reach(memory: Memory) -> None:
    advice = advise(memory, 1.0, noise=0.5)
    assert advice.chosen is None
    assert [trial.bits for trial in advice.trials] == [1, 2, 3, 4, 5, 6, 7, 8]
    signs = advise(memory, 1.0, noise=0.5, quantizer="neuron-sign-mean")
    assert [trial.bits for trial in signs.trials] == [1]


def test_traps_by_hand() -> None:
    # N = 1000, gamma 0.02, 10 % noise: 1023 * exp(-8) = 0.34 rounds to nothing at 10 bits.
    (trap,) = origin_traps(1000, 0.02, 10, "absolute", 0.1)
    assert (
        "at 10% noise the right pattern's kernel value is 0.34 of 1023 and rounds to noth" in trap
    )
    assert origin_traps(1000, 0.02, 11, "absolute", 0.1) == ()
    assert origin_traps(1000, 0.02, 10, "nearest", 0.1) == ()
    # N = 100: 31 * exp(-4) = 0.57, on the step; at 4 and 6 bits 0.27 and 1.15, off it.
    (trap,) = origin_traps(100, 0.02, 5, "absolute", 0.1)
    assert "typical distances, N / 2, have the kernel value 0.57, on the LUT's step" in trap
    assert origin_traps(100, 0.02, 4, "absolute", 0.1) == ()
    assert origin_traps(100, 0.02, 6, "absolute", 0.1) == ()


def test_traps_reach_the_advice(memory: Memory) -> None:
    advice = advise(memory, 1.0, noise=0.5, kernel_origin="absolute")
    assert advice.traps == origin_traps(60, 0.03, 16, "absolute", 0.5)


@pytest.mark.parametrize("target", [0.0, -1.0, 1.5, float("nan")])
def test_target_out_of_range(memory: Memory, target: float) -> None:
    with pytest.raises(InputError, match="it must be a recall accuracy over 0 and up to 1"):
        advise(memory, target)


def test_complaints(memory: Memory) -> None:
    with pytest.raises(InputError, match="kernel_origin is 'far'"):
        advise(memory, 0.9, kernel_origin="far")
    with pytest.raises(InputError, match="quantizer is 'magic'"):
        advise(memory, 0.9, quantizer="magic")
    with pytest.raises(InputError, match="noise is 2"):
        advise(memory, 0.9, noise=2)
