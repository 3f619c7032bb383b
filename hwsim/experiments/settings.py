"""How large a run is, and what was asked of it that the study does not do by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hwsim.errors import InputError
from hwsim.experiments.own import Own


@dataclass(frozen=True)
class Settings:
    """The size of a run.

    Attributes:
        seed: the first trial's seed; the others follow it.
        trials: new random patterns each; with data of one's own, new noise.
        quick: smaller networks and coarser grids; at most two trials.
        given: values of parameters in place of the experiments' own, by name.
        data: a memory or patterns of one's own.

    Raises:
        InputError: trials is under 1 or seed is negative.
    """

    seed: int = 0
    trials: int = 10
    quick: bool = False
    given: Mapping[str, Any] = field(default_factory=dict)
    data: Own | None = None

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
