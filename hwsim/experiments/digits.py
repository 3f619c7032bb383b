"""The same memory on correlated real data: handwritten digits of 8 x 8 pixels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hwsim.choices import LOGISTIC
from hwsim.cost.comparisons import nearest_patterns
from hwsim.experiments import lab
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.parameters import DATAPATH, RIDGE, RIDGE_LOAD, Parameter, parameters
from hwsim.experiments.result import OUR_OWN, Judgement, Tables, Verdict, summarised
from hwsim.experiments.setup import Setup, percent
from hwsim.measure.memories import MemoryKey, Store
from hwsim.measure.rows import Row, select
from hwsim.spins import bits_from_spins

NAME = "digits"
TITLE = TITLES[NAME]

PIXELS = 64
PARAMETERS = parameters(
    *RIDGE,
    Parameter("patterns", round(RIDGE_LOAD * PIXELS)),
    Parameter("gamma", (0.02, 0.05, 0.1, 0.2), (0.05, 0.1)),
    Parameter("method", LOGISTIC),
    *DATAPATH,
    Parameter("noise", (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)),
    Parameter("queries", None),  # each stored digit once
    without=("neurons", "load", "data"),
)
WAYS = {  # name: bits, quantizer, offset bits
    "2-bit min-max": (2, "minmax", 0),
    "2-bit neuron-mse, offsets": (2, "neuron-mse", 8),
    "1-bit sign-zero, offsets": (1, "sign-zero", 8),
    "1-bit neuron-sign-mean, offsets": (1, "neuron-sign-mean", 8),
}


def memories(setup: Setup, seed: int) -> list[MemoryKey]:
    return [
        setup.key(seed, neurons=PIXELS, data="digits", gamma=gamma, method=method)
        for method in setup["method"]
        for gamma in setup["gamma"]
    ]


def trial(setup: Setup, seed: int, store: Store) -> Tables:
    rows: list[Row] = []
    statistics: list[Row] = []
    for key in memories(setup, seed):
        memory = store.load(key)
        images = {
            name: lab.image(
                memory, quantizer=quantizer, bits=bits, offset_bits=offset_bits, **setup.image()
            )
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
                "stiffness": setup["learning_rate"] * lab.largest_eigenvalue(memory) ** 2 / 4,
            }
            | {name: lab.exact_one_step_accuracy(image) for name, image in images.items()}
        )
        bits = bits_from_spins(memory.patterns)
        for index, noise in enumerate(setup["noise"]):
            queries, targets = lab.noisy(
                memory.patterns, noise, [seed, 13, index], setup["queries"]
            )
            nearest = nearest_patterns(bits, queries)
            rows.append(
                point
                | {
                    "noise": noise,
                    "nearest": float((nearest == targets).mean()),
                    "float": lab.float_accuracy(memory, queries, targets, setup["max_steps"]),
                }
                | {
                    name: lab.exact_accuracy(image, queries, targets)
                    for name, image in images.items()
                }
            )
    return {"rows": rows, "statistics": statistics}


def summarise(setup: Setup, trials: Sequence[Tables]) -> Tables:
    return summarised(trials, rows=("method", "gamma", "noise"), statistics=("method", "gamma"))


def judge(setup: Setup, tables: Tables) -> Judgement:
    rows, statistics = tables["rows"], tables["statistics"]
    noise = 0.1 if 0.1 in setup["noise"] else max(setup["noise"])
    words = percent(noise)
    best = max(select(rows, noise=noise), key=lambda row: row["float"])
    chosen = select(statistics, method=best["method"], gamma=best["gamma"])[0]
    gain, gain_way, at = max(
        (row[way] - row["nearest"], way, row["noise"]) for row in rows for way in ("float", *WAYS)
    )
    return Judgement(
        [
            Verdict(
                "two-bits-suffice",
                "Do 2 bits suffice on correlated data? (the paper's future work)",
                f"at float's best point for {words} noise ({best['method']}, gamma = "
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
                f"at {words} noise nearest {best['nearest']:.4f}, float {best['float']:.4f}; the "
                f"largest gain anywhere is {gain:+.4f} ({gain_way}, {at:.0%} noise)",
                OUR_OWN,
            ),
        ],
        (
            f"Two stored digits overlap by {statistics[0]['mean_overlap']:.2f} on average, random "
            "patterns by 0; each trial stores another random choice of digits."
            if setup.data is None
            else f"Two stored patterns overlap by {statistics[0]['mean_overlap']:.2f} on average.",
        ),
        ({} if setup.data else {"neurons": PIXELS})
        | {"schemes": {name: list(choice) for name, choice in WAYS.items()}},
    )


EXPERIMENT = Experiment(
    NAME, TITLE, PARAMETERS, memories, trial, summarise, judge, takes_memory=False
)
