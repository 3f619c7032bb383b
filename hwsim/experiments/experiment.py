"""What an experiment is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hwsim.errors import InputError
from hwsim.experiments.own import OwnMemory
from hwsim.experiments.parameters import Parameter
from hwsim.experiments.result import Judgement, Result, Tables
from hwsim.experiments.settings import Settings
from hwsim.experiments.setup import Setup, set_up
from hwsim.measure.memories import MemoryKey, Store
from hwsim.measure.rows import clean


@dataclass(frozen=True)
class Experiment:
    """One figure or study, in four pure parts.

    Attributes:
        name: on the command line.
        title: one line.
        parameters: what it can be told.
        memories: the trained memories a trial (setup, seed) asks for, so that those which several
            experiments share are trained once.
        trial: one trial's rows by table, from its seed.
        summarise: the tables of all trials, in the order of the seeds, as one.
        judge: verdicts and remarks from the summarised tables alone, as they stand in the files.
        max_trials: the most trials this one takes of a run's; None for all. For the costly ones.
        takes_memory: whether a memory of one's own can stand for the one that is trained; not
            where several are, which differ in their training.
    """

    name: str
    title: str
    parameters: Sequence[Parameter]
    memories: Callable[[Setup, int], Sequence[MemoryKey]]
    trial: Callable[[Setup, int, Store], Tables]
    summarise: Callable[[Setup, Sequence[Tables]], Tables]
    judge: Callable[[Setup, Tables], Judgement]
    max_trials: int | None = None
    takes_memory: bool = True

    def set_up(self, settings: Settings) -> Setup:
        """What it runs with.

        Raises:
            InputError: it has no parameter of a name that is given, cannot take the value, or
                takes no memory of one's own.
        """
        if isinstance(settings.data, OwnMemory) and not self.takes_memory:
            raise InputError(
                f"{self.name} trains several memories, so it takes none of your own; "
                "give it patterns (--patterns-file)"
            )
        seeds = settings.seeds[: self.max_trials]
        return set_up(self.name, self.parameters, settings, seeds)

    def conclude(self, setup: Setup, trials: Sequence[Tables]) -> Result:
        """The result of all trials, in the order of the seeds."""
        return self.judged(setup, clean(self.summarise(setup, trials)))

    def judged(self, setup: Setup, tables: Tables) -> Result:
        """The result of summarised tables, whose numbers are rounded as they stand in files."""
        judged = self.judge(setup, tables)
        return Result(
            self.name,
            self.title + setup.changes,
            clean(setup.to_dict() | dict(judged.parameters)),
            setup.seeds,
            tables,
            judged.verdicts,
            judged.remarks,
        )
