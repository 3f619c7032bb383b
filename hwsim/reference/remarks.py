"""What is legal in a memory and yet worth telling, for it may not be what its maker meant."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.errors import HwsimWarning
from hwsim.reference.kernel import FloatArray, gaussian_table, hamming_distances
from hwsim.reference.meaning import is_known_note
from hwsim.reference.memory import Memory, load_memory
from hwsim.spins import SpinArray

_SAMPLE: Final = 64  # patterns that are tried
_PRODUCTS: Final = 2**27  # at most, so that no memory takes a second
# Training makes fields in the stored patterns alike in size, with the patterns' signs: their cosine
# with the patterns is near 1. Below this one a memory is tried the other way round, and called
# transposed if the cosine then is above, and what it lacks (1 - cosine**2) this often less.
_ALIKE: Final = 0.9
_LESS: Final = 4


def load_and_tell(path: str | Path) -> Memory:
    """As `load_memory`, and warn of what `remarks` finds.

    Raises:
        InputError: as `load_memory`.
    """
    memory = load_memory(path)
    for words in remarks(memory):
        warnings.warn(f"{path}: {words}", HwsimWarning, stacklevel=2)
    return memory


def remarks(memory: Memory) -> Iterator[str]:
    """Sentences on notes that may be more than notes, on copies, and on a transposed memory."""
    unknown = [key for key, note in memory.provenance.items() if not is_known_note(key, note)]
    if unknown:
        names = ", ".join(unknown)
        yield (
            f"{names if len(names) <= 100 else names[:100] + '…'}: numbers that hwsim does not "
            "know; they stay as notes and change no recall"
        )
    if words := copies(memory.patterns):
        yield words
    if words := _turned(memory):
        yield words


def copies(patterns: SpinArray) -> str | None:
    """Which patterns are stored twice, in words; None where none is."""
    packed = np.packbits(patterns > 0, axis=1)
    rows = np.ascontiguousarray(packed).view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, group = np.unique(rows, return_index=True, return_inverse=True)
    extra = len(patterns) - len(first)
    if not extra:
        return None
    original = first[group]
    copy = int(np.flatnonzero(original != np.arange(len(patterns)))[0])
    return (
        f"patterns {original[copy]} and {copy} are equal, "
        f"{extra} of {len(patterns)} a copy of an earlier one: copies take memory and cycles, and "
        "one pattern with the sum of their weights recalls the same"
    )


def _turned(memory: Memory) -> str | None:
    """Whether the memory fits its patterns far better with rows and columns exchanged."""
    if np.ptp(np.abs(memory.alpha)) == 0:
        return None  # Hebb's weights, the patterns themselves: they fit any way round
    table = memory.kernel_table
    given = _fit(memory.patterns, memory.alpha, table)
    if given >= _ALIKE or 1 in memory.patterns.shape:
        return None
    if memory.gamma is not None:
        table = gaussian_table(memory.stored, memory.gamma)
    elif memory.stored != memory.neurons:
        return None  # its kernel has a value for each distance of N neurons
    other = _fit(memory.patterns.T, memory.alpha.T, table)
    if other < _ALIKE or 1 - given**2 < _LESS * (1 - other**2):
        return None
    return (
        f"patterns and alpha seem to be transposed: read as (P, N) = "
        f"({memory.stored}, {memory.neurons}), fields in the stored patterns are like these by a "
        f"cosine of {given:.2f}, the other way round of {other:.2f}; save patterns.T and alpha.T"
    )


def _fit(patterns: SpinArray, alpha: npt.NDArray[np.floating[Any]], table: FloatArray) -> float:
    """Cosine of the fields in some of the stored patterns with these."""
    count = min(max(_PRODUCTS // patterns.size, 1), _SAMPLE, len(patterns))
    some = patterns[np.linspace(0, len(patterns) - 1, count).astype(int)]
    fields = table[hamming_distances(some, patterns)] @ alpha
    length = float(np.linalg.norm(fields) * np.sqrt(some.size))
    return float(np.sum(fields * some)) / length if length else 0.0
