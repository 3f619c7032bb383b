"""Numbers as people read them."""

from __future__ import annotations

from hwsim.quantities import energy_text, size_text
from hwsim.report.document import Cell, Number


def energy(picojoules: float, target: str = "") -> Number:
    """An energy cell."""
    return Number(picojoules, energy_text(picojoules), target, "pJ")


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


def size(value: int, target: str = "") -> Number:
    """A number of bits, shown as bytes."""
    return Number(value, size_text(value), target, "bits")


def accuracy(value: float | None, otherwise: str = "not measured") -> Cell:
    """A share of bits right, or that nobody measured it."""
    return otherwise if value is None else Number(value, f"{value:.4f}")


def percent_text(share: float) -> str:
    """0.1234 to 12.3 %."""
    if 0 < share < 1e-4:
        return "under 0.01 %"
    return f"{100 * share:.3g} %"


def of_them(copies: int) -> str:
    """Before the size of a memory of which there are several, one for each query or engine."""
    return f"{copies} × " if copies > 1 else ""


def slug(words: str) -> str:
    """An id from words."""
    return "-".join(words.lower().replace(",", " ").split())
