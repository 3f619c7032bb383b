"""The scikit-learn classifier: scikit-learn's own checks, its integers, and what is learned."""

from __future__ import annotations

import doctest
import pickle
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits, make_blobs
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.utils.estimator_checks import check_estimator

import hwsim
from hwsim.compress.aware import learn_codes
from hwsim.hardware import spec
from hwsim.reference import classifying
from hwsim.reference.classifying import binary_prototypes, log_loss, train_classifier
from hwsim.reference.kernel import hamming_distances
from hwsim.sklearn import KernelClassifier, classifier

# Need pandas, or an environment variable of SciPy's.
NOT_RUN = {"check_array_api_input", "check_classifier_data_not_an_array"}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@pytest.mark.filterwarnings("ignore::hwsim.compress.offsets.LoweringWarning")
@pytest.mark.parametrize("steps", [0, 100])
def test_scikit_learn_s_own_checks_pass(steps: int) -> None:
    results = check_estimator(KernelClassifier(steps=steps), on_skip=None)
    passed = [result["check_name"] for result in results if result["status"] == "passed"]
    others = {result["check_name"] for result in results if result["status"] != "passed"}
    assert len(passed) > 45
    assert others <= NOT_RUN


def digits(count: int = 900) -> tuple[Any, Any, Any, Any]:
    X, y = load_digits(return_X_y=True)
    found: list[Any] = train_test_split(X[:count], y[:count], random_state=0, stratify=y[:count])
    return found[0], found[1], found[2], found[3]


def test_predictions_are_the_specification_s() -> None:
    X, held_out, y, _ = digits(400)
    made = KernelClassifier(2, levels=[8], steps=30, gamma=0.05, lanes=16).fit(X, y)
    spins = np.where(held_out > 8, 1, -1).astype(np.int8)
    expected = spec.associate(made.image_, spins)
    assert made.associate(held_out) == expected
    assert np.array_equal(made.predict(held_out), expected.labels)
    scores = made.decision_function(held_out)
    assert np.array_equal(scores.argmax(axis=1), expected.labels)
    assert made.image_.parameters.outputs == 10
    assert made.memory_.stored == made.image_.parameters.patterns == 20


def test_learning_with_the_quantization_in_the_loop_gains() -> None:
    X, held_out, y, y_held_out = digits()
    given: dict[str, Any] = {"prototypes": 3, "levels": 2, "gamma": 0.05}
    plain = KernelClassifier(**given, steps=0).fit(X, y).score(held_out, y_held_out)
    fixed = KernelClassifier(**given, steps=400, move_prototypes=False).fit(X, y)
    moved = KernelClassifier(**given, steps=400).fit(X, y)
    assert moved.score(held_out, y_held_out) > max(plain, 0.92)
    assert (fixed.memory_.patterns == moved.memory_.patterns).mean() < 1
    start, _ = binary_prototypes(fixed._spins(X), y, 3, 0)
    assert np.array_equal(fixed.memory_.patterns, start)


def test_it_repeats_and_can_be_kept() -> None:
    X, held_out, y, _ = digits(300)
    made = KernelClassifier(2, steps=20).fit(X, y)
    again = clone(made).fit(X, y)
    assert again.image_ == made.image_
    assert again.gamma_ == made.gamma_
    kept = pickle.loads(pickle.dumps(made))
    assert np.array_equal(kept.predict(held_out), made.predict(held_out))
    other = KernelClassifier(2, steps=20, seed=1).fit(X, y)
    assert other.image_ != made.image_


def test_gamma_is_chosen_by_the_training_samples_alone() -> None:
    X, _, y, _ = digits(300)
    made = KernelClassifier(2, levels=2, steps=0).fit(X, y)
    assert made.gamma_ in [each / 128 for each in classifying.GAMMAS]
    assert KernelClassifier(2, levels=2, steps=0, gamma=0.3).fit(X, y).gamma_ == 0.3


def test_a_grid_search_goes_over_its_parameters() -> None:
    X, y = make_blobs(80, centers=3, random_state=0)
    search = GridSearchCV(KernelClassifier(2, steps=5, gamma=0.1), {"bits": [1, 2]}, cv=2)
    assert search.fit(X, y).best_score_ > 0.7


