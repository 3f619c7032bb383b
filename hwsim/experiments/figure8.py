"""Figure 8: figures 1 and 2 at half the load."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hwsim.experiments import compression, lab
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.result import Result, Tables
from hwsim.experiments.settings import Settings, ridge
from hwsim.measure.memories import MemoryKey, Store
from hwsim.measure.rows import summarise

NAME = "figure8"
TITLE = TITLES[NAME]

LOAD = 1.5  # our choice: the text of the paper that we have lost its value


def _key(settings: Settings, seed: int) -> MemoryKey:
    return replace(ridge(settings, seed), patterns=round(LOAD * settings.neurons))


def memories(settings: Settings, seed: int) -> list[MemoryKey]:
    return [_key(settings, seed)]


def trial(settings: Settings, seed: int, store: Store) -> Tables:
    memory = store.load(_key(settings, seed))
    sparsities = settings.pick(compression.SPARSITIES, compression.QUICK_SPARSITIES)
    return {
        "quantization": compression.quantization_rows(memory),
        "pruning": compression.pruning_rows(memory, sparsities, seed),
    }


def conclude(settings: Settings, trials: Sequence[Tables]) -> Result:
    quantization = summarise(
        [trial["quantization"] for trial in trials], compression.QUANTIZATION_KEYS
    )
    pruning = summarise([trial["pruning"] for trial in trials], compression.PRUNING_KEYS)
    verdicts = compression.quantization_verdicts(quantization)
    verdicts += compression.pruning_verdicts(pruning)
    return Result(
        NAME,
        TITLE,
        _key(settings, settings.seed).to_dict() | lab.DEFAULTS | lab.PAPER,
        EXPERIMENT.seeds(settings),
        {"quantization": quantization, "pruning": pruning},
        [replace(v, claim=f"Lower load: {v.claim[0].lower()}{v.claim[1:]}") for v in verdicts],
        (f"The load here is P/N = {LOAD}; the paper calls its own only lower yet challenging.",),
    )


EXPERIMENT = Experiment(NAME, TITLE, memories, trial, conclude)
