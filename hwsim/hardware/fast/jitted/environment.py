"""Whether numba can start and compile in this environment; imported before the rest."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any, Final

from hwsim.errors import InputError
from hwsim.printable import told

_THREADS: Final = "NUMBA_NUM_THREADS"
_PROCESSOR: Final = ("NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES")
_TRIAL: Final = Path(__file__).with_name("trial.py")


def check_environment() -> None:
    """Refuse what `import numba` would fail with, and processors that LLVM ends this process for.

    Raises:
        InputError: the number of threads is set, and no whole number of 1 or more; another setting
            of numba's is so that it does not start; code for the processor set does not run here.
    """
    value = os.environ.get(_THREADS)
    if value is not None and not (
        value.isascii() and value.isdigit() and len(value) < 10 and int(value)
    ):
        raise InputError(
            f"{_THREADS} is {told(value)} in the environment; it must be a whole number above 0; "
            "unset it"
        )
    config = _settings()
    set_to: tuple[str | None, ...] = (config.CPU_NAME, config.CPU_FEATURES)
    if config.DISABLE_JIT or set_to == (None, None):
        return
    if refusal := _tried(*set_to):
        what = ", ".join(
            f"{name} is {told(value)}"
            for name, value in zip(_PROCESSOR, set_to, strict=True)
            if value is not None
        )
        raise InputError(f"{what}: the compiler cannot work for that here ({refusal}); unset it")


def _settings() -> Any:
    """numba's, from the environment and from a `.numba_config.yaml` in this folder."""
    try:
        with warnings.catch_warnings():  # it warns, with a traceback, of what it cannot read
            warnings.filterwarnings("error", "Environment variable 'NUMBA_", RuntimeWarning)
            from numba.core import config
    except (ImportError, MemoryError):
        raise
    except Exception as error:  # a file of YAML may raise anything
        words = f"{type(error).__name__}: {error}".partition("\nThe parse failed")[0].split()
        said = " ".join(words)[:160].rstrip(".")
        raise InputError(
            f"numba does not start: {said}; look at .numba_config.yaml in this folder and at the "
            "NUMBA_ variables of the environment"
        ) from error
    return config


def _tried(name: str | None, features: str | None) -> str:
    """Why LLVM cannot compile for a processor here, tried in a process that may end of it."""
    from llvmlite import binding

    if features is None:  # as numba completes it
        features = binding.get_host_cpu_features().flatten()
    done = subprocess.run(
        [sys.executable, str(_TRIAL), name or binding.get_host_cpu_name(), features],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip
    lines = done.stderr.splitlines()
    if "is not a recognized" in done.stderr:
        return lines[0].partition(" for this target")[0][:100]
    return f"it ended with status {done.returncode}" if done.returncode else ""


check_environment()
