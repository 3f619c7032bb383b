"""The image's own checks: shapes, ranges, a LUT that never rises."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from hwsim.config import Parameters
from hwsim.errors import InputError
from hwsim.hardware.assembly import image_of_rows
from hwsim.hardware.image import Image
from tests.images import random_image, same_image, small_images

PARAMETERS = Parameters(neurons=5, patterns=4, weight_bits=2, kernel_bits=4, lanes=8, offset_bits=3)


def image() -> Image:
    return random_image(PARAMETERS, np.random.default_rng(0))


def refused(base: Image, **changes: Any) -> str:
    with pytest.raises(InputError) as caught:
        dataclasses.replace(base, **changes)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "shape"),
    [("patterns", (4, 5)), ("codes", (4, 5)), ("kernel_lut", (6,)), ("offsets", (5,))],
)
def test_shapes(name: str, shape: tuple[int, ...]) -> None:
    good = getattr(image(), name)
    assert good.shape == shape
    for wrong in (good[:-1], np.concatenate([good, good[:1]]), good[None]):
        assert refused(image(), **{name: wrong}) == (
            f"{name} has shape {wrong.shape}; the parameters ask for {shape}"
        )


@pytest.mark.parametrize(
    ("name", "index", "value", "message"),
    [
        ("patterns", (1, 3), 2, "patterns[1, 3] is 2; it must be from 0 to 1"),
        ("codes", (3, 0), 4, "codes[3, 0] is 4; it must be from 0 to 3"),
        ("kernel_lut", (0,), 16, "kernel_lut[0] is 16; it must be from 0 to 15"),
        ("kernel_lut", (5,), -1, "kernel_lut[5] is -1; it must be from 0 to 15"),
        ("offsets", (2,), 4, "offsets[2] is 4; it must be from -4 to 3"),
        ("offsets", (4,), -5, "offsets[4] is -5; it must be from -4 to 3"),
    ],
)
def test_ranges(name: str, index: tuple[int, ...], value: int, message: str) -> None:
    values = getattr(image(), name).copy()
    values[index] = value
    assert refused(image(), **{name: values}) == message


def test_without_offset_bits_every_offset_is_zero() -> None:
    parameters = dataclasses.replace(PARAMETERS, offset_bits=0)
    plain = dataclasses.replace(image(), parameters=parameters, offsets=np.zeros(5, dtype=np.int64))
    assert "offsets" not in plain.memory_rows()
    assert refused(plain, offsets=np.array([0, 0, 1, 0, 0])) == ("offsets[2] is 1; it must be 0")


def test_one_offset_bit_is_0_or_minus_1() -> None:
    parameters = dataclasses.replace(PARAMETERS, offset_bits=1)
    offsets = np.array([0, -1, 0, -1, 0])
    single = dataclasses.replace(image(), parameters=parameters, offsets=offsets)
    assert single.memory_rows()["offsets"].tolist() == [[0], [1], [0], [1], [0]]
    assert "it must be from -1 to 0" in refused(single, offsets=np.ones(5, dtype=np.int64))


def test_a_kernel_that_rises() -> None:
    assert refused(image(), kernel_lut=np.array([15, 9, 9, 3, 4, 0])) == (
        "kernel_lut[4] is 4, more than kernel_lut[3], 3; a kernel value never grows with distance"
    )


@pytest.mark.parametrize("name", ["patterns", "codes", "kernel_lut", "offsets"])
def test_only_integers(name: str) -> None:
    values = getattr(image(), name).astype(np.float64)
    assert refused(image(), **{name: values}) == (
        f"{name} has dtype float64; an image holds integers"
    )


def test_other_integer_types_become_the_image_s_own() -> None:
    base = image()
    converted = dataclasses.replace(
        base,
        patterns=base.patterns.astype(np.int64),
        codes=np.asfortranarray(base.codes.astype(np.int16)),
        kernel_lut=base.kernel_lut.astype(np.uint8),  # np.diff of which would wrap
        offsets=base.offsets.astype(np.int8),
    )
    assert same_image(converted, base)
    for name in ("patterns", "codes", "kernel_lut", "offsets"):
        assert getattr(converted, name).dtype == getattr(base, name).dtype
        assert getattr(converted, name).flags.c_contiguous


@given(small_images())
def test_memory_rows_hold_the_whole_image(image: Image) -> None:
    rows = image.memory_rows()
    assert same_image(image_of_rows(image.parameters, rows, image.gamma), image)
