"""scikit-learn's float classifiers by radial kernels, and what of them must be held to answer."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from hwsim.bench.class_sets import GREY, GREY_BITS, IntArray, Split

FLOAT_BITS: Final = 32
FOLDS: Final = 3
GAMMAS: Final = (0.01, 0.03, 0.1)  # of features from 0 to 2
PENALTIES: Final = (1.0, 10.0)  # C, the inverse of the regularization
TAKEN: Final = 400  # samples at most of a Gaussian process, whose work grows as their cube


def support_vectors(split: Split) -> tuple[IntArray, int, int]:
    """SVC, on the grey values: support vectors, and a float for each of the other classes.

    Returns:
        Labels (q,), vectors held, bits.
    """
    from sklearn.model_selection import GridSearchCV
    from sklearn.svm import SVC

    values, asked = _values(split)
    grid = {"C": PENALTIES, "gamma": GAMMAS}
    search = GridSearchCV(SVC(), grid, cv=FOLDS).fit(values, split.labels)
    count = int(search.best_estimator_.n_support_.sum())
    pairs = split.classes * (split.classes - 1) // 2
    bits = count * (_sample(split) + (split.classes - 1) * FLOAT_BITS) + pairs * FLOAT_BITS
    return search.predict(asked), count, bits


def logistic_regression(split: Split, count: int | None) -> tuple[IntArray, int, int]:
    """Kernel logistic regression: LogisticRegression on Nyström's features of the kernel.

    Args:
        split: to learn from and to ask.
        count: samples, drawn at random, that the features come from; None for all, with the width
            and penalty that are best for 100.

    Returns:
        As `support_vectors`; the features' normalisation is within the weights.
    """
    from sklearn.kernel_approximation import Nystroem
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline

    values, asked = _values(split)
    model: Any = make_pipeline(
        Nystroem(n_components=count or 100, random_state=split.seed),
        LogisticRegression(max_iter=1000),
    )
    grid = {"nystroem__gamma": GAMMAS, "logisticregression__C": (*PENALTIES, 100.0)}
    search = GridSearchCV(model, grid, cv=FOLDS).fit(values, split.labels)
    model, held = search.best_estimator_, count or len(values)
    if count is None:
        model = model.set_params(nystroem__n_components=held).fit(values, split.labels)
    bits = held * _sample(split) + model[-1].coef_.size * FLOAT_BITS + split.classes * FLOAT_BITS
    return model.predict(asked), held, bits


def gaussian_process(split: Split) -> tuple[IntArray, int, int]:
    """GaussianProcessClassifier, Laplace's approximation, on TAKEN samples drawn at random.

    Its width is the likeliest of three.

    Returns:
        As `support_vectors`; labels need each sample and a float a class, no covariances.
    """
    from sklearn.gaussian_process import GaussianProcessClassifier
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel

    values, asked = _values(split)

    def model(gamma: float) -> Any:
        kernel = ConstantKernel(10.0) * RBF(1 / np.sqrt(2 * gamma))
        return GaussianProcessClassifier(kernel, optimizer=None)

    chosen = np.random.default_rng(split.seed).permutation(len(values))[:TAKEN]
    tried = [model(gamma).fit(values[chosen], split.labels[chosen]) for gamma in GAMMAS]
    likely = [float(np.mean(each.log_marginal_likelihood())) for each in tried]
    fitted = tried[int(np.argmax(likely))]
    fields = 1 if split.classes == 2 else split.classes
    bits = len(chosen) * (_sample(split) + fields * FLOAT_BITS)
    return fitted.predict(asked), len(chosen), bits


def _values(split: Split) -> tuple[Any, Any]:
    """Features from 0 to 2."""
    return split.grey / GREY * 2, split.asked_grey / GREY * 2


def _sample(split: Split) -> int:
    return split.features * GREY_BITS
