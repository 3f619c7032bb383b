"""A trained memory: patterns, alpha, kernel; and its file."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from hwsim.callers import stacklevel
from hwsim.config import check_kernel_origin
from hwsim.errors import HwsimWarning, InputError, place
from hwsim.files.archive import write_archive
from hwsim.files.marks import Kind
from hwsim.files.npz import read_archive
from hwsim.limits import size_text
from hwsim.printable import told
from hwsim.quantities import counted
from hwsim.reference.kernel import (
    FloatArray,
    gaussian_table,
    hamming_distances,
    kernel_from_distances,
)
from hwsim.reference.meaning import KERNEL_VALUES, checked_kernel_values, gamma_of, names_kernel
from hwsim.show import Record
from hwsim.spins import SpinArray, as_array, checked_patterns

if TYPE_CHECKING:
    from hwsim.pictures import Picture

REQUIRED = ("patterns", "alpha", "gamma")
REMEDY = (
    "a memory holds patterns (P, N) of +1 and -1, alpha (P, N) and gamma, or kernel_values (N + 1,)"
)
TARGETS = "targets"
# Parts of a memory's file that may be missing, beside one of gamma and kernel_values.
PARTS = (*REQUIRED, KERNEL_VALUES, TARGETS)
# Beyond these, squares and sums of weights, and gamma times a distance, could overflow a float.
LARGEST_WEIGHT = 1e100
LARGEST_GAMMA = 1e300
SMALLEST_GAMMA = 1e-300  # below, a float has fewer digits and JSON none
# Bytes of one provenance key; larger arrays beside the memory are not read.
LARGEST_PROVENANCE = 1 << 20


@dataclass(frozen=True, eq=False, repr=False)
class Memory(Record):
    """A trained kernel associative memory.

    Two memories are equal when patterns, weights and kernel are, wherever they came from.

    The field of neuron i in state s is sum_m alpha[m, i] * exp(-gamma * |s - patterns[m]|**2), or
    sum_m alpha[m, i] * kernel_values[d] with d the Hamming distance of s and patterns[m].

    Attributes:
        patterns: (P, N) int8 of ±1; any integer or float dtype of ±1 is accepted.
        alpha: (P, N) float32 or float64 dual weights; other number types are converted.
        gamma: the kernel's width, positive; None with `kernel_values`.
        provenance: how it came to be: text, numbers or plain arrays by name.
        kernel_values: (N + 1,) float64, another kernel's values at the Hamming distances 0 … N,
            none negative, none above the one before, the first positive; None for the Gaussian.
        targets: (P, M) int8 of ±1, what each pattern is associated with, in place of itself; alpha
            is (P, M) then, and a query has M fields. Classes are targets with a single +1 a row.

    Raises:
        InputError: a value is not legal or the shapes disagree.
    """

    patterns: SpinArray
    alpha: npt.NDArray[np.floating[Any]]
    gamma: float | None = None
    provenance: Mapping[str, Any] = field(default_factory=dict, compare=False)
    kernel_values: FloatArray | None = None
    targets: SpinArray | None = None

    def __post_init__(self) -> None:
        patterns = checked_patterns(self.patterns)
        object.__setattr__(self, "patterns", patterns)
        if self.targets is not None:
            object.__setattr__(self, "targets", checked_targets(self.targets, len(patterns)))
        alpha = as_array(self.alpha, "alpha")
        if self.targets is None:
            alpha = checked_alpha(alpha, patterns.shape)
        else:
            alpha = checked_alpha(alpha, self.targets.shape, TARGETS)
        object.__setattr__(self, "alpha", alpha)
        if not isinstance(self.provenance, Mapping):
            raise InputError(
                f"provenance is {told(self.provenance)}; it must be a dict of notes by name"
            )
        for key in self.provenance:
            if not isinstance(key, str):
                raise InputError(f"provenance key {told(key)} is no text; name it by text")
        if self.kernel_values is None:
            object.__setattr__(self, "gamma", checked_gamma(self.gamma))
            return
        if self.gamma is not None:
            raise InputError("gamma and kernel_values both say what the kernel is; leave one out")
        values = checked_kernel_values(as_array(self.kernel_values, KERNEL_VALUES), patterns.shape)
        object.__setattr__(self, "kernel_values", values)

    @property
    def neurons(self) -> int:
        """N, spins in a state."""
        return int(self.patterns.shape[1])

    @property
    def stored(self) -> int:
        """P, patterns stored."""
        return int(self.patterns.shape[0])

    @property
    def outputs(self) -> int:
        """M, outputs other than the patterns; 0 where there are none."""
        return 0 if self.targets is None else int(self.targets.shape[1])

    def check_recalls_states(self, place: str = "") -> None:
        """Raise InputError for a memory of targets, whose fields are no next state.

        Args:
            place: the memory's path and a colon, where it has one.
        """
        if self.outputs:
            raise InputError(
                f"{place}the memory has {counted(self.outputs, 'output')} other than the patterns, "
                "so it recalls no states, which this needs; hwsim export without --auto and hwsim "
                "validate without --advise (hwsim.lower, hwsim.validate) take it"
            )

    @property
    def kernel_table(self) -> FloatArray:
        """The kernel at the Hamming distances 0 … N, (N + 1,) float64."""
        if self.kernel_values is not None:
            return self.kernel_values
        assert self.gamma is not None  # one of the two is there
        return gaussian_table(self.neurons, self.gamma)

    def kernel_origin(self, chosen: str | None = None) -> str:
        """From where distances may count: `chosen`, or without a choice what suits the kernel.

        Raises:
            InputError: it is unknown, or `nearest` for a kernel that is no exponential.
        """
        if chosen is not None:
            check_kernel_origin(chosen)
        if self.kernel_values is None:
            return chosen or "nearest"
        if chosen == "nearest":
            raise InputError(
                "kernel_origin is 'nearest', which is exact for exponentials alone: counting from "
                "the nearest pattern divides all of their values by one number, and changes the "
                "weight of far patterns with other kernel_values; take 'absolute', or leave it out"
            )
        return "absolute"

    def kernel(
        self,
        states: SpinArray,
        *,
        origin: str | None = None,
        dtype: npt.DTypeLike = np.float64,
    ) -> FloatArray:
        """Kernel values of states with the patterns.

        Args:
            states: (Q, N) int8 of ±1.
            origin: as in `kernel_from_distances`; None for what suits the kernel, in which signs
                of fields are those of the absolute origin.
            dtype: of the result.

        Returns:
            (Q, P) of `dtype`.
        """
        distances = hamming_distances(states, self.patterns)
        chosen = self.kernel_origin(origin)
        return kernel_from_distances(distances, self.kernel_table, origin=chosen, dtype=dtype)

    def plot(self, shape: tuple[int, int] | None = None, first: int = 16) -> Picture:
        """Patterns as pixels, weights by value, and the kernel.

        Args:
            shape: rows and columns of a pattern's pixels, such as (8, 8); None for about a square.
            first: how many patterns to draw, from the first on.

        Returns:
            An SVG, which a notebook shows and `save` writes.

        Raises:
            InputError: the shape is not of N pixels, or first no whole number.
        """
        from hwsim.reference.plots import plot_memory

        return plot_memory(self, shape, first)

    def _shown(self) -> Mapping[str, object]:
        notes = self.provenance
        return {
            "N": self.neurons,
            "P": self.stored,
            "outputs": self.outputs or None,
            "gamma": self.gamma,
            "kernel": None if self.kernel_values is None else "its own values",
            "alpha": f"{self.alpha.dtype} in {self.alpha.min():.4g}…{self.alpha.max():.4g}",
            "method": notes.get("method"),
            "steps": notes.get("steps"),
        }


def checked_targets(targets: npt.ArrayLike, stored: int) -> SpinArray:
    """Targets as (P, M) int8 of ±1.

    Raises:
        InputError: they are no spins, or not as many as the patterns.
    """
    found = checked_patterns(as_array(targets, TARGETS), TARGETS)
    if len(found) != stored:
        raise InputError(
            f"targets have {len(found)} rows, patterns {stored}; give one target a pattern, (P, M)"
        )
    return found


def checked_alpha(
    alpha: npt.NDArray[Any], shape: tuple[int, ...], like: str = "patterns"
) -> npt.NDArray[np.floating[Any]]:
    """Float weights as finite float32 or float64 in C order.

    Args:
        alpha: as given.
        shape: that they must have, the patterns' (P, N) or the targets' (P, M).
        like: whose shape it is.

    Raises:
        InputError: they are not numbers, not all finite, or not of `shape`.
    """
    both = "(P, N)" if like == "patterns" else "(P, M)"
    if alpha.dtype.kind not in "iuf":
        raise InputError(f"alpha has dtype {alpha.dtype}; it must be real numbers")
    if alpha.ndim != 2:
        raise InputError(
            f"alpha has shape {alpha.shape}, {like} have shape {shape}; both must be {both}"
        )
    turned = "; it seems to be transposed, give alpha.T" if alpha.shape == shape[::-1] else ""
    for axis, unit in enumerate(("rows", "columns")):
        if alpha.shape[axis] != shape[axis]:
            raise InputError(
                f"alpha has {alpha.shape[axis]} {unit}, {like} {shape[axis]}; both must be "
                f"{both}{turned}"
            )
    broken = np.argwhere(~np.isfinite(alpha))
    if len(broken):
        found = alpha[tuple(broken[0])]
        raise InputError(f"alpha[{place(broken[0])}] is {found}; every weight must be finite")
    single = alpha.dtype.kind == "f" and alpha.dtype.itemsize <= 4  # in any byte order
    large = np.argwhere(np.zeros(0) if single else np.abs(alpha) > LARGEST_WEIGHT)
    if len(large):
        found = alpha[tuple(large[0])]
        raise InputError(
            f"alpha[{place(large[0])}] is {found}, beyond {LARGEST_WEIGHT:g}; divide all weights "
            "by one positive number, which changes no recall"
        )
    return np.ascontiguousarray(alpha, dtype=np.float32 if single else np.float64)


def checked_gamma(value: Any) -> float:
    """`value`, one real number or an array of one, as a float.

    Raises:
        InputError: it is not one positive number from SMALLEST_GAMMA to LARGEST_GAMMA.
    """
    array = np.asarray(value)
    if array.size != 1:
        raise InputError(f"gamma has shape {array.shape}; it must be one positive number")
    if array.dtype.kind not in "iuf":
        raise InputError(f"gamma is {told(array.item())}; it must be one positive number")
    gamma = float(array.reshape(()))
    if not (np.isfinite(gamma) and gamma > 0):
        raise InputError(f"gamma is {gamma}; it must be a positive finite number")
    if gamma > LARGEST_GAMMA:
        raise InputError(f"gamma is {gamma}; it must be at most {LARGEST_GAMMA:g}")
    if gamma < SMALLEST_GAMMA:
        raise InputError(f"gamma is {gamma}; it must be at least {SMALLEST_GAMMA:g}")
    return gamma


def save_memory(path: str | Path, memory: Memory, *, force: bool = False) -> None:
    """Write `memory` to an .npz without pickles, provenance as further keys, whole or not at all.

    Equal memories make equal files.

    Args:
        path: the file; an existing one is replaced only if hwsim wrote it as a memory.
        memory: what to write.
        force: replace a regular file whatever it is.

    Raises:
        InputError: a provenance key is taken or means another network, its value is no plain array,
            or the file cannot be written.
    """
    path = Path(path)
    arrays: dict[str, npt.NDArray[Any]] = {
        "patterns": memory.patterns,
        "alpha": memory.alpha,
    }
    if memory.kernel_values is None:
        arrays["gamma"] = np.array(memory.gamma, dtype=np.float64)
    else:
        arrays[KERNEL_VALUES] = memory.kernel_values
    if memory.targets is not None:
        arrays[TARGETS] = memory.targets
    for key, value in memory.provenance.items():
        array = np.asarray(value)
        if key in PARTS or names_kernel(key, array):
            raise InputError(
                f"provenance key {told(key)} is the name of a part of the memory; take another"
            )
        if array.dtype.hasobject:
            raise InputError(
                f"provenance {key!r} is {told(value)}; it must be text, numbers or arrays"
            )
        gamma_of(1.0, {key: array})
        arrays[key] = array
    write_archive(path, arrays, Kind.MEMORY, force=force)


def load_memory(path: str | Path) -> Memory:
    """Read a trained memory from an .npz that anybody's NumPy may have written.

    A note `kernel` may say `rbf`, or `laplacian`, which on spins is one of half the gamma. In place
    of gamma, `kernel_values` (N + 1,) may hold another kernel's values.

    Warns:
        HwsimWarning: it holds a note beyond LARGEST_PROVENANCE, which is not read, or a gamma
            beside kernel_values.

    Raises:
        InputError: the file is missing, not an .npz, pickled or damaged, lacks a key, its content
            is not a memory, or a note would make it another network (`meaning`).
    """
    path = Path(path)
    beyond: dict[str, int] = {}

    def wanted(name: str, size: int) -> bool:
        if name in PARTS or size <= LARGEST_PROVENANCE:
            return True
        beyond[name] = size
        return False

    arrays = read_archive(path, wanted, REMEDY)
    own = KERNEL_VALUES in arrays
    _check_notes(path, arrays, own)
    if own and arrays.pop("gamma", None) is not None:
        _warn(f"{path}: gamma is left aside: kernel_values say what the kernel is")
    missing = [key for key in REQUIRED if key not in arrays and not (own and key == "gamma")]
    if missing:
        raise InputError(f"{path} has no {missing[0]}; {REMEDY}")
    if beyond:
        _tell_unread(path, beyond)
    try:
        patterns, alpha = arrays.pop("patterns"), arrays.pop("alpha")
        values, gamma = arrays.pop(KERNEL_VALUES, None), arrays.pop("gamma", None)
        targets = arrays.pop(TARGETS, None)
        width = gamma_of(None if gamma is None else checked_gamma(gamma), arrays)
        notes = {k: _plain(note) for k, note in arrays.items() if not names_kernel(k, note)}
        return Memory(patterns, alpha, width, notes, values, targets)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def _check_notes(path: Path, arrays: Mapping[str, npt.NDArray[Any]], own: bool) -> None:
    """Say why it is another network before what it lacks to be one of ours."""
    notes = {key: note for key, note in arrays.items() if key not in PARTS}
    try:
        gamma_of(None if own else 1.0, notes)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def _tell_unread(path: Path, beyond: Mapping[str, int]) -> None:
    """Warn of notes that are not read; a copy of the memory will lack them."""
    (name, size), *others = beyond.items()
    more = f" and {len(others)} more are" if others else " is"
    _warn(
        f"{path}: {name[:60]} ({size_text(size)}){more} not read: a note beside a memory takes up "
        f"to {size_text(LARGEST_PROVENANCE)}; keep it in a file of its own"
    )


def _warn(words: str) -> None:
    warnings.warn(words, HwsimWarning, stacklevel=stacklevel())


def _plain(value: npt.NDArray[Any]) -> Any:
    """A 0-d array as Python's own number or text."""
    return value.item() if value.ndim == 0 else value
