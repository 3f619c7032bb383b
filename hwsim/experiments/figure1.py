"""Figure 1: bit accuracy and stability margin against the bits of a weight, on the ridge."""

from __future__ import annotations

from collections.abc import Sequence

from hwsim.experiments import compression
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.result import Result, Tables
from hwsim.experiments.settings import Settings, ridge
from hwsim.measure.memories import MemoryKey, Store
from hwsim.measure.rows import summarise

NAME = "figure1"
TITLE = TITLES[NAME]


def memories(settings: Settings, seed: int) -> list[MemoryKey]:
    return [ridge(settings, seed)]


def trial(settings: Settings, seed: int, store: Store) -> Tables:
    return {"rows": compression.quantization_rows(store.load(ridge(settings, seed)))}


def conclude(settings: Settings, trials: Sequence[Tables]) -> Result:
    rows = summarise([trial["rows"] for trial in trials], compression.QUANTIZATION_KEYS)
    key = ridge(settings, settings.seed)
    return Result(
        NAME,
        TITLE,
        key.to_dict(),
        EXPERIMENT.seeds(settings),
        {"rows": rows},
        compression.quantization_verdicts(rows),
        (
            "The exact model's bit accuracy is one update of the image from every stored pattern; "
            "margins need float fields and are those of the quantized float weights.",
        ),
    )


EXPERIMENT = Experiment(NAME, TITLE, memories, trial, conclude)
