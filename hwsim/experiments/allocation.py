"""Bits given to neurons: the integer program that mixed precision is, solved exactly.

Of every neuron one number of bits is chosen so that the sum of costs is least and the sum of bits
at most a budget: a multiple-choice knapsack (Kellerer, Pferschy and Pisinger 2004, chapter 11),
here by dynamic programming over the budget.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def allocate(costs: FloatArray, widths: tuple[int, ...], budget: int) -> IntArray:
    """The choice of each neuron, (N,) indices into `widths`.

    Args:
        costs: (N, K), of each neuron at each width; finite.
        widths: K numbers of bits, positive.
        budget: at least N times the least width.
    """
    count = len(costs)
    assert budget >= count * min(widths)
    least = np.zeros(budget + 1)  # cost of the neurons so far by the bits they may have
    chosen = np.zeros((count, budget + 1), dtype=np.int64)
    for neuron, own in enumerate(costs):
        ways = np.full((len(widths), budget + 1), np.inf)
        for index, width in enumerate(widths):
            if width <= budget:
                ways[index, width:] = least[: budget + 1 - width] + own[index]
        chosen[neuron] = ways.argmin(axis=0)
        least = ways.min(axis=0)
    found = np.empty(count, dtype=np.int64)
    left = budget
    for neuron in reversed(range(count)):
        found[neuron] = chosen[neuron, left]
        left -= widths[found[neuron]]
    return found
