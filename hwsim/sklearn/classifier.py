"""A classifier on binary prototypes, as scikit-learn knows classifiers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from hwsim.api.image import associate
from hwsim.compress.aware import STEPS, learn_codes
from hwsim.compress.lower import lower_weights
from hwsim.compress.offsets import learn_offsets
from hwsim.compress.quantize import quantize
from hwsim.config import MAX_NEURONS
from hwsim.design import Design
from hwsim.errors import InputError
from hwsim.hardware.association import Associations, scores_of
from hwsim.printable import told
from hwsim.reference import classifying
from hwsim.reference.memory import checked_gamma
from hwsim.spins import SpinArray
from hwsim.typed import typed


class KernelClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A classifier on a few binary prototypes, whose every answer is the hardware's integers.

    Features become spins by thresholds (a thermometer code), each class gets prototypes by k-means,
    a softmax regression on their kernel values follows, then codes, scales, offsets and prototypes
    are learned together, with the quantization in the loop.

    Args:
        prototypes: of a class, 1 or more; one with fewer different samples has these.
        levels: thresholds of a feature, evenly spaced between its least and its greatest value in
            `fit`; or the thresholds themselves, the same for all features.
        gamma: width of the kernel exp(-gamma |x - y|**2); `validate` chooses one of five by samples
            held out in `fit`.
        bits: B, bits of a weight, 1 to 8.
        kernel_bits, lanes, offset_bits, kernel_origin: of the image, as in `hwsim.Design`.
        regularization: of the softmax regression.
        steps: of learning with quantization in the loop; 0 quantizes what the regression found.
        move_prototypes: whether they are learned, too.
        quantizer: of steps = 0, as in `hwsim.Design`.
        seed: of everything random.

    Attributes:
        classes_: (M,) the labels, sorted; of equal scores the lowest wins.
        thresholds_: (levels, features) that make spins of X.
        gamma_: that was taken.
        memory_: the float memory, a `hwsim.Memory` with targets.
        image_: the integers, a `hwsim.Image` with M outputs.
        n_features_in_: columns of X.
        feature_names_in_: their names, where X had some.

    Example:
        >>> from hwsim.sklearn import KernelClassifier
        >>> X, y = [[0.0, 1.0], [0.2, 0.9], [1.0, 0.1], [0.8, 0.0]], ["up", "up", "down", "down"]
        >>> KernelClassifier(prototypes=1, gamma=0.2).fit(X, y).predict([[0.1, 0.8]]).tolist()
        ['up']
    """

    def __init__(
        self,
        prototypes: int = 6,
        *,
        levels: int | Sequence[float] = 3,
        gamma: float | str = "validate",
        bits: int = Design.bits,
        kernel_bits: int = Design.kernel_bits,
        lanes: int = Design.lanes,
        offset_bits: int = Design.offset_bits,
        kernel_origin: str | None = Design.kernel_origin,
        regularization: float = classifying.REGULARIZATION,
        steps: int = STEPS,
        move_prototypes: bool = True,
        quantizer: str = Design.quantizer,
        seed: int = Design.seed,
    ) -> None:
        self.prototypes = prototypes
        self.levels = levels
        self.gamma = gamma
        self.bits = bits
        self.kernel_bits = kernel_bits
        self.lanes = lanes
        self.offset_bits = offset_bits
        self.kernel_origin = kernel_origin
        self.regularization = regularization
        self.steps = steps
        self.move_prototypes = move_prototypes
        self.quantizer = quantizer
        self.seed = seed

    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike) -> Self:
        """Learn to tell classes apart.

        Args:
            X: (n, features) numbers.
            y: (n,) a label each.

        Raises:
            InputError: a parameter is not legal.
        """
        values, given = validate_data(self, X, y, dtype="numeric")
        check_classification_targets(given)
        self.classes_, numbers = np.unique(given, return_inverse=True)
        labels = numbers.astype(np.int64)
        design = Design(
            bits=self.bits,
            kernel_bits=self.kernel_bits,
            lanes=self.lanes,
            offset_bits=self.offset_bits,
            kernel_origin=self.kernel_origin,
            quantizer=self.quantizer,
            seed=self.seed,
        )
        count, steps, move = _learning(
            self.prototypes, self.steps, self.regularization, self.move_prototypes
        )
        self.thresholds_ = self._thresholds(values)
        _check_room(len(self.classes_), self.thresholds_.size, design.lanes)
        spins = self._spins(values)
        self.gamma_ = self._gamma(spins, labels, count)
        found, owners = classifying.binary_prototypes(spins, labels, count, design.seed)
        memory = classifying.train_classifier(
            found, owners, spins, labels, self.gamma_, regularization=self.regularization
        )
        if steps:
            self.memory_, quantized = learn_codes(
                memory, spins, labels, design.bits,
                steps=steps, move_prototypes=move, seed=design.seed,
            )  # fmt: skip
        else:
            self.memory_ = memory
            quantized = quantize(memory.alpha, design.bits, design.quantizer)
            if design.offset_bits:
                quantized = learn_offsets(memory, quantized, states=spins)
        self.image_ = lower_weights(self.memory_, quantized, design)
        return self

    def associate(self, X: npt.ArrayLike) -> Associations:
        """What the image answers to each row of X: fields, labels, distances and counts."""
        check_is_fitted(self)
        return associate(self.image_, self._spins(validate_data(self, X, reset=False)))

    def predict(self, X: npt.ArrayLike) -> npt.NDArray[Any]:
        """The class of each row of X, (Q,)."""
        found = self.associate(X).labels
        labels: npt.NDArray[Any] = self.classes_[found]
        return labels

    def decision_function(self, X: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """The scores of each row of X, (Q, M); of two classes the second's less the first's."""
        fields = self.associate(X).fields
        scores: npt.NDArray[np.float64] = scores_of(fields, self.image_).astype(np.float64)
        return scores[:, 1] - scores[:, 0] if len(self.classes_) == 2 else scores

    def _thresholds(self, X: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        """(levels, features)."""
        if isinstance(self.levels, int | np.integer) and not isinstance(self.levels, bool):
            if self.levels < 1:
                raise InputError(f"levels is {self.levels}; at least one threshold is needed")
            _check_width(int(self.levels), X.shape[1])
            even: npt.NDArray[np.float64] = classifying.even_thresholds(X, int(self.levels))
            return even
        try:
            given: npt.NDArray[np.float64] = np.asarray(self.levels, dtype=np.float64)
        except (TypeError, ValueError):  # text, or rows of different lengths
            given = np.empty(0)
        if given.ndim != 1 or given.size == 0 or not np.isfinite(given).all():
            raise InputError(
                f"levels is {told(self.levels)}; it must be a whole number or a list of thresholds"
            )
        _check_width(len(given), X.shape[1])
        return np.repeat(given[:, np.newaxis], X.shape[1], axis=1)

    def _spins(self, X: npt.NDArray[Any]) -> SpinArray:
        """The thermometer code of X, (Q, levels * features)."""
        return classifying.thermometer(X, self.thresholds_)

    def _gamma(self, spins: SpinArray, labels: npt.NDArray[np.int64], count: int) -> float:
        """As given, or chosen by validation."""
        if not isinstance(self.gamma, str):
            return checked_gamma(self.gamma)
        if self.gamma != "validate":
            raise InputError(f"gamma is {told(self.gamma)}; it must be a number or 'validate'")
        return classifying.choose_gamma(
            spins, labels, count, regularization=self.regularization, seed=self.seed
        )


# scikit-learn's rule: an estimator checks what it is made of when it is used.
@typed
def _learning(
    prototypes: int, steps: int, regularization: float, move_prototypes: bool
) -> tuple[int, int, bool]:
    if prototypes < 1:
        raise InputError(f"prototypes is {prototypes}; a class needs at least one")
    if steps < 0:
        raise InputError(f"steps is {steps}; it must be 0 or more")
    classifying.check_regularization(regularization)
    return prototypes, steps, move_prototypes


def _check_width(levels: int, features: int) -> None:
    """Raise InputError for more spins than a pattern has at most."""
    if levels * features > MAX_NEURONS:
        raise InputError(
            f"levels is {levels} and X has {features} features, {levels * features} spins in all; "
            f"at most {MAX_NEURONS} are possible: give fewer"
        )


def _check_room(classes: int, spins: int, lanes: int) -> None:
    """Raise InputError for more classes than a state of so many spins has room for."""
    room = -(-spins // lanes) * lanes
    if classes > room:
        raise InputError(
            f"y has {classes} classes; {spins} spins in words of {lanes} have room for {room}: "
            "give more levels or lanes, or fewer classes"
        )
