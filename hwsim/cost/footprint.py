"""Bits of every memory of the datapath, padding counted apart, and of its float32 counterpart."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hwsim.config import Parameters
from hwsim.hardware.memories import DatapathMemory, Kind, memories
from hwsim.hardware.protection import code

FLOAT_BITS = 32


@dataclass(frozen=True)
class MemoryFootprint:
    """One memory.

    Attributes:
        name, title, kind, reads, writes: as in `hardware.memories`.
        width, depth: word and number of words; registers as one word a depth.
        useful_bits: without unused lanes.
        copies: how many of them there are, one for each query in flight or engine.
        built_depth: words of what one access goes to; 0 for all of them.
        external: whether it is another chip's, whatever the on-chip budget.
    """

    name: str
    title: str
    kind: Kind
    width: int
    depth: int
    useful_bits: int
    reads: str = ""
    writes: str = ""
    copies: int = 1
    built_depth: int = 0
    external: bool = False

    @property
    def bits(self) -> int:
        """Bits built, unused lanes and all copies included."""
        return self.copies * self.width * self.depth

    @property
    def padding_bits(self) -> int:
        """Unused lanes."""
        return self.bits - self.copies * self.useful_bits

    @property
    def one(self) -> MemoryFootprint:
        """What one access goes to: one of the copies, or the largest part of one."""
        depth = self.built_depth or self.depth
        useful = min(self.useful_bits, self.width * depth)
        return replace(self, depth=depth, useful_bits=useful, copies=1, built_depth=0)


def engine_memories(parameters: Parameters) -> dict[str, MemoryFootprint]:
    """Every memory and the kernel planes of the engine, by name."""
    return {memory.name: _built(memory, parameters) for memory in memories(parameters)}


def _built(memory: DatapathMemory, parameters: Parameters) -> MemoryFootprint:
    width, depth = memory.width(parameters), memory.depth(parameters)
    return MemoryFootprint(
        memory.name,
        memory.title,
        memory.kind,
        width,
        depth,
        width * depth if memory.useful_bits is None else memory.useful_bits(parameters),
        memory.reads,
        memory.writes,
        memory.copies(parameters),
        memory.built_depth(parameters),
        memory.external(parameters),
    )


def _resized(memory: MemoryFootprint, width: int, depth: int) -> MemoryFootprint:
    bits = width * depth
    return replace(
        memory, width=width, depth=depth, useful_bits=bits, built_depth=depth, external=False
    )


def weight_bits(parameters: Parameters) -> int:
    """Weights alone, as the paper counts: N * P * B."""
    return parameters.fields * parameters.patterns * parameters.weight_bits


def float_weight_bits(parameters: Parameters) -> int:
    """float32 weights alone, as the paper counts: N * P * 32."""
    return parameters.fields * parameters.patterns * FLOAT_BITS


def number_memories(parameters: Parameters, bits: int) -> dict[str, MemoryFootprint]:
    """Memories of a network whose weights are `bits`-bit numbers: float32 or integers.

    Patterns stay one bit a spin and distances Hamming distances, which flatters this network: the
    comparison is then of weights and their arithmetic alone. Kernel values have 32 bits in float32
    and KB bits otherwise; one vector of P of them is held.
    """
    p = parameters
    engine = engine_memories(p)
    kernel_bits = FLOAT_BITS if bits == FLOAT_BITS else p.kernel_bits
    kernel_values = MemoryFootprint(
        "kernel_values",
        "kernel values",
        "buffer",
        kernel_bits,
        p.patterns,
        kernel_bits * p.patterns,
        "kernel_value_reads",
        "kernel_value_writes",
    )
    rows = (
        engine["patterns"],
        _resized(engine["weights"], bits, p.fields * p.patterns),
        _resized(engine["kernel_lut"], kernel_bits, p.neurons + 1),
        engine["state"],
        kernel_values,
    )
    return {row.name: row for row in rows}


def search_memories(parameters: Parameters) -> dict[str, MemoryFootprint]:
    """Memories of the nearest-pattern search: patterns and state, and what its rules need."""
    engine = engine_memories(parameters)
    names = ["patterns", "state"]
    if parameters.coarse_words:
        names += ["distances", "shortlist", "radius"]
    return {name: engine[name] for name in names}


def total_bits(memories: dict[str, MemoryFootprint]) -> int:
    """Bits of all of them, padding included."""
    return sum(memory.bits for memory in memories.values())


def check_bits(parameters: Parameters, protection: str) -> dict[str, int]:
    """Check bits of every memory of the engine that has words, by name, all copies included.

    Registers have none.

    Args:
        parameters: of one engine.
        protection: one of `hardware.protection.PROTECTIONS`.
    """
    found = {}
    for name, memory in engine_memories(parameters).items():
        chosen = code(protection, memory.width)
        if chosen is not None and memory.kind not in ("queue", "register"):
            found[name] = memory.copies * chosen.check_bits * memory.depth
    return found


def footprint_bits(parameters: Parameters) -> dict[str, int]:
    """Bits of every memory of the engine by name, padding included."""
    return {name: memory.bits for name, memory in engine_memories(parameters).items()}
