"""Adam, a gradient descent with a step of its own for every number (arXiv 1412.6980)."""

from __future__ import annotations

from hwsim.compress.weights import FloatArray

FIRST, SECOND, TINY = 0.9, 0.99, 1e-12  # means over about ten gradients, and a hundred squares


class Adam:
    """Steps of Adam for one array, without bias in the first ones.

    Args:
        rate: the size of a step, in the array's units.
    """

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._mean: FloatArray | float = 0.0
        self._square: FloatArray | float = 0.0
        self._steps = 0

    def step(self, gradient: FloatArray, share: float) -> FloatArray:
        """What to add.

        Args:
            gradient: of the array's shape.
            share: of the rate, from 0 to 1.
        """
        self._steps += 1
        self._mean = FIRST * self._mean + (1 - FIRST) * gradient
        self._square = SECOND * self._square + (1 - SECOND) * gradient**2
        mean = self._mean / (1 - FIRST**self._steps)
        square = self._square / (1 - SECOND**self._steps)
        added: FloatArray = -share * self.rate * mean / (square**0.5 + TINY)
        return added
