"""Parts of code words: of each, one wrong cell is corrected, whatever the other parts have."""

from __future__ import annotations

import numpy as np

from hwsim.hardware.outcome import IntArray
from hwsim.hardware.protection import Code, Interleaved, Parity, Triple
from hwsim.reliability.maps import FaultMap


def parts(code: Code, bits: IntArray) -> IntArray:
    """Which part each cell of a code word is of, (n,).

    Args:
        code: one that corrects.
        bits: (n,) cells, from 0 for the lowest.
    """
    if isinstance(code, Triple):
        return bits % code.width
    if isinstance(code, Interleaved):
        return bits % code.depth
    return np.zeros_like(bits)


def part_sizes(code: Code) -> list[int]:
    """Cells of each part."""
    cells = np.arange(code.width + code.check_bits)
    return [int(count) for count in np.bincount(parts(code, cells))]


def uncorrected(faults: FaultMap, code: Code) -> FaultMap:
    """Without the parts that are read right whatever they hold; parity has none."""
    if isinstance(code, Parity):
        return faults
    width = faults.place.width
    word, bit = np.divmod(faults.cells, width)
    _, index, count = np.unique(
        word * width + parts(code, bit), return_inverse=True, return_counts=True
    )
    kept = count[index] > 1
    return FaultMap(faults.place, faults.cells[kept], faults.values[kept])
