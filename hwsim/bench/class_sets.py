"""Labelled sets that scikit-learn carries or makes, split, and binarised in two ways.

A thermometer code has a spin for each of a few thresholds of a feature. A learned projection has a
spin for each of as many axes as there are features: principal axes, turned until their signs fit
the samples best (iterative quantization: Gong and Lazebnik, CVPR 2011).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.reference import classifying
from hwsim.spins import SpinArray

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

TEST_SHARE: Final = 0.25
GREY: Final = 16.0  # features are whole numbers from 0 to this
GREY_BITS: Final = 5
OUTLIERS: Final = 2.5  # percent at either end that a feature's range leaves out
TURNS: Final = 50  # of the projection
PROJECTION_BITS: Final = 8  # of a number of it


@dataclass(frozen=True, eq=False)
class Split:
    """A part to learn from and a part to be asked about, in numbers and in spins.

    Attributes:
        grey, asked_grey: (n, features) float64, whole numbers from 0 to 16.
        labels, asked_labels: (n,) int64.
        spins, asked: (n, N) int8 of ±1 by number of thresholds.
        seed: of all that is random in it.
        fine: the number of thresholds that most contenders take.
    """

    grey: FloatArray
    asked_grey: FloatArray
    labels: IntArray
    asked_labels: IntArray
    spins: Mapping[int, SpinArray]
    asked: Mapping[int, SpinArray]
    seed: int
    fine: int

    @property
    def features(self) -> int:
        """Numbers a sample has."""
        return int(self.grey.shape[1])

    @property
    def classes(self) -> int:
        """M."""
        return int(self.labels.max()) + 1


@dataclass(frozen=True)
class LabelledSet:
    """Where samples come from.

    Attributes:
        load: gives (n, features) numbers and (n,) labels from 0.
        text: what it is.
        thresholds: numbers of them a feature, the finest last.
        ranged: whether the training part's range is scaled to 0 … 16; digits have it already.
    """

    load: Callable[[], tuple[npt.NDArray[Any], npt.NDArray[Any]]]
    text: str
    thresholds: tuple[int, ...]
    ranged: bool = True


def _digits() -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    from sklearn.datasets import load_digits

    values, labels = load_digits(return_X_y=True)
    return values, labels


def _breast_cancer() -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    from sklearn.datasets import load_breast_cancer

    values, labels = load_breast_cancer(return_X_y=True)
    return values, labels


def _synthetic() -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    from sklearn.datasets import make_classification

    values, labels = make_classification(
        1200, 20, n_informative=8, n_redundant=4, n_classes=4, n_clusters_per_class=2,
        class_sep=1.5, flip_y=0.02, random_state=17,
    )  # fmt: skip
    return values, labels


SETS: Final[Mapping[str, LabelledSet]] = {
    "digits": LabelledSet(_digits, "scikit-learn's 1797 digits of 8 x 8 pixels", (1, 2), False),
    "breast cancer": LabelledSet(
        _breast_cancer, "scikit-learn's 569 biopsies of 30 numbers in 2 classes", (4,)
    ),
    "synthetic": LabelledSet(
        _synthetic, "1200 samples of 20 numbers in 4 classes by make_classification", (4,)
    ),
}


def split_of(name: str, seed: int) -> Split:
    """A split of one of `SETS`: a share of each class is held out, all else is to learn from."""
    chosen = SETS[name]
    values, labels = chosen.load()
    rng = np.random.default_rng([seed, 17])
    out = np.zeros(len(labels), dtype=np.bool_)
    for label in range(int(labels.max()) + 1):
        own = rng.permutation(np.flatnonzero(labels == label))
        out[own[: round(TEST_SHARE * len(own))]] = True
    grey = _scaled(values, values[~out]) if chosen.ranged else values
    spins, asked = {}, {}
    ends = np.repeat([[0.0], [GREY]], grey.shape[1], axis=1)
    for levels in chosen.thresholds:
        thresholds = classifying.even_thresholds(ends, levels)
        spins[levels] = classifying.thermometer(grey[~out], thresholds)
        asked[levels] = classifying.thermometer(grey[out], thresholds)
    return Split(
        grey[~out], grey[out], labels[~out].astype(np.int64), labels[out].astype(np.int64),
        spins, asked, seed, chosen.thresholds[-1],
    )  # fmt: skip


def _scaled(values: npt.NDArray[Any], known: npt.NDArray[Any]) -> FloatArray:
    """The range of what is known, but for outliers, as whole numbers from 0 to GREY."""
    low, high = np.percentile(known, [OUTLIERS, 100 - OUTLIERS], axis=0)
    span = np.where(high > low, high - low, 1.0)
    scaled: FloatArray = np.rint(np.clip((values - low) / span, 0, 1) * GREY)
    return scaled


def projected(split: Split) -> tuple[SpinArray, SpinArray, int]:
    """Spins by a learned projection of 8-bit numbers.

    Returns:
        (n, features) and (q, features) int8 of ±1, and bits of the projection and its thresholds.
    """
    middle = split.grey.mean(axis=0)
    centred = split.grey - middle
    axes = np.linalg.svd(centred, full_matrices=False)[2].T
    rng = np.random.default_rng([split.seed, 19])
    turn = np.linalg.qr(rng.normal(size=(axes.shape[1], axes.shape[1])))[0]
    flat = centred @ axes
    for _ in range(TURNS):  # the turn that fits the signs best, then the signs of what it turns
        left, _, right = np.linalg.svd(np.where(flat @ turn > 0, 1.0, -1.0).T @ flat)
        turn = (left @ right).T
    whole = axes @ turn
    step = np.abs(whole).max() / (2 ** (PROJECTION_BITS - 1) - 1)
    rounded = np.rint(whole / step)
    thresholds = np.rint(middle @ rounded)
    spins, asked = (
        np.where(values @ rounded > thresholds, 1, -1).astype(np.int8)
        for values in (split.grey, split.asked_grey)
    )
    # a threshold is as wide as the sum that it is held against
    wide = PROJECTION_BITS + GREY_BITS + int(np.ceil(np.log2(split.features)))
    return spins, asked, PROJECTION_BITS * rounded.size + wide * rounded.shape[1]
