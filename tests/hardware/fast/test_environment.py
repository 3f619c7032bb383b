"""Settings of numba's that it, or LLVM, would end the process for: one line instead."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hardware.fast.agreement import COMPILED

RECALL = """
import numpy as np
from hwsim.errors import InputError
try:
    from hwsim.hardware.fast.jitted.target import jit
    print(jit(lambda number: number)(0))
except InputError as error:
    print(error)
"""


def said(folder: Path, **settings: str) -> str:
    """What an interpreter with these settings says when it compiles and runs a function."""
    done = subprocess.run(
        [sys.executable, "-c", RECALL],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3]), **settings},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, ""), done
    (line,) = done.stdout.splitlines()
    assert len(line) < 400
    return line


@pytest.mark.skipif(not COMPILED, reason="nothing is compiled")
@pytest.mark.parametrize(
    ("variable", "value", "why"),
    [
        ("NUMBA_CPU_FEATURES", "banana", "status"),  # LLVM aborts
        ("NUMBA_CPU_FEATURES", "x" * 3000, "status"),
        ("NUMBA_CPU_FEATURES", "+banana", "'+banana' is not a recognized feature"),
        ("NUMBA_CPU_FEATURES", "-+", "'-+' is not a recognized feature"),
        ("NUMBA_CPU_NAME", "banana", "'banana' is not a recognized processor"),
    ],
    ids=["no-sign", "long", "unknown", "signs", "name"],
)
def test_a_processor_that_the_compiler_cannot_work_for(
    tmp_path: Path, variable: str, value: str, why: str
) -> None:
    line = said(tmp_path, **{variable: value})
    assert line.startswith(f"{variable} is ")
    assert why in line
    assert line.endswith("unset it")


@pytest.mark.parametrize("value", ["", ","])
def test_no_features_are_the_least_processor(tmp_path: Path, value: str) -> None:
    assert said(tmp_path, NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES=value) == "0"


@pytest.mark.parametrize("variable", ["NUMBA_OPT", "NUMBA_DISABLE_JIT", "NUMBA_DEBUG"])
def test_a_setting_that_numba_cannot_read(tmp_path: Path, variable: str) -> None:
    line = said(tmp_path, **{variable: "banana"})
    assert line.startswith("numba does not start: ")
    assert f"'{variable}'" in line


@pytest.mark.parametrize("text", [": : {", "- a", "num_threads: 0", "opt: banana"])
def test_a_file_of_settings_that_numba_cannot_read(tmp_path: Path, text: str) -> None:
    (tmp_path / ".numba_config.yaml").write_text(text)
    assert said(tmp_path).startswith("numba does not start: ")
