"""Where a flipped bit of a large memory may hurt: what the first step of some recalls says.

Trying every bit of patterns and weights alone takes hours. One step's fields say which bits stand
closest to changing it: to first order, in exact integers, without rules. What such a bit does to
whole recalls is measured then, by whoever asks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from hwsim.hardware import bits
from hwsim.hardware.image import Image
from hwsim.reliability.image import stored_words
from hwsim.reliability.places import Place
from hwsim.spins import SpinArray, spins_from_bits

Scores = npt.NDArray[np.float64]
GUIDED = ("patterns", "weights")


@dataclass(frozen=True)
class _Step:
    """One query's first step.

    Attributes:
        state: (N,) ±1.
        active: (A,) patterns that have a kernel value, or would at a distance less by 1.
        kernel: (A,) their values, and what they would be one further (`up`) or nearer (`down`).
        values: (A, N) what their codes stand for.
        fields: (N,) f.
        winner: the nearest pattern.
    """

    state: SpinArray
    active: npt.NDArray[np.int64]
    kernel: Scores
    up: Scores
    down: Scores
    values: Scores
    fields: Scores
    winner: int


def likely_cells(image: Image, place: Place, queries: SpinArray, most: int) -> list[int]:
    """Cells of a place, `patterns` or `weights`, whose flips promise most; at most so many.

    A weight bit scores, in each query's first step, 1 where its flip turns the sign of its
    neuron's field, else by how far it goes there: 2 C k / |f|. A pattern bit scores by how its
    flip, which moves one distance by 1, changes that pattern's kernel value beside the largest; and
    1 more where the pattern is the nearest and rules copy it into the state. Where planes of the
    codes are the patterns, a pattern bit is a weight bit as well.

    Args:
        image: one engine, one query in flight.
        place: the memory, or a plane of the weights.
        queries: (Q, N) of ±1.
        most: cells.
    """
    p = image.parameters
    planes = p.shared_planes if place.memory == "patterns" else _planes(image, place)
    weight = {plane: np.zeros((p.patterns, p.neurons)) for plane in planes}
    pattern = np.zeros((p.patterns, p.neurons))
    stored = spins_from_bits(image.patterns).astype(np.float64)
    for query in queries:
        step = _first_step(image, stored, query)
        scale = 2.0**p.offset_frac_bits
        for plane, score in weight.items():
            change = 2 * p.C[plane] * step.kernel[:, np.newaxis] * scale
            bit = bits.unpack(image.plane_rows[step.active, plane], p.neurons).astype(np.float64)
            against = (2 * bit - 1) * np.sign(step.fields) > 0
            reach = change / np.maximum(np.abs(step.fields), 1)
            score[step.active] += against * np.minimum(reach, 1)
        if place.memory == "patterns":
            same = stored[step.active] == step.state
            top = max(float(step.kernel.max()), 1.0)
            moved = np.where(
                same,
                np.abs(step.up - step.kernel)[:, np.newaxis],
                np.abs(step.down - step.kernel)[:, np.newaxis],
            )
            pattern[step.active] += moved / top
            pattern[step.winner] += bool(p.rules)
    if place.memory == "patterns":
        return _cells(image, place, sum(weight.values(), pattern)[:, np.newaxis], (0,), most)
    return _cells(image, place, np.stack([*weight.values()], axis=1), planes, most)


def _planes(image: Image, place: Place) -> tuple[int, ...]:
    """Planes of codes whose words a place has."""
    stored = image.parameters.stored_planes
    return tuple(stored if place.stride == 1 else (stored[place.first],))


def _first_step(image: Image, stored: Scores, query: SpinArray) -> _Step:
    p = image.parameters
    distance = ((p.neurons - stored @ query) / 2).astype(np.int64)
    winner = int(distance.argmin())
    x = distance - (int(distance[winner]) if p.nearest else 0)
    lut = image.kernel_lut.astype(np.float64)
    kernel, down = lut[x], lut[np.maximum(x - 1, 0)]
    active = np.flatnonzero((kernel > 0) | (down > 0))
    codes = image.codes_of(active)
    weights = np.array(p.C, dtype=np.float64)
    values = ((codes[:, :, np.newaxis] >> np.arange(p.weight_bits) & 1) * 2.0 - 1) @ weights
    fields = kernel[active] @ values * 2.0**p.offset_frac_bits + image.offsets * kernel.sum()
    return _Step(
        query, active, kernel[active], lut[np.minimum(x + 1, p.neurons)][active], down[active],
        values, fields, winner,
    )  # fmt: skip


def _cells(
    image: Image, place: Place, scores: Scores, planes: tuple[int, ...], most: int
) -> list[int]:
    """Cells of the bits that score highest.

    Args:
        image: one engine.
        place: the memory.
        scores: (P, planes, N).
        planes: which; of no meaning for patterns.
        most: cells.
    """
    flat = scores.reshape(-1)
    best = np.argsort(-flat, kind="stable")[:most]
    best = best[flat[best] > 0]
    chosen = np.zeros(scores.shape, dtype=np.uint8)
    chosen.reshape(-1)[best] = 1
    if place.memory == "patterns":
        rows = image.pattern_rows ^ bits.pack(chosen[:, 0])
        other = _with(image, pattern_rows=rows)
    else:
        planes_rows = image.plane_rows.copy()
        for position, plane in enumerate(planes):
            planes_rows[:, plane] ^= bits.pack(chosen[:, position])
        other = _with(image, plane_rows=planes_rows)
    changed = stored_words(image, place) ^ stored_words(other, place)
    one_by_one = np.unpackbits(changed, axis=1, bitorder="little")
    found = []
    for address, bit in zip(*np.nonzero(one_by_one), strict=True):
        found.append((int(address) - place.first) // place.stride * place.width + int(bit))
    return found


def _with(image: Image, **rows: npt.NDArray[np.uint8]) -> Image:
    """The image with other rows, which need not agree with each other."""
    other = replace(image)
    for name, value in rows.items():
        object.__setattr__(other, name, value)
    return other
