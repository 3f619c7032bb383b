"""The same results without the compiler and on other hosts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hardware.fast.agreement import COMPILED

ROOT = Path(__file__).resolve().parents[3]


def run_these_tests(environment: dict[str, str], *selection: str) -> None:
    """The tests of this folder, but for this file's and the C's, by another interpreter."""
    folder = Path(__file__).parent
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", str(folder)),
            *("--ignore", __file__, "--ignore", str(folder / "native"), *selection),
        ],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert " passed" in done.stdout


@pytest.mark.skipif(not COMPILED, reason="this is that run")
def test_the_same_without_the_compiler() -> None:
    run_these_tests({"NUMBA_DISABLE_JIT": "1"})


@pytest.mark.skipif(not COMPILED, reason="nothing is compiled")
def test_a_host_without_wide_vectors_computes_the_same() -> None:
    run_these_tests(
        {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "", "HWSIM_PATH": "generic"},
        *("-k", "every_number_of_words or largest or tie or threads or with_rules"),
    )
