"""The kernel matrix in its forms: which is taken, the same weights from all, and the bounds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwsim.choices import LOGISTIC, PENALTIES
from hwsim.reference import kernel_matrix as matrices
from hwsim.reference import sparse_kernel as sparse
from hwsim.reference.data import add_noise, random_patterns
from hwsim.reference.kernel import rbf_kernel
from hwsim.reference.kernel_matrix import kernel_matrix, largest_eigenvalue, matrix_form
from hwsim.reference.sparse_kernel import SparseKernel
from hwsim.reference.training import train

DROPPING = 0.05  # a row: far more than training drops, for differences that can be seen


def family(neurons: int, patterns: int, seed: int) -> np.ndarray:
    """Random patterns, each with a near twin: kernel matrices that are not diagonal."""
    random = random_patterns(neurons, -(-patterns // 2), seed)
    twins = add_noise(random, 0.05, np.random.default_rng(seed))
    return np.concatenate([random, twins])[:patterns]


def kept(patterns: np.ndarray, gamma: float) -> SparseKernel:
    made = kernel_matrix(patterns, gamma, np.float64, "sparse")
    assert isinstance(made, SparseKernel)
    return made


@pytest.mark.parametrize("size", [1, 2, 50])
@pytest.mark.parametrize("form", ["dense", "sparse", "blocks"])
def test_largest_eigenvalue(size: int, form: str) -> None:
    patterns = random_patterns(20, size, 4)
    exact = np.linalg.eigvalsh(rbf_kernel(patterns, patterns, 0.02))[-1]
    made = kernel_matrix(patterns, 0.02, np.float64, form)
    assert largest_eigenvalue(made) == pytest.approx(exact, rel=1e-3)


@pytest.mark.parametrize("block", [1, 70, 1 << 24])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_blocks_of_rows_are_the_whole(
    block: int, dtype: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matrices, "BLOCK", block)
    patterns = family(50, 30, 1)
    exact = rbf_kernel(patterns, patterns, 0.1, dtype=dtype)
    assert np.array_equal(kernel_matrix(patterns, 0.1, dtype, "dense"), exact)
    factor = np.random.default_rng(0).normal(size=(30, 7)).astype(dtype)
    for form in ("sparse", "blocks"):
        made = kernel_matrix(patterns, 0.1, dtype, form)
        assert (made.shape, made.dtype) == (exact.shape, exact.dtype)
        out = np.empty_like(factor)
        matrices.multiply(made, factor, out)
        assert np.allclose(out, exact @ factor, atol=1e-6)


@given(
    neurons=st.integers(1, 80),
    patterns=st.integers(1, 40),
    gamma=st.floats(1e-3, 2),
    dropping=st.sampled_from([sparse.DROPPED, 1e-3, DROPPING, 0.5]),
    seed=st.integers(0, 1000),
)
def test_the_dropped_entries_are_small_and_bounded(
    neurons: int, patterns: int, gamma: float, dropping: float, seed: int
) -> None:
    stored = family(neurons, patterns, seed)
    exact = rbf_kernel(stored, stored, gamma)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sparse, "DROPPED", dropping)
        made = kept(stored, gamma)
        share = sparse.kept_share(stored, gamma)
    dense = made.matrix.toarray()
    assert np.all((dense == exact) | (dense == 0))
    rest = exact - dense
    assert rest.sum(axis=1).max() <= made.dropped
    assert made.dropped <= sparse.ROUNDING * dropping * (1 + 1e-6) + sparse.FLUSHED * patterns
    assert np.linalg.eigvalsh(exact)[-1] <= made.top * (1 + 1e-12)
    assert share == pytest.approx(made.entries / exact.size)  # of so few, all rows are sampled


@pytest.mark.parametrize("gamma", [1e-5, 1e30, 1e300])
def test_widths_far_out(gamma: float) -> None:
    patterns = family(40, 20, 0)
    made = kept(patterns, gamma)
    assert np.array_equal(made.matrix.toarray(), rbf_kernel(patterns, patterns, gamma))
    assert made.dropped <= sparse.FLUSHED * 20


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("gamma", [0.08, 0.1, 0.3])
@pytest.mark.parametrize("seed", range(4))
def test_what_descent_can_differ_by(
    penalty: str, gamma: float, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bound of `descent_error`, on stored patterns and any other states."""
    monkeypatch.setattr(sparse, "DROPPED", DROPPING)
    patterns = family(40, 30, seed)
    states = np.concatenate([patterns, random_patterns(40, 30, seed + 100)])
    whole, thin = (
        train(patterns, gamma, penalty=penalty, steps=20, matrix=form)
        for form in ("dense", "sparse")
    )
    apart = rbf_kernel(states, patterns, gamma) @ (whole.alpha - thin.alpha).astype(np.float64)
    error = thin.provenance["field_error"]
    assert np.abs(apart).max() <= error + 1e-5  # float32 rounds as well
    assert thin.provenance["kernel_entries"] < 900


