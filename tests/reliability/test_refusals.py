"""What `faults` refuses before it measures anything, and what it takes once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import hwsim

X = np.random.default_rng(5).choice(np.array([-1, 1], dtype=np.int8), (10, 24))
MEMORY = hwsim.train(X, 0.08)
IMAGE = hwsim.lower(MEMORY, lanes=8)
FEW: dict[str, Any] = {"rates": 0.1, "memories": "patterns", "maps": 1, "count": 1, "slow_maps": 1}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"rates": []}, "rates is empty; name one at least"),
        ({"kinds": ()}, "kinds is empty"),
        ({"memories": []}, "memories is empty"),
        ({"maps": 10**4, "count": 10**4}, "maps times count is 100000000; at most 1048576 recalls"),
        ({"memory": hwsim.Memory(X, MEMORY.alpha, 0.1)}, "gamma is 0.1, the image's 0.08"),
        ({"memory": hwsim.train(X[:, :-1], 0.08)}, "the memory's patterns are not the image's"),
    ],
)
def test_what_says_nothing_is_refused(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(hwsim.InputError, match=words):
        hwsim.faults(IMAGE, **FEW | asked)


def test_what_is_named_twice_is_measured_once() -> None:
    once = hwsim.faults(IMAGE, **FEW)
    twice = FEW | {"rates": [0.1, 0.1], "memories": ["patterns", "patterns"], "kinds": ["flip"] * 2}
    assert hwsim.faults(IMAGE, **twice) == once
