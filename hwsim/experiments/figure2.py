"""Figure 2: bit accuracy and stability margin against the fraction of weights pruned."""

from __future__ import annotations

from collections.abc import Sequence

from hwsim.experiments import compression
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.result import Result, Tables
from hwsim.experiments.settings import Settings, ridge
from hwsim.measure.memories import MemoryKey, Store
from hwsim.measure.rows import select, summarise

NAME = "figure2"
TITLE = TITLES[NAME]


def memories(settings: Settings, seed: int) -> list[MemoryKey]:
    return [ridge(settings, seed)]


def trial(settings: Settings, seed: int, store: Store) -> Tables:
    memory = store.load(ridge(settings, seed))
    sparsities = settings.pick(compression.SPARSITIES, compression.QUICK_SPARSITIES)
    return {"rows": compression.pruning_rows(memory, sparsities, seed)}


def conclude(settings: Settings, trials: Sequence[Tables]) -> Result:
    rows = summarise([trial["rows"] for trial in trials], compression.PRUNING_KEYS)
    size = select(rows, sparsity=0.1, order="magnitude")[0]
    chance = select(rows, sparsity=0.1, order="random")[0]
    return Result(
        NAME,
        TITLE,
        ridge(settings, settings.seed).to_dict(),
        EXPERIMENT.seeds(settings),
        {"rows": rows},
        compression.pruning_verdicts(rows),
        (
            f"At 10 % pruning by magnitude leaves bit accuracy {size['bit_accuracy']:.4f}, pruning "
            f"at random {chance['bit_accuracy']:.4f}. The weights removed from one neuron share a "
            f"sign: |n₊ - n₋| / (n₊ + n₋) is {size['one_sided']:.2f} by magnitude and "
            f"{chance['one_sided']:.2f} at random. So pruning by magnitude also tips the balance "
            "of the neuron's weights; that small ones carry information of their own does not "
            "follow.",
        )
        if size["bit_accuracy"] < chance["bit_accuracy"] and size["one_sided"] > 0.5
        else (),
    )


EXPERIMENT = Experiment(NAME, TITLE, memories, trial, conclude)
