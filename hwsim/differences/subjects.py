"""Whose a value is: the pattern, neuron or group behind an address and a bit of a stream."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from hwsim.config import Parameters
from hwsim.hardware.memories import MEMORIES

# The specification's names of memories that have others in reports.
_TITLES: Final = {memory.name: memory.title for memory in MEMORIES}
TITLES: Final = {
    "pattern": _TITLES["patterns"],
    "weight": _TITLES["weights"],
    "lut": _TITLES["kernel_lut"],
    "offset": _TITLES["offsets"],
    "state": _TITLES["state"],
    "distance": _TITLES["distances"],
    "group_minimum": _TITLES["group_minima"],
    "active_list": _TITLES["active_list"],
    "accumulator": _TITLES["accumulators"],
    "radius": _TITLES["radius"],
    "candidate": _TITLES["candidates"],
    "kernel_value": _TITLES["kernel_values"],
}

# Values that stand in no memory, as a sentence names them.
QUANTITIES: Final = {
    "query beat": "query word",
    "step": "start of a step",
    "nearest": "smallest distance",
    "hit": "whether the state is within a radius",
    "group": "start of a group's accumulation",
    "rows": "start of the accumulation by rows",
    "copy": "start of a copy",
    "active groups": "number of active groups",
    "candidates": "number of candidates",
    "kernel sum": "kernel sum S",
    "kernel planes": "kernel planes",
    "candidates' sum": "kernel sum S",
    "copied": "end of the copy",
    "sum": "sum U",
    "field": "field f",
    "changed": "whether a bit changed",
    "send": "start of the result",
    "result beat": "result word",
}

Subject = Callable[[Parameters, int, int], dict[str, Any]]


def _pattern_word(p: Parameters, word: int, bit: int) -> dict[str, Any]:
    pattern, w = divmod(word, p.words)
    return {"pattern": pattern, "neuron": w * p.lanes + bit}


def _state_word(p: Parameters, word: int, bit: int) -> dict[str, Any]:
    return {"neuron": word * p.lanes + bit}


def _weight_word(p: Parameters, word: int, bit: int) -> dict[str, Any]:
    if p.row:
        return _pattern_word(p, word // len(p.stored_planes), bit)
    group, neuron = divmod(word // p.weight_bits, p.neurons)
    return {"group": group, "pattern": group * p.lanes + bit, "neuron": neuron}


def _planes(p: Parameters, group: int, bit: int) -> dict[str, Any]:
    plane, lane = divmod(bit, p.lanes)
    return {
        "quantity": "kernel value in the kernel planes",
        "group": group,
        "pattern": group * p.lanes + lane,
        "bit": plane,  # of the pattern's kernel value
    }


def kernel_value(p: Parameters, planes: int, bit: int) -> int:
    """The kernel value of the lane that a bit of the planes belongs to."""
    lane = bit % p.lanes
    return sum((planes >> (c * p.lanes + lane) & 1) << c for c in range(p.kernel_bits))


def _index(name: str) -> Subject:
    return lambda p, address, bit: {name: address}


_SUBJECTS: Final[dict[str, Subject]] = {
    "pattern": _pattern_word,
    "weight": _weight_word,
    "offset": _index("neuron"),
    "state": _state_word,
    "query beat": _state_word,
    "result beat": _state_word,
    "distance": _index("pattern"),
    "radius": _index("pattern"),
    "group_minimum": _index("group"),
    "accumulator": _index("neuron"),
    "kernel planes": _planes,
    "sum": _index("neuron"),
    "field": _index("neuron"),
}


def subject(
    p: Parameters, stream: str, address: int | None, bit: int | None, position: int
) -> dict[str, Any]:
    """Attributes of a `Divergence`: what differs, in which memory, whose it is.

    Args:
        p: the image's.
        stream: of the event; `… of engine e` for a memory of one of several engines.
        address: of the word or value; None where its place in the stream tells.
        bit: the lowest that differs; None where it is not a bit that does.
        position: in the stream.
    """
    stream, _, engine = stream.partition(" of engine ")
    memory, _, access = stream.partition(" ")
    where: dict[str, Any] = {"quantity": QUANTITIES.get(stream, stream), "bit": bit}
    if access in ("read", "write"):
        title = TITLES.get(memory, memory) + (f" of engine {engine}" if engine else "")
        where |= {"quantity": f"{access} of the {title}", "memory": title, "word": address}
    place = position if address is None else address
    find = _SUBJECTS.get(memory if where.get("memory") else stream)
    if find is None:
        return where
    found = find(p, place, bit or 0)
    if engine:  # it counts its own from 0
        first = p.shares[int(engine)].start
        before = {"group": first, "pattern": first * p.lanes}
        found = {name: number + before.get(name, 0) for name, number in found.items()}
    limits = {"neuron": p.neurons, "pattern": p.patterns, "group": p.groups}
    exists = {k: v for k, v in found.items() if k not in limits or v < limits[k]}
    if bit is None and memory in ("pattern", "state", "weight", "query", "result"):
        exists = {k: v for k, v in exists.items() if len(found) > 1 and k == "pattern"}
    return where | exists
