"""The minimum of kernel logistic regression itself, all neurons side by side.

Every heavy operation is one matrix product with K for all N neurons at once; the neurons differ
only in elementwise factors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from hwsim.reference.kernel import FloatArray
from hwsim.reference.kernel_matrix import KernelMatrix

Progress = Callable[[int, int, float, float], None]  # step, steps, mean loss, mean margin

L2_STEPS = 200
L2_TOLERANCE = 1e-7  # of max |y - t + lambda alpha|, where |y - t| itself is about 0.03
L1_STEPS = 5000
L1_TOLERANCE = 1e-3  # of max |proximal step| over the step size; lambda itself is 0.01


@dataclass(frozen=True, eq=False)
class Trained:
    """Weights and how far they are from the minimum.

    Attributes:
        alpha: (P, N).
        steps: iterations run.
        loss: mean over P * N.
        residual: greatest violation of the optimality condition.
        tolerance: what the residual should be at most.
    """

    alpha: FloatArray
    steps: int
    loss: float
    residual: float
    tolerance: float


def soft_threshold(values: FloatArray, amount: float, out: FloatArray) -> FloatArray:
    """sign(v) * max(|v| - amount, 0), the proximal map of `amount` * |v|."""
    clipped = np.clip(values, -amount, amount)
    return np.subtract(values, clipped, out=out)


def mean_margin(fields: FloatArray, targets: FloatArray) -> float:
    """Mean of spin times field, where `fields` (P, N) are those in the stored patterns."""
    return float(np.mean(np.where(targets > 0, fields, -fields), dtype=np.float64))


def _data_loss(fields: FloatArray, targets: FloatArray) -> FloatArray:
    """Per neuron, sum over patterns of softplus(h) - t h, (N,)."""
    losses: FloatArray = np.sum(np.logaddexp(0, fields) - targets * fields, axis=0)
    return losses


def solve_l2(
    kernel: KernelMatrix,
    targets: FloatArray,
    regularization: float,
    top: float,
    steps: int | None,
    progress: Progress | None,
) -> Trained:
    """Newton's method with conjugate gradients inside and a line search for each neuron.

    At the minimum F = y - t + lambda alpha is 0. Its Jacobian is D K + lambda with
    D = y (1 - y); with S = sqrt(D) the Newton step is S u, u the solution of the symmetric system
    (S K S + lambda) u = -F / S. This scaling is the preconditioner: near the minimum D is about
    lambda |alpha|, so lambda drops out of the condition number and a few products suffice however
    small it is.

    Args:
        kernel: (P, P) float64.
        targets: (P, N) of 0 and 1.
        regularization: lambda, positive.
        top: unused here; the L1 solver's step needs it.
        steps: most Newton steps, None for 200.
        progress: called with (step, steps, mean loss, mean margin).
    """
    most = steps or L2_STEPS
    alpha = np.zeros_like(targets)
    fields = np.zeros_like(targets)
    losses = _data_loss(fields, targets)
    residual = np.inf
    step = 0
    while True:
        y = expit(fields)
        gradient = y - targets + regularization * alpha
        residual = float(np.abs(gradient).max())
        if residual <= L2_TOLERANCE or step == most:
            break
        step += 1
        # The floor keeps 1 / S finite where the logistic curve is flat to machine precision.
        slope = np.sqrt(np.maximum(y * (1 - y), 1e-12))
        direction = slope * _conjugate_gradients(
            kernel, slope, regularization, -gradient / slope, accuracy=min(0.1, residual)
        )
        climb = kernel @ direction
        tau = _line_search(
            alpha, fields, direction, climb, gradient, targets, regularization, losses
        )
        alpha += tau * direction
        fields += tau * climb
        losses = _data_loss(fields, targets)
        losses += regularization / 2 * np.sum(alpha * fields, axis=0)
        if progress is not None:
            loss = float(losses.sum() / targets.size)
            progress(step, most, loss, mean_margin(fields, targets))
        if not tau.any():
            break
    return Trained(alpha, step, float(losses.sum() / targets.size), residual, L2_TOLERANCE)


def _conjugate_gradients(
    kernel: KernelMatrix,
    slope: FloatArray,
    regularization: float,
    right: FloatArray,
    accuracy: float,
    iterations: int = 200,
) -> FloatArray:
    """Solve (S K S + lambda) u = right, one system a column, to a relative `accuracy`."""
    solution = np.zeros_like(right)
    remainder = right.copy()
    search = remainder.copy()
    squares = np.sum(remainder**2, axis=0)
    goal = accuracy**2 * squares
    for _ in range(iterations):
        open_columns = squares > goal
        if not open_columns.any():
            break
        product = slope * (kernel @ (slope * search)) + regularization * search
        curvature = np.sum(search * product, axis=0)
        pace = np.where(open_columns, squares / np.where(open_columns, curvature, 1), 0)
        solution += pace * search
        remainder -= pace * product
        renewed = np.sum(remainder**2, axis=0)
        ratio = np.where(open_columns, renewed / np.where(open_columns, squares, 1), 0)
        search = remainder + ratio * search
        squares = np.where(open_columns, renewed, squares)
    return solution


def _line_search(
    alpha: FloatArray,
    fields: FloatArray,
    direction: FloatArray,
    climb: FloatArray,
    gradient: FloatArray,
    targets: FloatArray,
    regularization: float,
    losses: FloatArray,
) -> FloatArray:
    """Per neuron, the first of 1, 1/2, 1/4, … that lowers its loss enough (Armijo); 0 if none."""
    descent = np.sum(gradient * climb, axis=0)  # K's gradient with K moved to the direction
    slack = 1e-12 * np.abs(losses)  # rounding of the sums, which matters in the last steps
    tau = np.ones(targets.shape[1])
    for _ in range(40):
        moved = fields + tau * climb
        trial = _data_loss(moved, targets)
        trial += regularization / 2 * np.sum((alpha + tau * direction) * moved, axis=0)
        failing = trial > losses + 1e-4 * tau * descent + slack
        if not failing.any():
            return tau
        tau = np.where(failing, tau / 2, tau)
    return np.where(failing, 0, tau)


def solve_l1(
    kernel: KernelMatrix,
    targets: FloatArray,
    regularization: float,
    top: float,
    steps: int | None,
    progress: Progress | None,
) -> Trained:
    """FISTA with a restart for each neuron whose momentum has turned against its gradient.

    Args:
        kernel: (P, P) float64.
        targets: (P, N) of 0 and 1.
        regularization: lambda.
        top: the kernel's largest eigenvalue; the step is 4 / top**2.
        steps: most proximal steps, None for 5000.
        progress: called every tenth step with (step, steps, mean loss, mean margin).
    """
    most = steps or L1_STEPS
    pace = 4 / (1.001 * top) ** 2  # the power iteration's estimate is a little low
    alpha = np.zeros_like(targets)
    ahead = alpha.copy()
    momentum = np.ones(targets.shape[1])
    residual = np.inf
    step = 0
    while residual > L1_TOLERANCE and step < most:
        step += 1
        gradient = kernel @ (expit(kernel @ ahead) - targets)
        moved = ahead - pace * gradient
        soft_threshold(moved, pace * regularization, out=moved)
        residual = float(np.abs(moved - ahead).max()) / pace
        turned = np.sum((ahead - moved) * (moved - alpha), axis=0) > 0
        following = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        weight = np.where(turned, 0, (momentum - 1) / following)
        momentum = np.where(turned, 1, following)
        ahead = moved + weight * (moved - alpha)
        alpha = moved
        if progress is not None and step % 10 == 0:
            fields = kernel @ alpha
            loss = _l1_loss(fields, alpha, targets, regularization)
            progress(step, most, loss, mean_margin(fields, targets))
    loss = _l1_loss(kernel @ alpha, alpha, targets, regularization)
    return Trained(alpha, step, loss, residual, L1_TOLERANCE)


def _l1_loss(
    fields: FloatArray, alpha: FloatArray, targets: FloatArray, regularization: float
) -> float:
    total = _data_loss(fields, targets).sum() + regularization * np.abs(alpha).sum()
    return float(total / targets.size)
