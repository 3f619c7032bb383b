"""Figure 8: figures 1 and 2 at half the load."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hwsim.experiments import compression
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.parameters import PAPER, RIDGE, Parameter, parameters
from hwsim.experiments.result import Judgement, Tables, summarised
from hwsim.experiments.setup import Setup
from hwsim.measure.memories import MemoryKey, Store

NAME = "figure8"
TITLE = TITLES[NAME]

PARAMETERS = parameters(
    *RIDGE,
    Parameter("load", 1.5),  # our choice: the text of the paper that we have lost its value
    Parameter("bits", compression.BITS),
    compression.SPARSITY,
    *PAPER,
)


def memories(setup: Setup, seed: int) -> list[MemoryKey]:
    return [setup.key(seed)]


def trial(setup: Setup, seed: int, store: Store) -> Tables:
    memory = store.load(setup.key(seed))
    return {
        "quantization": compression.quantization_rows(memory, setup),
        "pruning": compression.pruning_rows(memory, setup["sparsity"], seed),
    }


def summarise(setup: Setup, trials: Sequence[Tables]) -> Tables:
    return summarised(
        trials, quantization=compression.QUANTIZATION_KEYS, pruning=compression.PRUNING_KEYS
    )


def judge(setup: Setup, tables: Tables) -> Judgement:
    verdicts = compression.quantization_verdicts(setup, tables["quantization"])
    verdicts += compression.pruning_verdicts(setup, tables["pruning"])
    load = setup.key(0).patterns / setup["neurons"]
    return Judgement(
        [replace(v, claim=f"Lower load: {v.claim[0].lower()}{v.claim[1:]}") for v in verdicts],
        (f"The load here is P/N = {load:g}; the paper calls its own only lower yet challenging.",),
    )


EXPERIMENT = Experiment(
    NAME, TITLE, PARAMETERS, memories, trial, summarise, judge, takes_memory=False
)
