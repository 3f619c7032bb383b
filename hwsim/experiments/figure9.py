"""Figure 9: figure 4 off the ridge, in the local regime."""

from __future__ import annotations

from collections.abc import Sequence

from hwsim.experiments import step_size
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.evidence import all_of, mean
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.parameters import RIDGE, Parameter, parameters
from hwsim.experiments.result import Judgement, Tables, summarised, verdict
from hwsim.experiments.setup import Setup
from hwsim.measure.memories import MemoryKey, Store
from hwsim.measure.rows import select

NAME = "figure9"
TITLE = TITLES[NAME]

PARAMETERS = parameters(*RIDGE, Parameter("gamma", 0.1))  # the local regime


def memories(setup: Setup, seed: int) -> list[MemoryKey]:
    return [setup.key(seed)]


def trial(setup: Setup, seed: int, store: Store) -> Tables:
    return {"rows": step_size.damage_rows(store.load(setup.key(seed)), seed)}


def summarise(setup: Setup, trials: Sequence[Tables]) -> Tables:
    return summarised(trials, rows=step_size.KEYS)


def judge(setup: Setup, tables: Tables) -> Judgement:
    losses = {
        row["bits"]: mean(row, "relative_margin_loss")
        for row in select(tables["rows"], source="quantization")
    }
    values = {bits: loss.value for bits, loss in losses.items()}
    worst = max(values, key=lambda bits: abs(values[bits]))
    return Judgement(
        [
            verdict(
                setup,
                "margin-stays",
                "Degradation of the margin stays near zero (or slightly negative) at every depth",
                f"largest relative change {values[worst]:.2g} (at {worst} bits), from "
                f"{min(values.values()):.2g} to {max(values.values()):.2g} over {min(values)} to "
                f"{max(values)} bits",
                all_of(loss.within(-0.01, 0.01) for loss in losses.values()),
            )
        ],
        (
            "With the kernel this narrow every pattern sees only itself: all weights of a neuron "
            "have one size and two values, so any quantizer that keeps the extremes is exact.",
        )
        if max(map(abs, values.values())) < 1e-6
        else (),
    )


EXPERIMENT = Experiment(NAME, TITLE, PARAMETERS, memories, trial, summarise, judge)
