"""What is legal in a memory and yet worth telling, for it may not be what its maker meant."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.callers import stacklevel
from hwsim.errors import HwsimWarning
from hwsim.reference.kernel import FloatArray, gaussian_table, hamming_distances
from hwsim.reference.meaning import is_known_note
from hwsim.reference.memory import Memory, load_memory
from hwsim.spins import SpinArray

_SAMPLE: Final = 64  # patterns that are tried
_PRODUCTS: Final = 2**27  # at most, so that no memory takes a second
# Training makes fields in the stored patterns alike in size, with the patterns' signs: their cosine
# with the patterns is near 1. Below this one a memory is called transposed if the other way round
# the cosine is above, and what it lacks (1 - cosine**2) this often less.
_ALIKE: Final = 0.9
_LESS: Final = 4
# And weights are what training thought its fields lacked: at the minimum of any loss with a penalty
# lambda * alpha @ K @ alpha / 2, alpha = -dloss/dfield / lambda, so that the weight y * alpha falls
# as the field y * f rises, in rank order strictly: ridge and logistic regression have a correlation
# of -1. The other way round it is near 0, or near 1 where patterns hardly meet and f is alpha.
_FALLS: Final = -0.8
_DOES_NOT: Final = -0.4
_ECHO: Final = 0.9  # from here on fields are the weights themselves, which fit either way round
_ENTRIES: Final = 30  # of weights, from which on no such correlation is chance
_SPREAD: Final = 1e-9  # relative, below which numbers differ by rounding alone


def load_and_tell(path: str | Path, *, targets: bool = False) -> Memory:
    """As `load_memory`, and warn of what `remarks` finds.

    Args:
        path: of the memory.
        targets: whether one with targets will do.

    Raises:
        InputError: as `load_memory`.
    """
    memory = load_memory(path)
    if not targets:
        memory.check_recalls_states(f"{path}: ")
    for words in remarks(memory):
        warnings.warn(f"{path}: {words}", HwsimWarning, stacklevel=stacklevel())
    return memory


def remarks(memory: Memory) -> Iterator[str]:
    """Sentences on notes that may be more than notes, on copies, and on a transposed memory."""
    unknown = [key for key, note in memory.provenance.items() if not is_known_note(key, note)]
    if unknown:
        names = ", ".join(key or "a note without a name" for key in unknown)
        yield (
            f"{names if len(names) <= 100 else names[:100] + '…'}: numbers that hwsim does not "
            "know; they stay as notes and change no recall"
        )
    if words := copies(memory.patterns, memory.targets):
        yield words
    if words := _turned(memory):
        yield words


def copies(patterns: SpinArray, targets: SpinArray | None = None) -> str | None:
    """Which patterns are stored twice, in words; None where none is.

    Args:
        patterns: (P, N) int8 of ±1.
        targets: (P, M) of theirs; a pattern that has two of them is told before all else.
    """
    packed = np.packbits(patterns > 0, axis=1)
    rows = np.ascontiguousarray(packed).view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, group = np.unique(rows, return_index=True, return_inverse=True)
    extra = len(patterns) - len(first)
    if not extra:
        return None
    original = first[group]
    if targets is not None:
        torn = np.flatnonzero((targets[original] != targets).any(axis=1))
        if len(torn):
            return (
                f"patterns {original[torn[0]]} and {torn[0]} are equal, but their targets are not, "
                f"{len(torn)} of {len(patterns)} unlike an earlier one's: nothing answers both; "
                "keep one target of each pattern"
            )
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
    if memory.outputs or 1 in memory.patterns.shape:
        return None
    given = _reading(memory.patterns, memory.alpha, memory.kernel_table)
    if given.rank <= _DOES_NOT:
        return None
    if memory.gamma is not None:
        table = gaussian_table(memory.stored, memory.gamma)
    elif memory.stored == memory.neurons:
        table = memory.kernel_table
    else:
        return None  # its kernel has a value for each distance of N neurons
    other = _reading(memory.patterns.T, memory.alpha.T, table)
    size = f"read as (P, N) = ({memory.stored}, {memory.neurons})"
    if other.rank <= _FALLS:
        why = (
            f"{size}, weights and fields of the stored patterns have a rank correlation of "
            f"{given.rank:+.2f}, the other way round of {other.rank:+.2f}, as training leaves them"
        )
    elif _alike(given, other):
        why = (
            f"{size}, fields in the stored patterns are like these by a cosine of "
            f"{given.cosine:.2f}, the other way round of {other.cosine:.2f}"
        )
    else:
        return None
    return f"patterns and alpha seem to be transposed: {why}; save patterns.T and alpha.T"


@dataclass(frozen=True)
class _Reading:
    """How weights and fields go together in some of the stored patterns.

    Attributes:
        cosine: of fields and patterns.
        rank: rank correlation of weights and fields, both times the patterns; 0 where either
            differs by rounding alone.
    """

    cosine: float
    rank: float


def _alike(given: _Reading, other: _Reading) -> bool:
    return (
        given.cosine < _ALIKE <= other.cosine
        and other.rank < _ECHO
        and 1 - given.cosine**2 >= _LESS * (1 - other.cosine**2)
    )


def _reading(
    patterns: SpinArray, alpha: npt.NDArray[np.floating[Any]], table: FloatArray
) -> _Reading:
    count = min(max(_PRODUCTS // patterns.size, 1), _SAMPLE, len(patterns))
    chosen = np.linspace(0, len(patterns) - 1, count).astype(int)
    some = patterns[chosen]
    fields = table[hamming_distances(some, patterns)] @ alpha
    length = float(np.linalg.norm(fields) * np.sqrt(some.size))
    cosine = float(np.sum(fields * some)) / length if length else 0.0
    return _Reading(cosine, _rank_correlation(alpha[chosen] * some, fields * some))


def _rank_correlation(one: FloatArray, other: FloatArray) -> float:
    flat = [each.ravel().astype(np.float64) for each in (one, other)]
    if one.size < _ENTRIES or any(np.ptp(each) <= _SPREAD * abs(each).max() for each in flat):
        return 0.0
    ranks = [each.argsort(kind="stable").argsort(kind="stable") for each in flat]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])
