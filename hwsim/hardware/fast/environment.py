"""Whether numba can start in this environment; imported before it."""

from __future__ import annotations

import os
from typing import Final

from hwsim.errors import InputError

_THREADS: Final = "NUMBA_NUM_THREADS"


def check_environment() -> None:
    """Refuse the number of threads with which `import numba` would fail.

    Raises:
        InputError: it is set, and no whole number of 1 or more.
    """
    value = os.environ.get(_THREADS)
    if value is None or (value.isascii() and value.isdigit() and len(value) < 10 and int(value)):
        return
    raise InputError(
        f"{_THREADS} is {value!r} in the environment; it must be a whole number above 0; unset it"
    )


check_environment()
