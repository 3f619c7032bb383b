"""Figure 9: figure 4 off the ridge, in the local regime."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hwsim.experiments import step_size
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.result import NOT_REPRODUCED, REPRODUCED, Result, Tables, Verdict
from hwsim.experiments.settings import Settings, ridge
from hwsim.measure.memories import MemoryKey, Store
from hwsim.measure.rows import select, summarise

NAME = "figure9"
TITLE = TITLES[NAME]

LOCAL_GAMMA = 0.1


def _key(settings: Settings, seed: int) -> MemoryKey:
    return replace(ridge(settings, seed), gamma=LOCAL_GAMMA)


def memories(settings: Settings, seed: int) -> list[MemoryKey]:
    return [_key(settings, seed)]


def trial(settings: Settings, seed: int, store: Store) -> Tables:
    return {"rows": step_size.damage_rows(store.load(_key(settings, seed)), seed)}


def conclude(settings: Settings, trials: Sequence[Tables]) -> Result:
    rows = summarise([trial["rows"] for trial in trials], step_size.KEYS)
    losses = {
        row["bits"]: row["relative_margin_loss"] for row in select(rows, source="quantization")
    }
    worst = max(losses, key=lambda bits: abs(losses[bits]))
    small = abs(losses[worst]) < 0.01
    return Result(
        NAME,
        TITLE,
        _key(settings, settings.seed).to_dict(),
        EXPERIMENT.seeds(settings),
        {"rows": rows},
        [
            Verdict(
                "margin-stays",
                "Degradation of the margin stays near zero (or slightly negative) at every depth",
                f"largest relative change {losses[worst]:.2g} (at {worst} bits), from "
                f"{min(losses.values()):.2g} to {max(losses.values()):.2g} over 2 to 10 bits",
                REPRODUCED if small else NOT_REPRODUCED,
            )
        ],
        (
            "With the kernel this narrow every pattern sees only itself: all weights of a neuron "
            "have one size and two values, so any quantizer that keeps the extremes is exact.",
        ),
    )


EXPERIMENT = Experiment(NAME, TITLE, memories, trial, conclude)
