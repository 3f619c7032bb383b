"""Figure 1: bit accuracy and stability margin against the bits of a weight, on the ridge."""

from __future__ import annotations

from collections.abc import Sequence

from hwsim.experiments import compression
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.parameters import PAPER, RIDGE, Parameter, parameters
from hwsim.experiments.result import Judgement, Tables, summarised
from hwsim.experiments.setup import Setup
from hwsim.measure.memories import MemoryKey, Store

NAME = "figure1"
TITLE = TITLES[NAME]
PARAMETERS = parameters(*RIDGE, Parameter("bits", compression.BITS), *PAPER)


def memories(setup: Setup, seed: int) -> list[MemoryKey]:
    return [setup.key(seed)]


def trial(setup: Setup, seed: int, store: Store) -> Tables:
    return {"rows": compression.quantization_rows(store.load(setup.key(seed)), setup)}


def summarise(setup: Setup, trials: Sequence[Tables]) -> Tables:
    return summarised(trials, rows=compression.QUANTIZATION_KEYS)


def judge(setup: Setup, tables: Tables) -> Judgement:
    return Judgement(
        compression.quantization_verdicts(setup, tables["rows"]),
        (
            "The exact model's bit accuracy is one update of the image from every stored pattern; "
            "margins need float fields and are those of the quantized float weights.",
        ),
    )


EXPERIMENT = Experiment(NAME, TITLE, PARAMETERS, memories, trial, summarise, judge)
