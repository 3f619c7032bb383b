"""Rows: means, spreads, rounding, CSV."""

from __future__ import annotations

import csv
import io
import math

import numpy as np
import pytest

from hwsim.measure.rows import clean, summarise, to_csv


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


def test_csv_holds_no_formula() -> None:
    words = ["=1+1", "+x", "-cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "plain=1", "−1"]
    written = list(csv.reader(io.StringIO(to_csv([{"a": word, "b": -1.5} for word in words]))))
    assert written[1:] == [
        *([f"'{word}", "-1.5"] for word in words[:5]),
        *([word, "-1.5"] for word in words[5:]),
    ]
