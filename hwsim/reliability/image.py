"""An image with faulty cells, for the fast model: what every read of its memories would give."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hwsim.config import Parameters
from hwsim.hardware import layout
from hwsim.hardware.bits import Rows
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import IntArray
from hwsim.reliability.maps import OTHER, FaultMap


def faulty_image(image: Image, faults: FaultMap) -> Image:
    """The image whose words are what the cells give back.

    What follows from other integers (planes shared with the patterns are the patterns; the winner's
    limit and the radii are as the manifest says) is not made anew.

    Args:
        image: one engine.
        faults: cells of a memory that `places.FAST` names.
    """
    place = faults.place
    p = image.parameters
    if place.memory == "offsets":
        return replace(image, offsets=_numbers(image.offsets, place.width, faults, negative=True))
    if place.memory == "radius":
        changed = replace(image)
        # A radius above N is none that an image may have; it takes in every state.
        object.__setattr__(changed, "radius", _numbers(image.radius, place.width, faults))
        return changed
    words = np.concatenate([*image.memory_blocks(place.memory)])
    _hit(words, faults)
    if place.memory == "patterns":
        rows = layout.pattern_rows(p, words)
        return replace(image, pattern_rows=rows, plane_rows=_shared(p, rows, image.plane_rows))
    stored = layout.plane_rows(p, words, p.patterns)
    return replace(image, plane_rows=_shared(p, image.pattern_rows, stored))


def _numbers(values: IntArray, width: int, faults: FaultMap, *, negative: bool = False) -> IntArray:
    words = layout.pack_integers(width, values)
    _hit(words, faults)
    return layout.unpack_integers(width, words, signed=negative)


def _hit(words: Rows, faults: FaultMap) -> None:
    """Put what the cells give back into words, (depth, bytes), in place."""
    index = faults.addresses * words.shape[1] + faults.bits // 8
    bit = (1 << faults.bits % 8).astype(np.uint8)
    flat = words.reshape(-1)
    stored = (flat[index] & bit) > 0
    changes = np.where(faults.values == OTHER, True, stored != (faults.values == 1))
    np.bitwise_xor.at(flat, index[changes], bit[changes])


def _shared(parameters: Parameters, patterns: Rows, planes: Rows) -> Rows:
    """Planes of codes, with the shared ones from the patterns."""
    planes = planes.copy()
    for plane in parameters.shared_planes:
        planes[:, plane] = patterns
    return planes
