"""An image with faulty cells, for the fast model: what every read of its memories would give."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hwsim.config import Parameters
from hwsim.hardware import layout
from hwsim.hardware.bits import Rows
from hwsim.hardware.image import Image
from hwsim.reliability.maps import OTHER, FaultMap
from hwsim.reliability.places import Place


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
    words = stored_words(image, place)
    _hit(words, faults)
    if place.memory == "offsets":
        return replace(image, offsets=layout.unpack_integers(place.width, words, signed=True))
    if place.memory == "radius":
        changed = replace(image)
        # A radius above N is none that an image may have; it takes in every state.
        radius = layout.unpack_integers(place.width, words, signed=False)
        object.__setattr__(changed, "radius", radius)
        return changed
    if place.memory == "patterns":
        rows = layout.pattern_rows(p, words)
        return replace(image, pattern_rows=rows, plane_rows=_shared(p, rows, image.plane_rows))
    stored = layout.plane_rows(p, words, p.patterns)
    return replace(image, plane_rows=_shared(p, image.pattern_rows, stored))


def stored_words(image: Image, place: Place) -> Rows:
    """The words (depth, bytes) of a memory that `places.FAST` names, lowest byte first; a copy."""
    if place.memory == "offsets":
        return layout.pack_integers(place.width, image.offsets)
    if place.memory == "radius":
        return layout.pack_integers(place.width, image.radius)
    return np.concatenate([*image.memory_blocks(place.memory)])


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
