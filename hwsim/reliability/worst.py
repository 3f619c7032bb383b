"""Which single bit of a memory hurts most when it flips: bits tried one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from hwsim.hardware import fast
from hwsim.hardware.image import Image
from hwsim.reliability.image import faulty_image
from hwsim.reliability.machine import FaultyCells, recall_with
from hwsim.reliability.maps import flipped
from hwsim.reliability.places import Place
from hwsim.reliability.result import WorstBit
from hwsim.spins import SpinArray

KEPT: Final = 10  # of each memory


def worst_bits(
    image: Image, chosen: Sequence[Place], queries: SpinArray, most: int, seed: int
) -> tuple[WorstBit, ...]:
    """The bits of each memory whose flip alone changes most, the worst first.

    A memory of up to `most` bits is tried whole. Of a larger one as many are tried, at random, but
    each bit of a word as often as every other, for a word's bits differ more than words do.

    Args:
        image: one engine, one query in flight.
        chosen: memories.
        queries: (Q, N) of ±1.
        most: bits of a memory to try.
        seed: of the choice.
    """
    clean = fast.recall(image, queries).states
    found: list[WorstBit] = []
    for place in chosen:
        cells = _cells(place, most, np.random.default_rng([seed, 3]))
        tried = []
        for cell in cells:
            faults = flipped(place, cell)
            if place.persistent_on == "fast":
                states = fast.recall(faulty_image(image, faults), queries).states
            else:
                states = recall_with(image, FaultyCells(faults), queries).states
            changed = int((states != clean).any(axis=1).sum())
            address, bit = place.cell(cell)
            wrong = int((states != clean).sum())
            tried.append(
                WorstBit(
                    place.name, place.title, address, bit, wrong, changed, len(queries),
                    len(cells), place.bits,
                )
            )  # fmt: skip
        tried.sort(key=lambda each: (-each.wrong, -each.changed, each.address, each.bit))
        found += tried[:KEPT]
    return tuple(found)


def _cells(place: Place, most: int, random: np.random.Generator) -> list[int]:
    """All, or of each bit of a word as many."""
    words = len(place.words)
    each = min(max(most // place.width, 1), words)
    return sorted(
        int(word) * place.width + bit
        for bit in range(place.width)
        for word in random.choice(words, each if place.bits > most else words, replace=False)
    )
