"""What the engine's rules need to know of an image, derived from its integers alone.

The rules are explained and proved where they act, in `hwsim.hardware.spec`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hwsim.config import Parameters
from hwsim.hardware.contract import code_values
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import IntArray
from hwsim.hardware.radii import Progress, radii


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
