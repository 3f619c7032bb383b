"""Energies, sizes, times and ratios in the words that people read."""

from __future__ import annotations

_ENERGY = ((1e9, "mJ"), (1e6, "µJ"), (1e3, "nJ"), (1.0, "pJ"), (1e-3, "fJ"))
_SIZE = ((2**20, "MiB"), (2**10, "KiB"))
_TIME = ((1e6, "s"), (1e3, "ms"), (1.0, "µs"), (1e-3, "ns"))
_POWER = ((1e3, "W"), (1.0, "mW"), (1e-3, "µW"), (1e-6, "nW"))
_SAME = 0.005  # a change below half a percent is none


def _scaled(value: float, units: tuple[tuple[float, str], ...]) -> str:
    for scale, unit in units:
        if abs(value) >= scale:
            return f"{digits(value / scale)} {unit}"
    scale, unit = units[-1]
    return f"{digits(value / scale)} {unit}"


def digits(value: float) -> str:
    """Four significant digits, no exponent for everyday sizes."""
    if value == 0:
        return "0"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def in_percent(fraction: float) -> str:
    """A fraction that somebody gave, in percent, no digit of it rounded away: 0.125 to 12.5."""
    return f"{100 * fraction:.12g}"


def counted(count: int, noun: str) -> str:
    """So many of something: 1 query, 2 queries, 3,000 patterns."""
    if count != 1:
        noun = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count:,} {noun}"


def energy_text(picojoules: float) -> str:
    """12345.6 to 12.35 nJ."""
    return "0 pJ" if picojoules == 0 else _scaled(picojoules, _ENERGY)


def size_text(bits: float) -> str:
    """Bits as bytes, KiB or MiB."""
    size = bits / 8
    return _scaled(size, _SIZE) if size >= 1024 else f"{digits(size)} B"


def time_text(microseconds: float) -> str:
    """Microseconds in the unit that keeps them short."""
    return _scaled(microseconds, _TIME)


def power_text(milliwatts: float) -> str:
    """Milliwatts in the unit that keeps them short."""
    return _scaled(milliwatts, _POWER)


def ratio_words(value: float, reference: float, what: str = "") -> str:
    """How much more or less `value` is: "13 times less energy", "21 % more cycles".

    Args:
        value: at least 0.
        reference: above 0.
        what: a noun that follows; without one the words stand alone.
    """
    noun = f" {what}" if what else ""
    ratio = value / reference
    if abs(ratio - 1) < _SAME:
        return f"the same{noun}"
    more = "more" if ratio > 1 else "less"
    if what.endswith("cycles") and ratio < 1:
        more = "fewer"
    if 0.5 < ratio < 2 or ratio == 0:
        return f"{_two(100 * abs(ratio - 1))} % {more}{noun}"
    return f"{_two(max(ratio, 1 / ratio))} times {more}{noun}"


def _two(value: float) -> str:
    """Two significant digits, no exponent."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"
