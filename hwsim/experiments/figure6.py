"""Figure 6: the histogram of the trained weights on the ridge."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hwsim.experiments import lab
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.evidence import all_of, mean
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.parameters import RIDGE, parameters
from hwsim.experiments.result import Judgement, Tables, summarised, verdict
from hwsim.experiments.setup import Setup
from hwsim.measure.memories import MemoryKey, Store

NAME = "figure6"
TITLE = TITLES[NAME]
PARAMETERS = parameters(*RIDGE)

BINS = np.linspace(-5.0, 5.0, 201)


def memories(setup: Setup, seed: int) -> list[MemoryKey]:
    return [setup.key(seed)]


def trial(setup: Setup, seed: int, store: Store) -> Tables:
    memory = store.load(setup.key(seed))
    alpha = memory.alpha.astype(np.float64)
    counts, _ = np.histogram(np.clip(alpha, BINS[0], BINS[-1]), BINS)
    centres = (BINS[:-1] + BINS[1:]) / 2
    positive, negative = alpha[alpha > 0], alpha[alpha < 0]
    statistics = {
        "positive_centre": float(positive.mean()),
        "positive_spread": float(positive.std()),
        "negative_centre": float(negative.mean()),
        "negative_spread": float(negative.std()),
        "near_zero": float((np.abs(alpha) < 1.0).mean()),
        "smallest_size": float(np.abs(alpha).min()),
        "largest_size": float(np.abs(alpha).max()),
        "sign_agrees": lab.sign_agreement(memory),
    }
    return {
        "rows": [
            {"weight": float(centre), "fraction": float(count / alpha.size)}
            for centre, count in zip(centres, counts, strict=True)
        ],
        "statistics": [{"quantity": name, "value": value} for name, value in statistics.items()],
    }


def summarise(setup: Setup, trials: Sequence[Tables]) -> Tables:
    return summarised(trials, rows=("weight",), statistics=("quantity",))


def judge(setup: Setup, tables: Tables) -> Judgement:
    found = {row["quantity"]: mean(row, "value") for row in tables["statistics"]}
    value = {quantity: interval.value for quantity, interval in found.items()}
    centre = (found["positive_centre"] - found["negative_centre"]) * 0.5
    two = found["near_zero"].below(0.01)
    return Judgement(
        [
            verdict(
                setup,
                "two-clusters",
                "Two clusters near ±3.0, next to none near 0",
                f"centres {value['negative_centre']:+.3f} and {value['positive_centre']:+.3f}, "
                f"spread {value['positive_spread']:.3f}; {100 * value['near_zero']:.2f} % of the "
                f"weights within ±1; sizes from {value['smallest_size']:.2f} to "
                f"{value['largest_size']:.2f}",
                all_of((two, centre.within(2.5, 3.5))),
                two,
            )
        ],
        (
            f"A weight has the sign of its own pattern's spin in "
            f"{100 * value['sign_agrees']:.2f} % of all places: where that is all of them, "
            "1-bit weights repeat the pattern memory (see nearest-baseline).",
        ),
    )


EXPERIMENT = Experiment(NAME, TITLE, PARAMETERS, memories, trial, summarise, judge)
