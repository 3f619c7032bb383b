"""An image put together from its memories' words, as they come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from hwsim.config import Parameters
from hwsim.errors import InputError
from hwsim.hardware import bits, layout
from hwsim.hardware.bits import Rows
from hwsim.hardware.image import Image
from hwsim.hardware.layout import Block


class Assembly:
    """The memories of an image, filled block by block; `image` is what they hold.

    Args:
        parameters: the image's.
    """

    def __init__(self, parameters: Parameters) -> None:
        p = self.parameters = parameters
        size = bits.row_bytes(p.neurons)
        self._patterns = np.zeros((p.patterns, size), dtype=np.uint8)
        size = bits.row_bytes(p.fields)
        self._planes = np.zeros((p.patterns, p.weight_bits, size), dtype=np.uint8)
        self._integers: dict[str, list[Any]] = {}
        self._stray: dict[str, int] = {}

    def put(self, name: str, block: Block, words: Rows) -> None:
        """A block of `layout.blocks`, in their order."""
        p = self.parameters
        unused = p.neurons % p.lanes
        if name == "patterns":
            rows = layout.pattern_rows(p, words)
            self._patterns[block.patterns] = rows
            if unused:
                self._note_stray(name, block, words, layout.pattern_words(p, rows))
        elif name == "weights":
            count = block.patterns.stop - block.patterns.start
            planes = layout.plane_rows(p, words, count)
            self._planes[block.patterns] = planes
            if unused if p.row else count % p.lanes:
                self._note_stray(name, block, words, layout.weight_words(p, planes))
        else:
            width = layout.memory_shapes(p)[name].width
            values = layout.unpack_integers(width, words, signed=name == "offsets")
            self._integers.setdefault(name, []).append(values)

    def _note_stray(self, name: str, block: Block, words: Rows, again: Rows) -> None:
        """Remember the first word with bits in unused lanes, which are lost in what was put."""
        stray = np.flatnonzero((again != words).any(axis=1))
        if len(stray):
            self._stray.setdefault(name, block.words.start + int(stray[0]))

    def image(self, gamma: float | None, provenance: Any = None) -> Image:
        """The image.

        Raises:
            InputError: a value is out of range, or a word has bits where there is no lane.
        """
        p = self.parameters
        for plane in p.shared_planes:
            self._planes[:, plane] = self._patterns
        integers = {name: np.concatenate(values) for name, values in self._integers.items()}
        integers.setdefault("offsets", np.zeros(p.fields, dtype=np.int64))
        image = Image(
            p,
            pattern_rows=self._patterns,
            plane_rows=self._planes,
            gamma=gamma,
            provenance=provenance,
            **integers,
        )
        for name, word in self._stray.items():
            raise InputError(
                f"{name} word {word} has unused lanes that are not 0; export the image again"
            )
        return image


def image_of_rows(
    parameters: Parameters, rows: Mapping[str, Rows], gamma: float | None, provenance: Any = None
) -> Image:
    """The image whose `memory_rows` are `rows`.

    Raises:
        InputError: as `Assembly.image`.
    """
    assembly = Assembly(parameters)
    for name in layout.memory_shapes(parameters):
        for block in layout.blocks(parameters, name):
            assembly.put(name, block, rows[name][block.words])
    return assembly.image(gamma, provenance)
