"""No float decides a bit: the arithmetic is exact up to its last integer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hwsim.config import Parameters
from hwsim.hardware.fast import plan as plans
from hwsim.hardware.fast.path import Path
from hwsim.hardware.image import Image
from tests.hardware.fast.agreement import (
    all_queries,
    check_all_methods,
)


@given(
    st.integers(1, 2**20),
    st.integers(1, 16),
    st.lists(st.integers(1, 255), min_size=1, max_size=8),
    st.sampled_from((0, 1, 16)),
    st.sampled_from((0, 1, 16)),
    st.sampled_from((255 * 127, 2**14 - 1)),
)
@settings(max_examples=500)
def test_the_plan_never_leaves_the_exact_range(
    patterns: int,
    kernel_bits: int,
    plane_weights: list[int],
    offset_bits: int,
    frac_bits: int,
    most_product: int,
) -> None:
    p = Parameters(
        1, patterns, len(plane_weights), tuple(plane_weights), kernel_bits,
        offset_bits=offset_bits, offset_frac_bits=frac_bits,
    )  # fmt: skip
    plan = plans.make_plan(p, path=Path("any", ("dot",), most_product))
    largest = patterns * (2**kernel_bits - 1) * sum(plane_weights)
    assert largest <= 2 ** (np.finfo(plan.matrix).nmant + 1)
    assert max(2 * largest, p.largest_field) <= np.iinfo(plan.accumulator).max
    assert patterns * 255 < 2**32  # a sum of bytes of kernel values fits anywhere
    codes = np.arange(2 ** len(plane_weights), dtype=np.uint8).reshape(-1, 1)
    whole = np.zeros(codes.shape, dtype=np.int64)
    for part in plan.slices:
        cut = plans.slice_codes(part, codes)
        assert cut.min() >= 0
        assert cut.max() == sum(part.plane_weights) <= 127
        assert int(cut.max()) * min(255, p.kernel_max) <= most_product
        whole += part.scale * cut.astype(np.int64)
    np.testing.assert_array_equal(whole, plans.whole_codes(p, codes))
    assert whole.max() == sum(plane_weights)
    assert sorted(plane for part in plan.slices for plane in part.planes) == list(
        range(len(plane_weights))
    )


def test_codes_are_cut_as_seldom_as_a_path_lets_them() -> None:
    p = Parameters(1, 1, 8, kernel_bits=8)
    for most_product, expected in (
        (255 * 127, [((1, 2, 4, 8, 16, 32, 64), 1), ((1,), 128)]),
        (2**14 - 1, [((1, 2, 4, 8, 16, 32), 1), ((1, 2), 64)]),
    ):
        plan = plans.make_plan(p, path=Path("any", ("dot",), most_product))
        assert [(part.plane_weights, part.scale) for part in plan.slices] == expected


@pytest.mark.parametrize(
    ("patterns", "weight_bits", "kernel_bits"),
    [
        (85, 2, 16),  # 85 * 65535 * 3 = 2**24 - 65,791: float32
        (86, 2, 16),  # past 2**24: float64
        (128, 1, 16),
        (514, 7, 8),  # 514 * 255 * 127 = 2**24 - 131,326
        (600, 8, 16),  # past int32
    ],
)
def test_all_values_at_their_largest(patterns: int, weight_bits: int, kernel_bits: int) -> None:
    rng = np.random.default_rng(patterns)
    neurons = 9
    p = Parameters(
        neurons, patterns, weight_bits, None, kernel_bits, lanes=8, max_steps=2,
        offset_bits=16, offset_frac_bits=16,
    )  # fmt: skip
    top = 2**weight_bits - 1
    codes = np.full((patterns, neurons), top)
    codes[: patterns // 2, 1] = 0  # nearly cancels: the last unit decides
    codes[: (patterns + 1) // 2, 2] = 0
    codes[:, 3] = 0
    codes[:, 4] = np.where(np.arange(patterns) % 2, 0, top)
    offsets = np.array([-(2**15), 2**15 - 1, -(2**15), 2**15 - 1, 0, 0, 1, -1, 0])
    image = Image(
        p,
        rng.integers(0, 2, (patterns, neurons)).astype(np.uint8),
        codes.astype(np.uint8),
        np.full(neurons + 1, p.kernel_max),
        offsets,
        0.0,
    )
    check_all_methods(image, all_queries(image, rng))
    almost = image.kernel_lut.copy()
    almost[4:] -= 1
    check_all_methods(replace(image, kernel_lut=almost), all_queries(image, rng))


def test_float32_is_used_up_to_its_last_integer_only() -> None:
    assert plans.make_plan(Parameters(1, 85, 2, None, 16)).matrix is np.float32
    assert plans.make_plan(Parameters(1, 86, 2, None, 16)).matrix is np.float64
