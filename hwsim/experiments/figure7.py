"""Figure 7: what 2-bit quantization costs against the kernel's width, at fixed load."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hwsim.experiments import lab
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.result import (
    NOT_REPRODUCED,
    OUR_OWN,
    PARTLY,
    REPRODUCED,
    Result,
    Tables,
    Verdict,
)
from hwsim.experiments.settings import RIDGE_GAMMA, Settings, ridge
from hwsim.measure.memories import MemoryKey, Store
from hwsim.measure.rows import Row, select, summarise

NAME = "figure7"
TITLE = TITLES[NAME]

GAMMAS = (0.002, 0.004, 0.006, 0.007, 0.008, 0.01, 0.012, 0.014, 0.017, 0.02, 0.03, 0.05, 0.1)
QUICK_GAMMAS = (0.004, 0.01, 0.02, 0.05)
METHODS = ("gradient-descent", "converged")
BITS = 2
RECALL_NOISE = 0.1
STORED = 0.9999  # bit accuracy from which on a network counts as storing its patterns
LEARNING_RATE = 0.1  # the paper's, the trainer's default
UNSTABLE = 2.0  # learning_rate * lambda_max**2 / 4 from which gradient descent overshoots


def _keys(settings: Settings, seed: int) -> list[MemoryKey]:
    return [
        replace(ridge(settings, seed), gamma=gamma, method=method)
        for method in METHODS
        for gamma in settings.pick(GAMMAS, QUICK_GAMMAS)
    ]


def trial(settings: Settings, seed: int, store: Store) -> Tables:
    rows: list[Row] = []
    for key in _keys(settings, seed):
        memory = store.load(key)
        image = lab.image(memory, quantizer="minmax", bits=BITS, **lab.PAPER)
        largest = lab.largest_eigenvalue(memory)
        queries, targets = lab.noisy(memory.patterns, RECALL_NOISE, [seed, 7], 200)
        before, after = lab.one_step_accuracy(memory), lab.exact_one_step_accuracy(image)
        rows.append(
            {
                "method": key.method,
                "gamma": key.gamma,
                "float": before,
                "exact": after,
                "loss": before - after,
                "float_recall": lab.float_accuracy(memory, queries, targets),
                "exact_recall": lab.exact_accuracy(image, queries, targets),
                "stiffness": LEARNING_RATE * largest**2 / 4,
                "trained_stiffness": LEARNING_RATE * largest**2 * lab.mean_slope(memory),
            }
        )
    return {"rows": rows}


def _onset(rows: Sequence[Row]) -> float | None:
    """The largest gamma at which even the float network misses bits of its own patterns."""
    failing = [row["gamma"] for row in rows if row["float"] < STORED]
    return max(failing) if failing else None


def _describe_failures(rows: Sequence[Row]) -> str:
    return ", ".join(f"{row['float']:.4f} at {row['gamma']}" for row in rows)


def _diagnosis(descent: Sequence[Row], converged: Sequence[Row]) -> str:
    """What fails where gradient descent misses its own bits, and what the stability bound says."""
    failing = [row for row in descent if row["float"] < STORED]
    if not failing:
        return "Nothing fails here"
    gammas = {row["gamma"] for row in failing}
    there = [row for row in converged if row["gamma"] in gammas]
    onset = max(failing, key=lambda row: row["gamma"])
    solved = select(converged, gamma=onset["gamma"])[0]
    stable = [row for row in converged if row["gamma"] not in gammas]
    edge = max(stable, key=lambda row: row["trained_stiffness"])
    stored = min(row["float"] for row in there)
    recalled = [row["float_recall"] for row in there]
    at_onset, elsewhere = solved["trained_stiffness"], edge["trained_stiffness"]
    sharp = (
        ": the limit 2 again, now where it fails"
        if elsewhere <= UNSTABLE < at_onset
        else ", which the limit 2 does not part"
    )
    return (
        ("Gradient descent loses stability" if stored >= STORED else "Both fail")
        + f": the converged trainer stores {stored:.4f} of the bits where it fails. Slope 1/4 "
        "is the sigmoid's before training, a sufficient bound; with the trained network's mean "
        f"slope, learning_rate * lambda_max² * mean y (1 - y) is {at_onset:.1f} at the onset and "
        f"at most {elsewhere:.1f} where gradient descent works{sharp}. Yet storing is not "
        f"recalling: from {RECALL_NOISE:.0%} noise the converged network there recalls "
        f"{min(recalled):.4f} to {max(recalled):.4f}, where {1 - RECALL_NOISE:.4f} means that "
        "nothing is corrected"
    )


def conclude(settings: Settings, trials: Sequence[Tables]) -> Result:
    rows = summarise([trial["rows"] for trial in trials], ("method", "gamma"))
    descent = select(rows, method="gradient-descent")
    converged = select(rows, method="converged")
    peak = max(descent, key=lambda row: row["loss"])
    local = [row["loss"] for row in descent if row["gamma"] > RIDGE_GAMMA]
    below = [row for row in descent if row["gamma"] < RIDGE_GAMMA]
    onset, converged_onset = _onset(descent), _onset(converged)
    stable = [row for row in descent if row["stiffness"] <= UNSTABLE]
    unstable = [row for row in descent if row["stiffness"] > UNSTABLE]
    edge = (
        f"learning_rate * lambda_max² / 4 passes 2 between gamma = "
        f"{max((row['gamma'] for row in unstable), default=0)} and "
        f"{min((row['gamma'] for row in stable), default=0)}"
    )
    far_left = min(descent, key=lambda row: row["gamma"])
    falls_left = far_left["loss"] < peak["loss"] and peak["gamma"] < RIDGE_GAMMA
    float_fails = onset is not None
    verdicts = [
        Verdict(
            "no-loss-above-ridge",
            "No accuracy is lost at gamma above the ridge",
            f"largest loss {max(local):.5f} above gamma = {RIDGE_GAMMA}",
            REPRODUCED if max(local) < 0.001 else NOT_REPRODUCED,
        ),
        Verdict(
            "peak-below-ridge",
            "Below the ridge the loss rises to a sharp peak, then falls further left",
            f"peak {peak['loss']:.3f} at gamma = {peak['gamma']}; {far_left['loss']:.3f} at the "
            f"smallest gamma, {far_left['gamma']}; float accuracy at the peak {peak['float']:.4f}",
            REPRODUCED
            if falls_left and peak["loss"] > 0.05
            else PARTLY
            if peak["loss"] > 0.05
            else NOT_REPRODUCED,
        ),
        Verdict(
            "float-fails",
            "Further left even the float network fails: an overloaded phase beyond capacity",
            "gradient descent: float accuracy "
            + _describe_failures(below)
            + ". The converged trainer at the same load: "
            + _describe_failures([row for row in converged if row["gamma"] < RIDGE_GAMMA]),
            (PARTLY if float_fails and converged_onset != onset else REPRODUCED)
            if float_fails
            else NOT_REPRODUCED,
        ),
        Verdict(
            "overloaded-phase",
            "Is the overloaded phase lack of capacity, or gradient descent losing stability?",
            f"{edge}; the float network of gradient descent first misses its own bits at gamma = "
            f"{onset}, the converged one at {converged_onset or 'none'}. "
            + _diagnosis(descent, converged),
            OUR_OWN,
        ),
    ]
    lost = max(converged, key=lambda row: row["loss"])
    return Result(
        NAME,
        TITLE,
        ridge(settings, settings.seed).to_dict()
        | {
            "gamma": list(settings.pick(GAMMAS, QUICK_GAMMAS)),
            "method": list(METHODS),
            "bits": BITS,
            "quantizer": "minmax",
            "recall_noise": RECALL_NOISE,
        }
        | lab.DEFAULTS
        | lab.PAPER,
        EXPERIMENT.seeds(settings),
        {"rows": rows},
        verdicts,
        (
            f"With the converged trainer 2-bit min-max loses at most {lost['loss']:.3f} (at "
            f"gamma = {lost['gamma']}): "
            + (
                "the peak belongs to the quantizer and the spread of the weights, not to failed "
                "training alone."
                if lost["loss"] > 0.05
                else "little; the peak comes with failed training."
            ),
        ),
    )


EXPERIMENT = Experiment(NAME, TITLE, _keys, trial, conclude)
