"""Static power of the memories, where the energy table gives it.

Memories alone: no source of ours gives that of the logic. What lies in DRAM is another chip's.
"""

from __future__ import annotations

from fractions import Fraction

from hwsim.cost.hierarchy import ON_CHIP, MemorySystem
from hwsim.cost.technology import Technology


def memory_leakage_mw(memories: MemorySystem, technology: Technology) -> Fraction | None:
    """Milliwatts of all memories on the chip, unused lanes included; None without a figure."""
    if technology.leakage is None:
        return None
    kept = [one.bits for name, one in memories.memories.items() if memories.places[name] == ON_CHIP]
    return technology.leakage.pw_per_bit * sum(kept) / 10**9


def not_included(memories: MemorySystem) -> tuple[str, ...]:
    """What no figure of an estimate covers; of an external memory, its accesses are."""
    static = (
        "leakage (static power)" if memories.technology.leakage is None else "leakage of the logic"
    )
    return (
        "clock tree",
        static,
        "wires between blocks",
        "the ports' drivers",
        "decoders between SRAM macros",
        *(("refresh and controller of the external memory",) if memories.external_bits else ()),
    )
