"""Numbers as people read them."""

from __future__ import annotations

from hwsim.report.document import Number

_ENERGY = ((1e9, "mJ"), (1e6, "µJ"), (1e3, "nJ"), (1.0, "pJ"), (1e-3, "fJ"))
_SIZE = ((2**20, "MiB"), (2**10, "KiB"))
_TIME = ((1e6, "s"), (1e3, "ms"), (1.0, "µs"), (1e-3, "ns"))


def _scaled(value: float, units: tuple[tuple[float, str], ...]) -> str:
    for scale, unit in units:
        if abs(value) >= scale:
            return f"{_digits(value / scale)} {unit}"
    scale, unit = units[-1]
    return f"{_digits(value / scale)} {unit}"


def _digits(value: float) -> str:
    """Four significant digits, no exponent for everyday sizes."""
    if value == 0:
        return "0"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def energy_text(picojoules: float) -> str:
    """12345.6 to 12.35 nJ."""
    return "0 pJ" if picojoules == 0 else _scaled(picojoules, _ENERGY)


def energy(picojoules: float, target: str = "") -> Number:
    """An energy cell."""
    return Number(picojoules, energy_text(picojoules), target)


def size_text(bits: float) -> str:
    """Bits as bytes, KiB or MiB."""
    size = bits / 8
    return _scaled(size, _SIZE) if size >= 1024 else f"{_digits(size)} B"


def decimal_size(bits: float) -> str:
    """Bits as MB of a million bytes, as the paper counts, or kB of a thousand."""
    size = bits / 8e6
    return f"{size:.4g} MB" if size >= 0.1 else f"{1000 * size:.4g} kB"


def count(value: float, target: str = "") -> Number:
    """A count: whole ones in full."""
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"
    if isinstance(value, float) and abs(value) >= 1000:
        text = f"{value:,.1f}"
    return Number(value, text, target)


def bits(value: int, target: str = "") -> Number:
    """A number of bits."""
    return Number(value, f"{value:,}", target)


def factor_text(value: float) -> str:
    """A ratio: ×12.3."""
    return f"×{_digits(value)}"


def percent_text(share: float) -> str:
    """0.1234 to 12.3 %."""
    if 0 < share < 1e-4:
        return "under 0.01 %"
    return f"{100 * share:.3g} %"


def time_text(microseconds: float) -> str:
    """Microseconds in the unit that keeps them short."""
    return _scaled(microseconds, _TIME)


def of_them(copies: int) -> str:
    """Before the size of a memory of which there are several, one for each query or engine."""
    return f"{copies} × " if copies > 1 else ""


def slug(words: str) -> str:
    """An id from words."""
    return "-".join(words.lower().replace(",", " ").split())