@pytest.mark.parametrize("regularization", [0.01, 0.5])
@pytest.mark.parametrize("gamma", [0.05, 0.1, 0.3])
def test_what_the_converged_solution_can_differ_by(
    gamma: float, regularization: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sparse, "DROPPED", 1e-3)
    patterns = family(60, 40, 3)
    states = np.concatenate([patterns, random_patterns(60, 30, 100)])
    whole, thin = (
        train(patterns, gamma, method="converged", regularization=regularization, matrix=form)
        for form in ("dense", "sparse")
    )
    apart = np.abs(rbf_kernel(states, patterns, gamma) @ (whole.alpha - thin.alpha)).max()
    assert apart <= thin.provenance["field_error"] + 1e-4  # solutions stop at a residual of 1e-7
    assert apart > 0


def test_no_bound_is_told_where_none_is_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    patterns = family(40, 30, 0)
    made = kept(patterns, 0.3)
    assert sparse.descent_error(made, 20.0, 0.01, 10) is None
    thin = train(patterns, 0.3, method="converged", penalty="l1", matrix="sparse")
    assert "field_error" not in thin.provenance
    assert thin.provenance["dropped"] == made.dropped
    assert "dropped" not in train(patterns, 0.3).provenance


@pytest.mark.parametrize("method", LOGISTIC)
@pytest.mark.parametrize("penalty", PENALTIES)
def test_the_forms_train_the_same_weights(method: str, penalty: str) -> None:
    patterns = family(150, 60, 5)
    dense, thin, blocks = (
        train(patterns, 0.1, method=method, penalty=penalty, matrix=form)
        for form in ("dense", "sparse", "blocks")
    )
    assert np.allclose(dense.alpha, thin.alpha, atol=1e-5)
    assert np.allclose(dense.alpha, blocks.alpha, atol=1e-5)
    assert dense.provenance["loss"] == pytest.approx(thin.provenance["loss"], rel=1e-5)


def test_the_form_that_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = random_patterns(600, 500, 0), random_patterns(600, 1024, 0)
    assert matrix_form(few, 0.05, np.float32, 5) == "dense"
    assert matrix_form(many, 0.05, np.float32, 5) == "sparse"
    assert matrix_form(many, 0.01, np.float32, 5) == "dense"  # its cutoff is beyond N
    monkeypatch.setattr(matrices, "usable_memory", lambda: 5 << 20)
    assert matrix_form(many, 0.01, np.float32, 5) == "blocks"
    assert matrix_form(many, 0.05, np.float32, 5) == "sparse"
    assert matrix_form(few, 0.05, np.float32, 5) == "dense"


def test_many_patterns_train_as_a_sparse_matrix_untold() -> None:
    patterns = random_patterns(600, 1024, 0)
    thin = train(patterns, 0.05, steps=3)
    assert thin.provenance["kernel_entries"] == 1024
    assert np.array_equal(thin.alpha, train(patterns, 0.05, steps=3, matrix="dense").alpha)
