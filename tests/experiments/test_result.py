"""A result and its file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hwsim.experiments.catalogue import names
from hwsim.experiments.result import OUR_OWN, Result, Verdict

PAPER = Path(__file__).resolve().parents[2] / "reports" / "paper"


def test_json_is_complete() -> None:
    result = Result(
        "n", "t", {"gamma": 0.02}, (0, 1), {"rows": [{"x": 1.5}]}, [Verdict("v", "c", "m", OUR_OWN)]
    )
    content = json.loads(result.to_json())
    assert content["verdicts"] == [{"name": "v", "claim": "c", "measured": "m", "outcome": OUR_OWN}]
    assert content["tables"] == {"rows": [{"x": 1.5}]}
    assert content["seeds"] == [0, 1]
    assert Result.from_json(result.to_json()).to_json() == result.to_json()


@pytest.mark.parametrize("experiment", names())
def test_a_verdict_is_found_by_its_name(experiment: str) -> None:
    result = Result.from_json((PAPER / f"{experiment}.json").read_text())
    assert result.verdicts
    for verdict in result.verdicts:
        assert result.verdict(verdict.name) is verdict
