"""What `Memory.plot` and `FloatRecalls.plot` draw."""

from __future__ import annotations

from typing import Any

import numpy as np

from hwsim.pictures import Bars, Curve, Picture, contents, grid, leading
from hwsim.quantities import counted
from hwsim.reference.memory import Memory

_BINS = 24
_HEARD = 1 / 512  # of the largest kernel value: less is 0 in eight bits


def plot_memory(memory: Memory, shape: Any = None, first: int = 16) -> Picture:
    """As `Memory.plot`."""
    pixels, few = grid(memory.neurons, shape), leading(first)
    count, edges = np.histogram(memory.alpha.astype(np.float64), bins=_BINS)
    table = memory.kernel_table
    heard = int(np.flatnonzero(table >= table[0] * _HEARD)[-1])
    width = "its own values" if memory.gamma is None else f"gamma = {memory.gamma:.4g}"
    panels = (
        Bars(
            "weights",
            [f"{edges[0]:.3g}", *map(str, edges[2:-1]), f"{edges[-1]:.3g}"],
            count.tolist(),
            "alpha",
        ),
        Curve("kernel", table[: heard + 2].tolist(), f"distance, spins; {width}"),
    )
    title = (
        f"{counted(memory.stored, 'pattern')} of {counted(memory.neurons, 'neuron')}, float weights"
    )
    patterns = memory.patterns[:few]
    return contents(title, patterns, pixels, panels, memory.stored)
