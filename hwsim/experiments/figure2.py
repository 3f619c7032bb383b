"""Figure 2: bit accuracy and stability margin against the fraction of weights pruned."""

from __future__ import annotations

from collections.abc import Sequence

from hwsim.experiments import compression
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.memories import MemoryKey, Store, ridge
from hwsim.experiments.result import Result, Tables, summarise
from hwsim.experiments.settings import Settings

NAME = "figure2"
TITLE = "Bit accuracy and stability margin against sparsity"


def memories(settings: Settings, seed: int) -> list[MemoryKey]:
    return [ridge(settings, seed)]


def trial(settings: Settings, seed: int, store: Store) -> Tables:
    memory = store.load(ridge(settings, seed))
    sparsities = settings.pick(compression.SPARSITIES, compression.QUICK_SPARSITIES)
    return {"rows": compression.pruning_rows(memory, sparsities, seed)}


def conclude(settings: Settings, trials: Sequence[Tables]) -> Result:
    rows = summarise([trial["rows"] for trial in trials], compression.PRUNING_KEYS)
    tenth = {row["order"]: row["bit_accuracy"] for row in rows if row["sparsity"] == 0.1}
    same = abs(tenth["magnitude"] - tenth["random"]) < 0.005
    return Result(
        NAME,
        TITLE,
        ridge(settings, settings.seed).to_dict(),
        EXPERIMENT.seeds(settings),
        {"rows": rows},
        compression.pruning_verdicts(rows),
        (
            "Pruning by magnitude is "
            + ("no better than" if same else "not the same as")
            + " pruning at random here"
            + (
                ": the weights have nearly one size, so their order by size says little, and each "
                "lost weight of a pattern's own row leaves that bit to the others' crosstalk."
                if same
                else "."
            ),
        ),
    )


EXPERIMENT = Experiment(NAME, TITLE, memories, trial, conclude)
