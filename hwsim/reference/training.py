"""Training of the dual weights: kernel logistic regression, one regression a neuron.

With t = (targets + 1) / 2, of the patterns themselves where no others are given, K the patterns'
kernel matrix, h = K alpha and y = sigmoid(h), neuron (or output) i minimises

    L2: sum_m [softplus(h) - t h] + lambda/2 alpha' K alpha,  gradient K (y - t + lambda alpha)
    L1: sum_m [softplus(h) - t h] + lambda sum_m |alpha|

Four trainers behind one door: the paper's gradient descent, or a converged solution
(`converged.py`); either penalty. Beside them stands the memory without training (`bayes.py`).
Gradient descent under L1 is proximal: a plain step, then soft thresholding. All multiply by K in
the form that suits the patterns (`kernel_matrix.py`).
"""

from __future__ import annotations

import warnings
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from hwsim.callers import stacklevel
from hwsim.choices import (
    BAYES,
    KERNEL_MATRICES,
    LEARNING_RATE,
    METHODS,
    PENALTIES,
    REGULARIZATION,
    STEPS,
)
from hwsim.config import MAX_TRAINING_STEPS
from hwsim.errors import HwsimWarning, InputError
from hwsim.limits import size_text, usable_memory
from hwsim.reference.bayes import bayes_memory
from hwsim.reference.converged import (
    Progress,
    Trained,
    mean_margin,
    soft_threshold,
    solve_l1,
    solve_l2,
)
from hwsim.reference.kernel import FloatArray
from hwsim.reference.kernel_matrix import (
    KernelMatrix,
    kernel_matrix,
    largest_eigenvalue,
    matrix_form,
    multiply,
)
from hwsim.reference.memory import Memory, checked_gamma, checked_targets
from hwsim.reference.sequences import next_patterns
from hwsim.reference.sparse_kernel import SparseKernel, converged_error, descent_error
from hwsim.spins import bits_from_spins, checked_patterns
from hwsim.suggest import check_choice

PROGRESS_EVERY = 10  # steps; the loss takes longer than it informs at every one
# (P, N) arrays at work beside the matrix: float32 and float64.
WORKING_ARRAYS: Final = {"gradient-descent": 5, "converged": 14}


class TrainingWarning(HwsimWarning):
    """Training ran, but its result may not be what was asked for."""


