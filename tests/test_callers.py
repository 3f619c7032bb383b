"""Warnings point at the line of whoever called hwsim, however many of our calls lie between."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

import hwsim
from hwsim.compress.offsets import LoweringWarning
from hwsim.sklearn import KernelMemory

PATTERNS = np.random.default_rng(0).choice(np.array([-1, 1], np.int8), (60, 30))
CLIPPED = {"offset_bits": 2, "offset_frac_bits": 12}


def lower() -> None:
    hwsim.lower(hwsim.train(PATTERNS, gamma=0.02, steps=20), bits=1, check=False, **CLIPPED)


def fit() -> None:
    KernelMemory(gamma=0.02, bits=1, steps=20, **CLIPPED).fit(PATTERNS)


def fit_a_pipeline() -> None:
    make_pipeline(KernelMemory(gamma=0.02, bits=1, steps=20, **CLIPPED)).fit(PATTERNS)


@pytest.mark.parametrize("call", [lower, fit, fit_a_pipeline])
def test_a_warning_points_at_the_callers_line(call: Callable[[], None]) -> None:
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        call()
    raised = [each for each in found if issubclass(each.category, LoweringWarning)]
    assert raised
    line = call.__code__.co_firstlineno + 1
    for each in raised:
        assert (Path(each.filename), each.lineno) == (Path(__file__), line)
