"""Training: against the formula written out, against optimality, and its warnings."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy.optimize import minimize

from hwsim.choices import LOGISTIC, PENALTIES
from hwsim.errors import InputError
from hwsim.reference import training
from hwsim.reference.data import random_patterns
from hwsim.reference.kernel import rbf_kernel
from hwsim.reference.metrics import bit_accuracy, stability_margin
from hwsim.reference.training import TrainingWarning, train


def test_one_pattern_one_neuron_by_hand() -> None:
    # K = 1, t = 1: alpha_1 = 0.1 * (1 - 1/2) = 0.05; then y = sigmoid(0.05) = 0.5124974 and
    # alpha_2 = 0.05 - 0.1 * (0.5124974 - 1 + 0.01 * 0.05) = 0.0987003.
    pattern = np.array([[1]], np.int8)
    assert train(pattern, 0.1, steps=1).alpha[0, 0] == pytest.approx(0.05, abs=1e-7)
    assert train(pattern, 0.1, steps=2).alpha[0, 0] == pytest.approx(0.0987003, abs=1e-7)
    assert train(-pattern, 0.1, steps=2).alpha[0, 0] == pytest.approx(-0.0987003, abs=1e-7)


@pytest.mark.parametrize("penalty", PENALTIES)
def test_gradient_descent_is_the_formula(penalty: str) -> None:
    patterns = random_patterns(8, 20, 0)
    kernel = rbf_kernel(patterns, patterns, 0.08)
    targets = (patterns + 1) / 2
    alpha = np.zeros(patterns.shape)
    for _ in range(30):
        error = 1 / (1 + np.exp(-kernel @ alpha)) - targets
        if penalty == "l2":
            alpha = alpha - 0.05 * kernel @ (error + 0.03 * alpha)
        else:
            moved = alpha - 0.05 * kernel @ error
            alpha = np.sign(moved) * np.maximum(np.abs(moved) - 0.05 * 0.03, 0)
    memory = train(
        patterns, 0.08, penalty=penalty, steps=30, learning_rate=0.05, regularization=0.03
    )
    assert memory.alpha.dtype == np.float32
    assert np.allclose(memory.alpha, alpha, atol=2e-5)


@pytest.mark.parametrize("gamma", [0.005, 0.02, 0.1])
@pytest.mark.parametrize("regularization", [1e-4, 0.01])
def test_converged_l2_is_the_minimum(gamma: float, regularization: float) -> None:
    patterns = random_patterns(30, 60, 1)
    memory = train(patterns, gamma, method="converged", regularization=regularization)
    kernel = rbf_kernel(patterns, patterns, gamma)
    fields, targets = kernel @ memory.alpha, (patterns + 1) / 2
    y = 1 / (1 + np.exp(-fields))
    assert np.abs(y - targets + regularization * memory.alpha).max() < 1e-6
    loss = -(targets * np.log(y) + (1 - targets) * np.log(1 - y))
    loss += regularization / 2 * memory.alpha * fields
    assert memory.provenance["loss"] == pytest.approx(loss.mean(), rel=1e-9)


def test_converged_l1_is_the_minimum() -> None:
    patterns = random_patterns(30, 60, 1)
    memory = train(patterns, 0.02, method="converged", penalty="l1", regularization=0.05)
    kernel = rbf_kernel(patterns, patterns, 0.02)
    targets = (patterns + 1) / 2
    slope = kernel @ (1 / (1 + np.exp(-kernel @ memory.alpha)) - targets)
    # Where a weight is not 0 the slope is -lambda * sign; elsewhere it is no steeper than lambda.
    nonzero = memory.alpha != 0
    assert np.allclose(slope[nonzero], -0.05 * np.sign(memory.alpha[nonzero]), atol=0.01)
    assert np.abs(slope[~nonzero]).max(initial=0) < 0.06

    def loss(alpha: np.ndarray) -> float:
        h = kernel @ alpha
        return float(np.sum(np.logaddexp(0, h) - targets[:, 0] * h) + 0.05 * np.abs(alpha).sum())

    best = minimize(loss, memory.alpha[:, 0], method="Powell", options={"maxfev": 20000}).fun
    assert loss(memory.alpha[:, 0]) < best + 1e-4


def test_gradient_descent_approaches_the_minimum() -> None:
    patterns = random_patterns(20, 40, 2)
    exact = train(patterns, 0.05, method="converged")
    assert np.allclose(train(patterns, 0.05, steps=5000).alpha, exact.alpha, atol=0.2)


@pytest.mark.parametrize("method", LOGISTIC)
@pytest.mark.parametrize("penalty", PENALTIES)
def test_training_repeats_and_tells_where_it_came_from(method: str, penalty: str) -> None:
    patterns = random_patterns(20, 30, 3)
    first = train(patterns, 0.05, method=method, penalty=penalty, provenance={"seed": 3})
    second = train(patterns, 0.05, method=method, penalty=penalty)
    assert np.array_equal(first.alpha, second.alpha)
    notes = first.provenance
    assert (notes["method"], notes["penalty"], notes["seed"]) == (method, penalty, 3)
    assert notes["regularization"] == 0.01
    assert notes["lambda_max"] == pytest.approx(
        np.linalg.eigvalsh(rbf_kernel(patterns, patterns, 0.05))[-1], rel=1e-3
    )
    assert 0 < notes["loss"] < np.log(2)
    assert ("learning_rate" in notes) == (method == "gradient-descent")


@pytest.mark.parametrize("method", LOGISTIC)
def test_progress(method: str) -> None:
    seen: list[tuple[int, int, float, float]] = []
    memory = train(
        random_patterns(10, 20, 0),
        0.05,
        method=method,
        steps=45,
        progress=lambda *told: seen.append(told),
    )
    steps, totals, losses, margins = zip(*seen, strict=True)
    assert list(steps) == sorted(steps)
    assert set(totals) == {45}
    assert losses[-1] < losses[0]
    assert margins[-1] == pytest.approx(stability_margin(memory), rel=1e-5)
    if method == "gradient-descent":
        assert steps == (1, 10, 20, 30, 40, 45)
        assert losses[0] == pytest.approx(np.log(2), rel=1e-6)  # all weights 0: a coin's loss


def test_an_unstable_step_is_told() -> None:
    patterns = random_patterns(50, 150, 0)
    with pytest.warns(TrainingWarning, match=r"gradient descent is unstable.*learning rate below"):
        train(patterns, 0.005, steps=2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        memory = train(patterns, 0.005, method="converged")
    assert bit_accuracy(memory) == 1.0


def test_the_warning_begins_at_two() -> None:
    patterns = np.ones((10, 1), np.int8)  # K is all ones: lambda_max = 10, squared over 4 is 25
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        train(patterns, 1.0, steps=1, learning_rate=0.0799)
    with pytest.warns(TrainingWarning, match=r"lambda_max\*\*2 / 4 is 2\.0"):
        train(patterns, 1.0, steps=1, learning_rate=0.0801)


def test_an_unfinished_solution_is_told() -> None:
    with pytest.warns(TrainingWarning, match="training stopped after 1 steps with a residual"):
        train(random_patterns(10, 20, 0), 0.02, method="converged", steps=1)


@pytest.mark.filterwarnings("ignore::hwsim.reference.training.TrainingWarning")
def test_divergence_is_told() -> None:
    with pytest.raises(InputError, match=r"training diverged.*lower learning_rate"):
        train(random_patterns(5, 30, 0), 0.001, learning_rate=10.0, regularization=10.0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"method": "magic"},
            "method is 'magic'; it must be one of gradient-descent, converged, bayes",
        ),
        ({"penalty": "l3"}, "penalty is 'l3'; it must be one of l2, l1"),
        ({"learning_rate": 0.0}, "learning_rate is 0.0; it must be positive"),
        ({"regularization": -1.0}, "regularization is -1.0; it must be 0 or more"),
        ({"regularization": 0.0, "method": "converged"}, "the converged trainer needs a positive"),
        ({"matrix": "full"}, "matrix is 'full'; it must be one of auto, dense, sparse, blocks"),
        ({"steps": 0}, "steps is 0; it must be from 1 to 1000000"),
    ],
)
def test_complaints(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        train(random_patterns(4, 4, 0), 0.05, **arguments)  # type: ignore[arg-type]
    assert message in str(caught.value)


def test_what_cannot_fit_is_refused_before_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "usable_memory", lambda: 16 << 10)  # of 64 KiB
    patterns = random_patterns(40, 40, 0)
    train(patterns, 0.1, steps=1)
    with pytest.raises(InputError) as caught:
        train(patterns, 0.1, method="converged")
    assert str(caught.value) == (
        "training 1600 weights takes 175 KiB, and this machine has 64 KiB of memory; store fewer "
        "patterns or train by gradient-descent"
    )


def test_gamma_and_spins_are_checked() -> None:
    with pytest.raises(InputError, match="gamma is 0"):
        train(random_patterns(4, 4, 0), 0.0)
    with pytest.raises(InputError, match="patterns hold 0 and 1"):
        train(np.array([[0, 1]], np.int8), 0.1)
