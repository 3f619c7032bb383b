"""What training is said to take: its form and memory are what they come to be."""

from __future__ import annotations

import numpy as np
import pytest

from hwsim.choices import LOGISTIC, PENALTIES
from hwsim.reference import forecast as forecasts
from hwsim.reference import kernel_matrix as matrices
from hwsim.reference.data import random_patterns
from hwsim.reference.forecast import Forecast, forecast
from hwsim.reference.training import train
from tests.peak import peak_bytes


@pytest.fixture(autouse=True)
def a_steady_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecasts, "_speeds", lambda patterns: (1e-11, 3e-9))


def ahead(patterns: np.ndarray, gamma: float, method: str, penalty: str, **how: object) -> Forecast:
    given = {"steps": None, **how}
    return forecast(patterns, gamma, method=method, penalty=penalty, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("method", LOGISTIC)
@pytest.mark.parametrize("penalty", PENALTIES)
def test_longer_work_is_said_to_take_longer(method: str, penalty: str) -> None:
    few, many = random_patterns(200, 300, 0), random_patterns(200, 3000, 0)
    for patterns in (few, many):
        told = ahead(patterns, 0.005, method, penalty)
        assert told.matrix == "dense"
        assert told.at_most == (method == "converged" and penalty == "l1")
        assert 0 < told.seconds < ahead(patterns, 0.005, method, penalty, matrix="blocks").seconds
    assert ahead(few, 0.005, method, penalty).seconds < told.seconds
    if penalty == "l1" or method == "gradient-descent":
        assert ahead(many, 0.005, method, penalty, steps=10).seconds < told.seconds


@pytest.mark.parametrize("method", LOGISTIC)
@pytest.mark.parametrize("form", ["dense", "sparse", "blocks"])
def test_the_memory_is_about_what_it_takes(
    method: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matrices, "BLOCK", 1 << 18)
    monkeypatch.setattr(forecasts, "BLOCK", 1 << 18)
    patterns = random_patterns(300, 1000, 0)
    told = ahead(patterns, 0.1, method, "l2", matrix=form)
    steps = 2 if method != "converged" else None
    peak = peak_bytes(lambda: train(patterns, 0.1, method=method, matrix=form, steps=steps))
    assert told.memory / 2 < peak < told.memory * 1.5


def test_a_machine_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert ahead(random_patterns(20, 30, 0), 0.1, "converged", "l2").seconds > 0


def test_the_form_is_the_one_that_is_taken() -> None:
    patterns = random_patterns(600, 1024, 0)
    told = ahead(patterns, 0.05, "gradient-descent", "l2")
    assert told.matrix == "sparse"
    assert told.memory < ahead(patterns, 0.05, "gradient-descent", "l2", matrix="dense").memory
