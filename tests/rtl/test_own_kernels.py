"""Memories trained by scikit-learn, in the Verilog engine: as their own predictions say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from sklearn.kernel_ridge import KernelRidge

import hwsim
from tests.tools import require_tool

N, P, FLIPS = 40, 24, 5
DISTANCES = np.arange(N + 1)
KERNELS = {
    "laplacian": np.exp(-0.1 * DISTANCES),
    "rational quadratic": 1 / (1 + 0.2 * DISTANCES) ** 2,
    "triangular": np.maximum(1 - DISTANCES / 15, 0),
    "steps": np.array([8.0, 4.0, 2.0, 1.0])[np.minimum(DISTANCES // 4, 3)],
}
PATTERNS = np.random.default_rng(5).choice(np.array([-1, 1], dtype=np.int8), (P, N))
Predict = Callable[[npt.NDArray[Any]], npt.NDArray[Any]]


def ridge(values: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], Predict]:
    """Dual weights (P, N) and the prediction of kernel ridge regression on any such kernel."""

    def kernel(x: npt.NDArray[Any], y: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        return values[(N - x.astype(int) @ y.T.astype(int)) // 2]

    fitted = KernelRidge(kernel="precomputed", alpha=0.1).fit(kernel(PATTERNS, PATTERNS), PATTERNS)
    return fitted.dual_coef_, lambda states: fitted.predict(kernel(states, PATTERNS))


def predicted(queries: npt.NDArray[np.int8], predict: Predict) -> npt.NDArray[np.int8]:
    """Where the signs of predictions, taken again and again, end."""
    states = queries
    for _ in range(50):
        states = np.where(predict(states) > 0, 1, -1).astype(np.int8)
    return states


def noisy(count: int) -> npt.NDArray[np.int8]:
    flips = np.argsort(np.random.default_rng(6).random(PATTERNS.shape), axis=1) < FLIPS
    return np.where(flips, -PATTERNS, PATTERNS)[:count]


@pytest.mark.parametrize("dataflow", ["group", "row"])
@pytest.mark.parametrize("name", KERNELS)
def test_the_engine_ends_where_the_predictions_do(name: str, dataflow: str) -> None:
    require_tool("iverilog")
    alpha, predict = ridge(KERNELS[name])
    memory = hwsim.Memory(PATTERNS, alpha, kernel_values=KERNELS[name])
    image = hwsim.lower(
        memory, bits=8, quantizer="minmax", offset_bits=10, kernel_bits=12, lanes=16,
        dataflow=dataflow,
    )  # fmt: skip
    queries = noisy(6)
    assert hwsim.cosimulate(image, queries).mismatches == ()
    states = hwsim.recall(image, queries).states  # what the engine was held against
    assert np.array_equal(states, predicted(queries, predict))


def test_scikit_learn_s_own_laplacian_from_the_nearest() -> None:
    require_tool("iverilog")
    fitted = KernelRidge(kernel="laplacian", gamma=0.05, alpha=0.1).fit(PATTERNS, PATTERNS)
    memory = hwsim.Memory(fitted.X_fit_, fitted.dual_coef_, 0.05 / 2)
    image = hwsim.lower(memory, bits=8, offset_bits=10, kernel_bits=12, lanes=16)
    assert image.parameters.nearest
    queries = noisy(6)
    assert hwsim.cosimulate(image, queries).mismatches == ()
    states = hwsim.recall(image, queries).states
    assert np.array_equal(states, predicted(queries, fitted.predict))
