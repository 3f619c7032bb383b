"""Tables of trials: means, spreads, rounding, files."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from hwsim.experiments.result import OUR_OWN, Result, Verdict, clean, summarise, to_csv


def test_summarise_by_hand() -> None:
    trials = [
        [{"bits": 2, "accuracy": 0.9, "kept": None}, {"bits": 1, "accuracy": 0.5, "kept": 1.0}],
        [
            {"bits": 2, "accuracy": 0.7, "kept": None},
            {"bits": 1, "accuracy": 0.5, "kept": math.nan},
        ],
    ]
    first, second = summarise(trials, ("bits",))
    assert first["bits"] == 2
    assert first["accuracy"] == pytest.approx(0.8)
    assert first["accuracy_std"] == pytest.approx(math.sqrt(0.02))  # sample deviation
    assert first["kept"] is None
    assert first["trials"] == 2
    assert (second["accuracy"], second["accuracy_std"]) == (0.5, 0.0)
    assert (second["kept"], second["kept_std"]) == (1.0, 0.0)


def test_clean_rounds_and_makes_plain() -> None:
    value = {"a": np.float64(1 / 3), "b": (np.int64(7), math.inf), 3: np.bool_(True)}
    assert clean(value) == {"a": 0.3333333333, "b": [7, None], "3": True}


def test_csv_takes_later_columns() -> None:
    assert to_csv([{"a": 1}, {"a": 0.1, "b": "x"}]) == "a,b\n1,\n0.1,x\n"


def test_json_is_complete() -> None:
    result = Result(
        "n", "t", {"gamma": 0.02}, (0, 1), {"rows": [{"x": 1.5}]}, [Verdict("c", "m", OUR_OWN)]
    )
    content = json.loads(result.to_json())
    assert content["verdicts"] == [{"claim": "c", "measured": "m", "outcome": OUR_OWN}]
    assert content["tables"] == {"rows": [{"x": 1.5}]}
    assert content["seeds"] == [0, 1]
    assert Result.from_json(result.to_json()).to_json() == result.to_json()
