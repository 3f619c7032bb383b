"""Memories from elsewhere: what changes their meaning is supported or refused, never ignored."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.kernel_ridge import KernelRidge

from hwsim.errors import InputError
from hwsim.reference.memory import Memory, load_memory, save_memory
from hwsim.reference.recall import recall

RNG = np.random.default_rng(7)
PATTERNS = RNG.choice(np.array([-1, 1], dtype=np.int8), (12, 30))
ALPHA = RNG.normal(size=(12, 30))


def load(folder: Path, **notes: Any):
    np.savez(folder / "m.npz", patterns=PATTERNS, alpha=ALPHA, gamma=0.04, **notes)
    return load_memory(folder / "m.npz")


@pytest.mark.parametrize(
    ("notes", "message"),
    [
        ({"bias": np.ones(30)}, "bias adds a constant to the field"),
        ({"intercept_": 0.5}, "intercept_ adds a constant"),
        ({"b": np.arange(30)}, "b adds a constant"),
        ({"Thresholds": np.full(30, -1e-9)}, "Thresholds adds a constant"),
        ({"bias": "none"}, "bias adds a constant"),
        ({"output_bias": np.ones(30)}, "output_bias adds a constant"),
        ({"theta": 0.25}, "theta adds a constant"),
        ({"kernel": "poly"}, "kernel is 'poly'; it rises with the overlap"),
        ({"kernel": "linear", "degree": 1}, "kernel is 'linear'; it rises"),
        ({"kernelType": "poly"}, "kernelType is 'poly'; it rises with the overlap"),
        ({"kernel-type": "sigmoid"}, "kernel-type is 'sigmoid'; it rises with the overlap"),
        ({"estimator__kernel": "poly"}, "estimator__kernel is 'poly'; it rises with the overlap"),
        ({"outputBias": np.ones(30)}, "outputBias adds a constant"),
        ({"External Field": np.ones(30)}, "External Field adds a constant"),
        ({"kernel": "gausian"}, "did you mean 'gaussian'?"),
        ({"kernel": "matern"}, "of that name: give its kernel_values at each Hamming distance"),
        ({"kernel_type": 3}, "kernel_type is 3; hwsim knows no kernel"),
        ({"kernel": np.ones(31)}, "kernel is of shape (31,)"),
        ({"degree": 3}, "degree belongs to a polynomial kernel"),
        ({"kernel": "poly", "kernel_values": np.ones(31)}, "it rises with the overlap"),
        ({"bias": 1, "kernel_values": np.ones(31)}, "bias adds a constant"),
        ({"metric": "polynomial"}, "metric is 'polynomial'; it rises with the overlap"),
        ({"similarity": "Cosine"}, "similarity is 'Cosine'; it rises with the overlap"),
        ({"pairwise_metric": b"linear"}, "pairwise_metric is b'linear'; it rises"),
        ({"kind": "Polynomial kernel"}, "kind is 'Polynomial kernel'; it rises"),
        ({"covariance": "matern"}, "of that name: give its kernel_values"),
        ({"poly_degree": 3}, "poly_degree belongs to a polynomial kernel"),
        ({"b0": 0.5}, "b0 adds a constant"),
        ({"B_1": np.ones(30)}, "B_1 adds a constant"),
        ({"thetaOut": 0.5}, "thetaOut adds a constant"),
        ({"field_offset": np.ones(30)}, "field_offset adds a constant"),
        ({"h_ext": np.ones(30)}, "h_ext adds a constant"),
        ({"beta": -0.5}, "beta must be one positive number"),
        ({"gamma_": 0.1}, "gamma_ reads like gamma, which is known by that name alone"),
        ({"Alpha": np.ones((12, 30))}, "Alpha reads like alpha"),
        ({"kernelValues": np.ones(31)}, "kernelValues reads like kernel_values"),
        ({"temperature": -1.0}, "temperature must be one positive number"),
        ({"scale": np.ones(12)}, "scale must be one positive number"),
        ({"temperature": np.nan}, "temperature must be one positive number"),
    ],
)
def test_what_would_be_another_network_is_refused(
    notes: dict[str, Any], message: str, tmp_path: Path
) -> None:
    for gamma in ({"gamma": 0.04}, {}):  # the reason comes before what is missing
        np.savez(tmp_path / "m.npz", patterns=PATTERNS, alpha=ALPHA, **gamma, **notes)
        with pytest.raises(InputError, match=re.escape(message)) as refused:
            load_memory(tmp_path / "m.npz")
        assert "m.npz" in str(refused.value)


@pytest.mark.parametrize(
    "notes",
    [
        {"bias": np.zeros(30)},
        {"kernel": "rbf", "degree": 3, "coef0": 0.0},
        {"kernel": "Gaussian", "intercept": 0},
        {"temperature": 0.5},
        {"method": "mine", "author": "somebody", "scores": np.ones(12)},
        {"output_bias": np.zeros(30), "unbiased": "yes", "metric": "accuracy"},
        {"schedule": "linear", "metric": "hamming", "author": "Polya", "beta": 0.5, "b0": 0.0},
        {"offset_bits": 8, "stop_threshold": 1e-3, "beta1": 0.9, "hidden": 3},
        {"kernel_note": "fitted on spins", "kernel_entries": 360},
    ],
)
def test_what_changes_nothing_is_a_note(notes: dict[str, Any], tmp_path: Path) -> None:
    memory = load(tmp_path, **notes)
    assert memory.gamma == 0.04
    assert set(memory.provenance) == {key for key in notes if key != "kernel"}


@pytest.mark.parametrize("key", ["kernelType", "kernel-name", "Kernel ", "estimator__kernel"])
def test_a_kernel_is_known_however_its_key_is_written(key: str, tmp_path: Path) -> None:
    memory = load(tmp_path, **{key: "laplacian"})
    assert memory.gamma == 0.02
    assert key not in memory.provenance  # saved again, it would halve gamma once more
    with pytest.raises(InputError, match="is the name of a part of the memory"):
        save_memory(tmp_path / "again.npz", Memory(PATTERNS, ALPHA, 0.04, {key: "laplacian"}))


def test_two_kernels_for_one_gamma_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="kernel is 'laplacian' and kernel_name 'rbf', two"):
        load(tmp_path, kernel="laplacian", kernel_name="rbf")
    with pytest.raises(InputError, match="Kernel is 'rbf' and kernel 'laplacian', two kernels"):
        load(tmp_path, Kernel="rbf", kernel="laplacian")
    assert load(tmp_path, kernel="rbf", kernel_type="gaussian").gamma == 0.04


def test_a_laplacian_memory_of_scikit_learn_recalls_as_it_predicts(tmp_path: Path) -> None:
    gamma = 0.15
    ridge = KernelRidge(kernel="laplacian", gamma=gamma, alpha=0.1).fit(PATTERNS, PATTERNS)
    np.savez(
        tmp_path / "ridge.npz",
        patterns=ridge.X_fit_,
        alpha=ridge.dual_coef_,
        gamma=gamma,
        kernel="laplacian",
    )
    memory = load_memory(tmp_path / "ridge.npz")
    assert memory.gamma == gamma / 2
    queries = PATTERNS * RNG.choice(np.array([1, -1], dtype=np.int8), PATTERNS.shape, p=[0.8, 0.2])
    predicted = np.where(ridge.predict(queries) > 0, 1, -1)
    assert np.array_equal(recall(memory, queries, max_steps=1).states, predicted)


@pytest.mark.parametrize(
    "notes",
    [{"bias": 1.0}, {"kernel": "rbf"}, {"kernel": "laplacian"}, {"kernel_values": np.ones(31)}],
)
def test_nothing_is_written_that_would_be_read_otherwise(
    notes: dict[str, Any], tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=next(iter(notes))):
        save_memory(tmp_path / "m.npz", Memory(PATTERNS, ALPHA, 0.04, notes))
    assert not (tmp_path / "m.npz").exists()
