"""Quantizers: the paper's formula literally, worked numbers, and what must always hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hwsim.compress.levels import fit_plane_weights, nearest_codes
from hwsim.compress.quantize import quantize
from hwsim.compress.weights import QuantizedWeights, code_values
from hwsim.config import default_plane_weights
from hwsim.design import QUANTIZERS
from hwsim.errors import InputError

BASE = tuple(name for name in QUANTIZERS if not name.startswith("neuron-"))


def bits_for(name: str, bits: int) -> int:
    return 1 if "sign-" in name else bits


matrices = hnp.arrays(
    np.float64,
    hnp.array_shapes(min_dims=2, max_dims=2, max_side=8),
    elements=st.floats(-10, 10).map(lambda value: round(value, 3)),
)


def test_names() -> None:
    assert BASE == (
        "minmax",
        "symmetric",
        "percentile",
        "mse",
        "kmeans",
        "sign-zero",
        "sign-mean",
        "sign-median",
    )
    assert BASE + tuple(f"neuron-{name}" for name in BASE) == QUANTIZERS


def test_code_values() -> None:
    assert code_values((1, 2)).tolist() == [-3, -1, 1, 3]
    assert code_values((1,)).tolist() == [-1, 1]
    assert code_values((5, 2)).tolist() == [-7, 3, -3, 7]


@given(alpha=matrices, bits=st.integers(2, 8))
def test_minmax_is_the_papers_formula(alpha: Any, bits: int) -> None:
    low, high = alpha.min(), alpha.max()
    quantized = quantize(alpha, bits, "minmax")
    if low == high:
        assert np.allclose(quantized.dequantized(), alpha, rtol=1e-12)
        return
    delta = (high - low) / (2**bits - 1)
    steps = np.round((alpha - low) / delta)
    assert np.array_equal(quantized.codes, steps)
    assert np.allclose(quantized.dequantized(), low + delta * steps, rtol=1e-12, atol=1e-12)


def test_minmax_by_hand() -> None:
    # min -3, max 6, delta 3; -1.5 and 4.5 lie half-way and take the even code.
    quantized = quantize(np.array([[-3.0, -1.5, 1.4, 1.6], [4.5, 6.0, 0.0, 2.9]]), 2, "minmax")
    assert quantized.codes.tolist() == [[0, 0, 1, 2], [2, 3, 1, 2]]
    assert quantized.scale.tolist() == [1.5] * 4
    assert quantized.mid.tolist() == [1.5] * 4
    assert quantized.dequantized()[0].tolist() == [-3.0, -3.0, 0.0, 3.0]


def test_one_bit_minmax_is_the_sign_about_the_mean() -> None:
    quantized = quantize(
        np.array([[-2.0, 1.0], [0.0, 5.0]]), 1, "minmax"
    )  # mean 1: 1 itself is not above
    assert quantized.codes.tolist() == [[0, 0], [0, 1]]
    assert quantized.scale.tolist() == [2.0, 2.0]  # (3 + 0 + 1 + 4) / 4
    assert quantized.mid.tolist() == [1.0, 1.0]


def test_signs_by_hand() -> None:
    alpha = np.array([[-2.0, 1.0], [0.0, 5.0], [3.0, 6.0]])
    assert quantize(alpha, 1, "sign-zero").codes.tolist() == [[0, 1], [0, 1], [1, 1]]
    assert quantize(alpha, 1, "sign-median").codes.tolist() == [[0, 0], [0, 1], [1, 1]]
    assert quantize(alpha, 1, "sign-median").mid.tolist() == [2.0, 2.0]
    each = quantize(alpha, 1, "neuron-sign-mean")
    assert each.codes.tolist() == [[0, 0], [0, 1], [1, 1]]
    assert each.mid.tolist() == [pytest.approx(1 / 3), 4.0]


def test_symmetric_and_clipped_by_hand() -> None:
    alpha = np.array([[-3.0, 0.9], [1.1, 2.1]])
    quantized = quantize(alpha, 2, "symmetric")  # levels -3, -1, 1, 3
    assert quantized.codes.tolist() == [[0, 2], [2, 3]]
    assert (quantized.scale[0], quantized.mid[0]) == (1.0, 0.0)
    # 98 weights of ±1 and an outlier of 30: percentile and mse clip it, symmetric does not.
    outlier = np.ones((10, 10))
    outlier[::2] = -1
    outlier[0, 0] = 30
    assert quantize(outlier, 2, "symmetric").scale[0] == pytest.approx(10)
    assert quantize(outlier, 2, "percentile").scale[0] < 0.5
    assert np.mean((quantize(outlier, 2, "mse").dequantized() - outlier) ** 2) < np.mean(
        (quantize(outlier, 2, "symmetric").dequantized() - outlier) ** 2
    )


def test_two_clusters_get_their_own_levels() -> None:
    alpha = np.array([[3.0, -3.0, 2.4], [-2.4, 3.0, -3.0]])
    quantized = quantize(alpha, 2, "kmeans")  # ±2.4 and ±3: C = (1, 9), 8 : 10
    assert quantized.plane_weights == (1, 9)
    assert np.allclose(quantized.dequantized(), alpha, atol=1e-9)


@pytest.mark.parametrize("neuron", ["", "neuron-"])
@settings(max_examples=25)
@given(alpha=matrices, bits=st.integers(1, 4))
def test_kmeans_is_no_worse_than_evenly_spaced(neuron: str, alpha: Any, bits: int) -> None:
    # Every neuron counts alike whatever its size, when it has a scale of its own.
    size = np.mean(np.abs(alpha), axis=0 if neuron else None, keepdims=True)
    relative = alpha / np.where(size > 0, size, 1)
    fitted = quantize(relative, bits, f"{neuron}kmeans").dequantized()
    even = quantize(relative, bits, f"{neuron}symmetric").dequantized()
    assert np.sum((fitted - relative) ** 2) <= 1.1 * np.sum((even - relative) ** 2) + 1e-9


@pytest.mark.parametrize("name", QUANTIZERS)
@settings(max_examples=25)
@given(alpha=matrices, bits=st.integers(1, 8))
def test_what_every_quantizer_keeps(name: str, alpha: Any, bits: int) -> None:
    bits = bits_for(name, bits)
    quantized = quantize(alpha, bits, name)
    assert quantized.bits == bits
    assert quantized.codes.dtype == np.uint8
    assert quantized.codes.shape == alpha.shape
    assert quantized.codes.max() < 2**bits
    levels = code_values(quantized.plane_weights)
    assert np.array_equal(quantized.integers(), levels[quantized.codes])
    assert np.array_equal(
        quantized.dequantized(), quantized.scale * levels[quantized.codes] + quantized.mid
    )
    assert (quantized.scale >= 0).all()
    # No weight moves farther than the whole range, and what is larger stays at least as large.
    span = np.abs(alpha).max()
    assert np.abs(quantized.dequantized()).max() <= 2 * span + 1e-9
    column = np.argsort(alpha[:, 0], kind="stable")
    assert (np.diff(quantized.integers()[column, 0]) >= 0).all()
    # A matrix quantized in float32 is quantized as its float64 copy.
    single = quantize(alpha.astype(np.float32), bits, name)
    again = quantize(alpha.astype(np.float32).astype(np.float64), bits, name)
    assert np.array_equal(single.codes, again.codes)


@pytest.mark.parametrize("name", [name for name in BASE if name != "kmeans"])
@settings(max_examples=25)
@given(alpha=matrices, bits=st.integers(1, 4))
def test_a_neuron_quantized_by_itself(name: str, alpha: Any, bits: int) -> None:
    bits = bits_for(name, bits)
    whole = quantize(alpha, bits, f"neuron-{name}")
    for neuron in range(alpha.shape[1]):
        alone = quantize(alpha[:, [neuron]], bits, name)
        assert np.array_equal(whole.codes[:, [neuron]], alone.codes)
        assert whole.scale[neuron] == pytest.approx(alone.scale[0], rel=1e-12)
        assert whole.mid[neuron] == pytest.approx(alone.mid[0], rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("neuron", ["", "neuron-"])
@given(alpha=matrices)
def test_kmeans_with_plane_weights_given(neuron: str, alpha: Any) -> None:
    quantized = quantize(alpha, 2, f"{neuron}kmeans", plane_weights=(3, 1))
    assert quantized.plane_weights == (3, 1)
    moved = quantize(-alpha, 2, f"{neuron}kmeans", plane_weights=(3, 1))
    assert np.allclose(moved.scale, quantized.scale)


@pytest.mark.parametrize("name", QUANTIZERS)
@pytest.mark.parametrize("value", [2.5, -0.125, 0.0])
def test_one_value_needs_no_offset(name: str, value: float) -> None:
    bits = bits_for(name, 2)
    quantized = quantize(np.full((3, 2), value), bits, name)
    assert np.allclose(quantized.dequantized(), value, rtol=1e-9, atol=0)
    assert (quantized.mid == 0).all()
    if value:
        assert (np.sign(quantized.integers()) == np.sign(value)).all()


def test_nearest_codes_of_levels_in_any_order() -> None:
    levels = code_values((2, 1))  # -3, 1, -1, 3
    values = np.array([-9.0, -2.0, -1.9, 0.0, 0.1, 2.0, 2.1])
    assert levels[nearest_codes(values, levels)].tolist() == [-3, -3, -1, -1, 1, 1, 3]
    assert nearest_codes(np.array([0.1]), code_values((1, 1))).tolist() == [1]  # 01 and 10 are 0


def test_fitted_plane_weights() -> None:
    even = np.repeat([-3.0, -1.0, 1.0, 3.0], 10)
    assert fit_plane_weights(even, 2) == (1, 2)
    assert fit_plane_weights(np.linspace(-7, 7, 8), 3) == (1, 2, 4)
    assert fit_plane_weights(even, 1) == (1,)
    assert fit_plane_weights(np.zeros(4), 2) == (1, 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"bits": 0}, "bits is 0; it must be a whole number from 1 to 8"),
        ({"bits": 9}, "bits is 9; it must be a whole number from 1 to 8"),
        ({"bits": 2.0}, "bits is 2.0; it must be a whole number"),
        ({"bits": 2, "quantizer": "best"}, "quantizer is 'best'; it must be one of minmax, "),
        ({"bits": 2, "quantizer": "sign-mean"}, "sign-mean makes 1 bit, bits is 2; give bits 1"),
        ({"bits": 2, "quantizer": "neuron-sign-zero"}, "neuron-sign-zero makes 1 bit"),
        ({"bits": 2, "plane_weights": (1, 3)}, "use kmeans for other plane weights"),
        (
            {"bits": 2, "plane_weights": (1,), "quantizer": "kmeans"},
            "plane_weights has 1 entries, bits is 2",
        ),
        (
            {"bits": 1, "plane_weights": (256,), "quantizer": "kmeans"},
            "plane_weights[0] is 256; it must be from 1 to 255",
        ),
    ],
)
def test_complaints(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        quantize(np.ones((2, 2)), **arguments)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"codes": np.full((2, 2), 4, np.uint8)}, "code 4 does not fit 2 bits"),
        ({"codes": np.zeros(2, np.uint8)}, r"codes have shape (2,)"),
        ({"scale": np.ones(3)}, "scale has shape (3,), codes (2, 2)"),
        ({"scale": np.array([1.0, -1.0])}, "scale -1.0 is negative"),
        ({"mid": np.array([np.nan, 0.0])}, "mid is not finite"),
        ({"plane_weights": (1, 0)}, "plane_weights[1] is 0"),
        ({"plane_weights": ()}, "bits is 0"),
    ],
)
def test_quantized_weights_are_checked(change: dict[str, Any], message: str) -> None:
    parts: dict[str, Any] = {
        "codes": np.zeros((2, 2), np.uint8),
        "plane_weights": default_plane_weights(2),
        "scale": np.ones(2),
        "mid": np.zeros(2),
    }
    with pytest.raises(InputError) as caught:
        QuantizedWeights(**parts | change)
    assert message in str(caught.value)
