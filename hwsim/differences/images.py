"""Two images side by side: parameters, memories, and the first recall that parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from hwsim.differences.path import Bits, states_of
from hwsim.divergence import Divergence
from hwsim.errors import InputError
from hwsim.hardware.image import Image
from hwsim.hardware.memories import MEMORIES
from hwsim.hardware.spec import Specification, Step
from hwsim.spins import SpinArray, bits_from_spins

BETWEEN: Final = ("first image", "second image")
_TITLES: Final = {memory.name: memory.title for memory in MEMORIES}

# What an image's memories hold, and whose each of the axes is.
_CONTENTS: Final = {
    "patterns": ("patterns", ("pattern", "neuron")),
    "weights": ("codes", ("pattern", "neuron")),
    "kernel_lut": ("kernel_lut", ("distance",)),
    "offsets": ("offsets", ("neuron",)),
    "radius": ("radius", ("pattern",)),
}


@dataclass(frozen=True)
class Unlike:
    """A parameter or a memory in which two images differ.

    Attributes:
        name: the parameter's in code, or the memory's in reports.
        first, second: the values; of a memory the first entries that differ, or their shapes.
        place: whose the first entry that differs is; empty for a parameter.
        count: entries that differ.
    """

    name: str
    first: Any
    second: Any
    place: dict[str, int]
    count: int = 1

    def __str__(self) -> str:
        where = ", ".join(f"{name} {index}" for name, index in self.place.items())
        text = f"{self.name}{f', {where}' if where else ''}: {self.first} and {self.second}"
        return f"{text}; {self.count} entries differ" if self.place else text


def unlike(first: Image, second: Image) -> Iterator[Unlike]:
    """Every parameter that differs, and every memory with its first entry that does."""
    theirs = second.parameters.to_dict()
    for name, value in first.parameters.to_dict().items():
        if value != theirs[name]:
            yield Unlike(name, value, theirs[name], {})
    if first.gamma != second.gamma:
        yield Unlike("gamma", first.gamma, second.gamma, {})
    for name, (attribute, axes) in _CONTENTS.items():
        one, other = np.asarray(getattr(first, attribute)), np.asarray(getattr(second, attribute))
        if one.shape != other.shape:
            yield Unlike(_TITLES[name], f"shape {one.shape}", f"shape {other.shape}", {})
            continue
        where = np.argwhere(one != other)
        if len(where):
            index = tuple(int(i) for i in where[0])
            place = dict(zip(axes, index, strict=True))
            yield Unlike(_TITLES[name], int(one[index]), int(other[index]), place, len(where))


def first_recall(first: Image, second: Image, queries: SpinArray) -> Divergence | None:
    """The first recall that ends or goes another way, and where it does so first.

    Raises:
        InputError: the images have different N.
    """
    sizes = first.parameters.neurons, second.parameters.neurons
    if sizes[0] != sizes[1]:
        raise InputError(
            f"the images have {sizes[0]} and {sizes[1]} neurons; queries fit one alone"
        )
    machines = Specification(first), Specification(second)
    for query, bits in enumerate(bits_from_spins(queries)):
        answers = [machine.recall(bits) for machine in machines]
        paths = [
            list(states_of(image, bits, answer))
            for image, answer in zip((first, second), answers, strict=True)
        ]
        for number, steps in enumerate(zip(*paths, strict=False), start=1):
            place = _of_step(query, number, *steps)
            if place is not None:
                return place
        for name in ("steps", "converged", "miss", "distance"):
            expected, found = (int(getattr(answer, name)) for answer in answers)
            if expected != found:
                return Divergence(
                    between=BETWEEN, query=query, step=min(answer.steps for answer in answers),
                    stage="RESULT", quantity=name, expected=expected, found=found,
                )  # fmt: skip
    return None


def _of_step(
    query: int, number: int, one: tuple[Bits, Bits, Step], other: tuple[Bits, Bits, Step]
) -> Divergence | None:
    """The first neuron whose next bit differs, with the fields that decided."""
    changed = np.flatnonzero(one[1] != other[1])
    if not len(changed):
        return None
    i, steps = int(changed[0]), (one[2], other[2])
    decided = [step.fields[i] if step.fields else None for step in steps]
    return Divergence(
        between=BETWEEN, query=query, step=number, stage="THRESHOLD", quantity="next bit",
        neuron=i, expected=int(one[1][i]), found=int(other[1][i]),
        note=f"fields {_text(decided[0])} and {_text(decided[1])}; {_before(*steps)}",
    )  # fmt: skip


def _text(field: int | None) -> str:
    return "none (a rule decided)" if field is None else str(field)


def _before(one: Step, other: Step) -> str:
    """Where the step parted before its fields did."""
    for stage, attribute in (("DISTANCE", "distances"), ("KERNEL", "kernel")):
        values = getattr(one, attribute), getattr(other, attribute)
        for m, (a, b) in enumerate(zip(*values, strict=False)):
            if a != b:
                return f"first in {stage}, pattern {m}: {a} and {b}"
    return "distances and kernel values are equal"
