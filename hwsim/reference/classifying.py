"""Classes by kernel values of a few prototypes: which ones, and a softmax regression on them.

A query's features are its kernel values with the P prototypes, counted from the nearest one, as the
engine counts them; its M fields are their sums times alpha, and the largest says the class. That is
the function of ProtoNN (Gupta et al., ICML 2017), with Hamming distances in place of a projection.
Prototypes are not the samples: all samples take part in the regression, so that a few prototypes
carry what many samples say.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import log_softmax

from hwsim.errors import InputError
from hwsim.reference.kernel import FloatArray, hamming_distances
from hwsim.reference.memory import Memory
from hwsim.spins import SpinArray

IntArray = npt.NDArray[np.int64]

ROUNDS: Final = 50  # of k-majority at most; it ends when no prototype changes
ITERATIONS: Final = 200  # of L-BFGS at most
REGULARIZATION: Final = 1e-4


def binary_prototypes(
    samples: SpinArray, labels: IntArray, count: int, seed: int = 0
) -> tuple[SpinArray, IntArray]:
    """Up to `count` prototypes a class, by k-means with Hamming distances (k-majority).

    A prototype's spin is that of most samples nearest to it, and stays where these are even.

    Args:
        samples: (n, N) int8 of ±1.
        labels: (n,) classes 0 … M - 1, each at least once.
        count: of a class; one with fewer different samples has these.
        seed: of the samples that prototypes start from.

    Returns:
        (P, N) int8 of ±1 and the classes that they belong to, (P,), ascending.
    """
    rng = np.random.default_rng(seed)
    found, owners = [], []
    for label in range(int(labels.max()) + 1):
        own = _majorities(samples[labels == label], count, rng)
        found.append(own)
        owners.append(np.full(len(own), label, dtype=np.int64))
    return np.concatenate(found), np.concatenate(owners)


def _majorities(samples: SpinArray, count: int, rng: np.random.Generator) -> SpinArray:
    different = np.unique(samples, axis=0)
    centres = different[rng.permutation(len(different))[:count]]
    if len(centres) < count:
        return centres
    for _ in range(ROUNDS):
        nearest = hamming_distances(samples, centres).argmin(axis=1)
        members = np.eye(count, dtype=np.float64)[nearest]
        sums = members.T @ samples
        moved = np.where(sums == 0, centres, np.sign(sums)).astype(np.int8)
        if np.array_equal(moved, centres):
            break
        centres = moved
    return centres


def class_targets(owners: IntArray, classes: int) -> SpinArray:
    """Each prototype's class as a target, (P, M) int8 with a single +1 a row."""
    targets = np.full((len(owners), classes), -1, dtype=np.int8)
    targets[np.arange(len(owners)), owners] = 1
    return targets


def log_loss(fields: FloatArray, labels: IntArray) -> tuple[float, FloatArray]:
    """Mean of -log softmax(fields)[label], and its derivative by the fields (n, M)."""
    logs = log_softmax(fields, axis=1)
    rows = np.arange(len(labels))
    slope = np.exp(logs)
    slope[rows, labels] -= 1
    return -float(logs[rows, labels].mean()), slope / len(labels)


def train_classifier(
    prototypes: SpinArray,
    owners: IntArray,
    samples: SpinArray,
    labels: IntArray,
    gamma: float,
    *,
    regularization: float = REGULARIZATION,
    provenance: dict[str, Any] | None = None,
) -> Memory:
    """Softmax regression on the prototypes' kernel values, by L-BFGS.

    Minimises the mean log loss over the samples plus regularization / 2 * sum of alpha**2.

    Args:
        prototypes: (P, N) int8 of ±1.
        owners: (P,) class of each, kept as targets.
        samples: (n, N) int8 of ±1.
        labels: (n,) classes 0 … M - 1.
        gamma: the kernel's width.
        regularization: 0 or more.
        provenance: kept in the memory beside what is found here.

    Returns:
        A memory of the prototypes with M outputs.

    Raises:
        InputError: sizes disagree or a number is not legal.
    """
    if len(samples) != len(labels):
        raise InputError(f"labels has {len(labels)} entries, samples {len(samples)}; give one each")
    if not (np.isfinite(regularization) and regularization >= 0):
        raise InputError(f"regularization is {regularization}; it must be 0 or more")
    classes = int(max(labels.max(), owners.max())) + 1
    targets = class_targets(owners, classes)
    kernel = Memory(prototypes, targets.astype(np.float64), gamma, targets=targets).kernel(samples)

    def objective(flat: FloatArray) -> tuple[float, FloatArray]:
        alpha = flat.reshape(targets.shape)
        loss, slope = log_loss(kernel @ alpha, labels)
        gradient = kernel.T @ slope + regularization * alpha
        return loss + regularization / 2 * float((alpha**2).sum()), gradient.ravel()

    start = np.zeros(targets.size)
    result = minimize(
        objective, start, jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS}
    )
    notes = {
        "method": "softmax",
        "regularization": regularization,
        "steps": int(result.nit),
        "loss": float(result.fun),
    }
    alpha = result.x.reshape(targets.shape)
    return Memory(prototypes, alpha, gamma, {**notes, **(provenance or {})}, targets=targets)
