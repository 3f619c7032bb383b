"""The registers that the specification computes in: flip-flops that faults may hit, too.

Each takes a value in some cycles and gives it back until it takes the next one; a faulty bit gives
back something else than was taken. What a wide one takes at once is a word. State machines, address
counters and pipelines have no counterpart in the specification.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from hwsim.config import SHORTLIST, Parameters, index_bits
from hwsim.hardware.spec.machine import STEP_BITS
from hwsim.reliability.places import Place

Size = Callable[[Parameters], int]


@dataclass(frozen=True)
class _Register:
    """As `memories.DatapathMemory`.

    Attributes:
        name: as `spec.machine.Registers` calls it.
        title: in words.
        width: bits that take a value together.
        depth: how many such words there are.
        present: whether an engine has it.
    """

    name: str
    title: str
    width: Size
    depth: int = 1
    present: Callable[[Parameters], bool] = lambda _: True


_REGISTERS: Final = (
    _Register("steps", "steps counted", lambda _: STEP_BITS),
    _Register("flips", "bits flipped by the last step", lambda p: p.distance_bits),
    _Register("nearest", "smallest distance", lambda p: p.distance_bits),
    _Register("winner", "nearest pattern", lambda p: index_bits(p.patterns)),
    _Register(
        "shortlist",
        "shortlist",
        lambda p: p.distance_bits + 1 + index_bits(p.patterns),  # 1: whether it is an entry
        SHORTLIST,
        lambda p: p.shortlist > 0,
    ),
    _Register("kernel_sum", "kernel sum", lambda p: p.kernel_sum_bits),
    _Register(  # one being filled, one in use
        "kernel_planes", "kernel planes", lambda p: p.kernel_bits * p.lanes, 2, lambda p: not p.row
    ),
    _Register("running_sum", "running sum", lambda p: p.sum_bits, present=lambda p: not p.row),
    _Register(  # one sums a word's neurons, the other leaves for the threshold
        "lane_accumulators", "lane accumulators", lambda p: p.sum_bits * p.lanes, 2, lambda p: p.row
    ),
    _Register("field", "field", lambda p: p.field_bits),
    _Register("threshold_word", "word of the state at the threshold", lambda p: p.lanes),
    _Register("converged", "flag converged", lambda _: 1),
    _Register("miss", "flag miss", lambda _: 1),
)


REGISTERS: Final = tuple(each.name for each in _REGISTERS)


def registers(parameters: Parameters) -> dict[str, Place]:
    """All of one engine that the specification knows, by name."""
    return {
        each.name: Place(
            name=each.name,
            title=each.title,
            memory=each.name,
            width=each.width(parameters),
            depth=each.depth,
            first=0,
            stride=1,
            counter=each.name,
            written=True,
            persistent_on="spec",
            register=True,
        )
        for each in _REGISTERS
        if each.present(parameters)
    }
