"""What the engine's rules need to know of an image, derived from its integers alone.

The rules are explained and proved where they act, in `hwsim.hardware.spec`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from hwsim.hardware.contract import code_levels
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import IntArray
from hwsim.hardware.radii import Progress, radii

_ENTRIES: Final = 2**22  # weights held at once


def reach(kernel_lut: IntArray) -> int:
    """The first distance from the origin whose kernel value is 0; N + 1 where there is none."""
    return int(np.count_nonzero(kernel_lut))


def winner_limit(image: Image) -> int:
    """The largest kernel sum at which the winner decides alone, 0 where there is none."""
    p = image.parameters
    least, most = _magnitudes(image)
    scale, offset = 2**p.offset_frac_bits, int(np.abs(image.offsets).max())
    first = int(image.kernel_lut[0])
    own, per = first * (least * scale - offset), most * scale + offset
    limit = first + (own - 1) // per if own > 0 else 0
    return min(limit, p.patterns * p.kernel_max)


def _magnitudes(image: Image) -> tuple[int, int]:
    """The least and the greatest |v|; the least is 0 unless all pull towards their own pattern."""
    p = image.parameters
    levels, size = code_levels(p), max(_ENTRIES // p.neurons, 1)
    least, most = sum(p.C), 0
    for start in range(0, p.patterns, size):
        part = slice(start, start + size)
        values = levels[image.codes_of(part)]
        if not ((values > 0) == (image.patterns_of(part) == 1)).all():
            return 0, 0
        magnitudes = np.abs(values)
        least = min(least, int(magnitudes.min()))
        most = max(most, int(magnitudes.max()))
    return least, most


def shared_planes(image: Image) -> tuple[int, ...]:
    """The code planes that equal the patterns everywhere."""
    planes = range(image.parameters.weight_bits)
    return tuple(plane for plane in planes if image.shares(plane))


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
        winner_limit=winner_limit(image) if winner else 0,
        coarse_words=coarse_words,
        reach=first_zero if coarse_words else 0,
    )
    return replace(image, parameters=parameters, radius=words)


def without_rules(image: Image) -> Image:
    """The same integers in the group dataflow, every rule off: what format 1 means."""
    nothing = np.zeros(image.parameters.patterns, dtype=np.int64)
    return replace(image, parameters=image.parameters.without_rules(), radius=nothing)


def one_at_a_time(image: Image) -> Image:
    """The same integers in one engine with one query in flight, which answers the same."""
    return replace(image, parameters=replace(image.parameters, queries_in_flight=1, engines=1))
