"""What is compiled beforehand is what a recall would compile, and somebody who waits is told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hwsim.hardware.fast.path import VARIABLE, paths
from hwsim.hardware.fast.warm import warm
from tests.hardware.fast.agreement import COMPILED

RECALL = """
import numpy as np
from tests.images import Parameters, random_image, random_queries
from hwsim.hardware import fast
rng = np.random.default_rng(0)
image = random_image(Parameters(100, 130, lanes=32), rng)
fast.recall(image, random_queries(image.parameters, 9, rng))
"""


def test_the_c_needs_no_warming(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, next(iter(paths())))
    assert warm() == (next(iter(paths())), None)


@pytest.mark.skipif(not COMPILED, reason="nothing is compiled")
def test_after_warming_a_recall_compiles_nothing(tmp_path: Path) -> None:
    environment = {**os.environ, VARIABLE: "jitted", "NUMBA_CACHE_DIR": str(tmp_path)}
    said = []
    for program in ("from hwsim.hardware.fast.warm import warm; warm()", RECALL):
        before = set(tmp_path.rglob("*.nbc"))
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        said.append(done.stderr)
    assert before
    assert set(tmp_path.rglob("*.nbc")) == before
    assert said == ["numba compiles the fast model, which takes some seconds, once\n", ""]
