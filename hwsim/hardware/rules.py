"""What the engine's rules need to know of an image, derived from its integers alone.

The rules are explained and proved where they act, in `hwsim.hardware.spec`. All of this is exact
integers: the largest field of legal parameters is below 2**63, and products that go by float64 stay
below 2**53.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.config import Parameters
from hwsim.hardware.contract import code_values
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import IntArray

Progress = Callable[[int, int], None]

_EXACT_FLOAT: Final = 2**53
_BLOCK: Final = 256  # patterns whose radius is sought together


def reach(kernel_lut: IntArray) -> int:
    """The first distance from the origin whose kernel value is 0; N + 1 where there is none."""
    return int(np.count_nonzero(kernel_lut))


def signs_shared(image: Image, values: IntArray) -> bool:
    """Whether every weight pulls its neuron towards its own pattern."""
    return bool(((values > 0) == (image.patterns == 1)).all() and values.all())


def winner_limit(image: Image, values: IntArray) -> int:
    """The largest kernel sum at which the winner decides alone, 0 where there is none."""
    if not signs_shared(image, values):
        return 0
    scale, magnitudes = 2**image.parameters.offset_frac_bits, np.abs(values)
    offset, first = int(np.abs(image.offsets).max()), int(image.kernel_lut[0])
    own = first * (int(magnitudes.min()) * scale - offset)
    per = int(magnitudes.max()) * scale + offset
    limit = first + (own - 1) // per if own > 0 else 0
    return min(limit, image.parameters.patterns * image.parameters.kernel_max)


def shared_planes(image: Image) -> tuple[int, ...]:
    """The code planes that equal the patterns everywhere."""
    planes = range(image.parameters.weight_bits)
    return tuple(p for p in planes if np.array_equal(image.codes >> p & 1, image.patterns))


def radii(image: Image, *, beyond: bool = True, progress: Progress | None = None) -> IntArray:
    """The words of the radius memory.

    Args:
        image: its integers.
        beyond: look for radii, not only for fixed points.
        progress: called with (patterns done, patterns in all).

    Returns:
        (P,) int64: 0 for a pattern that is no fixed point; 1 for one that is; r + 1 for one to
        which every state within r bits goes in one step.
    """
    p = image.parameters
    first = int(image.kernel_lut[0])
    if first == 0:
        return np.zeros(p.patterns, dtype=np.int64)
    pulls = code_values(image) * 2**p.offset_frac_bits + image.offsets
    exact: Any = np.float64 if p.largest_field < _EXACT_FLOAT else np.int64
    table = pulls.astype(exact)
    found = np.zeros(p.patterns, dtype=np.int64)
    for start in range(0, p.patterns, _BLOCK):
        block = slice(start, min(start + _BLOCK, p.patterns))
        found[block] = _of_block(image, pulls, table, block, beyond)
        if progress is not None:
            progress(block.stop, p.patterns)
    return found


def _of_block(
    image: Image, pulls: IntArray, table: npt.NDArray[Any], block: slice, beyond: bool
) -> IntArray:
    p = image.parameters
    own = np.arange(block.start, block.stop)
    rows = np.arange(len(own))
    patterns = image.patterns.astype(np.float32) * 2 - 1  # sums of up to 65536 ±1 are exact
    distances = ((p.neurons - patterns[block] @ patterns.T) / 2).astype(np.int64)
    kernel = image.kernel_lut[distances]  # the state is the pattern: d0 is 0
    fields = kernel.astype(table.dtype) @ table
    bits = image.patterns[block] == 1
    fixed = (np.where(fields == 0, bits, fields > 0) == bits).all(axis=1)
    found: IntArray = fixed.astype(np.int64)
    if not (beyond and p.nearest):
        return found
    towards = np.where(bits, 1, -1) * pulls[block] * int(image.kernel_lut[0])
    up, down = np.maximum(table, 0), np.maximum(-table, 0)

    def safe(radius: IntArray, chosen: IntArray) -> npt.NDArray[np.bool_]:
        """Whether all states within `radius` of these patterns go to them."""
        beyond_it = distances[chosen] - 2 * radius[:, None]
        beyond_it[rows[: len(chosen)], own[chosen]] = p.neurons + 1
        nearest = (beyond_it > 0).all(axis=1)
        values = image.kernel_lut[np.clip(beyond_it, 0, p.neurons)]
        values[rows[: len(chosen)], own[chosen]] = 0
        values = values.astype(table.dtype)
        against = np.where(bits[chosen], values @ down, values @ up)
        return np.asarray(nearest & (towards[chosen] > against).all(axis=1))

    # `safe` falls from true to false once as the radius grows: every kernel value rises with it.
    low, high = np.full(len(own), -1), np.full(len(own), p.neurons)
    while (open_ := np.flatnonzero(high - low > 1)).size:
        middle = (low[open_] + high[open_]) // 2
        held = safe(middle, open_)
        low[open_[held]], high[open_[~held]] = middle[held], middle[~held]
    wider: IntArray = np.maximum(found, low + 1)
    return wider


def with_rules(
    image: Image,
    *,
    dataflow: str = "group",
    stop: bool = True,
    winner: bool = True,
    radius: bool = True,
    coarse_words: int = 0,
    progress: Progress | None = None,
) -> Image:
    """The same image for a dataflow, with what the rules need; its recalls end the same.

    A rule that never acts on this image is left out.

    Args:
        image: its integers; rules it has already are replaced.
        dataflow: `group` or `row`.
        stop: end a recall at a pattern that repeats itself, without running the step.
        winner: copy the nearest pattern where it decides every bit alone.
        radius: end a search at the first pattern within whose radius the state is; with `stop`.
        coarse_words: of each pattern in the first scan; 0 turns rule abandon off.
        progress: called with (patterns done, patterns in all) while radii are sought.
    """
    values = code_values(image)
    words = np.zeros(image.parameters.patterns, dtype=np.int64)
    if stop:
        words = radii(image, beyond=radius, progress=progress)
    first_zero = reach(image.kernel_lut)
    if first_zero == 0:
        coarse_words = 0
    parameters = replace(
        image.parameters,
        dataflow=dataflow,
        shared_planes=shared_planes(image) if dataflow == "row" else (),
        radius_bits=int(words.max()).bit_length(),
        winner_limit=winner_limit(image, values) if winner else 0,
        coarse_words=coarse_words,
        reach=first_zero if coarse_words else 0,
    )
    return replace(image, parameters=parameters, radius=words)


def without_rules(image: Image) -> Image:
    """The same integers in the group dataflow, every rule off: what format 1 means."""
    return with_rules(image, stop=False, winner=False)


def derived(parameters: Parameters, image: Image, progress: Progress | None = None) -> Image:
    """What `image` must be, if its rules are those of its own integers: for a check."""
    return with_rules(
        image,
        dataflow=parameters.dataflow,
        stop=parameters.radius_bits > 0,
        winner=parameters.winner_limit > 0,
        radius=parameters.radius_bits > 1,
        coarse_words=parameters.coarse_words,
        progress=progress,
    )
