"""Memories that are trained to the end, of random patterns and of digits."""

from __future__ import annotations

from hwsim.choices import LOGISTIC
from hwsim.experiments.digits import PIXELS
from hwsim.experiments.setup import Setup
from hwsim.measure.memories import MemoryKey


def memories(setup: Setup, seed: int) -> list[MemoryKey]:
    """One for each kind of data and each gamma, with nothing left for more steps to mend."""
    keys: list[MemoryKey] = []
    for data in setup["data"]:
        neurons = PIXELS if data == "digits" else setup["neurons"]
        keys += [
            setup.key(
                seed,
                data=data,
                neurons=neurons,
                patterns=setup.stored(neurons),
                gamma=gamma,
                method=LOGISTIC[1],
            )
            for gamma in setup["gamma"]
        ]
    return list(dict.fromkeys(keys))  # patterns of one's own stand for both
