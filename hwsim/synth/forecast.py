"""How long placement and routing take, roughly, from a netlist's cells.

Fitted to runs on one core of an Intel Xeon with AVX-512, not loaded, with the YoWASP packages:

    LUTs + flip-flops   1,888   2,116   3,512   6,268
    seconds               6.9     6.9    12.2    32.4   (2,116 on a UP5K, the others on an ECP5)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_START: Final = 4.6  # seconds
_PAIR: Final = 6.9e-7  # seconds for the square of the number of cells


def placement_seconds(cells: Mapping[str, int]) -> float:
    """Seconds of one placement and its routing; a nearly full device takes longer.

    Args:
        cells: how many of each kind; `luts` and `flip_flops` count.
    """
    size = cells.get("luts", 0) + cells.get("flip_flops", 0)
    return _START + _PAIR * size**2
