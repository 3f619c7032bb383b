"""Images, queries and legal parameters for tests: random ones, and the corners.

A trained memory is not needed to test that two implementations agree: random integers reach
ties, misses, skipped groups and cycles that a well-behaved memory never shows.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from hwsim.config import DATAFLOWS, KERNEL_ORIGINS, Parameters
from hwsim.hardware import rules as image_rules
from hwsim.hardware.image import Image
from hwsim.spins import spins_from_bits


def random_kernel_lut(parameters: Parameters, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """(N + 1,) int64: a full first value, then random ones that never rise, then zeros.

    One in three is flat instead of random: equal values are what fields of exactly 0 come from.
    """
    n, top = parameters.neurons, parameters.kernel_max
    lut = np.sort(rng.integers(0, top + 1, n + 1))[::-1].astype(np.int64)
    lut[0] = top
    if rng.integers(0, 3) == 0:
        lut[:] = top
    lut[int(rng.integers(1, n + 2)) :] = 0
    return lut


def random_image(parameters: Parameters, rng: np.random.Generator) -> Image:
    """An image of random patterns, LUT and offsets over their whole ranges.

    The codes are random, or pull towards their pattern, or towards the next pattern, so
    that recalls wander, converge, or go from pattern to pattern for as long as they may.
    """
    p = parameters
    shape = (p.patterns, p.fields)
    patterns = rng.integers(0, 2, (p.patterns, p.neurons)).astype(np.uint8)
    kind = ("random", "own pattern", "next pattern")[int(rng.integers(0, 3))]
    if kind == "random" or p.fields != p.neurons:
        codes = rng.integers(0, 2**p.weight_bits, shape)
    else:
        goals = patterns if kind == "own pattern" else np.roll(patterns, -1, axis=0)
        low_bits = rng.integers(0, 2 ** (p.weight_bits - 1), shape)
        codes = goals.astype(np.int64) << (p.weight_bits - 1) | low_bits
    half = 2**p.offset_bits // 2
    offsets = rng.integers(-half, max(half, 1), p.fields)
    return Image(
        parameters=p,
        patterns=patterns,
        codes=codes.astype(np.uint8),
        kernel_lut=random_kernel_lut(p, rng),
        offsets=offsets.astype(np.int64),
        gamma=float(rng.uniform(0.01, 1.0)),
        scales=rng.integers(0, 2**p.scale_bits, p.outputs) if p.scale_bits else None,
    )


def random_queries(
    parameters: Parameters, count: int, rng: np.random.Generator
) -> npt.NDArray[np.int8]:
    """(count, N) int8 of ±1, every spin by a fair coin."""
    return spins_from_bits(rng.integers(0, 2, (count, parameters.neurons)).astype(np.uint8))


def corner_queries(image: Image, rng: np.random.Generator) -> npt.NDArray[np.int8]:
    """(6, N) int8: all 0, all 1, a stored pattern, its complement, one spin off it, random."""
    p = image.parameters
    stored = spins_from_bits(image.patterns[int(rng.integers(p.patterns))])
    near = stored.copy()
    near[int(rng.integers(p.neurons))] *= -1
    ones = np.ones(p.neurons, dtype=np.int8)
    return np.stack([-ones, ones, stored, -stored, near, random_queries(p, 1, rng)[0]])


@st.composite
def small_parameters(
    draw: st.DrawFn, *, max_neurons: int = 20, max_patterns: int = 40
) -> Parameters:
    """Legal parameters of a size at which the specification takes milliseconds.

    Every parameter but N, P and T reaches its legal extremes now and then.
    """
    weight_bits = draw(st.integers(1, 3) | st.just(8))
    plane_weight = st.integers(1, 5) | st.just(255)
    plane_weights = draw(
        st.none() | st.tuples(*[plane_weight for _ in range(weight_bits)])  # None: 1, 2, 4, …
    )
    offset_bits = draw(st.just(0) | st.integers(1, 6) | st.just(16))
    return Parameters(
        neurons=draw(st.integers(1, max_neurons)),
        patterns=draw(st.integers(1, max_patterns)),
        weight_bits=weight_bits,
        plane_weights=plane_weights,
        kernel_bits=draw(st.integers(1, 5) | st.just(16)),
        lanes=draw(st.sampled_from((8, 8, 16, 32))),
        offset_bits=offset_bits,
        offset_frac_bits=draw(st.integers(0, 3) | st.just(16)),
        max_steps=draw(st.integers(1, 8)),
        kernel_origin=draw(st.sampled_from(KERNEL_ORIGINS)),
    )


@st.composite
def small_images(draw: st.DrawFn, *, max_neurons: int = 20, max_patterns: int = 40) -> Image:
    """A random image of small legal parameters."""
    parameters = draw(small_parameters(max_neurons=max_neurons, max_patterns=max_patterns))
    return random_image(parameters, np.random.default_rng(draw(st.integers(0, 2**32 - 1))))


def near_queries(image: Image, count: int, rng: np.random.Generator) -> npt.NDArray[np.int8]:
    """(count, N) int8: stored patterns with bits flipped, few more often than many."""
    p = image.parameters
    queries = spins_from_bits(image.patterns[rng.integers(0, p.patterns, count)])
    for query in queries:
        flips = int(p.neurons * rng.random() ** 3 * 0.7 + rng.random())
        query[rng.permutation(p.neurons)[:flips]] *= -1
    return queries


def remembering_image(parameters: Parameters, rng: np.random.Generator) -> Image:
    """As training makes them: an exponential kernel, signs mostly those of the patterns."""
    p = parameters
    image = random_image(p, rng)
    patterns = image.patterns
    if p.patterns > 2 and rng.integers(0, 4) == 0:
        patterns[1] = patterns[0]  # a duplicate
    low = rng.integers(0, 2 ** (p.weight_bits - 1), patterns.shape)
    codes = patterns.astype(np.int64) << (p.weight_bits - 1) | low
    if rng.integers(0, 2):  # magnitudes by the pattern's side, so that signs are shared at any C
        codes = np.where(patterns == 1, 2**p.weight_bits - 1, 0)
    if rng.integers(0, 5) == 0:
        codes ^= (rng.random(codes.shape) < 0.05) << (p.weight_bits - 1)
    gamma = float(rng.choice([0.02, 0.05, 0.1, 0.2, 0.4]))
    lut = np.floor(np.exp(-4 * gamma * np.arange(p.neurons + 1)) * p.kernel_max + 0.5)
    shift = int(rng.integers(0, 8))
    return Image(
        parameters=p,
        patterns=patterns,
        codes=codes.astype(np.uint8),
        kernel_lut=lut.astype(np.int64),
        offsets=image.offsets >> shift,
        gamma=gamma,
    )


@st.composite
def ruled_images(
    draw: st.DrawFn, *, max_neurons: int = 40, max_patterns: int = 40, rules: bool = True
) -> Image:
    """A remembering or a random image, in either dataflow with any of the rules."""
    parameters = draw(small_parameters(max_neurons=max_neurons, max_patterns=max_patterns))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    make = remembering_image if draw(st.integers(0, 3)) else random_image
    image = make(parameters, rng)
    if not rules:
        return image
    stop = draw(st.booleans())
    return image_rules.with_rules(
        image,
        dataflow=draw(st.sampled_from(DATAFLOWS)),
        stop=stop,
        winner=draw(st.booleans()),
        radius=stop and draw(st.booleans()),
        coarse_words=draw(st.integers(0, parameters.words)),
    )


def same_image(first: Image, second: Image) -> bool:
    """Whether two images hold the same integers and gamma."""
    return (
        first.parameters == second.parameters
        and first.gamma == second.gamma
        and all(
            np.array_equal(getattr(first, name), getattr(second, name))
            for name in ("patterns", "codes", "kernel_lut", "offsets", "radius")
        )
    )


def associating_image(parameters: Parameters, rng: np.random.Generator) -> Image:
    """Random integers over their whole ranges; now and then two outputs alike, which tie."""
    p = parameters
    codes = rng.integers(0, 2**p.weight_bits, (p.patterns, p.outputs)).astype(np.uint8)
    half = 2**p.offset_bits // 2
    offsets = rng.integers(-half, max(half, 1), p.outputs)
    scales = rng.integers(int(p.scale_bits == 0), max(2**p.scale_bits, 2), p.outputs)
    if rng.integers(0, 2):
        codes[:, -1], offsets[-1], scales[-1] = codes[:, 0], offsets[0], scales[0]
    return Image(
        p,
        rng.integers(0, 2, (p.patterns, p.neurons)).astype(np.uint8),
        codes,
        random_kernel_lut(p, rng),
        offsets,
        gamma=0.1,
        scales=scales,
    )


@st.composite
def associating_images(draw: st.DrawFn, *, sequences: bool = False) -> Image:
    """A random image with outputs, from one to more than there are neurons, or a sequence."""
    plain = draw(small_parameters(max_neurons=20, max_patterns=40))
    outputs = plain.neurons if sequences else draw(st.integers(1, plain.words * plain.lanes))
    scale_bits = draw(st.sampled_from((0, 1, 4, 8)))
    if plain.field_bits + scale_bits > 64:
        scale_bits = 0
    steps = max(plain.max_steps, 2) if sequences else 1
    parameters = replace(plain, max_steps=steps, outputs=outputs, scale_bits=scale_bits)
    return associating_image(parameters, np.random.default_rng(draw(st.integers(0, 2**32 - 1))))
