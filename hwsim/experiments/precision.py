"""Recall on the exact model against every precision of the datapath, from N = 100 to N = 1000."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from hwsim.choices import CLOSE
from hwsim.design import PLAIN, Design
from hwsim.experiments import lab
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.result import OUR_OWN, Result, Tables, Verdict
from hwsim.experiments.settings import RIDGE_GAMMA, RIDGE_LOAD, Settings
from hwsim.measure.memories import MemoryKey, Store
from hwsim.measure.rows import Row, select, summarise

NAME = "precision"
TITLE = TITLES[NAME]

SIZES, QUICK_SIZES = (100, 200, 500, 1000), (100, 200)
NOISES = (0.1, 0.2)
QUERIES = 200
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


def trap(neurons: int, gamma: float, kernel_bits: int) -> float:
    """(2**KB - 1) * exp(-2 gamma N): the absolute LUT, unrounded, at a typical distance N / 2."""
    return float((2**kernel_bits - 1) * math.exp(-2 * gamma * neurons))


def memories(settings: Settings, seed: int) -> list[MemoryKey]:
    return [
        MemoryKey(
            n,
            round(RIDGE_LOAD * n),
            RIDGE_GAMMA,
            seed,
            method="converged" if n >= LARGE else "gradient-descent",
        )
        for n in settings.pick(SIZES, QUICK_SIZES)
    ]


def trial(settings: Settings, seed: int, store: Store) -> Tables:
    rows: list[Row] = []
    for key in memories(settings, seed):
        memory = store.load(key)
        lowerer = lab.Lowerer(memory)
        samples = [
            (noise, *lab.noisy(memory.patterns, noise, [seed, 12, index], QUERIES))
            for index, noise in enumerate(NOISES)
        ]
        whole = {noise: lab.float_accuracy(memory, q, t) for noise, q, t in samples}
        for varied, values, fixed in VARIED:
            for value in values:
                choice = BASE | fixed | {varied: value}
                image = lowerer.image(Design(**PLAIN, **choice))
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


def conclude(settings: Settings, trials: Sequence[Tables]) -> Result:
    rows = summarise([trial["rows"] for trial in trials], KEYS)
    for row in rows:
        row["lut_at_half"] = trap(row["neurons"], RIDGE_GAMMA, row["kernel_bits"])
    questions = (
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
    needed: list[Row] = []
    verdicts: list[Verdict] = []
    for name, words, column, wanted in questions:
        found = []
        for n in settings.pick(SIZES, QUICK_SIZES):
            for noise in NOISES:
                least = _smallest(select(rows, neurons=n, noise=noise, **wanted), column)
                needed.append(
                    {
                        "name": name,
                        "question": words,
                        "neurons": n,
                        "noise": noise,
                        "least": least,
                        "words": words_for(least, column),
                    }
                )
                if noise == NOISES[-1]:
                    found.append(f"{words_for(least, column)} at N = {n}")
        verdicts.append(
            Verdict(
                name,
                f"How many {words} keep recall at 20 % noise within {CLOSE} of float?",
                ", ".join(found),
                OUR_OWN,
            )
        )
    largest = max(settings.pick(SIZES, QUICK_SIZES))
    misses = [
        f"{100 * row['miss']:.0f} % at {row['kernel_bits']} bits"
        for row in select(
            rows, neurons=largest, varied="kernel_bits", kernel_origin="absolute", noise=NOISES[0]
        )
        if row["kernel_bits"] in (8, 10, 12, 16)
    ]
    verdicts.append(
        Verdict(
            "absolute-origin-misses",
            "Does the absolute origin round kernels to nothing?",
            f"queries with 10 % noise that come back untouched at N = {largest}: "
            + ", ".join(misses),
            OUR_OWN,
        )
    )
    return Result(
        NAME,
        TITLE,
        {
            "gamma": RIDGE_GAMMA,
            "load": RIDGE_LOAD,
            "neurons": list(settings.pick(SIZES, QUICK_SIZES)),
            "queries": QUERIES,
            "base": BASE,
            "converged_from_neurons": LARGE,
            "max_steps": lab.DEFAULTS["max_steps"],
        },
        EXPERIMENT.seeds(settings),
        {"rows": rows, "needed": needed},
        verdicts,
        (
            "One precision varies at a time, the others stay at the base. lut_at_half is "
            "(2**KB - 1) exp(-2 gamma N): between about 0.3 and 0.7, from the absolute origin, "
            "typical distances lie on a rounding step of the kernel table.",
            "The least number is the smallest from which on every larger one measured keeps it. "
            "One kernel bit from the nearest pattern keeps only patterns about as near as that: "
            "where it suffices, the network is little more than a search for the nearest pattern.",
        ),
    )


EXPERIMENT = Experiment(NAME, TITLE, memories, trial, conclude, max_trials=3)
