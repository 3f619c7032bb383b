"""What an experiment is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hwsim.experiments.result import Result, Tables
from hwsim.experiments.settings import Settings
from hwsim.measure.memories import MemoryKey, Store


@dataclass(frozen=True)
class Experiment:
    """One figure or study, in three pure parts.

    Attributes:
        name: on the command line.
        title: one line.
        memories: the trained memories a trial (settings, seed) asks for, so that those which
            several experiments share are trained once.
        trial: one trial's rows by table, from its seed.
        conclude: the result from all trials' tables, in the order of the seeds.
        max_trials: the most trials this one takes of a run's; None for all. For the costly ones.
    """

    name: str
    title: str
    memories: Callable[[Settings, int], Sequence[MemoryKey]]
    trial: Callable[[Settings, int, Store], Tables]
    conclude: Callable[[Settings, Sequence[Tables]], Result]
    max_trials: int | None = None

    def seeds(self, settings: Settings) -> tuple[int, ...]:
        """The seeds of this experiment's trials."""
        return settings.seeds[: self.max_trials]
