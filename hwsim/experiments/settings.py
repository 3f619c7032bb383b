"""How large a run is: the paper's sizes, or the quick ones that only show that all works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from hwsim.errors import InputError
from hwsim.measure.memories import MemoryKey

RIDGE_GAMMA = 0.02  # the paper's operating point
RIDGE_LOAD = 3.0  # patterns per neuron, the paper's operating point

Choice = TypeVar("Choice")


@dataclass(frozen=True)
class Settings:
    """The size of a run.

    Attributes:
        seed: the first trial's seed; the others follow it.
        trials: new random patterns each.
        quick: smaller networks and coarser grids; at most two trials.

    Raises:
        InputError: trials is under 1 or seed is negative.
    """

    seed: int = 0
    trials: int = 10
    quick: bool = False

    def __post_init__(self) -> None:
        if self.trials < 1:
            raise InputError(f"trials is {self.trials}; it must be at least 1")
        if self.seed < 0:
            raise InputError(f"seed is {self.seed}; it must not be negative")
        if self.quick and self.trials > 2:
            object.__setattr__(self, "trials", 2)

    @property
    def seeds(self) -> tuple[int, ...]:
        """One seed a trial."""
        return tuple(range(self.seed, self.seed + self.trials))

    @property
    def neurons(self) -> int:
        """The paper's N = 200, or 100 when quick."""
        return 100 if self.quick else 200

    @property
    def patterns(self) -> int:
        """P on the ridge."""
        return round(RIDGE_LOAD * self.neurons)

    def pick(self, full: Sequence[Choice], quick: Sequence[Choice]) -> Sequence[Choice]:
        """The grid to use: `quick` in a quick run."""
        return quick if self.quick else full

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return asdict(self)


def ridge(settings: Settings, seed: int) -> MemoryKey:
    """The paper's operating point: gamma 0.02, P/N = 3, at the run's N."""
    return MemoryKey(settings.neurons, settings.patterns, RIDGE_GAMMA, seed)
