"""Bugs planted in the models are named at their stage and index; rounding is told from a fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from hwsim.codes import QUANTIZERS, bits_possible
from hwsim.differences.exact import ModelFindings, compare_models
from hwsim.differences.floats import FloatNetwork
from hwsim.errors import InputError
from hwsim.hardware.fast.model import FastModel
from hwsim.hardware.image import Image
from hwsim.hardware.rules import with_rules
from hwsim.hardware.spec import group, kernel, search
from hwsim.reference.memory import Memory
from hwsim.spins import SpinArray
from tests.differences.conftest import Lowered

Plant = Callable[[pytest.MonkeyPatch], None]


def found(image: Image, queries: SpinArray) -> ModelFindings:
    return compare_models(image, queries, FloatNetwork.of_image(image))


@pytest.mark.parametrize(
    "rules", [None, {}, {"dataflow": "row", "coarse_words": 2}, {"coarse_words": 1}]
)
@pytest.mark.parametrize("origin", ["nearest", "absolute"])
def test_sound_models_are_equal(
    rules: dict[str, Any] | None, origin: str, lowered: Lowered, queries: SpinArray
) -> None:
    image = lowered(kernel_origin=origin)
    image = image if rules is None else with_rules(image, **rules)
    assert found(image, queries).faults == []


# The specification ----------------------------------------------------------------------------


def wrong_distance(patch: pytest.MonkeyPatch) -> None:
    """Pattern 4 is a bit farther than it is."""
    right = search.measure

    def measure(slots: Any, pattern: int, first: int, stop: int) -> list[int]:
        return [d + (pattern == 4) for d in right(slots, pattern, first, stop)]

    patch.setattr(search, "measure", measure)


def wrong_kernel_value(patch: pytest.MonkeyPatch) -> None:
    """Pattern 7's kernel value is one too large, in what is accumulated and in the trace."""
    right = kernel.look_up

    def look_up(slot: Any, step: Any, position: int, origin: int) -> Any:
        for m, _ in right(slot, step, position, origin):
            step.kernel[m] += m == 7
            yield m, step.kernel[m]

    patch.setattr(group, "look_up", look_up)


def wrong_sum(patch: pytest.MonkeyPatch) -> None:
    """Neuron 6 has one weight too many."""
    right = group.threshold
    patch.setattr(
        group, "threshold", lambda slot, step, i, counted: right(slot, step, i, counted + (i == 6))
    )


def wrong_tie(patch: pytest.MonkeyPatch) -> None:
    """Neuron 9's next bit is the other one."""
    right = group.threshold

    def threshold(slot: Any, step: Any, i: int, total: int) -> int:
        flips = right(slot, step, i, total)
        if i != 9:
            return flips
        slot.held ^= 1 << (slot.parameters.lanes - 1)  # where it came in
        return 1 - flips

    patch.setattr(group, "threshold", threshold)


# The fast model, which is given another image ---------------------------------------------------


def prepared_from(patch: pytest.MonkeyPatch, change: Callable[[Image], Image]) -> None:
    right = FastModel.__init__

    def init(self: FastModel, image: Image, *others: Any, **named: Any) -> None:
        right(self, change(image), *others, **named)

    patch.setattr(FastModel, "__init__", init)


def wrong_pattern(patch: pytest.MonkeyPatch) -> None:
    """Pattern 5 is stored with another first bit."""

    def change(image: Image) -> Image:
        patterns = image.patterns.copy()
        patterns[5, 0] ^= 1
        return replace(image, patterns=patterns)

    prepared_from(patch, change)


def wrong_table(patch: pytest.MonkeyPatch) -> None:
    """The kernel's values from 5 bits on are halved."""

    def change(image: Image) -> Image:
        lut = image.kernel_lut.copy()
        lut[5:] //= 2
        return replace(image, kernel_lut=lut)

    prepared_from(patch, change)


def wrong_codes(patch: pytest.MonkeyPatch) -> None:
    """Neuron 11 has pattern 3's code inverted."""

    def change(image: Image) -> Image:
        codes = image.codes.copy()
        codes[3, 11] ^= 3
        return replace(image, codes=codes)

    prepared_from(patch, change)


