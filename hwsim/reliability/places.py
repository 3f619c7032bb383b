"""What can be hit: every memory of the engine; of the weights all planes, and each by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hwsim.config import Parameters
from hwsim.hardware.memories import DatapathMemory, memories

# Memories of the image whose faults leave an image that the fast model takes. A kernel table that
# rises is none: which groups are skipped then depends on each group's nearest pattern.
FAST: Final = ("patterns", "weights", "offsets", "radius")


@dataclass(frozen=True)
class Place:
    """A memory, or every `stride`-th word of it.

    Cell c is bit c % width of the (c // width)-th of these words.

    Attributes:
        name: as results call it: the memory's, with the plane's number behind `weights`.
        title: in words.
        memory: as `hwsim.hardware.memories` names it.
        width: bits of a word.
        depth: words of the memory, of which this is a part.
        first, stride: its words are first, first + stride, ….
        counter: the memory's in the specification.
        written: whether a recall writes it; else it is loaded once.
        persistent_on: `fast` or `spec`, the model that recalls with a map of faulty cells in it.
        register: whether it is flip-flops, which no address reaches and no check bits protect.
    """

    name: str
    title: str
    memory: str
    width: int
    depth: int
    first: int
    stride: int
    counter: str
    written: bool
    persistent_on: str
    register: bool = False

    @property
    def words(self) -> range:
        """Their addresses."""
        return range(self.first, self.depth, self.stride)

    @property
    def bits(self) -> int:
        """Cells, those of unused lanes included: they are as large and as weak as others."""
        return self.width * len(self.words)

    def cell(self, number: int) -> tuple[int, int]:
        """Address and bit of a cell."""
        return self.words[number // self.width], number % self.width


def places(parameters: Parameters) -> dict[str, Place]:
    """All memories of one engine, by name, the image's first; `registers` has what is none.

    The queue of words from an external memory is not among them.
    """
    found = {}
    for memory in memories(parameters):
        if memory.kind in ("queue", "register"):
            continue
        if memory.name != "weights":
            found[memory.name] = _place(parameters, memory, memory.name, memory.title)
            continue
        found["weights"] = _place(parameters, memory, "weights", memory.title)
        planes = parameters.stored_planes
        for position, plane in enumerate(planes):
            name = f"weights_{plane}"
            title = f"weight memory, plane {plane}"
            found[name] = _place(parameters, memory, name, title, position, len(planes))
    return found


def _place(
    parameters: Parameters,
    memory: DatapathMemory,
    name: str,
    title: str,
    first: int = 0,
    stride: int = 1,
) -> Place:
    return Place(
        name=name,
        title=title,
        memory=memory.name,
        width=memory.width(parameters),
        depth=memory.depth(parameters),
        first=first,
        stride=stride,
        counter=memory.reads.removesuffix("_reads"),
        written=bool(memory.writes),
        persistent_on="fast" if memory.name in FAST else "spec",
    )
