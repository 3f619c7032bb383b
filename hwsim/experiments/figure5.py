"""Figure 5: recall accuracy against input noise: float, 2-bit float weights, 2-bit exact model."""

from __future__ import annotations

from collections.abc import Sequence

from hwsim.experiments import lab
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.evidence import all_of, mean
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.parameters import PAPER, QUANTIZER, RIDGE, Parameter, parameters
from hwsim.experiments.result import Judgement, Tables, summarised, verdict
from hwsim.experiments.setup import Setup
from hwsim.measure.memories import MemoryKey, Store
from hwsim.measure.rows import Row, select

NAME = "figure5"
TITLE = TITLES[NAME]

NOISES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)
QUICK_NOISES = (0.0, 0.1, 0.2, 0.3, 0.4)
PARAMETERS = parameters(
    *RIDGE,
    *QUANTIZER,
    *PAPER,
    Parameter("noise", NOISES, QUICK_NOISES),
    Parameter("queries", 200),
)
WORKS = 0.95  # recall accuracy of a memory that works


def memories(setup: Setup, seed: int) -> list[MemoryKey]:
    return [setup.key(seed)]


def trial(setup: Setup, seed: int, store: Store) -> Tables:
    memory = store.load(setup.key(seed))
    rounded = lab.dequantized(memory, setup["quantizer"], setup["bits"])
    image = lab.image(memory, **setup.image())
    most = setup["max_steps"]
    rows: list[Row] = []
    for index, noise in enumerate(setup["noise"]):
        queries, targets = lab.noisy(memory.patterns, noise, [seed, 5, index], setup["queries"])
        rows.append(
            {
                "noise": noise,
                "float": lab.float_accuracy(memory, queries, targets, most),
                "quantized_float": lab.float_accuracy(rounded, queries, targets, most),
                "exact": lab.exact_accuracy(image, queries, targets),
            }
        )
    return {"rows": rows}


def summarise(setup: Setup, trials: Sequence[Tables]) -> Tables:
    return summarised(trials, rows=("noise",))


def judge(setup: Setup, tables: Tables) -> Judgement:
    rows, bits = tables["rows"], setup["bits"]
    worst = max(rows, key=lambda row: abs(row["exact"] - row["float"]))
    working = [row for row in rows if row["float"] >= WORKS]
    apart = max((abs(row["exact"] - row["float"]) for row in working), default=1.0)
    limit = max((row["noise"] for row in working), default=0.0)
    gaps = [mean(row, "exact") - mean(row, "float") for row in working]
    verdicts = [
        verdict(
            setup,
            "two-bits-track-float",
            f"{bits}-bit weights track float32 closely at every noise level",
            (
                f"exact model against float: at most {apart:.4f} apart where float itself recalls "
                f"{WORKS} or more (up to {limit:.0%} noise)"
                if working
                else f"float itself nowhere recalls {WORKS}"
            )
            + f"; most at {worst['noise']:.0%}, {worst['exact']:.4f} against {worst['float']:.4f}",
            all_of(gap.within(-0.01, 0.01) for gap in gaps) if working else None,
            all_of(gap.within(-0.05, 0.05) for gap in gaps),
        )
    ]
    for fifth in select(rows, noise=0.2):
        verdicts.append(
            verdict(
                setup,
                "high-at-fifth",
                "Accuracy is high at 20 % noise",
                f"float {fifth['float']:.4f}, {bits}-bit float {fifth['quantized_float']:.4f}, "
                f"{bits}-bit exact model {fifth['exact']:.4f} ± {fifth['exact_std']:.4f}",
                mean(fifth, "exact").at_least(0.95),
            )
        )
    return Judgement(verdicts)


EXPERIMENT = Experiment(NAME, TITLE, PARAMETERS, memories, trial, summarise, judge)
