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
    """`value` by the reference: "2.4 times the energy", "7.7 % of the energy", "the same energy".

    Never "times less" nor "times more", which is read in two ways.

    Args:
        value: at least 0.
        reference: above 0.
        what: a noun that follows; without one the words stand alone.
    """
    ratio = value / reference
    if abs(ratio - 1) < _SAME:
        return f"the same {what}".rstrip()
    if ratio > 1:
        words = f"{_two(ratio)} times"
        return f"{words} the {what}" if what else words
    words = f"{_two(100 * ratio)} %"
    return f"{words} of the {what}" if what else words


def _two(value: float) -> str:
    """Two significant digits, three from 1 to 2, no exponent."""
    if value >= 10:
        return f"{value:,.0f}"
    return f"{value:.3g}" if 1 < value < 2 else _plain(value)


def _plain(value: float) -> str:
    if 0 < value < 1e-4:
        return "less than 0.0001"
    return f"{value:.2g}"
