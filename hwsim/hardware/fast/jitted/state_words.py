"""Spins to state words and back, and the check that spins are spins."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.hardware.fast.jitted.target import jit
from hwsim.hardware.fast.tiles import STATE_WORD

ONE = np.uint64(1)


@jit
def pack(
    spins: npt.NDArray[np.int8],
    first: int,
    stop: int,
    neurons: int,
    words: int,
    out: npt.NDArray[np.uint64],
) -> bool:
    """Pack rows `first` to `stop` - 1 of the spins; whether all are +1 or -1.

    Args:
        spins: flat (Q, N) int8.
        first, stop: the rows.
        neurons: N.
        words: of a row of `out`, at least N / 64.
        out: (>= stop - first, words) uint64, gets the rows from its first row on.
    """
    for q in range(stop - first):
        row = spins[(first + q) * neurons :][:neurons]
        wrong = False
        for word in range(words):
            bits = np.uint64(0)
            part = row[word * STATE_WORD :][:STATE_WORD]
            for i in range(len(part)):
                bits |= np.uint64(part[i] == 1) << np.uint64(i)
                wrong |= (part[i] != 1) & (part[i] != -1)
            out[q, word] = bits
        if wrong:
            return False
    return True


@jit
def unpack(
    states: npt.NDArray[np.uint64],
    neurons: int,
    out: npt.NDArray[Any],
    first: int,
    stop: int,
) -> None:
    """Write states as rows `first` to `stop` - 1 of the spins; the reverse of `pack`."""
    for q in range(stop - first):
        row = out[(first + q) * neurons :][:neurons]
        for i in range(neurons):
            up = states[q, i // STATE_WORD] >> np.uint64(i % STATE_WORD) & ONE
            row[i] = 1 if up else -1
