"""Figure 7: what 2-bit quantization costs against the kernel's width, at fixed load."""

from __future__ import annotations

from collections.abc import Sequence

from hwsim.choices import LOGISTIC
from hwsim.experiments import lab
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.evidence import all_of, any_of, mean
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.parameters import (
    PAPER,
    QUANTIZER,
    RIDGE,
    RIDGE_GAMMA,
    Parameter,
    parameters,
)
from hwsim.experiments.result import OUR_OWN, Judgement, Tables, Verdict, summarised, verdict
from hwsim.experiments.setup import Setup
from hwsim.measure.memories import MemoryKey, Store
from hwsim.measure.rows import Row, select

NAME = "figure7"
TITLE = TITLES[NAME]

GAMMAS = (0.002, 0.004, 0.006, 0.007, 0.008, 0.01, 0.012, 0.014, 0.017, 0.02, 0.03, 0.05, 0.1)
QUICK_GAMMAS = (0.004, 0.01, 0.02, 0.05)
PARAMETERS = parameters(
    *RIDGE,
    Parameter("gamma", GAMMAS, QUICK_GAMMAS),
    Parameter("method", LOGISTIC),
    *QUANTIZER,
    *PAPER,
    Parameter("noise", 0.1),
    Parameter("queries", 200),
)
STORED = 0.9999  # bit accuracy from which on a network counts as storing its patterns
UNSTABLE = 2.0  # learning_rate * lambda_max**2 / 4 from which gradient descent overshoots


def memories(setup: Setup, seed: int) -> list[MemoryKey]:
    return [
        setup.key(seed, gamma=gamma, method=method)
        for method in setup["method"]
        for gamma in setup["gamma"]
    ]


def trial(setup: Setup, seed: int, store: Store) -> Tables:
    rows: list[Row] = []
    for key in memories(setup, seed):
        memory = store.load(key)
        image = lab.image(memory, **setup.image())
        largest = lab.largest_eigenvalue(memory)
        queries, targets = lab.noisy(memory.patterns, setup["noise"], [seed, 7], setup["queries"])
        before, after = lab.one_step_accuracy(memory), lab.exact_one_step_accuracy(image)
        rows.append(
            {
                "method": key.method,
                "gamma": key.gamma,
                "float": before,
                "exact": after,
                "loss": before - after,
                "float_recall": lab.float_accuracy(memory, queries, targets, setup["max_steps"]),
                "exact_recall": lab.exact_accuracy(image, queries, targets),
                "stiffness": setup["learning_rate"] * largest**2 / 4,
                "trained_stiffness": setup["learning_rate"] * largest**2 * lab.mean_slope(memory),
            }
        )
    return {"rows": rows}


def _onset(rows: Sequence[Row]) -> float | None:
    """The largest gamma at which even the float network misses bits of its own patterns."""
    failing = [row["gamma"] for row in rows if row["float"] < STORED]
    return max(failing) if failing else None


def _describe_failures(rows: Sequence[Row]) -> str:
    return ", ".join(f"{row['float']:.4f} at {row['gamma']}" for row in rows)


def _diagnosis(descent: Sequence[Row], converged: Sequence[Row], noise: float) -> str:
    """What fails where gradient descent misses its own bits, and what the stability bound says."""
    failing = [row for row in descent if row["float"] < STORED]
    if not failing:
        return "Nothing fails here"
    gammas = {row["gamma"] for row in failing}
    there = [row for row in converged if row["gamma"] in gammas]
    onset = max(failing, key=lambda row: row["gamma"])
    solved = select(converged, gamma=onset["gamma"])[0]
    stable = [row for row in converged if row["gamma"] not in gammas]
    if not stable:
        return "It works nowhere here"
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
        f"recalling: from {noise:.0%} noise the converged network there recalls "
        f"{min(recalled):.4f} to {max(recalled):.4f}, where {1 - noise:.4f} means that "
        "nothing is corrected"
    )


