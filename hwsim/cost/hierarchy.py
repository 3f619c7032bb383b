"""Where a memory lives, and how it is cut into SRAM macros.

What does not fit into the on-chip budget is read from DRAM. Memories written during a recall come
first, then the image's by growing size, so that the largest one leaves first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from hwsim.cost.footprint import MemoryFootprint
from hwsim.cost.sram import Spread
from hwsim.cost.technology import Technology, size_text

DEFAULT_BUDGET_BITS = 8 * 2 * 2**20  # 2 MB of SRAM
MACRO_DEPTHS = (128, 256, 512, 1024, 2048, 4096, 8192)
MACRO_WIDTHS = (8, 16, 32, 64, 128)
MOST_LEFTOVER = Fraction(1, 10)
MOST_MACROS = 64

ON_CHIP, DRAM = "on chip", "DRAM"


def place(memories: Mapping[str, MemoryFootprint], budget_bits: int | None) -> dict[str, str]:
    """`ON_CHIP` or `DRAM` for each memory; a budget of None puts all of them on the chip."""
    order = sorted(memories.values(), key=lambda memory: (memory.kind == "rom", memory.bits))
    places: dict[str, str] = {}
    used = 0
    for memory in order:
        fits = budget_bits is None or used + memory.bits <= budget_bits
        places[memory.name] = ON_CHIP if fits else DRAM
        used += memory.bits if fits else 0
    return places


@dataclass(frozen=True)
class MemorySystem:
    """Memories, where each lives, and what one access costs."""

    memories: Mapping[str, MemoryFootprint]
    places: Mapping[str, str]
    technology: Technology

    def access(self, name: str) -> Spread:
        """pJ of one access of the memory's full word, with its band."""
        memory = self.memories[name]
        if self.places[name] == DRAM:
            return self.technology.dram_access(memory.width)
        return self.technology.sram_access(memory.bits, memory.width)

    def source(self, name: str) -> str:
        """Where `access` comes from, in words."""
        memory = self.memories[name]
        if self.places[name] == DRAM:
            entry = self.technology.dram
            return (
                f"dram: {memory.width} of {entry.access_bits} bits at "
                f"{float(entry.energy_pj):g} pJ, {entry.basis} {entry.source}"
            )
        return (
            f"sram: {memory.width} bits of {size_text(memory.bits)}, log-log, "
            f"{self.technology.sram_note(memory.bits)} {self.technology.sram[0][1].source}"
        )


def system(
    memories: Mapping[str, MemoryFootprint], technology: Technology, budget_bits: int | None
) -> MemorySystem:
    """Memories placed under a budget of bits; None for no limit."""
    return MemorySystem(memories, place(memories, budget_bits), technology)


@dataclass(frozen=True)
class BankPlan:
    """One memory as an array of equal SRAM macros.

    Attributes:
        memory: its name.
        macro_depth, macro_width: words and bits of one macro.
        columns: macros side by side, all read at once.
        rows: macros one above the other, one of them read.
        leftover_bits: built but not needed.
        access_pj: of one full word: the columns' reads and a rows-to-1 multiplexer, with band.
    """

    memory: str
    macro_depth: int
    macro_width: int
    columns: int
    rows: int
    leftover_bits: int
    access_pj: Spread

    @property
    def macros(self) -> int:
        """Macros in all."""
        return self.columns * self.rows


def bank_plan(
    memory: MemoryFootprint, technology: Technology, macro_depth: int, macro_width: int
) -> BankPlan:
    """Cut a memory into macros of one size.

    A word's bits pass ceil(log2(rows)) two-way multiplexers. Decoders and wires between macros
    have no figure in the table and are left out, which flatters plans of many macros.
    """
    columns = -(-memory.width // macro_width)
    rows = -(-memory.depth // macro_depth)
    capacity = macro_depth * macro_width
    read = technology.sram_access(capacity, macro_width).times(columns)
    levels = (rows - 1).bit_length()
    select = technology.energy("multiplexer") * memory.width * levels
    return BankPlan(
        memory.name,
        macro_depth,
        macro_width,
        columns,
        rows,
        columns * rows * capacity - memory.bits,
        Spread(read.value + select, read.low + select, read.high + select),
    )


def bank_plans(memory: MemoryFootprint, technology: Technology) -> list[BankPlan]:
    """Every plan from MACRO_DEPTHS and MACRO_WIDTHS, the best first.

    The best takes the least energy an access among those of at most MOST_MACROS macros that leave
    at most MOST_LEFTOVER of their bits unused; if none does, least leftover counts. Then fewer
    macros win.
    """
    plans = [
        bank_plan(memory, technology, depth, width)
        for depth in MACRO_DEPTHS
        for width in MACRO_WIDTHS
    ]

    def rank(plan: BankPlan) -> tuple[bool, Fraction, int]:
        built = memory.bits + plan.leftover_bits
        sound = plan.macros <= MOST_MACROS and plan.leftover_bits <= MOST_LEFTOVER * built
        least = plan.access_pj.value if sound else Fraction(plan.leftover_bits)
        return not sound, least, plan.macros

    return sorted(plans, key=rank)


def useful_front(plans: list[BankPlan]) -> list[BankPlan]:
    """Plans that no other beats in energy, leftover bits and number of macros at once."""

    def beats(a: BankPlan, b: BankPlan) -> bool:
        energies = a.access_pj.value <= b.access_pj.value
        least = energies and a.leftover_bits <= b.leftover_bits and a.macros <= b.macros
        same = (a.access_pj.value, a.leftover_bits, a.macros) == (
            b.access_pj.value,
            b.leftover_bits,
            b.macros,
        )
        return least and not same

    return [plan for plan in plans if not any(beats(other, plan) for other in plans)]
