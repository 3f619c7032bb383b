"""Bits of every memory of the datapath, padding counted apart, and of its float32 counterpart."""

from __future__ import annotations

from dataclasses import dataclass

from hwsim.config import Parameters
from hwsim.hardware.layout import memory_shapes

FLOAT_BITS = 32


@dataclass(frozen=True)
class MemoryFootprint:
    """One memory.

    Attributes:
        name: its key in reports.
        title: in words.
        kind: `rom` (part of the image), `buffer` (RAM of one recall) or `register`.
        width, depth: word and number of words; registers as one word a depth.
        useful_bits: without unused lanes.
    """

    name: str
    title: str
    kind: str
    width: int
    depth: int
    useful_bits: int

    @property
    def bits(self) -> int:
        """Bits built, unused lanes included."""
        return self.width * self.depth

    @property
    def padding_bits(self) -> int:
        """Unused lanes."""
        return self.bits - self.useful_bits


def index_bits(count: int) -> int:
    """Bits that number `count` things from 0, at least 1."""
    return max((count - 1).bit_length(), 1)


def sum_bits(parameters: Parameters) -> int:
    """Bits of an accumulator: sums of plane weights times kernel values, never negative."""
    return (parameters.patterns * parameters.kernel_max * sum(parameters.C)).bit_length()


def engine_memories(parameters: Parameters) -> dict[str, MemoryFootprint]:
    """Every memory and the kernel planes of the engine, by name."""
    p = parameters
    shapes = memory_shapes(p)
    rows = [
        MemoryFootprint(
            "patterns",
            "stored patterns",
            "rom",
            p.lanes,
            shapes["patterns"].depth,
            p.neurons * p.patterns,
        ),
        MemoryFootprint(
            "weights",
            f"weights, {p.weight_bits}-bit codes",
            "rom",
            p.lanes,
            shapes["weights"].depth,
            weight_bits(p),
        ),
        _plain("kernel_lut", "kernel look-up table", "rom", p.kernel_bits, p.neurons + 1),
    ]
    if p.offset_bits:
        rows.append(_plain("offsets", "per-neuron offsets", "rom", p.offset_bits, p.neurons))
    rows += [
        MemoryFootprint("state", "state", "buffer", p.lanes, p.words, p.neurons),
        _plain("distances", "distance buffer", "buffer", p.distance_bits, p.patterns),
        _plain("group_minima", "group minima", "buffer", p.distance_bits, p.groups),
        _plain("active_list", "list of active groups", "buffer", index_bits(p.groups), p.groups),
        _plain("accumulators", "accumulators", "buffer", sum_bits(p), p.neurons),
        _plain(
            "kernel_planes", "kernel planes, two sets", "register", p.lanes, 2 * p.kernel_bits
        ),
    ]  # fmt: skip
    return {row.name: row for row in rows}


def _plain(name: str, title: str, kind: str, width: int, depth: int) -> MemoryFootprint:
    return MemoryFootprint(name, title, kind, width, depth, width * depth)


def weight_bits(parameters: Parameters) -> int:
    """Weights alone, as the paper counts: N * P * B."""
    return parameters.neurons * parameters.patterns * parameters.weight_bits


def float_weight_bits(parameters: Parameters) -> int:
    """float32 weights alone, as the paper counts: N * P * 32."""
    return parameters.neurons * parameters.patterns * FLOAT_BITS


def number_memories(parameters: Parameters, bits: int) -> dict[str, MemoryFootprint]:
    """Memories of a network whose weights are `bits`-bit numbers: float32 or integers.

    Patterns stay one bit a spin and distances Hamming distances, which flatters this network: the
    comparison is then of weights and their arithmetic alone. Kernel values have 32 bits in float32
    and KB bits otherwise; one vector of P of them is held.
    """
    p = parameters
    kernel_bits = FLOAT_BITS if bits == FLOAT_BITS else p.kernel_bits
    rows = [engine_memories(p)["patterns"]]
    rows += [
        _plain("weights", f"weights, {bits}-bit numbers", "rom", bits, p.neurons * p.patterns),
        _plain("kernel_lut", "kernel look-up table", "rom", kernel_bits, p.neurons + 1),
        engine_memories(p)["state"],
        _plain("kernel_values", "kernel values", "buffer", kernel_bits, p.patterns),
    ]
    return {row.name: row for row in rows}


def search_memories(parameters: Parameters) -> dict[str, MemoryFootprint]:
    """Memories of the nearest-pattern search: patterns and state."""
    memories = engine_memories(parameters)
    return {name: memories[name] for name in ("patterns", "state")}


def total_bits(memories: dict[str, MemoryFootprint]) -> int:
    """Bits of all of them, padding included."""
    return sum(memory.bits for memory in memories.values())


def footprint_bits(parameters: Parameters) -> dict[str, int]:
    """Bits of every memory of the engine by name, padding included."""
    return {name: memory.bits for name, memory in engine_memories(parameters).items()}
