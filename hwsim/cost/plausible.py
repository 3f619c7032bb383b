"""Whether a physical quantity that somebody typed can be meant in its unit.

Energies, voltages and clocks are easily given in the wrong unit, and a result a thousand times too
large looks like any other. Ranges are generous: they are there for slips of the unit alone.
"""

from __future__ import annotations

import math
from decimal import Decimal
from numbers import Real
from typing import Any, Final

from hwsim.errors import InputError
from hwsim.printable import told

PROCESS_NM: Final = (1, 1000)
VOLTAGE_V: Final = (0.1, 10)
CLOCK_MHZ: Final = (0.01, 10_000)
ON_CHIP_KIB: Final = (0, 2**20)  # 1 GiB
CAPACITY_BYTES: Final = (64, 2**30)  # of a memory whose access was measured
ENERGY_PJ_PER_BIT: Final = (1e-6, 1e3)  # gates at the lower end, DRAM far below the upper one
LEAKAGE_PW_PER_BIT: Final = (1e-3, 1e6)  # retention at low voltage; fast cells, hot: some 1e5
AREA_UM2_PER_BIT: Final = (0.005, 1000)  # 2 nm cells are 0.02, those of 1 µm some 100


def plausible(
    name: str, value: Any, bounds: tuple[float, float], unit: str, *, step: int = 1000
) -> None:
    """Raise InputError unless `value` is a number that the quantity can have.

    Args:
        name: of the quantity, as the message calls it.
        value: what was typed, meant in `unit`.
        bounds: least and most, both possible.
        unit: of value and bounds.
        step: from the unit to its neighbours; what the value would be if meant in one of those,
            is proposed.

    Raises:
        InputError: it is no finite number, or out of bounds.
    """
    low, high = bounds
    wanted = f"it must be from {low:.10g} to {high:.10g} {unit}"
    if isinstance(value, bool) or not isinstance(value, Real | Decimal):
        raise InputError(f"{name} is {told(value)}; {wanted}")
    try:
        number = float(value)
    except OverflowError:  # a whole number or a fraction beyond every float
        number = math.inf
    if not low <= number <= high:
        raise InputError(f"{name} is {number:.10g}; {wanted}{_meant(number, bounds, unit, step)}")


def _meant(number: float, bounds: tuple[float, float], unit: str, step: int) -> str:
    """What a slip of the unit would explain; of several, the one nearest to the middle."""
    low, high = bounds
    if not (math.isfinite(number) and number > 0):
        return ""
    sign = 1 if number < low else -1
    slips = (number * float(step) ** (sign * power) for power in range(1, 5))
    middle = math.sqrt((low or 1) * high)
    possible = sorted(
        (value for value in slips if low <= value <= high),
        key=lambda value: abs(math.log(value / middle)),
    )
    return f"; did you mean {possible[0]:.10g} {unit}?" if possible else ""
