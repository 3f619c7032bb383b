"""Training by hwsim and by others: the same patterns and loss, in turns.

scikit-learn's logistic regression minimises sum loss + |w|**2 / (2 C) over weights w of features.
With the kernel matrix K = L L', the rows of L as features and C = 1 / lambda that is the loss of
kernel logistic regression, w = L' alpha. It trains one neuron at a time, so a few stand for all.

Falkon (Rudi, Carratino and Rosasco, 2017; for the logistic loss Marteau-Ferey, Bach and Rudi,
2019) takes a random part of the patterns as centres, here half, and preconditions conjugate
gradients with the centres' own kernel matrix. Written out here for all neurons at once, as hwsim's
own solver is.
"""

from __future__ import annotations

import statistics
import time
import warnings
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from scipy.linalg import cholesky, solve_triangular
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from hwsim.bench import machine
from hwsim.choices import REGULARIZATION
from hwsim.reference.data import random_patterns
from hwsim.reference.kernel import FloatArray, rbf_kernel
from hwsim.reference.metrics import bit_accuracy_of
from hwsim.reference.training import TrainingWarning, mean_loss, train
from hwsim.spins import SpinArray, bits_from_spins

Progress = Callable[[int, int], None]
Solver = Callable[[SpinArray, float], tuple[FloatArray, float]]  # alpha, and times its seconds

NEURONS: Final = 1000
PATTERNS: Final = 3000
GAMMAS: Final = (0.02, 0.0017)  # nothing but the diagonal matters, and everything does
ROUNDS: Final = 3
FEW: Final = 4  # neurons that scikit-learn trains
JITTER: Final = 1e-10  # on diagonals, for factors of what rounding made indefinite


def _hwsim(method: str, matrix: str) -> Solver:
    def solve(patterns: SpinArray, gamma: float) -> tuple[FloatArray, float]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", TrainingWarning)
            return train(patterns, gamma, method=method, matrix=matrix).alpha, 1.0

    return solve


def _factor(kernel: FloatArray) -> FloatArray:
    """Lower L with L L' the kernel matrix."""
    lower: FloatArray = cholesky(kernel + JITTER * np.eye(len(kernel)), lower=True)
    return lower


def scikit_learn(patterns: SpinArray, gamma: float) -> tuple[FloatArray, float]:
    """The first FEW neurons by scikit-learn; alpha (P, FEW) and how often their time is all's."""
    lower = _factor(rbf_kernel(patterns, patterns, gamma))
    few = min(FEW, patterns.shape[1])
    targets = bits_from_spins(patterns[:, :few])
    weights = np.empty((len(lower), few))
    for neuron in range(few):
        model = LogisticRegression(
            C=1 / REGULARIZATION, fit_intercept=False, tol=1e-6, max_iter=500
        )
        weights[:, neuron] = model.fit(lower, targets[:, neuron]).coef_[0]
    return solve_triangular(lower, weights, lower=True, trans=1), patterns.shape[1] / few


