"""Recall on the exact model against every precision of the datapath, from N = 100 to N = 1000."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from hwsim.choices import CLOSE, LOGISTIC
from hwsim.config import Parameters
from hwsim.design import PLAIN, Design
from hwsim.experiments import lab
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.parameters import RIDGE, Parameter, parameters
from hwsim.experiments.result import OUR_OWN, Judgement, Tables, Verdict, summarised
from hwsim.experiments.setup import Setup, percent
from hwsim.measure.memories import MemoryKey, Store
from hwsim.measure.rows import Row, select

NAME = "precision"
TITLE = TITLES[NAME]

PARAMETERS = parameters(
    *RIDGE,
    Parameter("neurons", (100, 200, 500, 1000), (100, 200)),
    Parameter("max_steps", Parameters.max_steps),
    Parameter("noise", (0.1, 0.2)),
    Parameter("queries", 200),
    without=("patterns", "method"),
)
# From N = 500 on two random patterns share a kernel of exp(-20) and less: every pattern is alone,
# all weights have one size, and both trainers find the same signs, the converged one in seconds.
LARGE = 500
BASE: dict[str, Any] = {
    "quantizer": "neuron-mse", "bits": 2, "kernel_bits": 8, "kernel_origin": "nearest",
    "offset_bits": 8,
}  # fmt: skip
VARIED: tuple[tuple[str, tuple[Any, ...], dict[str, Any]], ...] = (
    ("bits", (1, 2, 3, 4, 6, 8), {}),
    ("kernel_bits", (1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 14, 16), {}),
    (
        "kernel_bits",
        (1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 14, 16),
        {"kernel_origin": "absolute"},
    ),
    ("offset_bits", (0, 2, 3, 4, 5, 6, 8, 10, 12, 16), {}),
    ("offset_bits", (0, 2, 3, 4, 5, 6, 8, 10, 12, 16), {"bits": 1}),
)

# Name, what is asked for in words, its column, and which rows vary it.
QUESTIONS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("weight-bits", "weight bits", "bits", {"varied": "bits"}),
    ("kernel-bits-nearest", "kernel bits from the nearest pattern", "kernel_bits",
     {"varied": "kernel_bits", "kernel_origin": "nearest"}),
    ("kernel-bits-absolute", "kernel bits from the absolute origin", "kernel_bits",
     {"varied": "kernel_bits", "kernel_origin": "absolute"}),
    ("offset-bits-at-2-bits", "offset bits at 2-bit weights", "offset_bits",
     {"varied": "offset_bits", "bits": 2}),
    ("offset-bits-at-1-bit", "offset bits at 1-bit weights", "offset_bits",
     {"varied": "offset_bits", "bits": 1}),
)  # fmt: skip


def trap(neurons: int, gamma: float, kernel_bits: int) -> float:
    """(2**KB - 1) * exp(-2 gamma N): the absolute LUT, unrounded, at a typical distance N / 2."""
    return float((2**kernel_bits - 1) * math.exp(-2 * gamma * neurons))


def memories(setup: Setup, seed: int) -> list[MemoryKey]:
    keys = [
        setup.key(seed, neurons=n, method=LOGISTIC[1] if n >= LARGE else LOGISTIC[0])
        for n in setup["neurons"]
    ]
    return list(dict.fromkeys(keys))


def trial(setup: Setup, seed: int, store: Store) -> Tables:
    rows: list[Row] = []
    for key in memories(setup, seed):
        memory = store.load(key)
        lowerer = lab.Lowerer(memory)
        samples = [
            (noise, *lab.noisy(memory.patterns, noise, [seed, 12, index], setup["queries"]))
            for index, noise in enumerate(setup["noise"])
        ]
        whole = {
            noise: lab.float_accuracy(memory, q, t, setup["max_steps"]) for noise, q, t in samples
        }
        for varied, values, fixed in VARIED:
            for value in values:
                choice = BASE | fixed | {varied: value}
                image = lowerer.image(Design(**PLAIN, **choice, **setup.image()))
                for noise, queries, targets in samples:
                    recalls = lab.exact(image, queries)
                    accuracy = float((recalls.states == targets).mean())
                    rows.append(
                        {
                            "neurons": key.neurons,
                            "varied": varied,
                            **choice,
                            "noise": noise,
                            "recall": accuracy,
                            "float_recall": whole[noise],
                            "lost": whole[noise] - accuracy,
                            "miss": float(recalls.miss.mean()),
                            "steps": float(recalls.steps.mean()),
                        }
                    )
    return {"rows": rows}


KEYS = ("neurons", "varied", *BASE, "noise")


def _smallest(rows: Sequence[Row], varied: str) -> int | None:
    """The smallest value of a column from which on nothing more than CLOSE is lost."""
    fine: int | None = None
    for row in sorted(rows, key=lambda row: -row[varied]):
        if row["lost"] > CLOSE:
            break
        fine = row[varied]
    return fine


def words_for(least: int | None, column: str) -> str:
    """The least value of a column that serves, in words when none does."""
    if least is not None:
        return str(least)
    return f"more than {max(max(values) for name, values, _ in VARIED if name == column)}"


def summarise(setup: Setup, trials: Sequence[Tables]) -> Tables:
    rows = summarised(trials, rows=KEYS)["rows"]
    gamma = setup.to_dict()["gamma"]
    for row in rows:
        row["lut_at_half"] = trap(row["neurons"], gamma, row["kernel_bits"])
    return {"rows": rows, "needed": _needed(rows)}


def _needed(rows: Sequence[Row]) -> list[Row]:
    """The least of each precision that keeps recall, at every size and noise."""
    found: list[Row] = []
    for name, question, column, wanted in QUESTIONS:
        for n in dict.fromkeys(row["neurons"] for row in rows):
            for noise in dict.fromkeys(row["noise"] for row in rows):
                least = _smallest(select(rows, neurons=n, noise=noise, **wanted), column)
                found.append(
                    {
                        "name": name,
                        "question": question,
                        "neurons": n,
                        "noise": noise,
                        "least": least,
                        "words": words_for(least, column),
                    }
                )
    return found


def judge(setup: Setup, tables: Tables) -> Judgement:
    rows, needed = tables["rows"], tables["needed"]
    noise, gentle = max(setup["noise"]), min(setup["noise"])
    verdicts = [
        Verdict(
            name,
            f"How many {question} keep recall at {percent(noise)} noise within {CLOSE} of float?",
            ", ".join(
                f"{row['words']} at N = {row['neurons']}"
                for row in select(needed, name=name, noise=noise)
            ),
            OUR_OWN,
        )
        for name, question, _, _ in QUESTIONS
    ]
    largest = max(row["neurons"] for row in rows)
    absolute = select(
        rows, neurons=largest, varied="kernel_bits", kernel_origin="absolute", noise=gentle
    )
    verdicts.append(
        Verdict(
            "absolute-origin-misses",
            "Does the absolute origin round kernels to nothing?",
            f"queries with {percent(gentle)} noise that come back untouched at N = {largest}: "
            + ", ".join(
                f"{100 * row['miss']:.0f} % at {row['kernel_bits']} bits"
                for row in absolute
                if row["kernel_bits"] in (8, 10, 12, 16)
            ),
            OUR_OWN,
        )
    )
    return Judgement(
        verdicts,
        (
            "One precision varies at a time, the others stay at the base. lut_at_half is "
            "(2**KB - 1) exp(-2 gamma N): between about 0.3 and 0.7, from the absolute origin, "
            "typical distances lie on a rounding step of the kernel table.",
            "The least number is the smallest from which on every larger one measured keeps it. "
            "One kernel bit from the nearest pattern keeps only patterns about as near as that: "
            "where it suffices, the network is little more than a search for the nearest pattern.",
        ),
        {"base": BASE, "converged_from_neurons": LARGE},
    )


EXPERIMENT = Experiment(NAME, TITLE, PARAMETERS, memories, trial, summarise, judge, max_trials=3)
