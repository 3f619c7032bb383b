"""Quantization-aware training (the paper's section 6.6) against every scheme after training."""

from __future__ import annotations

from collections.abc import Sequence

from hwsim.choices import TUNING_NOISE
from hwsim.compress.tune import quantizer_of, tune
from hwsim.experiments import lab
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.converged import memories
from hwsim.experiments.evidence import all_of, any_of, mean, words
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.parameters import DATAPATH, RIDGE, Parameter, parameters
from hwsim.experiments.result import OUR_OWN, Judgement, Tables, Verdict, summarised
from hwsim.experiments.schemes import schemes
from hwsim.experiments.setup import Setup, percent
from hwsim.measure.memories import Store
from hwsim.measure.rows import Row, select

NAME = "quantization-aware"
TITLE = TITLES[NAME]

PARAMETERS = parameters(
    *RIDGE,
    Parameter("neurons", 100, 40),  # of random patterns: the hard point's
    Parameter("gamma", (0.02, 0.05, 0.1), (0.05,)),
    Parameter("data", ("random", "digits"), ("random",)),
    *DATAPATH,
    Parameter("bits", (1, 2)),
    Parameter("offset_bits", 8),
    Parameter("noise", (0.0, 0.1, 0.2)),
    Parameter("queries", None),  # each stored pattern once
    without=("method", "steps", "learning_rate"),
)
KEYS = ("data", "gamma", "bits", "noise")
TUNED = {"tuned": TUNING_NOISE, "tuned without noise": 0.0}  # column, and the noise trained with


def trial(setup: Setup, seed: int, store: Store) -> Tables:
    rows: list[Row] = []
    for key in memories(setup, seed):
        memory = store.load(key)
        data = key.data if key.data in setup["data"] else "own"
        drawn = {
            noise: lab.noisy(memory.patterns, noise, [seed, 15, index], setup["queries"])
            for index, noise in enumerate(setup["noise"])
        }
        whole = {
            noise: lab.float_accuracy(memory, *queries, setup["max_steps"])
            for noise, queries in drawn.items()
        }
        for bits in setup["bits"]:
            after = [_image(setup, memory, bits, quantizer) for quantizer in schemes(bits)]
            tuned = {
                name: _image(
                    setup, tune(memory, bits, noise=noise, seed=seed), bits, quantizer_of(bits)
                )
                for name, noise in TUNED.items()
            }
            for noise, queries in drawn.items():
                best = max(lab.exact_accuracy(image, *queries) for image in after)
                found = {name: lab.exact_accuracy(image, *queries) for name, image in tuned.items()}
                rows.append(
                    dict(zip(KEYS, (data, key.gamma, bits, noise), strict=True))
                    | {"float": whole[noise], "after": best, **found}
                    | {
                        "ahead": found["tuned"] - best,
                        "over_float": found["tuned"] - whole[noise],
                    }
                )
    return {"rows": rows}


def _image(setup: Setup, memory: lab.Memory, bits: int, quantizer: str) -> lab.Image:
    chosen = {"bits": bits, "quantizer": quantizer, "offset_source": "learned"}
    return lab.image(memory, **(setup.image() | chosen))


def summarise(setup: Setup, trials: Sequence[Tables]) -> Tables:
    return summarised(trials, rows=KEYS)


def _where(row: Row) -> str:
    return f"{row['data']}, gamma {row['gamma']:g}, {percent(row['noise'])} noise"


def _listed(rows: Sequence[Row]) -> str:
    return "; ".join(
        f"{row['tuned']:.4f} against {row['after']:.4f}, float {row['float']:.4f} ({_where(row)})"
        for row in rows
    )


def judge(setup: Setup, tables: Tables) -> Judgement:
    verdicts: list[Verdict] = []
    for bits in setup["bits"]:
        rows = select(tables["rows"], bits=bits)
        better = [row for row in rows if mean(row, "ahead").above(0)]
        worse = [row for row in rows if mean(row, "ahead").below(0)]
        never = all_of(mean(row, "ahead").at_least(0) for row in rows)
        most = max(rows, key=lambda row: row["ahead"])
        least = min(rows, key=lambda row: row["ahead"])
        verdicts.append(
            Verdict(
                f"{bits}-bit-tuned",
                f"Does training on for {bits}-bit codes beat the best scheme after training?",
                f"better at {len(better)} of {len(rows)} points, worse at {len(worse)} (95 % "
                f"confidence); most {_listed([most])}; least {_listed([least])}. "
                + (
                    "Never worse"
                    if never
                    else "Worse where " + _listed(worse)
                    if worse
                    else "Undecided whether it is ever worse"
                ),
                OUR_OWN,
            )
        )
    rows = tables["rows"]
    over = [row for row in rows if mean(row, "over_float").above(0)]
    answer = any_of(mean(row, "over_float").above(0) for row in rows)
    verdicts.append(
        Verdict(
            "tuned-beats-float",
            "Do codes that were trained on recall better than the float memory they came from?",
            f"{words(answer)}: at {len(over)} of {len(rows)} points"
            + (f", most {_listed([max(over, key=lambda row: row['over_float'])])}" if over else ""),
            OUR_OWN,
        )
    )
    return Judgement(
        verdicts,
        (
            "The best scheme after training is chosen anew in each trial, by the very queries it "
            "is measured with, from all quantizers of its bits with learned offsets; tuning "
            "chooses nothing.",
            "Tuning sees noisy states, which training does not: where it beats the float memory, "
            "that is why. `tuned without noise` sees the stored patterns alone.",
        ),
        {"tuned_noise": dict(TUNED)},
    )


EXPERIMENT = Experiment(
    NAME, TITLE, PARAMETERS, memories, trial, summarise, judge, takes_memory=False
)
