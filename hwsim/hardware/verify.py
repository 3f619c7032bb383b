"""What of an image follows from its other integers, computed anew and compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from hwsim.config import Parameters
from hwsim.hardware import rules
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import IntArray
from hwsim.hardware.radii import Progress, radii

MOST_PATTERNS: Final = 65536  # whose radii are all verified
SAMPLE: Final = 1000  # of more


@dataclass(frozen=True)
class Wrong:
    """A parameter or a memory's word that is not what the image's other integers ask for.

    Attributes:
        name: of the parameter or the memory.
        word: its address; None for a parameter.
        found, expected: what it is, and what it must be.
    """

    name: str
    word: int | None
    found: object
    expected: object

    def __str__(self) -> str:
        where = self.name if self.word is None else f"{self.name} word {self.word}"
        return f"{where} is {self.found}; the image's other integers ask for {self.expected}"


def sampled(parameters: Parameters) -> str:
    """That only a sample of the radius memory is verified, in words; else nothing."""
    if not parameters.radius_bits or parameters.patterns <= MOST_PATTERNS:
        return ""
    return f"of {parameters.patterns} words of the radius memory a sample of {SAMPLE} was verified"


def verify(image: Image, progress: Progress | None = None) -> list[Wrong]:
    """What the rules took from the image's integers and is not what these ask for.

    A rule that is off has nothing to be verified.

    Args:
        image: its integers.
        progress: called with (patterns done, patterns in all) while radii are sought.
    """
    p = image.parameters
    expected: dict[str, object] = {}
    if p.row:
        expected["shared_planes"] = rules.shared_planes(image)
    if p.winner_limit:
        expected["winner_limit"] = rules.winner_limit(image)
    if p.coarse_words:
        expected["reach"] = rules.reach(image.kernel_lut)
    found: list[Wrong] = []
    if p.radius_bits:
        chosen = _chosen(p)
        words = radii(image, beyond=p.radius_bits > 1, chosen=chosen, progress=progress)
        for m in np.flatnonzero(image.radius[chosen] != words):
            pattern = int(chosen[m])
            found.append(Wrong("radius", pattern, int(image.radius[pattern]), int(words[m])))
        if not found and not sampled(p):
            expected["radius_bits"] = int(words.max()).bit_length()
    parameters = [
        Wrong(name, None, getattr(p, name), value)
        for name, value in expected.items()
        if getattr(p, name) != value
    ]
    return [*parameters, *found]


def _chosen(parameters: Parameters) -> IntArray:
    """The patterns whose radii are verified: always the same ones."""
    if not sampled(parameters):
        return np.arange(parameters.patterns)
    drawn = np.random.default_rng(0).choice(parameters.patterns, SAMPLE, replace=False)
    return np.sort(drawn)
