"""The float memory: trained, read, written, recalled by, and lowered to an image."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt

from hwsim.api.given import (
    AnyDesign,
    AnyMemory,
    AnyPath,
    AnySpins,
    at_least,
    the_design,
    the_memory,
    the_path,
    the_patterns,
    the_queries,
)
from hwsim.callers import stacklevel
from hwsim.choices import LEARNING_RATE, REGULARIZATION
from hwsim.compress import lower as lowering
from hwsim.compress import quantize as quantizers
from hwsim.compress.offsets import LoweringWarning
from hwsim.compress.weights import QuantizedWeights
from hwsim.config import Parameters
from hwsim.design import Choices, Design, refuse_rules, shows_choices
from hwsim.errors import InputError
from hwsim.hardware.image import Image
from hwsim.printable import kind, printable, told
from hwsim.reference import memory as memories
from hwsim.reference import recall as float_network
from hwsim.reference.memory import Memory
from hwsim.reference.recall import FloatRecalls
from hwsim.reference.remarks import load_and_tell
from hwsim.spins import as_array
from hwsim.typed import typed


@typed
def train(
    patterns: AnySpins,
    gamma: float | None = None,
    *,
    targets: AnySpins | None = None,
    sequence: str | None = None,
    method: str = "gradient-descent",
    noise: float | None = None,
    penalty: str = "l2",
    learning_rate: float = LEARNING_RATE,
    regularization: float = REGULARIZATION,
    steps: int | None = None,
    matrix: str = "auto",
    progress: Callable[[int, int, float, float], None] | None = None,
    provenance: dict[str, Any] | None = None,
) -> Memory:
    """Store patterns in a float memory, by kernel logistic regression.

    Args:
        patterns: (P, N) of ±1, or the path of a .npy.
        gamma: width of the kernel exp(-gamma |x - y|**2), positive; 0.02 suits N = 100. Left
            out for `bayes`, whose noise sets it.
        targets: (P, M) of ±1, or the path of a .npy: what each pattern is associated with, in
            place of itself; classes have a single +1 a row. Not for `bayes`.
        sequence: in place of targets, `cyclic` or `ending`: each pattern's target is the next one,
            and the last one's the first, or itself. `lower(memory, max_steps=T)` replays T steps.
        method: `gradient-descent`, the paper's; `converged`, the minimum itself; or `bayes`, the
            patterns as weights, whose first step keeps the most bits at `noise`.
        noise: fraction of spins that is flipped, above 0 and below 0.5; of `bayes` alone.
        penalty: `l2` (the paper's) or `l1`.
        learning_rate: of gradient descent.
        regularization: lambda, weight of the penalty.
        steps: updates of gradient descent (default 500), or most iterations of `converged`.
        matrix: the kernel matrix's form: `dense`, `sparse` without the entries that cannot matter,
            or `blocks`, which keeps none; `auto` takes what is fastest and fits into memory.
        progress: called now and then with (step, steps, mean loss, mean margin), both per pattern
            and neuron.
        provenance: kept in the memory beside what training adds.

    Returns:
        The memory.

    Warns:
        TrainingWarning: gradient descent is unstable, or `converged` did not converge.

    Raises:
        InputError: an argument is not legal, or training diverged.

    Example:
        >>> import hwsim
        >>> memory = hwsim.train([[1, -1, 1, -1], [1, 1, -1, -1]], gamma=0.1)
        >>> memory.neurons, memory.stored, memory.alpha.shape
        (4, 2, (2, 4))
    """
    from hwsim.reference import training  # and SciPy, for which nobody else waits

    return training.train(
        the_patterns(patterns, "train"),
        gamma,
        targets=None if targets is None else the_patterns(targets, "train", "targets"),
        sequence=sequence,
        method=method,
        noise=noise,
        penalty=penalty,
        learning_rate=learning_rate,
        regularization=regularization,
        steps=at_least(steps, "steps", 1),
        matrix=matrix,
        progress=progress,
        provenance=provenance,
    )


@typed
def load_memory(path: AnyPath) -> Memory:
    """Read a float memory from an .npz with patterns (P, N), alpha (P, N) and gamma.

    Another kernel of the Hamming distance may stand in place of gamma: kernel_values (N + 1,), none
    negative, none above the one before. With targets (P, M), alpha is (P, M).

    Args:
        path: of a file that `save_memory`, `hwsim train` or anybody's `numpy.savez` wrote.

    Raises:
        InputError: the file is missing or damaged, lacks a key, its content is not a memory, or
            says that it is another network.

    Warns:
        HwsimWarning: patterns are stored twice, the memory seems transposed, or notes hold numbers
            that hwsim does not know.
    """
    return load_and_tell(the_path(path, "load_memory", "a memory's .npz"), targets=True)


@typed
def save_memory(path: AnyPath, memory: Memory, *, force: bool = False) -> None:
    """Write a float memory to an .npz; equal memories make equal files.

    Args:
        path: of the file, whose name should end in .npz; an existing one is replaced only if
            hwsim wrote it.
        memory: to write; its provenance becomes further keys.
        force: replace a file whoever wrote it.

    Raises:
        InputError: the file cannot be written, or provenance holds what is no plain array.
    """
    where = the_path(path, "save_memory", "a file first, then the memory")
    memories.save_memory(where, the_memory(memory, "save_memory", targets=True), force=force)


@typed
def recall_float(
    memory: AnyMemory,
    queries: AnySpins,
    *,
    alpha: npt.ArrayLike | None = None,
    max_steps: int = Parameters.max_steps,
    dtype: npt.DTypeLike = np.float64,
) -> FloatRecalls:
    """Recall queries by the float network, whose fields are sums of alpha times kernel.

    Args:
        memory: the memory, or the path of its .npz.
        queries: (Q, N) of ±1, or the path of a .npy; (N,) counts as one query.
        alpha: (P, N) float weights in place of the memory's, such as `quantize(…).dequantized()`.
        max_steps: T, most update steps.
        dtype: of the arithmetic; float32 is faster.

    Returns:
        `states` (Q, N) int8, `steps` (Q,) and `converged` (Q,), with Q = 1 for a single query.

    Raises:
        InputError: an argument is not legal.
    """
    arithmetic = _arithmetic(dtype)
    given = the_memory(memory, "recall_float")
    stored = given.patterns.shape
    return float_network.recall(
        given,
        the_queries(queries, given.neurons, "recall_float"),
        alpha=None if alpha is None else memories.checked_alpha(as_array(alpha, "alpha"), stored),
        max_steps=at_least(max_steps, "max_steps", 1),
        dtype=arithmetic,
    )


def _arithmetic(dtype: npt.DTypeLike) -> np.dtype[Any]:
    """float32 or float64.

    Raises:
        InputError: it is neither.
    """
    try:
        found = np.dtype(dtype)
    except (TypeError, ValueError) as error:  # NumPy knows no such type
        raise InputError(f"dtype is {told(dtype)}; it must be float32 or float64") from error
    if found not in (np.float32, np.float64):
        raise InputError(f"dtype is {found}; it must be float32 or float64")
    return found


@typed
def quantize(
    alpha: AnyMemory | npt.ArrayLike,
    bits: int = Design.bits,
    quantizer: str = Design.quantizer,
    *,
    plane_weights: Sequence[int] | None = None,
) -> QuantizedWeights:
    """Quantize float weights to codes, scales and mids, the first step of `lower`.

    Args:
        alpha: a memory, the path of its .npz, or float weights (P, N) themselves.
        bits: B, 1 to 8.
        quantizer: a name as in `Design`.
        plane_weights: C, B positive integers, for the kmeans quantizers.

    Returns:
        `codes` (P, N) uint8; `dequantized()` gives the float weights they stand for.

    Raises:
        InputError: an argument is not legal, or they do not go together.
    """
    planes = None if plane_weights is None else tuple(np.ravel(plane_weights).tolist())
    how = Design(bits=bits, quantizer=quantizer, plane_weights=planes)
    if isinstance(alpha, Memory | str) or hasattr(alpha, "__fspath__"):
        chosen: Any = the_memory(alpha, "quantize", targets=True).alpha
    else:
        values = as_array(alpha, "alpha")
        if values.ndim != 2:
            raise InputError(
                f"quantize() takes a Memory, the path of its .npz, or float weights (P, N), not "
                f"{kind(alpha)}"
            )
        chosen = memories.checked_alpha(values, values.shape)
    return quantizers.quantize(chosen, how.bits, how.quantizer, plane_weights=how.plane_weights)


@shows_choices
@typed
def lower(
    memory: AnyMemory,
    design: AnyDesign | None = None,
    *,
    check: bool = True,
    **choices: Unpack[Choices],
) -> Image:
    """Quantize a float memory into an image: codes, kernel table and offsets, all integers.

    Args:
        memory: the memory, or the path of its .npz.
        design: how, or the path of a TOML that `Design.save` or `hwsim export --save-design`
            wrote; None for the defaults shown. A choice named besides overrides it.
        check: recall noisy stored patterns by both, as `hwsim export` does, and warn where the
            image loses more than 0.003 of the float memory's recall accuracy; a second or so. Not
            done with targets, which `validate` measures.
        **choices: as in `Design`.

    Returns:
        The image, which `recall`, `write_image` and `cosimulate` take.

    Warns:
        LoweringWarning: offsets do not fit and were clipped, or recall accuracy is lost.

    Raises:
        InputError: a value is not legal.
        TypeError: a choice has no such name.

    Example:
        >>> import hwsim
        >>> memory = hwsim.train([[1, -1, 1, -1], [1, 1, -1, -1]], gamma=0.1)
        >>> image = hwsim.lower(memory, bits=2, lanes=8)
        >>> image.codes
        array([[3, 0, 3, 0],
               [3, 3, 0, 0]], dtype=uint8)
    """
    how = the_design(design, choices, "lower", ("check",))
    given = the_memory(memory, "lower", targets=True)
    if given.outputs:
        refuse_rules(choices)
    image = lowering.lower(given, how)
    if check and not given.outputs:
        from hwsim.explore.kept import told_loss  # and a compiler, for which nobody else waits

        if words := told_loss(given, image):
            warnings.warn(words, LoweringWarning, stacklevel=stacklevel())
    if isinstance(memory, Memory):
        return image
    return replace(image, provenance={"memory": printable(Path(memory).name), **image.provenance})
