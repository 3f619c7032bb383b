"""The experiments by name, in the order of the study."""

from __future__ import annotations

from hwsim.errors import InputError
from hwsim.experiments import (
    digits,
    figure1,
    figure2,
    figure3,
    figure4,
    figure5,
    figure6,
    figure7,
    figure8,
    figure9,
    hard_point,
    nearest_baseline,
    precision,
)
from hwsim.experiments.experiment import Experiment
from hwsim.suggest import did_you_mean

_EXPERIMENTS: tuple[Experiment, ...] = (
    figure1.EXPERIMENT,
    figure2.EXPERIMENT,
    figure3.EXPERIMENT,
    figure4.EXPERIMENT,
    figure5.EXPERIMENT,
    figure6.EXPERIMENT,
    figure7.EXPERIMENT,
    figure8.EXPERIMENT,
    figure9.EXPERIMENT,
    hard_point.EXPERIMENT,
    nearest_baseline.EXPERIMENT,
    precision.EXPERIMENT,
    digits.EXPERIMENT,
)

CATALOGUE = {experiment.name: experiment for experiment in _EXPERIMENTS}


def names() -> list[str]:
    """Every experiment's name, in the order of the study."""
    return list(CATALOGUE)


def find(name: str) -> Experiment:
    """The experiment called `name`.

    Raises:
        InputError: there is none of that name.
    """
    if name not in CATALOGUE:
        raise InputError(
            f"there is no experiment {name!r}; choose from {', '.join(CATALOGUE)}, or all"
            f"{did_you_mean(name, (*CATALOGUE, 'all'))}"
        )
    return CATALOGUE[name]