def falkon_like(
    patterns: SpinArray, gamma: float, centres: int | None = None, newton: int = 8, inner: int = 10
) -> tuple[FloatArray, float]:
    """Newton steps on weights of some patterns alone, each by preconditioned conjugate gradients.

    With L L' the centres' kernel matrix, the weights are alpha = inv(L') v, which makes the penalty
    lambda |v|**2 / 2; the Hessian G' D G + lambda, with G = K_nm inv(L') and D the logistic
    slopes, is preconditioned by its value on the centres with the mean slope, lambda + c L' L.
    """
    stored, neurons = patterns.shape
    count = centres or -(-stored // 2)
    chosen = np.sort(np.random.default_rng(0).permutation(stored)[:count])
    lower = _factor(rbf_kernel(patterns[chosen], patterns[chosen], gamma))
    features = solve_triangular(lower, rbf_kernel(patterns[chosen], patterns, gamma), lower=True).T
    targets = bits_from_spins(patterns).astype(np.float64)
    weights = np.zeros((count, neurons))
    gram = lower.T @ lower
    for _ in range(newton):
        y = expit(features @ weights)
        slope = y * (1 - y)
        gradient = features.T @ (y - targets) + REGULARIZATION * weights
        scale = float(slope.mean()) * stored / count
        outer = cholesky(scale * gram + REGULARIZATION * np.eye(count), lower=True)
        weights -= _preconditioned(features, slope, outer, gradient, inner)
    alpha = np.zeros((stored, neurons))
    alpha[chosen] = solve_triangular(lower, weights, lower=True, trans=1)
    return alpha, 1.0


def _preconditioned(
    features: FloatArray, slope: FloatArray, outer: FloatArray, right: FloatArray, iterations: int
) -> FloatArray:
    """Solve (G' D G + lambda) u = right for every neuron; `outer` factors the preconditioner."""

    def precondition(vectors: FloatArray) -> FloatArray:
        half = solve_triangular(outer, vectors, lower=True)
        return np.asarray(solve_triangular(outer, half, lower=True, trans=1))

    solution = np.zeros_like(right)
    remainder = right.copy()
    search = ready = precondition(remainder)
    squares = np.sum(remainder * ready, axis=0)
    for _ in range(iterations):
        product = features.T @ (slope * (features @ search)) + REGULARIZATION * search
        pace = squares / np.maximum(np.sum(search * product, axis=0), np.finfo(float).tiny)
        solution += pace * search
        remainder -= pace * product
        ready = precondition(remainder)
        renewed = np.sum(remainder * ready, axis=0)
        search = ready + renewed / np.maximum(squares, np.finfo(float).tiny) * search
        squares = renewed
    return solution


# Name to solver; gradient descent is unstable at the smaller gamma and stays out of it.
SOLVERS: Final[dict[str, Solver]] = {
    "hwsim, gradient descent": _hwsim("gradient-descent", "auto"),
    "hwsim, converged": _hwsim("converged", "auto"),
    "hwsim, converged, dense": _hwsim("converged", "dense"),
    "scikit-learn": scikit_learn,
    "Falkon-like, half the centres": falkon_like,
}


def _chosen(gamma: float) -> dict[str, Solver]:
    if gamma == max(GAMMAS):
        return SOLVERS
    return {name: SOLVERS[name] for name in list(SOLVERS)[2:]}


def measure(seed: int = 0, progress: Progress | None = None) -> dict[str, Any]:
    """Train the same patterns by every solver in turns.

    Returns:
        `cases` with the median, least and most seconds, loss and bit accuracy of each solver,
        `machine` and `settings`, ready for JSON.
    """
    patterns = random_patterns(NEURONS, PATTERNS, seed)
    total = ROUNDS * sum(len(_chosen(gamma)) for gamma in GAMMAS)
    done, cases = 0, []
    for gamma in GAMMAS:
        spent: dict[str, list[float]] = {name: [] for name in _chosen(gamma)}
        found = {}
        for _ in range(ROUNDS):
            for name, solve in _chosen(gamma).items():
                start = time.perf_counter()
                found[name], times = solve(patterns, gamma)
                spent[name].append(times * (time.perf_counter() - start))
                done += 1
                if progress is not None:
                    progress(done, total)
        kernel = rbf_kernel(patterns, patterns, gamma)
        cases += [_case(name, gamma, patterns, kernel, found[name], spent[name]) for name in spent]
    return {"cases": cases, "machine": machine(), "settings": {"seed": seed, "rounds": ROUNDS}}


def _case(
    name: str,
    gamma: float,
    patterns: SpinArray,
    kernel: FloatArray,
    alpha: FloatArray,
    spent: list[float],
) -> dict[str, Any]:
    own = patterns[:, : alpha.shape[1]]
    fields = kernel @ alpha.astype(np.float64)
    targets = bits_from_spins(own).astype(np.float64)
    return {
        "name": name,
        "neurons": patterns.shape[1],
        "patterns": len(patterns),
        "gamma": gamma,
        "trained": alpha.shape[1],
        "seconds": statistics.median(spent),
        "least": min(spent),
        "most": max(spent),
        "loss": mean_loss(fields, alpha.astype(np.float64), targets, "l2", REGULARIZATION),
        "bit_accuracy": bit_accuracy_of(fields, own),
    }
