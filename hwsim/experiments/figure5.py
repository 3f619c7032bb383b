"""Figure 5: recall accuracy against input noise: float, 2-bit float weights, 2-bit exact model."""

from __future__ import annotations

from collections.abc import Sequence

from hwsim.experiments import lab
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.result import NOT_REPRODUCED, PARTLY, REPRODUCED, Result, Tables, Verdict
from hwsim.experiments.settings import Settings, ridge
from hwsim.measure.memories import MemoryKey, Store
from hwsim.measure.rows import Row, select, summarise

NAME = "figure5"
TITLE = TITLES[NAME]

NOISES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)
QUICK_NOISES = (0.0, 0.1, 0.2, 0.3, 0.4)
BITS = 2
WORKS = 0.95  # recall accuracy of a memory that works
QUERIES = 200


def memories(settings: Settings, seed: int) -> list[MemoryKey]:
    return [ridge(settings, seed)]


def trial(settings: Settings, seed: int, store: Store) -> Tables:
    memory = store.load(ridge(settings, seed))
    rounded = lab.dequantized(memory, "minmax", BITS)
    image = lab.image(memory, quantizer="minmax", bits=BITS, **lab.PAPER)
    rows: list[Row] = []
    for index, noise in enumerate(settings.pick(NOISES, QUICK_NOISES)):
        queries, targets = lab.noisy(memory.patterns, noise, [seed, 5, index], QUERIES)
        rows.append(
            {
                "noise": noise,
                "float": lab.float_accuracy(memory, queries, targets),
                "quantized_float": lab.float_accuracy(rounded, queries, targets),
                "exact": lab.exact_accuracy(image, queries, targets),
            }
        )
    return {"rows": rows}


def conclude(settings: Settings, trials: Sequence[Tables]) -> Result:
    rows = summarise([trial["rows"] for trial in trials], ("noise",))
    worst = max(rows, key=lambda row: abs(row["exact"] - row["float"]))
    working = [row for row in rows if row["float"] >= WORKS]
    usable = max((abs(row["exact"] - row["float"]) for row in working), default=1.0)
    limit = max((row["noise"] for row in working), default=0.0)
    fifth = select(rows, noise=0.2)[0]
    return Result(
        NAME,
        TITLE,
        ridge(settings, settings.seed).to_dict()
        | {"bits": BITS, "quantizer": "minmax", "queries": QUERIES}
        | lab.DEFAULTS
        | lab.PAPER,
        EXPERIMENT.seeds(settings),
        {"rows": rows},
        [
            Verdict(
                "two-bits-track-float",
                "2-bit weights track float32 closely at every noise level",
                f"exact model against float: at most {usable:.4f} apart where float itself recalls "
                f"{WORKS} or more (up to {limit:.0%} noise); most at {worst['noise']:.0%}, "
                f"{worst['exact']:.4f} against {worst['float']:.4f}",
                REPRODUCED if usable <= 0.01 else PARTLY if usable <= 0.05 else NOT_REPRODUCED,
            ),
            Verdict(
                "high-at-fifth",
                "Accuracy is high at 20 % noise",
                f"float {fifth['float']:.4f}, 2-bit float {fifth['quantized_float']:.4f}, 2-bit "
                f"exact model {fifth['exact']:.4f} ± {fifth['exact_std']:.4f}",
                REPRODUCED if fifth["exact"] >= 0.95 else NOT_REPRODUCED,
            ),
        ],
    )


EXPERIMENT = Experiment(NAME, TITLE, memories, trial, conclude)
