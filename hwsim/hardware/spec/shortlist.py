"""SHORTLIST: the patterns whose bounds are least, sorted, in registers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hwsim.config import BATCH, SHORTLIST, Parameters, index_bits

if TYPE_CHECKING:
    from hwsim.hardware.spec.machine import Registers


class Shortlist:
    """As many entries as there may be, {bound, pattern} each, the least bound first.

    A bound has one bit more than a distance: an entry that nothing was put into has that bit alone
    and so stands behind every other.

    Args:
        parameters: of the engine.
        registers: that hold the entries, `shortlist`.
    """

    def __init__(self, parameters: Parameters, registers: Registers) -> None:
        self.registers = registers
        self.index = index_bits(parameters.patterns)
        self.distances = 1 << parameters.distance_bits
        self.entries = [0] * SHORTLIST

    def clear(self) -> None:
        """Empty every entry."""
        for position in range(SHORTLIST):
            self._take(position, self.distances << self.index)

    def insert(self, bound: int, pattern: int) -> None:
        """Put a pattern behind all whose bound is not larger; a 17th falls off."""
        entries = self.entries
        if bound >= max(entries) >> self.index:
            return
        for position in range(SHORTLIST - 1, -1, -1):
            if position and bound < entries[position - 1] >> self.index:
                self._take(position, entries[position - 1])
            elif bound < entries[position] >> self.index:
                self._take(position, bound << self.index | pattern)

    def batch(self, count: int) -> list[tuple[int, int]]:
        """Bounds and patterns of the first `count` entries."""
        return [
            ((entry >> self.index) % self.distances, entry % (1 << self.index))
            for entry in self.entries[:count]
        ]

    def drop(self) -> None:
        """Move the next batch into the first one's place."""
        following = [*self.entries[BATCH:], *[0] * BATCH]
        for position, entry in enumerate(following):
            self._take(position, entry)

    def _take(self, position: int, entry: int) -> None:
        self.entries[position] = self.registers.latch("shortlist", entry, position)
