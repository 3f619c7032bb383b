"""A result and its file."""

from __future__ import annotations

import json

from hwsim.experiments.result import OUR_OWN, Result, Verdict


def test_json_is_complete() -> None:
    result = Result(
        "n", "t", {"gamma": 0.02}, (0, 1), {"rows": [{"x": 1.5}]}, [Verdict("c", "m", OUR_OWN)]
    )
    content = json.loads(result.to_json())
    assert content["verdicts"] == [{"claim": "c", "measured": "m", "outcome": OUR_OWN}]
    assert content["tables"] == {"rows": [{"x": 1.5}]}
    assert content["seeds"] == [0, 1]
    assert Result.from_json(result.to_json()).to_json() == result.to_json()
