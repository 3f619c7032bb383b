"""Training of the dual weights: kernel logistic regression, one regression a neuron.

With t = (patterns + 1) / 2, K the patterns' kernel matrix, h = K alpha and y = sigmoid(h), neuron
i minimises

    L2: sum_m [softplus(h) - t h] + lambda/2 alpha' K alpha,  gradient K (y - t + lambda alpha)
    L1: sum_m [softplus(h) - t h] + lambda sum_m |alpha|

Four trainers behind one door: the paper's gradient descent, or a converged solution
(`converged.py`); either penalty. Gradient descent under L1 is proximal: a plain step, then
soft thresholding.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from hwsim.choices import LEARNING_RATE, METHODS, PENALTIES, REGULARIZATION, STEPS
from hwsim.config import MAX_TRAINING_STEPS
from hwsim.errors import HwsimWarning, InputError
from hwsim.reference.converged import Trained, soft_threshold, solve_l1, solve_l2
from hwsim.reference.kernel import FloatArray, rbf_kernel
from hwsim.reference.memory import Memory, checked_gamma
from hwsim.spins import bits_from_spins, checked_patterns
from hwsim.suggest import check_choice

Progress = Callable[[int, int, float], None]
PROGRESS_EVERY = 10  # steps; the loss takes longer than it informs at every one


class TrainingWarning(HwsimWarning):
    """Training ran, but its result may not be what was asked for."""


def largest_eigenvalue(kernel: FloatArray, tolerance: float = 1e-4) -> float:
    """Largest eigenvalue of a kernel matrix by power iteration, to a relative `tolerance`.

    Every entry is positive, so the leading eigenvector is too and a start from ones meets it.
    """
    vector = np.ones(len(kernel), dtype=kernel.dtype)
    estimate = 0.0
    for _ in range(1000):
        product = kernel @ vector
        norm = float(np.linalg.norm(product))
        vector = product / norm
        if abs(norm - estimate) <= tolerance * norm:
            break
        estimate = norm
    return norm


def train(
    patterns: npt.NDArray[np.int8],
    gamma: float,
    *,
    method: str = "gradient-descent",
    penalty: str = "l2",
    learning_rate: float = LEARNING_RATE,
    regularization: float = REGULARIZATION,
    steps: int | None = None,
    progress: Progress | None = None,
    provenance: dict[str, Any] | None = None,
) -> Memory:
    """Store `patterns`.

    Args:
        patterns: (P, N) of ±1.
        gamma: the kernel's width, positive.
        method: `gradient-descent`, the paper's, from alpha = 0 in float32; or `converged`, the
            minimum itself in float64.
        penalty: `l2` (the paper's) or `l1`.
        learning_rate: of gradient descent.
        regularization: lambda.
        steps: updates of gradient descent (default 500), or most iterations of `converged`
            (default 200 Newton steps for L2, 5000 proximal steps for L1).
        progress: called now and then with (step, steps, mean loss per pattern and neuron).
        provenance: kept in the memory beside what training adds.

    Returns:
        The memory; its provenance has method, penalty, learning_rate, regularization, steps, loss
        and lambda_max (the kernel matrix's largest eigenvalue).

    Warns:
        TrainingWarning: the step size makes gradient descent unstable, or `converged` did not.

    Raises:
        InputError: an argument is not legal, or training diverged.
    """
    spins = checked_patterns(patterns)
    gamma = checked_gamma(gamma)
    _check_arguments(method, penalty, learning_rate, regularization, steps)
    single = method == "gradient-descent"
    dtype: type[np.floating[Any]] = np.float32 if single else np.float64
    kernel = rbf_kernel(spins, spins, gamma, dtype=dtype)
    targets: FloatArray = bits_from_spins(spins).astype(dtype)
    top = largest_eigenvalue(kernel)
    if single:
        _warn_of_instability(learning_rate, regularization, top)
        with np.errstate(over="ignore", invalid="ignore"):  # divergence is told below
            result = _descend(
                kernel, targets, penalty, learning_rate, regularization, steps or STEPS, progress
            )
    else:
        solve = solve_l1 if penalty == "l1" else solve_l2
        result = solve(kernel, targets, regularization, top, steps, progress)
        if result.residual > result.tolerance:
            warnings.warn(
                f"training stopped after {result.steps} steps with a residual of "
                f"{result.residual:.1e}, above {result.tolerance:.0e}; allow more steps",
                TrainingWarning,
                stacklevel=2,
            )
    if not np.isfinite(result.alpha).all():
        raise InputError(
            f"training diverged (learning_rate {learning_rate}, lambda {regularization}, largest "
            f"kernel eigenvalue {top:.3g}); lower learning_rate"
        )
    notes = {
        "method": method,
        "penalty": penalty,
        "regularization": regularization,
        "steps": result.steps,
        "loss": result.loss,
        "lambda_max": top,
    }
    if single:
        notes["learning_rate"] = learning_rate
    return Memory(spins, result.alpha, gamma, {**notes, **(provenance or {})})


def _check_arguments(
    method: str, penalty: str, learning_rate: float, regularization: float, steps: int | None
) -> None:
    check_choice("method", method, METHODS)
    check_choice("penalty", penalty, PENALTIES)
    if not (np.isfinite(learning_rate) and learning_rate > 0):
        raise InputError(f"learning_rate is {learning_rate}; it must be positive")
    if not (np.isfinite(regularization) and regularization >= 0):
        raise InputError(f"regularization is {regularization}; it must be 0 or more")
    if method == "converged" and regularization == 0:
        raise InputError(
            "regularization is 0; the converged trainer needs a positive one, for patterns that "
            "can be told apart have no finite minimum without"
        )
    if steps is not None and not 1 <= steps <= MAX_TRAINING_STEPS:
        raise InputError(f"steps is {steps}; it must be from 1 to {MAX_TRAINING_STEPS}")


def _warn_of_instability(learning_rate: float, regularization: float, top: float) -> None:
    """Warn when a step overshoots along the kernel's leading eigenvector.

    The loss's curvature there is at most top**2 / 4 (the logistic curve's slope is at most 1/4)
    plus the penalty's share; descent needs learning_rate * curvature < 2.
    """
    stiffness = learning_rate * top**2 / 4
    if stiffness > 2:
        safe = 2 / (top**2 / 4 + regularization * top)
        warnings.warn(
            f"gradient descent is unstable: learning_rate * lambda_max**2 / 4 is {stiffness:.4g}, "
            f"above 2 (lambda_max {top:.3g}); use a learning rate below {safe:.2g}, a larger "
            "gamma, or the converged method",
            TrainingWarning,
            stacklevel=3,
        )


def mean_loss(
    fields: FloatArray, alpha: FloatArray, targets: FloatArray, penalty: str, regularization: float
) -> float:
    """The loss of a penalty over P * N; `fields` is K alpha."""
    # softplus(h) - t h = log(1 + exp(-|h|)) + max(h, 0) - t h, which cannot overflow.
    total = float(np.sum(np.log1p(np.exp(-np.abs(fields))), dtype=np.float64))
    total += float(np.sum(np.maximum(fields, 0) - targets * fields, dtype=np.float64))
    if penalty == "l1":
        total += regularization * float(np.sum(np.abs(alpha), dtype=np.float64))
    else:
        total += regularization / 2 * float(np.sum(alpha * fields, dtype=np.float64))
    return total / fields.size


def _descend(
    kernel: FloatArray,
    targets: FloatArray,
    penalty: str,
    learning_rate: float,
    regularization: float,
    steps: int,
    progress: Progress | None,
) -> Trained:
    """Fixed steps of (proximal) gradient descent from 0: two matrix products a step, in place."""
    alpha = np.zeros_like(targets)
    fields = np.empty_like(targets)
    change = np.empty_like(targets)
    shrink = learning_rate * regularization
    for step in range(1, steps + 1):
        np.matmul(kernel, alpha, out=fields)
        if progress is not None and (step == 1 or step % PROGRESS_EVERY == 0):
            progress(step, steps, mean_loss(fields, alpha, targets, penalty, regularization))
        expit(fields, out=fields)
        fields -= targets
        if penalty == "l2":
            np.multiply(alpha, regularization, out=change)
            fields += change
        np.matmul(kernel, fields, out=change)
        change *= learning_rate
        alpha -= change
        if penalty == "l1":
            soft_threshold(alpha, shrink, out=alpha)
    np.matmul(kernel, alpha, out=fields)
    loss = mean_loss(fields, alpha, targets, penalty, regularization)
    if progress is not None:
        progress(steps, steps, loss)
    return Trained(alpha, steps, loss, residual=0.0, tolerance=0.0)
