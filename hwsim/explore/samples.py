"""The recalls by which export, and whatever chooses for it, hold designs against the float memory.

Both draw the same queries, so what a choice promises is what the line under the image says. Of a
small memory there are several draws of them: a design that keeps the accuracy in each, and not on
average alone, was not picked for its luck with one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from hwsim.choices import CLOSE, NOISES
from hwsim.config import Parameters
from hwsim.errors import InputError
from hwsim.hardware.image import Image
from hwsim.measure import recalls
from hwsim.quantities import in_percent
from hwsim.reference import recall as float_network
from hwsim.reference.data import check_noise
from hwsim.reference.memory import Memory
from hwsim.reference.queries import MOST, enough
from hwsim.spins import SpinArray

QUERIES: Final = 200  # of a draw
DRAWS: Final = MOST // QUERIES  # of a small memory
_ROUNDING: Final = 1e-6  # of a bit: whole numbers of bits are held against a product of floats

Accuracies = tuple[float, ...]  # one a noise
Sample = tuple[SpinArray, SpinArray]  # queries, and what each should come back as
Right = npt.NDArray[np.int64]  # (noises, draws), bits right at the end


@dataclass(frozen=True)
class Samples:
    """Noisy stored patterns, and what the float network makes of them.

    Attributes:
        noises: fractions of spins flipped, ascending.
        drawn: queries and targets, one pair a noise, all draws of it one after the other.
        draws: how many.
        float_right: bits that the float network has right.
    """

    noises: tuple[float, ...]
    drawn: tuple[Sample, ...]
    draws: int
    float_right: Right

    @classmethod
    def of(
        cls,
        memory: Memory,
        noises: Sequence[float] = NOISES,
        *,
        max_steps: int = Parameters.max_steps,
        queries: int | None = None,
        seed: int = 0,
    ) -> Samples:
        """Draw them.

        Args:
            memory: whose patterns and float network.
            noises: fractions of spins to flip, in any order.
            max_steps: most steps of a recall.
            queries: at each noise, in one draw; None for as many as a second or so allows.
            seed: of patterns and noise.

        Raises:
            InputError: there is no noise, one is no fraction or named twice, or queries is under 1.
        """
        levels = tuple(sorted(float(noise) for noise in noises))
        if not levels or len(set(levels)) < len(levels):
            told = ", ".join(f"{noise:g}" for noise in levels) or "empty"
            raise InputError(f"noise is {told}; name at least one fraction, each once")
        for noise in levels:
            check_noise(noise)
        if queries is not None and queries < 1:
            raise InputError(f"queries is {queries}; it must be at least 1")
        count, draws = queries or enough(memory.neurons, memory.stored, len(levels)), 1
        if queries is None and count > QUERIES:
            draws = count // QUERIES
            count = draws * QUERIES
        drawn = tuple(
            recalls.noisy(memory.patterns, noise, [seed, 22, index], count)
            for index, noise in enumerate(levels)
        )
        states = [float_network.recall(memory, q, max_steps=max_steps).states for q, _ in drawn]
        return cls(levels, drawn, draws, _right(states, drawn, draws))

    @property
    def queries(self) -> int:
        """Recalls at each noise."""
        return len(self.drawn[0][0])

    @property
    def float_network(self) -> Accuracies:
        """Recall accuracies of the float network."""
        return self.accuracies(self.float_right)

    def right(self, image: Image) -> Right:
        """Bits that the exact model has right; rules are run, of however many engines."""
        states = [recalls.exact(image, q).states for q, _ in self.drawn]
        return _right(states, self.drawn, self.draws)

    def accuracies(self, right: Right) -> Accuracies:
        """Recall accuracies, one a noise."""
        bits = self.drawn[0][0].size
        return tuple(int(total) / bits for total in right.sum(axis=1))

    def allowed(self, accuracy: float | None) -> Accuracies:
        """What may be lost against the float network, one a noise.

        Args:
            accuracy: to reach at the last noise, so that as much as that loses may be lost at the
                others; None for `CLOSE` everywhere.
        """
        if accuracy is None:
            return (CLOSE,) * len(self.noises)
        loss = self.float_network[-1] - accuracy
        return (*[max(CLOSE, loss)] * (len(self.noises) - 1), loss)

    def goal(self, allowed: Accuracies) -> Accuracies:
        """The recall accuracies that are left."""
        return tuple(a - b for a, b in zip(self.float_network, allowed, strict=True))

    def missing(self, right: Right, allowed: Accuracies) -> float:
        """The most bits that are lost beyond what is allowed, of any noise and any draw."""
        bits = self.drawn[0][0].size // self.draws
        most = np.array(allowed)[:, np.newaxis] * bits
        return float(np.max(self.float_right - right - most))

    def keeps(self, right: Right, allowed: Accuracies) -> bool:
        """Whether no more is lost than allowed at any noise, in any draw."""
        return self.missing(right, allowed) <= _ROUNDING


def _right(states: Sequence[SpinArray], drawn: Sequence[Sample], draws: int) -> Right:
    found = [
        np.count_nonzero(reached == targets, axis=1).reshape(draws, -1).sum(axis=1)
        for reached, (_, targets) in zip(states, drawn, strict=True)
    ]
    return np.array(found, dtype=np.int64)


def listed(accuracies: Accuracies) -> str:
    """In words."""
    return " and ".join(f"{value:.4f}" for value in accuracies)


def percents(noises: Accuracies) -> str:
    """In words, `10 and 20 %`."""
    return " and ".join(map(in_percent, noises)) + " %"
