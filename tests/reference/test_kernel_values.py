"""Memories with a kernel of their own: what is taken, what is refused, and what they recall."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwsim.compress.kernel_lut import kernel_lut, rounded_kernel
from hwsim.compress.lower import lower, lower_both
from hwsim.design import Design
from hwsim.errors import HwsimWarning, InputError
from hwsim.hardware import fast, spec
from hwsim.reference.memory import Memory, load_memory, save_memory
from hwsim.reference.recall import field, recall, update
from hwsim.validation import validate

RNG = np.random.default_rng(11)
PATTERNS = RNG.choice(np.array([-1, 1], dtype=np.int8), (12, 30))
ALPHA = RNG.normal(size=(12, 30)) + 2 * PATTERNS
FALLING = 1 / (1 + np.arange(31))


def changed(index: int, value: float) -> npt.NDArray[np.float64]:
    values = FALLING.copy()
    values[index] = value
    return values


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (FALLING[:-1], "kernel_values has shape (30,); patterns have 30 neurons, so (31,)"),
        (FALLING[:13], "are patterns and alpha transposed? They must be (P, N)"),
        (FALLING[np.newaxis], "kernel_values has shape (1, 31)"),
        (FALLING.astype(str), "kernel_values has dtype <U"),
        (FALLING + 1j, "kernel_values has dtype complex128; it must be real numbers"),
        (changed(3, np.nan), "kernel_values[3] is nan; every value must be finite"),
        (changed(30, -1e-9), "kernel_values[30] is -1e-09; none may be negative"),
        (changed(5, 0.5), "kernel_values[5] is 0.5, above kernel_values[4], 0.2; they must fall"),
        (np.zeros(31), "kernel_values[0] is 0.0; it must be positive"),
        (FALLING * 1e101, "kernel_values[0] is 1e+101; it must be positive, from 1e-100 to 1e+100"),
        (FALLING * 1e-101, "kernel_values[0] is 1e-101; it must be positive, from 1e-100"),
        (FALLING * 1e-310, "kernel_values[0] is 1e-310; it must be positive, from 1e-100"),
        ((1 - np.arange(31) / 15) ** 2, "above kernel_values[15], 0.0; they must fall"),  # a square
    ],
)
def test_a_kernel_that_is_none(values: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        Memory(PATTERNS, ALPHA, kernel_values=values)
    np.savez(tmp_path / "m.npz", patterns=PATTERNS, alpha=ALPHA, kernel_values=values)
    with pytest.raises(InputError, match=re.escape(message)) as refused:
        load_memory(tmp_path / "m.npz")
    assert "m.npz" in str(refused.value)


def test_one_of_gamma_and_kernel_values() -> None:
    with pytest.raises(InputError, match="gamma and kernel_values both say"):
        Memory(PATTERNS, ALPHA, 0.1, kernel_values=FALLING)
    with pytest.raises(InputError, match="gamma is None"):
        Memory(PATTERNS, ALPHA)


def test_saving_and_loading_keeps_the_values(tmp_path: Path) -> None:
    memory = Memory(PATTERNS, ALPHA, kernel_values=FALLING.astype(np.float32))
    save_memory(tmp_path / "m.npz", memory)
    loaded = load_memory(tmp_path / "m.npz")
    assert loaded == memory
    assert loaded.gamma is None
    assert loaded != Memory(PATTERNS, ALPHA, 0.1)
    assert "its own values" in repr(loaded)


def test_a_gamma_beside_them_is_left_aside_and_told(tmp_path: Path) -> None:
    np.savez(tmp_path / "m.npz", patterns=PATTERNS, alpha=ALPHA, kernel_values=FALLING, gamma=0.1)
    with pytest.warns(HwsimWarning, match="gamma is left aside: kernel_values say"):
        loaded = load_memory(tmp_path / "m.npz")
    assert loaded == Memory(PATTERNS, ALPHA, kernel_values=FALLING)


def test_fields_are_the_sums_that_the_values_say() -> None:
    memory = Memory(PATTERNS, ALPHA, kernel_values=FALLING)
    states = RNG.choice(np.array([-1, 1], dtype=np.int8), (5, 30))
    wanted = np.zeros((5, 30))
    for q, state in enumerate(states):
        for pattern, weights in zip(PATTERNS, ALPHA, strict=True):
            wanted[q] += weights * FALLING[np.count_nonzero(state != pattern)]
    assert np.allclose(field(memory, states), wanted, rtol=1e-13)
    assert np.array_equal(update(memory, states), np.where(wanted > 0, 1, -1))
    with pytest.raises(InputError, match="exact for exponentials alone"):
        field(memory, states, origin="nearest")


def test_gaussian_values_recall_as_gamma_does() -> None:
    states = RNG.choice(np.array([-1, 1], dtype=np.int8), (20, 30))
    own = Memory(PATTERNS, ALPHA, kernel_values=7 * np.exp(-4 * 0.02 * np.arange(31)))
    assert np.array_equal(
        recall(own, states).states, recall(Memory(PATTERNS, ALPHA, 0.02), states).states
    )


@given(gamma=st.floats(1e-6, 2), neurons=st.integers(1, 60), kernel_bits=st.integers(1, 16))
def test_the_table_is_the_gaussian_ones_where_the_values_are(
    gamma: float, neurons: int, kernel_bits: int
) -> None:
    values = np.exp(-4.0 * gamma * np.arange(neurons + 1))
    table = rounded_kernel(values, kernel_bits)
    assert np.array_equal(table, kernel_lut(neurons, gamma, kernel_bits))
    assert np.array_equal(table, rounded_kernel(0.25 * values, kernel_bits))  # exact in floats


def test_the_table_by_hand() -> None:
    assert rounded_kernel(np.array([4.0, 4.0, 3.0, 2.0, 0.4, 0.0]), 2).tolist() == [
        3,
        3,
        2,
        2,
        0,
        0,
    ]


def test_the_origin_follows_the_kernel() -> None:
    own, gaussian = Memory(PATTERNS, ALPHA, kernel_values=FALLING), Memory(PATTERNS, ALPHA, 0.1)
    assert lower(gaussian).parameters.kernel_origin == "nearest"
    image = lower(own)
    assert image.parameters.kernel_origin == "absolute"
    assert image.gamma is None
    assert image.provenance["design"]["kernel_origin"] == "absolute"
    with pytest.raises(InputError, match="leave it out"):
        lower(own, kernel_origin="nearest")


@st.composite
def own_memories(draw: st.DrawFn) -> Memory:
    """A small memory whose kernel falls in any way: in steps, to 0, not at all."""
    neurons, stored = draw(st.integers(1, 30)), draw(st.integers(1, 20))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    patterns = rng.choice(np.array([-1, 1], dtype=np.int8), (stored, neurons))
    values = np.sort(rng.random(neurons + 1) ** draw(st.sampled_from([0.0, 1.0, 8.0])))[::-1]
    values[int(rng.integers(1, neurons + 2)) :] = 0
    alpha = patterns * rng.normal(3, draw(st.sampled_from([0.3, 3.0])), patterns.shape)
    return Memory(patterns, alpha, kernel_values=values.copy())


@given(
    memory=own_memories(),
    dataflow=st.sampled_from(["group", "row"]),
    bits=st.integers(1, 4),
    offset_bits=st.sampled_from([0, 6]),
    kernel_bits=st.integers(1, 12),
)
def test_every_rule_keeps_what_the_specification_recalls(
    memory: Memory, dataflow: str, bits: int, offset_bits: int, kernel_bits: int
) -> None:
    ruled = Design(
        bits=bits, lanes=8, dataflow=dataflow, offset_bits=offset_bits, kernel_bits=kernel_bits
    )
    image = lower(memory, ruled)
    plain = lower(memory, ruled, stop=False, winner=False, radius=False, coarse_words=0)
    queries = np.vstack([memory.patterns, -memory.patterns])
    recalled = fast.recall(image, queries)
    assert np.array_equal(recalled.states, fast.recall(plain, queries).states)
    assert np.array_equal(recalled.states[:4], spec.recall(image, queries[:4]).states)


@given(memory=own_memories(), bits=st.integers(2, 8))
def test_rounding_explains_all_that_the_exact_model_does_otherwise(
    memory: Memory, bits: int
) -> None:
    quantized, image = lower_both(memory, Design(bits=bits, lanes=8, offset_bits=8))
    assert validate(memory, quantized, image, [0.1]).unexplained == 0