def train(
    patterns: npt.NDArray[np.int8],
    gamma: float | None = None,
    *,
    targets: npt.NDArray[np.int8] | None = None,
    sequence: str | None = None,
    method: str = "gradient-descent",
    noise: float | None = None,
    penalty: str = "l2",
    learning_rate: float = LEARNING_RATE,
    regularization: float = REGULARIZATION,
    steps: int | None = None,
    matrix: str = "auto",
    progress: Progress | None = None,
    provenance: dict[str, Any] | None = None,
) -> Memory:
    """Store `patterns`.

    Args:
        patterns: (P, N) of ±1.
        gamma: the kernel's width, positive; left out for `bayes`, whose noise sets it.
        targets: (P, M) of ±1, what each pattern is associated with; None for itself.
        sequence: `cyclic` or `ending` for the next pattern as each one's target; of the last, the
            first or itself.
        method: `gradient-descent`, the paper's, from alpha = 0 in float32; or `converged`, the
            minimum itself in float64; or `bayes`, the patterns as weights (`bayes.py`), which
            takes `noise` and nothing else.
        noise: fraction of spins that is flipped, of `bayes` alone.
        penalty: `l2` (the paper's) or `l1`.
        learning_rate: of gradient descent.
        regularization: lambda.
        steps: updates of gradient descent (default 500), or most iterations of `converged`
            (default 200 Newton steps for L2, 5000 proximal steps for L1).
        matrix: the kernel matrix's form, `dense`, `sparse` or `blocks` (see `kernel_matrix.py`);
            `auto` takes `sparse` where little is kept, else `dense` where it fits into memory.
        progress: called now and then with (step, steps, mean loss, mean margin), both per pattern
            and neuron.
        provenance: kept in the memory beside what training adds.

    Returns:
        The memory; its provenance has method, penalty, learning_rate, regularization, steps, loss
        and lambda_max (the kernel matrix's largest eigenvalue); of a sparse matrix also what it
        left out, see `sparse_notes`.

    Warns:
        TrainingWarning: the step size makes gradient descent unstable, or `converged` did not.

    Raises:
        InputError: an argument is not legal, the weights do not fit into memory, or training
            diverged.
    """
    check_choice("method", method, METHODS)
    if sequence is not None:
        if targets is not None:
            raise InputError(
                "targets and sequence both say what patterns are associated with; leave one out"
            )
        targets = next_patterns(checked_patterns(patterns), sequence)
    if method == BAYES:
        _check_untrained(gamma, penalty, learning_rate, regularization, steps, matrix)
        if targets is not None:
            given = "targets are given" if sequence is None else f"sequence is {sequence}"
            raise InputError(
                f"{given}, but method {BAYES} is for the patterns themselves; leave "
                f"{'them' if sequence is None else 'it'} out, or take another method"
            )
        return bayes_memory(patterns, noise, provenance)
    if noise is not None:
        raise InputError(f"noise is of method {BAYES} alone; leave it out, or take that method")
    if gamma is None:
        raise InputError(f"gamma is missing: method {method} needs the kernel's width")
    spins = checked_patterns(patterns)
    goals = spins if targets is None else checked_targets(targets, len(spins))
    gamma = checked_gamma(gamma)
    _check_arguments(penalty, learning_rate, regularization, steps, matrix, method)
    single = method == "gradient-descent"
    dtype: type[np.floating[Any]] = np.float32 if single else np.float64
    _check_fits(goals.size, np.dtype(dtype).itemsize, method)
    if matrix == "auto":
        matrix = matrix_form(spins, gamma, dtype, WORKING_ARRAYS[method])
    kernel = kernel_matrix(spins, gamma, dtype, matrix)
    wanted: FloatArray = bits_from_spins(goals).astype(dtype)
    top = largest_eigenvalue(kernel)
    if single:
        _warn_of_instability(learning_rate, regularization, top)
        with np.errstate(over="ignore", invalid="ignore"):  # divergence is told below
            result = _descend(
                kernel, wanted, penalty, learning_rate, regularization, steps or STEPS, progress
            )
    else:
        solve = solve_l1 if penalty == "l1" else solve_l2
        result = solve(kernel, wanted, regularization, top, steps, progress)
        if result.residual > result.tolerance:
            warnings.warn(
                f"training stopped after {result.steps} steps with a residual of "
                f"{result.residual:.1e}, above {result.tolerance:.0e}; allow more steps",
                TrainingWarning,
                stacklevel=stacklevel(),
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
    if isinstance(kernel, SparseKernel):
        rate = learning_rate if single else None
        notes |= sparse_notes(kernel, penalty, rate, regularization, result.steps)
    if sequence is not None:
        notes["sequence"] = sequence
    own = None if targets is None else goals
    return Memory(spins, result.alpha, gamma, {**notes, **(provenance or {})}, targets=own)


def sparse_notes(
    kernel: SparseKernel,
    penalty: str,
    learning_rate: float | None,
    regularization: float,
    steps: int,
) -> dict[str, float]:
    """What a sparse matrix left out, and what that can have changed.

    Args:
        kernel: the matrix.
        penalty: `l2` or `l1`.
        learning_rate: of gradient descent, None for `converged`.
        regularization: lambda.
        steps: of gradient descent.

    Returns:
        kernel_entries, dropped (of a row at most) and, where it is proved, field_error: how much
        the field of any state can differ from the dense matrix's.
    """
    error = None
    if learning_rate is not None:
        squares = regularization if penalty == "l2" else 0.0
        error = descent_error(kernel, learning_rate, squares, steps)
    elif penalty == "l2":
        error = converged_error(kernel, regularization)
    notes: dict[str, float] = {"kernel_entries": kernel.entries, "dropped": kernel.dropped}
    return notes if error is None else {**notes, "field_error": error}


def _check_untrained(
    gamma: float | None,
    penalty: str,
    learning_rate: float,
    regularization: float,
    steps: int | None,
    matrix: str,
) -> None:
    """Refuse what would be left aside without a word."""
    given = {
        "gamma": (gamma, None),
        "penalty": (penalty, PENALTIES[0]),
        "learning_rate": (learning_rate, LEARNING_RATE),
        "regularization": (regularization, REGULARIZATION),
        "steps": (steps, None),
        "matrix": (matrix, KERNEL_MATRICES[0]),
    }
    for name, (value, default) in given.items():
        if value != default:
            raise InputError(
                f"{name} is {value}, but method {BAYES} trains nothing and takes gamma from the "
                "noise; leave it out"
            )


def _check_arguments(
    penalty: str,
    learning_rate: float,
    regularization: float,
    steps: int | None,
    matrix: str,
    method: str,
) -> None:
    check_choice("penalty", penalty, PENALTIES)
    check_choice("matrix", matrix, KERNEL_MATRICES)
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


def _check_fits(weights: int, size: int, method: str) -> None:
    """Refuse before the work what would end it: arrays that no form of the matrix does without."""
    taken, most = WORKING_ARRAYS[method] * size * weights, 4 * usable_memory()
    if taken > most:
        other = " or train by gradient-descent" if method == "converged" else ""
        raise InputError(
            f"training {weights} weights takes {size_text(taken)}, and this machine has "
            f"{size_text(most)} of memory; store fewer patterns{other}"
        )


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
            stacklevel=stacklevel(),
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
    kernel: KernelMatrix,
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
        multiply(kernel, alpha, out=fields)
        if progress is not None and (step == 1 or step % PROGRESS_EVERY == 0):
            loss = mean_loss(fields, alpha, targets, penalty, regularization)
            progress(step, steps, loss, mean_margin(fields, targets))
        expit(fields, out=fields)
        fields -= targets
        if penalty == "l2":
            np.multiply(alpha, regularization, out=change)
            fields += change
        multiply(kernel, fields, out=change)
        change *= learning_rate
        alpha -= change
        if penalty == "l1":
            soft_threshold(alpha, shrink, out=alpha)
    multiply(kernel, alpha, out=fields)
    loss = mean_loss(fields, alpha, targets, penalty, regularization)
    if progress is not None:
        progress(steps, steps, loss, mean_margin(fields, targets))
    return Trained(alpha, steps, loss, residual=0.0, tolerance=0.0)
