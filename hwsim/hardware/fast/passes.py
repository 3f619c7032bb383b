"""The states that recalls go through, for counts that do not follow from those of one engine."""

from __future__ import annotations

from dataclasses import replace

from hwsim.hardware.fast.model import FastModel
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import IntArray
from hwsim.hardware.rules import without_rules
from hwsim.spins import SpinArray


def states_of_passes(image: Image, queries: SpinArray, passes: IntArray) -> list[SpinArray]:
    """The states with which passes begin: element t is (Q, N), sound where passes > t."""
    one = without_rules(image)
    one = replace(one, parameters=replace(one.parameters, max_steps=1))
    model = FastModel(one)
    states = [queries]
    for t in range(1, int(passes.max(initial=0))):
        going = passes > t
        after = states[-1].copy()
        after[going] = model.recall(after[going]).states
        states.append(after)
    return states
