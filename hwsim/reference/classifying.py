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
from hwsim.reference.kernel import hamming_distances
from hwsim.reference.memory import Memory
from hwsim.spins import SpinArray

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

ROUNDS: Final = 50  # of k-majority at most; it ends when no prototype changes
ITERATIONS: Final = 200  # of L-BFGS at most
REGULARIZATION: Final = 1e-4
GAMMAS: Final = (0.8, 1.6, 3.2, 6.4, 12.8)  # gamma * N that are tried
HELD_OUT: Final = 0.25  # of each class, by which one of them is chosen


def even_thresholds(values: npt.NDArray[Any], levels: int) -> FloatArray:
    """Thresholds evenly spaced between each column's least and greatest value, (levels, columns).

    Args:
        values: (n, columns) numbers.
        levels: 1 or more.
    """
    low, high = values.min(axis=0).astype(np.float64), values.max(axis=0).astype(np.float64)
    places = np.arange(1, levels + 1)[:, np.newaxis] / (levels + 1)
    between: FloatArray = low * (1 - places) + high * places  # no difference, which could overflow
    return between


def thermometer(values: npt.NDArray[Any], thresholds: FloatArray) -> SpinArray:
    """A spin for each threshold, +1 where the value is above it.

    Args:
        values: (n, columns) numbers.
        thresholds: (levels, columns).

    Returns:
        (n, levels * columns) int8 of ±1, all columns at the first threshold, then at the next.
    """
    above = values[:, np.newaxis, :] > thresholds
    return np.where(above.reshape(len(values), -1), 1, -1).astype(np.int8)


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


def choose_gamma(
    samples: SpinArray,
    labels: IntArray,
    count: int,
    *,
    regularization: float = REGULARIZATION,
    seed: int = 0,
) -> float:
    """The gamma whose float classifier is right most often on samples held out of the training.

    Of equal ones the smallest; the middle one where a class is too small to hold any out.

    Args:
        samples: (n, N) int8 of ±1.
        labels: (n,) classes 0 … M - 1.
        count: prototypes of a class.
        regularization: as for `train_classifier`.
        seed: of prototypes and of what is held out.
    """
    choices = [each / int(samples.shape[1]) for each in GAMMAS]
    rng = np.random.default_rng(seed)
    out = np.zeros(len(labels), dtype=np.bool_)
    for label in range(int(labels.max()) + 1):
        own = rng.permutation(np.flatnonzero(labels == label))
        if len(own) < 2:
            return choices[len(choices) // 2]
        out[own[: max(int(HELD_OUT * len(own)), 1)]] = True
    found, owners = binary_prototypes(samples[~out], labels[~out], count, seed)
    right = []
    for gamma in choices:
        memory = train_classifier(
            found, owners, samples[~out], labels[~out], gamma, regularization=regularization
        )
        fields = memory.kernel(samples[out]) @ memory.alpha
        right.append(int((fields.argmax(axis=1) == labels[out]).sum()))
    return choices[int(np.argmax(right))]


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


def check_regularization(value: float) -> None:
    """Raise InputError unless it is 0 or more, and finite."""
    if not (np.isfinite(value) and value >= 0):
        raise InputError(f"regularization is {value}; it must be 0 or more")


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
    check_regularization(regularization)
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
