"""Energy of one SRAM access by capacity: log-log through quoted points, with the doubt shown.

Three ways to read between and beyond the points, for capacity x and neighbouring points
(x0, e0), (x1, e1):

    log-log    e0 * (x / x0) ** (log(e1 / e0) / log(x1 / x0)), end segments extended; the estimate
    linear     e0 + (e1 - e0) * (x - x0) / (x1 - x0), end segments extended
    clamped    the next larger point's energy; beyond the largest, the largest's

Horowitz's first segment has slope 1/2, so below 8 KB log-log is the same as sqrt(capacity). The
spread of the three is the band. Energy is per bit of the width that the point was quoted for:
pJ / access_bits, times the width read. Dividing by bits a second time is the classic mistake.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class SramPoint:
    """One quoted access.

    Attributes:
        capacity_bits: of the memory.
        energy_pj_per_bit: of one access, per bit accessed.
        quoted: how the source puts it, e.g. "8 KB: 10 pJ per 64 bits".
    """

    capacity_bits: int
    energy_pj_per_bit: Fraction
    quoted: str


@dataclass(frozen=True)
class Spread:
    """An estimate with the least and most that other readings of the same table give, in pJ."""

    value: Fraction
    low: Fraction
    high: Fraction

    def times(self, factor: int | Fraction) -> Spread:
        """All three, multiplied."""
        return Spread(self.value * factor, self.low * factor, self.high * factor)


def _segment(points: Sequence[SramPoint], capacity_bits: int) -> tuple[SramPoint, SramPoint]:
    """The two points around a capacity, or the nearest end's two."""
    upper = 1
    while upper < len(points) - 1 and capacity_bits > points[upper].capacity_bits:
        upper += 1
    return points[upper - 1], points[upper]


def log_log(points: Sequence[SramPoint], capacity_bits: int) -> Fraction:
    """pJ per bit on straight lines in log(capacity), log(energy); a quoted point comes back as is.

    Args:
        points: two or more, by growing capacity.
        capacity_bits: at least 1.
    """
    for point in points:
        if point.capacity_bits == capacity_bits:
            return point.energy_pj_per_bit
    left, right = _segment(points, capacity_bits)
    slope = math.log(right.energy_pj_per_bit / left.energy_pj_per_bit) / math.log(
        right.capacity_bits / left.capacity_bits
    )
    return left.energy_pj_per_bit * Fraction((capacity_bits / left.capacity_bits) ** slope)


def linear(points: Sequence[SramPoint], capacity_bits: int) -> Fraction:
    """pJ per bit on straight lines in capacity, energy."""
    left, right = _segment(points, capacity_bits)
    share = Fraction(capacity_bits - left.capacity_bits, right.capacity_bits - left.capacity_bits)
    return left.energy_pj_per_bit + share * (right.energy_pj_per_bit - left.energy_pj_per_bit)


def clamped(points: Sequence[SramPoint], capacity_bits: int) -> Fraction:
    """pJ per bit of the smallest point at least as large, else of the largest."""
    for point in points:
        if capacity_bits <= point.capacity_bits:
            return point.energy_pj_per_bit
    return points[-1].energy_pj_per_bit


def access_energy(points: Sequence[SramPoint], capacity_bits: int, width: int) -> Spread:
    """pJ of one access of `width` bits to a memory of `capacity_bits`."""
    value = log_log(points, capacity_bits)
    readings = (value, linear(points, capacity_bits), clamped(points, capacity_bits))
    return Spread(value, min(readings), max(readings)).times(width)


def reading_note(points: Sequence[SramPoint], capacity_bits: int) -> str:
    """Which quoted points an estimate rests on, in words."""
    for point in points:
        if point.capacity_bits == capacity_bits:
            return f"quoted {point.quoted}"
    left, right = _segment(points, capacity_bits)
    if capacity_bits < points[0].capacity_bits:
        return f"extrapolated below {left.quoted}"
    if capacity_bits > points[-1].capacity_bits:
        return f"extrapolated above {right.quoted}"
    return f"between {left.quoted} and {right.quoted}"