def wrong_offset(patch: pytest.MonkeyPatch) -> None:
    """Neuron 8's offset decides alone."""

    def change(image: Image) -> Image:
        offsets = image.offsets.copy()
        offsets[8] = -128 if offsets[8] >= 0 else 127
        return replace(image, offsets=offsets)

    prepared_from(patch, change)


@pytest.mark.parametrize(
    ("plant", "where"),
    [
        (wrong_distance, {"stage": "DISTANCE", "pattern": 4}),
        (wrong_kernel_value, {"stage": "KERNEL", "pattern": 7}),
        (wrong_sum, {"stage": "ACCUMULATE", "neuron": 6}),
        (wrong_tie, {"stage": "THRESHOLD", "neuron": 9}),
        (wrong_pattern, {"stage": "DISTANCE", "pattern": 5}),
        (wrong_table, {"stage": "KERNEL", "quantity": "kernel value k"}),
        (wrong_codes, {"stage": "ACCUMULATE", "neuron": 11}),
        (wrong_offset, {"stage": "THRESHOLD", "neuron": 8}),
    ],
)
def test_a_bug_is_named_where_it_is(
    plant: Plant, where: dict[str, Any], lowered: Lowered, queries: SpinArray,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    image = lowered()
    plant(monkeypatch)
    faults = found(image, queries).faults
    assert faults
    first = faults[0]
    in_fast = plant in (wrong_pattern, wrong_table, wrong_codes, wrong_offset)
    assert first.between[1] == ("fast model" if in_fast else "specification")
    assert {name: getattr(first, name) for name in where} == where, first
    print(first)


# Rounding -------------------------------------------------------------------------------------


def test_rounding_is_told_with_its_cause_and_margin(
    memory: Memory, lowered: Lowered, queries: SpinArray
) -> None:
    image = lowered(kernel_bits=2, quantizer="minmax", offset_bits=3)
    of_image = found(image, queries).floats
    of_memory = compare_models(image, queries, FloatNetwork.of_memory(memory, image)).floats
    assert {place.rounding for place in of_image} == {"the kernel table"}
    causes = " ".join(place.rounding or "" for place in of_memory)
    assert all(cause in causes for cause in ("quantization", "kernel table", "offsets"))
    for place in (*of_image, *of_memory):
        assert place.rounding is not None
        assert place.margin is not None
        assert 0 < place.margin < 1
        assert np.sign(place.expected or 0) != np.sign(place.found or 0)


def test_a_table_that_is_no_rounding_is_no_rounding(lowered: Lowered, queries: SpinArray) -> None:
    image = lowered()
    table = np.maximum(image.kernel_lut - 100, 0)
    places = found(replace(image, kernel_lut=table), queries).floats
    assert places
    assert all(place.rounding is None for place in places)
    assert "not what the image's gamma rounds to" in str(places[0])


@pytest.mark.parametrize("quantizer", QUANTIZERS)
@pytest.mark.parametrize("bits", [1, 2, 3])
def test_every_quantizer_keeps_the_order_of_weights(
    memory: Memory, lowered: Lowered, quantizer: str, bits: int
) -> None:
    if bits_possible(quantizer, bits):
        image = replace(lowered(bits=bits, quantizer=quantizer), provenance={})  # no design known
        assert FloatNetwork.of_memory(memory, image).foreign == ""


@pytest.mark.parametrize("change", ["negated", "of other patterns"])
def test_weights_that_the_codes_do_not_follow_are_no_rounding(
    memory: Memory, lowered: Lowered, queries: SpinArray, change: str
) -> None:
    alpha = -memory.alpha if change == "negated" else np.roll(memory.alpha, 1, axis=0)
    other, image = Memory(memory.patterns, alpha, memory.gamma), lowered()
    places = compare_models(image, queries, FloatNetwork.of_memory(other, image)).floats
    assert places
    assert all(place.rounding is None for place in places)
    assert "codes are no rounding of these weights: of neuron 0 pattern" in str(places[0])


def test_another_memory_is_refused(memory: Memory, lowered: Lowered) -> None:
    other = Memory(-memory.patterns, memory.alpha, memory.gamma)
    with pytest.raises(InputError, match="the memory stores other patterns than the image; give"):
        FloatNetwork.of_memory(other, lowered())
