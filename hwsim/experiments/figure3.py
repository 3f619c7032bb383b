"""Figure 3: how far each input matters to each output, after L2 and after L1 training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hwsim.experiments import lab
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.evidence import mean
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.influence import gini, influences, split_self
from hwsim.experiments.parameters import RIDGE, Parameter, parameters
from hwsim.experiments.result import Judgement, Tables, summarised, verdict
from hwsim.experiments.setup import Setup
from hwsim.measure.memories import MemoryKey, Store
from hwsim.measure.rows import Row, select

NAME = "figure3"
TITLE = TITLES[NAME]

# Penalty, lambda, method. The first two are the paper's; the others ask whether more of a penalty
# changes the picture, at its minimum, for gradient descent is far from it there.
TRAININGS = (
    ("l2", 0.01, "gradient-descent"),
    ("l1", 0.01, "gradient-descent"),
    ("l2", 0.1, "converged"),
    ("l1", 0.1, "converged"),
    ("l2", 0.3, "converged"),
    ("l1", 0.3, "converged"),
)
PARAMETERS = parameters(
    *RIDGE,
    Parameter("samples", 2000, 200),
    Parameter("outputs", 40),  # enough neurons looked at, so that the states can be many
    without=("method", "penalty", "regularization"),
)
NEAR_SAMPLES, NEAR_NOISE = 200, 0.1  # also around stored patterns with a tenth of the spins flipped
BINS = np.linspace(0.0, 0.1, 51)


def memories(setup: Setup, seed: int) -> list[MemoryKey]:
    return [
        setup.key(seed, penalty=penalty, regularization=amount, method=method)
        for penalty, amount, method in TRAININGS
    ]


def trial(setup: Setup, seed: int, store: Store) -> Tables:
    samples, neurons = setup["samples"], setup["neurons"]
    random = np.random.default_rng([seed, 3])
    states = random.integers(0, 2, (samples, neurons), dtype=np.int8) * np.int8(2) - 1
    outputs = np.sort(random.permutation(neurons)[: setup["outputs"]])
    rows: list[Row] = []
    histogram: list[Row] = []
    for key in memories(setup, seed):
        memory = store.load(key)
        near, _ = lab.noisy(memory.patterns, NEAR_NOISE, [seed, 33], NEAR_SAMPLES)
        cross, own = split_self(influences(memory, states, outputs), outputs)
        nearby, _ = split_self(influences(memory, near, outputs), outputs)
        # What the Gini would be if all influences were their mean: the noise of sampling alone.
        even = random.binomial(samples, cross.mean(), cross.shape) / samples
        rows.append(
            {
                "penalty": key.penalty,
                "regularization": key.regularization,
                "gini": gini(cross),
                "gini_of_even": gini(even),
                "mean_influence": float(cross.mean()),
                "largest_influence": float(cross.max()),
                "self_influence": float(own.mean()),
                "near_zero_fraction": float((nearby == 0).mean()),
                "near_largest": float(nearby.max()),
                "weight_gini": gini(np.abs(memory.alpha.astype(np.float64))),
                "small_weights": lab.small_fraction(memory),
                "bit_accuracy": lab.one_step_accuracy(memory),
            }
        )
        counts, _ = np.histogram(np.minimum(cross, BINS[-1]), BINS)
        histogram += [
            {
                "penalty": key.penalty,
                "regularization": key.regularization,
                "influence": float(left),
                "fraction": float(count / cross.size),
            }
            for left, count in zip(BINS[:-1], counts, strict=True)
        ]
    for row in rows:  # trainings at one lambda share their patterns, so their gap is exact
        row["gini_above_l2"] = row["gini"] - _at(rows, "l2", row["regularization"])["gini"]
    return {"rows": rows, "histogram": histogram}


def _at(rows: Sequence[Row], penalty: str, amount: float) -> Row:
    return select(rows, penalty=penalty, regularization=amount)[0]


def summarise(setup: Setup, trials: Sequence[Tables]) -> Tables:
    return summarised(
        trials,
        rows=("penalty", "regularization"),
        histogram=("penalty", "regularization", "influence"),
    )


def judge(setup: Setup, tables: Tables) -> Judgement:
    rows = tables["rows"]
    amount, *amounts = dict.fromkeys(amount for _, amount, _ in TRAININGS)
    two, one = (_at(rows, penalty, amount) for penalty in ("l2", "l1"))
    gap, gini = mean(one, "gini_above_l2"), mean(two, "gini")
    far_from_even = gini - mean(two, "gini_of_even") * 2
    verdicts = [
        verdict(
            setup,
            "l1-higher-gini",
            "L1 training has the higher Gini coefficient of cross-influences",
            f"L1 {one['gini']:.4f}, L2 {two['gini']:.4f} at lambda {amount}: paired difference "
            f"{gap.value:+.4f} ± {gap.reach:.4f}; "
            + "; ".join(
                f"{_at(rows, 'l1', more)['gini_above_l2']:+.4f} at lambda {more}"
                for more in amounts
            ),
            gap.at_least(0.01),
            gap.above(0),
        ),
        verdict(
            setup,
            "sparse-influences",
            "Both influence distributions are sparse",
            f"Gini {two['gini']:.3f} (L2) and {one['gini']:.3f} (L1); equal influences sampled "
            f"as often would show {two['gini_of_even']:.3f}. Cross-influences average "
            f"{two['mean_influence']:.4f}, the largest is {two['largest_influence']:.3f}, "
            f"self-influence {two['self_influence']:.3f}",
            gini.at_least(0.5),
            far_from_even.above(0),
        ),
    ]
    return Judgement(
        verdicts,
        (
            "Influences are over uniformly random states, Walsh analysis's own measure. Around "
            f"stored patterns with 10 % noise {100 * two['near_zero_fraction']:.1f} % of the "
            "cross-influences are zero: there one flipped input changes next to nothing.",
            f"L1 leaves {100 * one['small_weights']:.1f} % of the weights under a tenth of the "
            f"root mean square at lambda {amount} (L2 {100 * two['small_weights']:.1f} %): with a "
            "kernel this narrow every pattern needs its own weight, so L1 cannot make the weights "
            "sparse, and the two trainings differ little in what they compute.",
        ),
        {"trainings": [list(training) for training in TRAININGS]},
    )


EXPERIMENT = Experiment(
    NAME, TITLE, PARAMETERS, memories, trial, summarise, judge, takes_memory=False
)
