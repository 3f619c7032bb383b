"""The same memory on correlated real data: handwritten digits of 8 x 8 pixels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hwsim.cost.comparisons import nearest_patterns
from hwsim.experiments import lab
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.result import OUR_OWN, Result, Tables, Verdict
from hwsim.experiments.settings import RIDGE_LOAD, Settings
from hwsim.measure.memories import MemoryKey, Store
from hwsim.measure.rows import Row, select, summarise
from hwsim.spins import bits_from_spins

NAME = "digits"
TITLE = TITLES[NAME]

PIXELS = 64
PATTERNS = round(RIDGE_LOAD * PIXELS)
GAMMAS, QUICK_GAMMAS = (0.02, 0.05, 0.1, 0.2), (0.05, 0.1)
METHODS = ("gradient-descent", "converged")
NOISES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)
WAYS = {  # name: bits, quantizer, offset bits
    "2-bit min-max": (2, "minmax", 0),
    "2-bit neuron-mse, offsets": (2, "neuron-mse", 8),
    "1-bit sign-zero, offsets": (1, "sign-zero", 8),
    "1-bit neuron-sign-mean, offsets": (1, "neuron-sign-mean", 8),
}


def memories(settings: Settings, seed: int) -> list[MemoryKey]:
    return [
        MemoryKey(PIXELS, PATTERNS, gamma, seed, data="digits", method=method)
        for method in METHODS
        for gamma in settings.pick(GAMMAS, QUICK_GAMMAS)
    ]


def trial(settings: Settings, seed: int, store: Store) -> Tables:
    rows: list[Row] = []
    statistics: list[Row] = []
    for key in memories(settings, seed):
        memory = store.load(key)
        images = {
            name: lab.image(memory, quantizer=quantizer, bits=bits, offset_bits=offset_bits)
            for name, (bits, quantizer, offset_bits) in WAYS.items()
        }
        alpha = memory.alpha.astype(np.float64)
        overlaps = memory.patterns.astype(np.float64) @ memory.patterns.T / memory.neurons
        point: Row = {"method": key.method, "gamma": key.gamma}
        statistics.append(
            point
            | {
                "float_bit_accuracy": lab.one_step_accuracy(memory),
                "largest_weight": float(np.abs(alpha).max()),
                "rms_weight": float(np.sqrt((alpha**2).mean())),
                "small_weights": lab.small_fraction(memory),
                "sign_agrees": lab.sign_agreement(memory),
                "mean_overlap": float(overlaps[~np.eye(len(overlaps), dtype=bool)].mean()),
                "stiffness": 0.1 * lab.largest_eigenvalue(memory) ** 2 / 4,
            }
            | {name: lab.exact_one_step_accuracy(image) for name, image in images.items()}
        )
        bits = bits_from_spins(memory.patterns)
        for index, noise in enumerate(NOISES):
            queries, targets = lab.noisy(memory.patterns, noise, [seed, 13, index])
            nearest = nearest_patterns(bits, queries)
            rows.append(
                point
                | {
                    "noise": noise,
                    "nearest": float((nearest == targets).mean()),
                    "float": lab.float_accuracy(memory, queries, targets),
                }
                | {
                    name: lab.exact_accuracy(image, queries, targets)
                    for name, image in images.items()
                }
            )
    return {"rows": rows, "statistics": statistics}


def _best(rows: Sequence[Row], way: str) -> Row:
    return max(select(rows, noise=0.1), key=lambda row: row[way])


def conclude(settings: Settings, trials: Sequence[Tables]) -> Result:
    rows = summarise([trial["rows"] for trial in trials], ("method", "gamma", "noise"))
    statistics = summarise([trial["statistics"] for trial in trials], ("method", "gamma"))
    best = _best(rows, "float")
    chosen = select(statistics, method=best["method"], gamma=best["gamma"])[0]
    gain, gain_way, at = max(
        (row[way] - row["nearest"], way, row["noise"]) for row in rows for way in ("float", *WAYS)
    )
    return Result(
        NAME,
        TITLE,
        {"neurons": PIXELS, "patterns": PATTERNS, "noises": list(NOISES)}
        | lab.DEFAULTS
        | {"schemes": {name: list(choice) for name, choice in WAYS.items()}},
        EXPERIMENT.seeds(settings),
        {"rows": rows, "statistics": statistics},
        [
            Verdict(
                "two-bits-suffice",
                "Do 2 bits suffice on correlated data? (the paper's future work)",
                f"at float's best point for 10 % noise ({best['method']}, gamma = "
                f"{best['gamma']}): float {best['float']:.4f}, "
                + ", ".join(f"{way} {best[way]:.4f}" for way in WAYS)
                + f"; bit accuracy float {chosen['float_bit_accuracy']:.4f}, 2-bit min-max "
                f"{chosen['2-bit min-max']:.4f}",
                OUR_OWN,
            ),
            Verdict(
                "two-clusters",
                "Are the weights still two clusters?",
                f"there {100 * chosen['small_weights']:.1f} % of the weights are under a tenth of "
                f"the root mean square {chosen['rms_weight']:.2f}, the largest is "
                f"{chosen['largest_weight']:.2f}; {100 * chosen['sign_agrees']:.1f} % have the "
                "sign of their own pattern's spin",
                OUR_OWN,
            ),
            Verdict(
                "better-than-nearest",
                "Does the kernel memory recall digits better than the nearest stored one?",
                f"at 10 % noise nearest {best['nearest']:.4f}, float {best['float']:.4f}; the "
                f"largest gain anywhere is {gain:+.4f} ({gain_way}, {at:.0%} noise)",
                OUR_OWN,
            ),
        ],
        (
            f"Two stored digits overlap by {statistics[0]['mean_overlap']:.2f} on average, random "
            "patterns by 0; each trial stores another random choice of digits.",
        ),
    )


EXPERIMENT = Experiment(NAME, TITLE, memories, trial, conclude)
