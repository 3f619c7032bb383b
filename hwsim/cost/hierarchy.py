"""Where a memory lives, and how it is cut into SRAM macros.

What does not fit into the on-chip budget is read from DRAM. Memories written during a recall come
first, then the image's by growing size, so that the largest one leaves first. External weights
are read from DRAM whatever fits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from hwsim.cost.footprint import MemoryFootprint
from hwsim.cost.sram import Spread
from hwsim.cost.technology import Macro, Technology, size_text

DEFAULT_BUDGET_BITS = 8 * 2 * 2**20  # 2 MiB of SRAM
PLANNED_BITS = 8 * 1024
MOST_LEFTOVER = Fraction(1, 10)
MOST_MACROS = 64

ON_CHIP, DRAM = "on chip", "DRAM"


def place(memories: Mapping[str, MemoryFootprint], budget_bits: int | None) -> dict[str, str]:
    """`ON_CHIP` or `DRAM` for each memory; a budget of None puts all but external ones there."""
    order = sorted(memories.values(), key=lambda memory: (memory.kind == "rom", memory.bits))
    places: dict[str, str] = {}
    used = 0
    for memory in order:
        fits = budget_bits is None or used + memory.bits <= budget_bits
        fits = fits and not memory.external
        places[memory.name] = ON_CHIP if fits else DRAM
        used += memory.bits if fits else 0
    return places


def planned(memory: MemoryFootprint) -> bool:
    """Whether a memory is worth a plan: smaller ones are one macro or flip-flops."""
    return memory.kind != "register" and memory.one.bits >= PLANNED_BITS


@dataclass(frozen=True)
class MemorySystem:
    """Memories, where each lives, and what one access costs."""

    memories: Mapping[str, MemoryFootprint]
    places: Mapping[str, str]
    technology: Technology

    @property
    def external_bits(self) -> int:
        """Of the memories that are another chip's, whatever the budget."""
        return sum(memory.bits for memory in self.memories.values() if memory.external)

    def access(self, name: str) -> Spread:
        """pJ of one access of the memory's full word, with its band."""
        memory = self.memories[name]
        if self.places[name] == DRAM:
            return self.technology.dram_access(memory.width)
        macro = self.technology.built_of
        if macro is not None and planned(memory):
            return bank_plan(memory.one, self.technology, macro).access_pj
        return self.technology.sram_access(memory.one.bits, memory.width)

    def entry(self, name: str) -> str:
        """The table's key that `access` comes from: `sram` or `dram`."""
        return "dram" if self.places[name] == DRAM else "sram"

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
            f"sram: {memory.width} bits of {size_text(memory.one.bits)}, log-log, "
            f"{self.technology.sram_note(memory.one.bits)}, {self.technology.sram[0][1].source}"
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
        macro: what it is built of.
        columns: macros side by side, all read at once.
        rows: macros one above the other, one of them read.
        leftover_bits: built but not needed.
        access_pj: of one full word: the columns' reads and a rows-to-1 multiplexer, with band.
    """

    memory: str
    macro: Macro
    columns: int
    rows: int
    leftover_bits: int
    access_pj: Spread

    @property
    def macros(self) -> int:
        """Macros in all."""
        return self.columns * self.rows

    @property
    def area_um2(self) -> Fraction | None:
        """Of all macros; None when no source gives the area of one."""
        return None if self.macro.area_um2 is None else self.macros * self.macro.area_um2


def bank_plan(memory: MemoryFootprint, technology: Technology, macro: Macro) -> BankPlan:
    """Cut a memory into macros of one size.

    A word's bits pass ceil(log2(rows)) two-way multiplexers. Decoders and wires between macros
    have no figure in the table and are left out, which flatters plans of many macros.
    """
    columns = -(-memory.width // macro.width)
    rows = -(-memory.depth // macro.depth)
    one = technology.sram_access(macro.bits, macro.width)
    if macro.energy_pj is not None:
        one = Spread(macro.energy_pj, macro.energy_pj, macro.energy_pj)
    read = one.times(columns)
    levels = (rows - 1).bit_length()
    select = technology.energy("multiplexer") * memory.width * levels
    return BankPlan(
        memory.name,
        macro,
        columns,
        rows,
        columns * rows * macro.bits - memory.bits,
        Spread(read.value + select, read.low + select, read.high + select),
    )


def bank_plans(memory: MemoryFootprint, technology: Technology) -> list[BankPlan]:
    """Every plan from the technology's macros, the best first.

    The best takes the least energy an access among those of at most MOST_MACROS macros that leave
    at most MOST_LEFTOVER of their bits unused; if none does, least leftover counts. Then less
    leftover and fewer macros win.
    """
    plans = [bank_plan(memory, technology, macro) for macro in technology.macros]

    def rank(plan: BankPlan) -> tuple[bool, Fraction, int, int]:
        built = memory.bits + plan.leftover_bits
        sound = plan.macros <= MOST_MACROS and plan.leftover_bits <= MOST_LEFTOVER * built
        least = plan.access_pj.value if sound else Fraction(plan.leftover_bits)
        return not sound, least, plan.leftover_bits, plan.macros

    return sorted(plans, key=rank)


def useful_plans(memory: MemoryFootprint, technology: Technology) -> list[BankPlan]:
    """The best plan, then those that no other beats in energy, leftover and macros at once."""
    plans = bank_plans(memory, technology)

    def merits(plan: BankPlan) -> tuple[Fraction, Fraction, Fraction]:
        return plan.access_pj.value, Fraction(plan.leftover_bits), Fraction(plan.macros)

    def beaten(plan: BankPlan) -> bool:
        mine = merits(plan)
        return any(
            other != mine and all(x <= y for x, y in zip(other, mine, strict=True))
            for other in map(merits, plans)
        )

    return [plans[0], *(plan for plan in plans[1:] if not beaten(plan))]


def macros_area(plans: Mapping[str, Sequence[BankPlan]]) -> float | None:
    """um2 of the macros that memories are best built of; None where a macro's area is not known.

    Args:
        plans: of each memory, the best first.
    """
    areas = [each[0].area_um2 for each in plans.values()]
    known = [area for area in areas if area is not None]
    return float(sum(known)) if known and len(known) == len(areas) else None
