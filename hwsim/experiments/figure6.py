"""Figure 6: the histogram of the trained weights on the ridge."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hwsim.experiments import lab
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.result import NOT_REPRODUCED, PARTLY, REPRODUCED, Result, Tables, Verdict
from hwsim.experiments.settings import Settings, ridge
from hwsim.measure.memories import MemoryKey, Store
from hwsim.measure.rows import summarise

NAME = "figure6"
TITLE = TITLES[NAME]

BINS = np.linspace(-5.0, 5.0, 201)


def memories(settings: Settings, seed: int) -> list[MemoryKey]:
    return [ridge(settings, seed)]


def trial(settings: Settings, seed: int, store: Store) -> Tables:
    memory = store.load(ridge(settings, seed))
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


def conclude(settings: Settings, trials: Sequence[Tables]) -> Result:
    rows = summarise([trial["rows"] for trial in trials], ("weight",))
    statistics = summarise([trial["statistics"] for trial in trials], ("quantity",))
    value = {row["quantity"]: row["value"] for row in statistics}
    centre = (value["positive_centre"] - value["negative_centre"]) / 2
    two = value["near_zero"] < 0.01
    close = 2.5 <= centre <= 3.5
    return Result(
        NAME,
        TITLE,
        ridge(settings, settings.seed).to_dict(),
        EXPERIMENT.seeds(settings),
        {"rows": rows, "statistics": statistics},
        [
            Verdict(
                "two-clusters",
                "Two clusters near ±3.0, next to none near 0",
                f"centres {value['negative_centre']:+.3f} and {value['positive_centre']:+.3f}, "
                f"spread {value['positive_spread']:.3f}; {100 * value['near_zero']:.2f} % of the "
                f"weights within ±1; sizes from {value['smallest_size']:.2f} to "
                f"{value['largest_size']:.2f}",
                REPRODUCED if two and close else PARTLY if two else NOT_REPRODUCED,
            )
        ],
        (
            f"A weight has the sign of its own pattern's spin in "
            f"{100 * value['sign_agrees']:.2f} % of all places: where that is all of them, "
            "1-bit weights repeat the pattern memory (see nearest-baseline).",
        ),
    )


EXPERIMENT = Experiment(NAME, TITLE, memories, trial, conclude)
