"""The memory as scikit-learn knows transformers."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from hwsim.api.image import recall
from hwsim.api.memory import lower, train
from hwsim.choices import BAYES, LEARNING_RATE, NOISE, REGULARIZATION
from hwsim.design import FIELDS, Design
from hwsim.errors import InputError
from hwsim.hardware.outcome import Recalls
from hwsim.reference.queries import noisy_queries
from hwsim.spins import SpinArray, as_array, checked_patterns
from hwsim.typed import typed

SCALE = 2.0  # gamma * N of the paper: 0.02 at N = 100


class KernelMemory(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """A kernel associative memory: `fit` stores rows, `predict` completes noisy ones, bit-exactly.

    It stores X itself, so `y` plays no part in `fit`. All it recalls comes from the image, that
    is, from the integers that the hardware holds.

    Args:
        gamma: width of the kernel exp(-gamma |x - y|**2); `scale` is 2 / N.
        method: of training, as in `hwsim.train`; but `converged` by default, for gradient descent
            with one step size does not suit whatever X a pipeline brings.
        penalty, learning_rate, regularization, steps: of training, as in `hwsim.train`.
        binarize: a value above it is a spin of +1, any other one of -1, as in BernoulliNB; 0.0
            suits ±1 and 0/1 alike. None takes ±1 alone and refuses all else.
        noise: fraction of spins that `score` flips, 0 to 1; with method `bayes` also the one that
            the memory is made for, and sets gamma.
        bits, quantizer, kernel_bits, lanes: of the image, as in `hwsim.Design`.
        offset_bits, offset_frac_bits, offset_source: likewise.
        kernel_origin, max_steps, plane_weights: likewise.
        dataflow, stop, winner, radius, coarse_words: likewise; of no result, but of its cost, as
            the next four.
        queries_in_flight, engines, pipelined, external_weights: likewise.
        seed: likewise; it also draws the spins that `score` flips.

    Attributes:
        memory_: the float memory, a `hwsim.Memory`.
        image_: the integers, a `hwsim.Image`.
        n_features_in_: N.
        feature_names_in_: the columns' names, where X had some.

    Example:
        >>> from hwsim.sklearn import KernelMemory
        >>> memory = KernelMemory(bits=2, lanes=8).fit([[1, -1, 1, -1], [1, 1, -1, -1]])
        >>> memory.predict([[1, -1, 1, 1]])
        array([[ 1, -1,  1, -1]], dtype=int8)
    """

    def __init__(
        self,
        gamma: float | str = "scale",
        *,
        method: str = "converged",
        penalty: str = "l2",
        learning_rate: float = LEARNING_RATE,
        regularization: float = REGULARIZATION,
        steps: int | None = None,
        binarize: float | None = 0.0,
        noise: float = NOISE,
        bits: int = Design.bits,
        quantizer: str = Design.quantizer,
        kernel_bits: int = Design.kernel_bits,
        lanes: int = Design.lanes,
        offset_bits: int = Design.offset_bits,
        offset_frac_bits: int | None = Design.offset_frac_bits,
        kernel_origin: str | None = Design.kernel_origin,
        max_steps: int | None = Design.max_steps,
        plane_weights: tuple[int, ...] | None = Design.plane_weights,
        offset_source: str = Design.offset_source,
        seed: int = Design.seed,
        dataflow: str = Design.dataflow,
        stop: bool = Design.stop,
        winner: bool = Design.winner,
        radius: bool = Design.radius,
        coarse_words: int = Design.coarse_words,
        queries_in_flight: int = Design.queries_in_flight,
        engines: int = Design.engines,
        pipelined: bool = Design.pipelined,
        external_weights: int = Design.external_weights,
    ) -> None:
        self.gamma = gamma
        self.method = method
        self.penalty = penalty
        self.learning_rate = learning_rate
        self.regularization = regularization
        self.steps = steps
        self.binarize = binarize
        self.noise = noise
        self.bits = bits
        self.quantizer = quantizer
        self.kernel_bits = kernel_bits
        self.lanes = lanes
        self.offset_bits = offset_bits
        self.offset_frac_bits = offset_frac_bits
        self.kernel_origin = kernel_origin
        self.max_steps = max_steps
        self.plane_weights = plane_weights
        self.offset_source = offset_source
        self.seed = seed
        self.dataflow = dataflow
        self.stop = stop
        self.winner = winner
        self.radius = radius
        self.coarse_words = coarse_words
        self.queries_in_flight = queries_in_flight
        self.engines = engines
        self.pipelined = pipelined
        self.external_weights = external_weights

    def fit(self, X: npt.ArrayLike, y: Any = None) -> Self:
        """Store the rows of X.

        Args:
            X: (P, N), binarized as `binarize` says.
            y: not used.

        Raises:
            InputError: a parameter is not legal, or X is no ±1 where `binarize` is None.
        """
        patterns = self._spins(X, reset=True)
        scaled = isinstance(self.gamma, str) and self.gamma == "scale"
        gamma = SCALE / patterns.shape[1] if scaled else self.gamma
        design = Design(**{name: getattr(self, name) for name in FIELDS})
        untrained = self.method == BAYES
        self.memory_ = train(
            patterns,
            None if untrained and scaled else gamma,  # type: ignore[arg-type]
            method=self.method,
            noise=self.noise if untrained else None,
            penalty=self.penalty,
            learning_rate=self.learning_rate,
            regularization=self.regularization,
            steps=self.steps,
        )
        self.image_ = lower(self.memory_, design)
        return self

    def recall(self, X: npt.ArrayLike) -> Recalls:
        """Recall each row of X (Q, N): states, steps, flags, distances and counts."""
        check_is_fitted(self)
        return recall(self.image_, self._spins(X, reset=False))

    def predict(self, X: npt.ArrayLike) -> SpinArray:
        """What each row of X (Q, N) is completed to, (Q, N) int8 of ±1."""
        return self.recall(X).states

    def transform(self, X: npt.ArrayLike) -> SpinArray:
        """As `predict`: the memory cleans the rows for the next step of a pipeline."""
        return self.predict(X)

    def score(self, X: npt.ArrayLike, y: Any = None) -> float:
        """Recall accuracy: the share of bits that come back right.

        Args:
            X: (Q, N), rows to recall.
            y: (Q, N), what each should come back as. None stands for X itself, which is then
                recalled with `noise` of its spins flipped; so do one-dimensional labels, which
                mean nothing here and in `fit`.
        """
        check_is_fitted(self)
        targets = queries = self._spins(X, reset=False)
        if y is None or np.ndim(y) == 1:
            queries, _ = noisy_queries(
                targets, None, *_drawn(self.noise, self.seed), order="stored"
            )
        else:
            targets = self._binarized(as_array(y, "y"), "y")
            if targets.shape != queries.shape:
                raise InputError(f"y has shape {targets.shape}, X {queries.shape}; they must agree")
        return float(np.mean(recall(self.image_, queries).states == targets))

    def _spins(self, X: npt.ArrayLike, *, reset: bool) -> SpinArray:
        values = validate_data(
            self, as_array(X, "X") if np.ma.isMaskedArray(X) else X, reset=reset, dtype="numeric"
        )
        return self._binarized(values, "X")

    def _binarized(self, values: npt.NDArray[Any], name: str) -> SpinArray:
        if self.binarize is None:
            return checked_patterns(values, name)
        return np.where(values > _threshold(self.binarize), 1, -1).astype(np.int8)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []  # spins are int8 whatever X is
        return tags


# scikit-learn's rule: an estimator checks what it is made of when it is used.
@typed
def _drawn(noise: float, seed: int) -> tuple[float, int]:
    return noise, seed


@typed
def _threshold(binarize: float) -> float:
    return binarize