def test_a_thermometer_code_counts_the_thresholds_passed() -> None:
    X = np.array([[0.0, 0.0], [4.0, 8.0], [2.9, 1.9]])
    made = KernelClassifier(1, levels=3, steps=0, gamma=0.1).fit(X, [0, 1, 1])
    assert made.thresholds_.tolist() == [[1, 2], [2, 4], [3, 6]]
    assert made._spins(X).tolist() == [[-1] * 6, [1] * 6, [1, -1, 1, -1, -1, -1]]


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"prototypes": 0}, "prototypes is 0; a class needs at least one"),
        ({"prototypes": 1.5}, "prototypes is 1.5; it must be a whole number"),
        ({"steps": -1}, "steps is -1; it must be 0 or more"),
        ({"levels": 0}, "levels is 0; at least one threshold"),
        ({"levels": []}, r"levels is \[\]; it must be"),
        ({"levels": "a"}, "levels is 'a'; it must be a whole number or a list of thresholds"),
        ({"levels": ["a"]}, r"levels is \['a'\]; it must be"),
        ({"levels": [[1.0], [1.0, 2.0]]}, "levels is .*; it must be a whole number or a list"),
        ({"levels": 65537}, "levels is 65537 and X has 1 features, 65537 spins in all; at most"),
        ({"levels": np.zeros(65537)}, "levels is 65537 and X has 1 features"),
        ({"gamma": "scale"}, "gamma is 'scale'; it must be a number or 'validate'"),
        ({"gamma": -1.0}, "gamma is -1.0; it must be"),
        ({"bits": 9}, "bits"),
        ({"regularization": -1}, "regularization is -1"),
        ({"regularization": "a"}, "regularization is 'a'; it must be a number"),
        ({"regularization": None}, "regularization is None; it must be a number"),
        ({"move_prototypes": "no"}, "move_prototypes is 'no'; it must be True or False"),
    ],
)
def test_what_is_not_legal_is_told(parameters: dict[str, Any], words: str) -> None:
    with pytest.raises(hwsim.InputError, match=words):
        KernelClassifier(**parameters).fit([[0.0], [1.0], [0.1], [0.9]], [0, 1, 0, 1])


def test_more_classes_than_a_state_has_bits_are_told_before_the_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(classifying, "binary_prototypes", None)  # nothing is learned
    X = np.arange(40.0).reshape(20, 2)
    words = "y has 10 classes; 4 spins in words of 8 have room for 8: give more levels or lanes"
    with pytest.raises(hwsim.InputError, match=words):
        KernelClassifier(levels=2, lanes=8, gamma=0.1).fit(X, np.arange(20) % 10)


@pytest.mark.filterwarnings("error")
def test_the_steepest_kernel_is_learned_without_overflow() -> None:
    X, held_out, y, y_held_out = digits(300)
    made = KernelClassifier(2, steps=20, gamma=[1e300]).fit(X, y)
    assert made.gamma_ == 1e300
    assert made.score(held_out, y_held_out) > 0.6  # of the nearest prototype alone
    # exp(-4 gamma) is 0 from far below on: nothing changes any more
    assert np.array_equal(
        made.image_.codes, KernelClassifier(2, steps=20, gamma=1e9).fit(X, y).image_.codes
    )


def test_prototypes_are_the_majority_of_their_samples() -> None:
    rng = np.random.default_rng(2)
    centres = rng.choice(np.array([-1, 1], dtype=np.int8), (2, 64))
    flips = rng.choice(np.array([1, -1], dtype=np.int8), (200, 64), p=[0.9, 0.1])
    samples = np.repeat(centres, 100, axis=0) * flips
    found, owners = binary_prototypes(samples, np.zeros(200, dtype=np.int64), 2, seed=1)
    assert owners.tolist() == [0, 0]
    assert sorted(hamming_distances(found, centres).min(axis=1).tolist()) == [0, 0]
    few, owners = binary_prototypes(samples[:3], np.array([0, 1, 1]), 5)
    assert (len(few), owners.tolist()) == (3, [0, 1, 1])


def test_the_loss_s_slope_is_its_derivative() -> None:
    rng = np.random.default_rng(0)
    fields, labels = rng.normal(size=(5, 3)), np.array([0, 2, 1, 1, 0])
    _, slope = log_loss(fields, labels)
    for place in np.ndindex(fields.shape):
        moved = fields.copy()
        moved[place] += 1e-6
        change = (log_loss(moved, labels)[0] - log_loss(fields, labels)[0]) / 1e-6
        assert change == pytest.approx(slope[place], abs=1e-5)


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_learned_codes_are_what_the_memory_says(bits: int) -> None:
    rng = np.random.default_rng(3)
    samples = rng.choice(np.array([-1, 1], dtype=np.int8), (60, 24))
    labels = rng.integers(0, 3, 60)
    prototypes, owners = binary_prototypes(samples, labels, 4)
    start = train_classifier(prototypes, owners, samples, labels, 0.05)
    memory, quantized = learn_codes(start, samples, labels, bits, steps=50)
    assert np.array_equal(memory.alpha, quantized.dequantized())
    assert quantized.bits == bits
    assert memory.targets is not None
    assert np.array_equal(memory.targets, start.targets)
    kernel = memory.kernel(samples)
    learned = log_loss(kernel @ memory.alpha, labels)[0]
    assert learned < np.log(3)
    without = kernel @ (quantized.scale * quantized.integers())
    assert learned < log_loss(without, labels)[0]  # mids are learned, too


def test_its_example_is_so() -> None:
    results = doctest.testmod(classifier)
    assert (results.attempted, results.failed) == (3, 0)
