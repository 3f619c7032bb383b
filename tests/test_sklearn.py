"""The scikit-learn estimator: scikit-learn's own checks, and what one does with an estimator."""

from __future__ import annotations

import doctest
import pickle
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import check_estimator

import hwsim
from hwsim.sklearn import KernelMemory

PATTERNS = np.random.default_rng(7).choice(np.array([-1, 1], dtype=np.int8), (30, 48))
EVERY = np.arange(len(PATTERNS))

# Checks of scikit-learn that the estimator may fail, with the reason; none so far.
EXPECTED_FAILURES: dict[str, str] = {}
# Runs only where SciPy is told by an environment variable to take other arrays than NumPy's.
NOT_RUN = {"check_array_api_input"}


@pytest.mark.parametrize(
    "choices",
    [{}, {"bits": 1, "quantizer": "neuron-mse", "offset_bits": 6, "kernel_origin": "absolute"}],
    ids=["defaults", "one bit and an offset"],
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@pytest.mark.filterwarnings("ignore::hwsim.compress.offsets.LoweringWarning")
def test_scikit_learn_s_own_checks_pass(choices: dict[str, Any]) -> None:
    results = check_estimator(
        KernelMemory(**choices), expected_failed_checks=EXPECTED_FAILURES, on_skip=None
    )
    passed = [result["check_name"] for result in results if result["status"] == "passed"]
    others = {result["check_name"] for result in results if result["status"] != "passed"}
    assert len(passed) > 40
    assert others <= NOT_RUN | set(EXPECTED_FAILURES)


def test_it_is_the_memory_and_the_image_of_the_functions() -> None:
    estimator = KernelMemory(0.05, method="gradient-descent", bits=2, lanes=16).fit(PATTERNS)
    memory = hwsim.train(PATTERNS, 0.05)
    assert estimator.memory_ == memory
    assert estimator.image_ == hwsim.lower(memory, bits=2, lanes=16)
    queries = -PATTERNS[:4]
    assert estimator.recall(queries) == hwsim.recall(estimator.image_, queries)
    assert (estimator.predict(queries) == estimator.recall(queries).states).all()
    assert (estimator.transform(queries) == estimator.predict(queries)).all()


def test_gamma_scales_with_the_neurons() -> None:
    assert KernelMemory().fit(PATTERNS).memory_.gamma == 2 / 48
    with pytest.raises(ValueError, match="gamma is 'scael'"):
        KernelMemory("scael").fit(PATTERNS)


def test_every_choice_of_a_design_is_a_parameter_with_its_default() -> None:
    parameters = KernelMemory().get_params()
    for name, value in hwsim.Design().to_dict().items():
        assert parameters[name] == value
    assert KernelMemory(lanes=8, max_steps=3).fit(PATTERNS).image_.parameters.max_steps == 3
    with pytest.raises(ValueError, match="lanes is 7"):
        KernelMemory(lanes=7).fit(PATTERNS)


def test_bits_bools_and_signed_floats_store_the_same_spins() -> None:
    stored = KernelMemory().fit(PATTERNS).image_
    shapes: Sequence[Any] = (
        (PATTERNS > 0),
        (PATTERNS > 0).astype(np.uint8),
        PATTERNS * 0.5,
        np.asfortranarray(PATTERNS, dtype=np.float32),
        PATTERNS.tolist(),
    )
    for values in shapes:
        assert KernelMemory().fit(values).image_ == stored
    assert KernelMemory(binarize=4.5).fit(5 + PATTERNS * 0.9).image_ == stored


def test_without_binarize_only_spins_will_do() -> None:
    strict = KernelMemory(binarize=None)
    assert strict.fit(PATTERNS).image_ == KernelMemory().fit(PATTERNS).image_
    with pytest.raises(hwsim.InputError, match=r"hwsim\.spins_from"):
        strict.fit(PATTERNS > 0)
    with pytest.raises(hwsim.InputError, match=r"X\[0, 0\] is "):
        strict.predict(PATTERNS * 0.5)


def test_the_score_is_the_share_of_bits_that_come_back() -> None:
    estimator = KernelMemory(noise=0.25, bits=3).fit(PATTERNS)
    assert 0.9 < estimator.score(PATTERNS) <= 1
    assert estimator.score(PATTERNS) == estimator.score(PATTERNS, np.zeros(30))
    assert estimator.score(PATTERNS) != KernelMemory(noise=0.5, bits=3).fit(PATTERNS).score(
        PATTERNS
    )
    assert estimator.score(PATTERNS, -PATTERNS) == np.mean(estimator.predict(PATTERNS) != PATTERNS)
    with pytest.raises(hwsim.InputError, match="y has shape"):
        estimator.score(PATTERNS, PATTERNS[:3])


def test_clones_pickles_and_searches() -> None:
    estimator = KernelMemory(bits=3).fit(PATTERNS)
    again = pickle.loads(pickle.dumps(estimator))
    assert again.image_ == estimator.image_
    assert (again.predict(PATTERNS) == estimator.predict(PATTERNS)).all()
    assert clone(estimator).get_params() == estimator.get_params()
    # a memory is scored on what it stores
    search = GridSearchCV(KernelMemory(), {"bits": np.arange(1, 4)}, cv=[(EVERY, EVERY)])
    search.fit(PATTERNS)
    assert search.best_estimator_.image_.parameters.weight_bits == search.best_params_["bits"]
    assert (search.cv_results_["mean_test_score"] > 0.9).all()


def test_it_cleans_the_rows_for_the_next_step_of_a_pipeline() -> None:
    labels = EVERY % 2
    pipeline = make_pipeline(KernelMemory(), LogisticRegression())
    noisy = PATTERNS.copy()
    noisy[:, :2] *= -1
    assert pipeline.fit(PATTERNS, labels).score(noisy, labels) == 1
    assert list(pipeline[:-1].get_feature_names_out())[:2] == ["x0", "x1"]


class Frame:
    """As a DataFrame looks to NumPy: `__array__` and nothing else."""

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.array(PATTERNS, dtype=dtype)


def test_what_looks_like_an_array_is_one() -> None:
    assert KernelMemory().fit(Frame()).image_ == KernelMemory().fit(PATTERNS).image_
    memory = hwsim.train(Frame(), 0.05)
    assert memory == hwsim.train(PATTERNS, 0.05)
    assert hwsim.recall(hwsim.lower(memory), Frame()).states.shape == PATTERNS.shape


def test_the_example_runs() -> None:
    for test in doctest.DocTestFinder().find(KernelMemory, globs={}):
        assert doctest.DocTestRunner().run(test).failed == 0


def test_scikit_learn_is_imported_only_by_its_own_door() -> None:
    command = (
        "import sys, hwsim; hwsim.lower(hwsim.train([[1, -1]], 0.1));"
        "assert 'sklearn' not in sys.modules; hwsim.sklearn.KernelMemory;"
        "assert 'sklearn' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", command], check=True)


def test_what_a_mask_hides_is_not_stored() -> None:
    hidden = np.ma.masked_array(np.array(PATTERNS), np.array(PATTERNS) > 0)
    with pytest.raises(hwsim.InputError, match="of X hidden by a mask"):
        KernelMemory().fit(hidden)
