"""Recalls that end in no state but go to and fro between two, for ever.

All neurons are updated at once, and such a network may end in a cycle of two states, even where its
couplings are symmetric and one neuron at a time would always find a fixed point (Goles & Olivos,
Comportement périodique des fonctions à seuil binaires et applications, 1981).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from hwsim.hardware import fast
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Recalls
from hwsim.spins import SpinArray


def in_two_cycle(
    image: Image,
    states: SpinArray,
    model: Callable[[Image, SpinArray], Recalls] = fast.recall,
) -> npt.NDArray[np.bool_]:
    """Which states come back after two steps, but not after one.

    Args:
        image: its integers.
        states: (Q, N) int8 of ±1, such as recalls ended in that did not converge.
        model: that recalls.

    Returns:
        (Q,) bool.
    """
    twice = replace(image, parameters=replace(image.parameters, max_steps=2))
    after = model(twice, states)
    back: npt.NDArray[np.bool_] = np.all(after.states == states, axis=1) & ~after.converged
    return back


def told(count: int, recalls: int) -> str:
    """How many recalls end in a cycle of two states, in words."""
    few = "recall goes" if count == 1 else "recalls go"
    return (
        f"{count} of {recalls} {few} to and fro between two states (period two), for all neurons "
        "are updated at once: they never converge, and the most steps allowed (--max-steps) decide "
        "in which of the two they end"
    )