def _stability(descent: Sequence[Row], converged: Sequence[Row], noise: float) -> Verdict:
    stable = [row["gamma"] for row in descent if row["stiffness"] <= UNSTABLE]
    unstable = [row["gamma"] for row in descent if row["stiffness"] > UNSTABLE]
    return Verdict(
        "overloaded-phase",
        "Is the overloaded phase lack of capacity, or gradient descent losing stability?",
        f"learning_rate * lambda_max² / 4 passes 2 between gamma = {max(unstable, default=0)} and "
        f"{min(stable, default=0)}; the float network of gradient descent first misses its own "
        f"bits at gamma = {_onset(descent)}, the converged one at {_onset(converged) or 'none'}. "
        + _diagnosis(descent, converged, noise),
        OUR_OWN,
    )


def _above(setup: Setup, rows: Sequence[Row]) -> list[Verdict]:
    local = [row for row in rows if row["gamma"] > RIDGE_GAMMA]
    if not local:
        return []
    return [
        verdict(
            setup,
            "no-loss-above-ridge",
            "No accuracy is lost at gamma above the ridge",
            f"largest loss {max(row['loss'] for row in local):.5f} above gamma = {RIDGE_GAMMA}",
            all_of(mean(row, "loss").below(0.001) for row in local),
        )
    ]


def _below(setup: Setup, rows: Sequence[Row]) -> list[Verdict]:
    peak, left = max(rows, key=lambda row: row["loss"]), min(rows, key=lambda row: row["gamma"])
    if left["gamma"] >= RIDGE_GAMMA:
        return []
    high = mean(peak, "loss").above(0.05)
    falls = peak is not left and (mean(peak, "loss") - mean(left, "loss")).above(0)
    return [
        verdict(
            setup,
            "peak-below-ridge",
            "Below the ridge the loss rises to a sharp peak, then falls further left",
            f"peak {peak['loss']:.3f} at gamma = {peak['gamma']}; {left['loss']:.3f} at the "
            f"smallest gamma, {left['gamma']}; float accuracy at the peak {peak['float']:.4f}",
            all_of((high, falls, peak["gamma"] < RIDGE_GAMMA)),
            high,
        )
    ]


def _fails(setup: Setup, descent: Sequence[Row], converged: Sequence[Row]) -> list[Verdict]:
    left = [row for row in descent if row["gamma"] < RIDGE_GAMMA]
    solved = [row for row in converged if row["gamma"] < RIDGE_GAMMA]
    if not left:
        return []
    fails, overloaded = (
        any_of(mean(row, "float").below(STORED) for row in rows) for rows in (left, solved)
    )
    return [
        verdict(
            setup,
            "float-fails",
            "Further left even the float network fails: an overloaded phase beyond capacity",
            f"gradient descent: float accuracy {_describe_failures(left)}. The converged trainer "
            f"at the same load: {_describe_failures(solved)}",
            all_of((fails, overloaded)),
            fails,
        )
    ]


def summarise(setup: Setup, trials: Sequence[Tables]) -> Tables:
    return summarised(trials, rows=("method", "gamma"))


def judge(setup: Setup, tables: Tables) -> Judgement:
    rows = tables["rows"]
    first = select(rows, method=setup["method"][0])
    verdicts = _above(setup, first) + _below(setup, first)
    descent, converged = (select(rows, method=method) for method in LOGISTIC)
    remarks = []
    if descent and converged:
        verdicts += _fails(setup, descent, converged)
        verdicts.append(_stability(descent, converged, setup["noise"]))
    if converged:
        lost = max(converged, key=lambda row: row["loss"])
        remarks.append(
            f"With the converged trainer {setup['bits']}-bit {_spelt(setup['quantizer'])} loses at "
            f"most {lost['loss']:.3f} (at gamma = {lost['gamma']}): "
            + (
                "the peak belongs to the quantizer and the spread of the weights, not to failed "
                "training alone."
                if lost["loss"] > 0.05
                else "little; the peak comes with failed training."
            )
        )
    return Judgement(verdicts, remarks)


def _spelt(quantizer: str) -> str:
    return "min-max" if quantizer == "minmax" else quantizer


EXPERIMENT = Experiment(
    NAME, TITLE, PARAMETERS, memories, trial, summarise, judge, takes_memory=False
)
