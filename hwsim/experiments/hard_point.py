"""N = 100, P = 300, gamma 0.02: where the paper's quantizer loses at 2 bits, and what does not."""

from __future__ import annotations

from collections.abc import Sequence

from hwsim.choices import CLOSE
from hwsim.experiments import lab
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.compression import PERFECT
from hwsim.experiments.evidence import any_of, mean, words
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.parameters import DATAPATH, RIDGE, Parameter, parameters
from hwsim.experiments.result import OUR_OWN, Judgement, Tables, Verdict, summarised, verdict
from hwsim.experiments.schemes import scheme_name, schemes
from hwsim.experiments.setup import Setup, percent
from hwsim.measure.memories import MemoryKey, Store
from hwsim.measure.rows import Row, select

NAME = "hard-point"
TITLE = TITLES[NAME]

PARAMETERS = parameters(
    *RIDGE,
    Parameter("neurons", 100),
    Parameter("bits", (1, 2)),
    *DATAPATH,
    Parameter("noise", 0.2),
    Parameter("queries", None),  # each stored pattern once
)
KEYS = ("bits", "quantizer", "offset_bits", "offset_source")
# Offset bits, and where the offsets come from: the quantizer's own mid, or fitted to the fields.
OFFSETS = ((0, "none"), (8, "quantizer"), (4, "learned"), (6, "learned"), (8, "learned"))
QUICK_OFFSETS = ((0, "none"), (8, "quantizer"), (8, "learned"))


def memories(setup: Setup, seed: int) -> list[MemoryKey]:
    return [setup.key(seed)]


def trial(setup: Setup, seed: int, store: Store) -> Tables:
    memory = store.load(setup.key(seed))
    queries, targets = lab.noisy(memory.patterns, setup["noise"], [seed, 10], setup["queries"])
    whole = lab.float_accuracy(memory, queries, targets, setup["max_steps"])
    rows: list[Row] = []
    for bits in setup["bits"]:
        for quantizer in schemes(bits):
            rounded = lab.dequantized(memory, quantizer, bits)
            for offset_bits, source in setup.pick(OFFSETS, QUICK_OFFSETS):
                image = lab.image(
                    memory,
                    quantizer=quantizer,
                    bits=bits,
                    offset_bits=offset_bits,
                    offset_source=source if offset_bits else "quantizer",
                    **setup.image(),
                )
                recalled = lab.exact_accuracy(image, queries, targets)
                rows.append(
                    {
                        "bits": bits,
                        "quantizer": quantizer,
                        "offset_bits": offset_bits,
                        "offset_source": source,
                        "bit_accuracy": lab.exact_one_step_accuracy(image),
                        "float_weights_bit_accuracy": lab.one_step_accuracy(rounded),
                        "recall": recalled,
                        "float_recall": whole,
                        "lost": whole - recalled,
                    }
                )
    return {"rows": rows}


def summarise(setup: Setup, trials: Sequence[Tables]) -> Tables:
    tables = summarised(trials, rows=KEYS)
    for row in tables["rows"]:
        row["close_to_float"] = row["lost"] <= CLOSE
    return tables


def _paper_verdict(setup: Setup, rows: Sequence[Row]) -> list[Verdict]:
    if 2 not in setup["bits"]:
        return []
    noise = percent(setup["noise"])
    bare, full = (
        select(rows, bits=2, quantizer="minmax", offset_source=source)[0]
        for source in ("none", "quantizer")
    )
    return [
        verdict(
            setup,
            "paper-quantizer-loses",
            "A first study: the paper's quantizer loses here at 2 bits (bit accuracy near 0.91)",
            f"min-max at 2 bits: bit accuracy {full['float_weights_bit_accuracy']:.4f} in float "
            f"arithmetic, {full['bit_accuracy']:.4f} on the exact model with the "
            f"quantizer's own mid as offset, {bare['bit_accuracy']:.4f} without; recall at {noise} "
            f"noise {full['recall']:.4f} and {bare['recall']:.4f} against "
            f"{full['float_recall']:.4f} in float",
            mean(full, "float_weights_bit_accuracy").below(PERFECT),
        )
    ]


def judge(setup: Setup, tables: Tables) -> Judgement:
    rows, noise = tables["rows"], percent(setup["noise"])
    whole = rows[0]["float_recall"]
    verdicts = _paper_verdict(setup, rows)
    for bits in sorted(setup["bits"], reverse=True):
        schemed = [row for row in rows if row["bits"] == bits]
        best = min(schemed, key=lambda row: (row["lost"], row["offset_bits"]))
        near = sum(row["close_to_float"] for row in schemed)
        answer = any_of(mean(row, "lost").at_most(CLOSE) for row in schemed)
        verdicts.append(
            Verdict(
                f"{bits}-bit-close-to-float",
                f"Does a {bits}-bit scheme stay within {CLOSE} of float recall at {noise} noise?",
                f"{near} of {len(schemed)} schemes do; best "
                f"{scheme_name(best)}: {best['recall']:.4f} ± {best['recall_std']:.4f} against "
                f"{whole:.4f}, {best['lost']:+.4f} lost. {words(answer)}",
                OUR_OWN,
            )
        )
    return Judgement(
        verdicts,
        (
            f"Float recall accuracy at {noise} noise is {whole:.4f} ± "
            f"{rows[0]['float_recall_std']:.4f}.",
        ),
        {"offset_bits": list(dict.fromkeys(row["offset_bits"] for row in rows)), "close": CLOSE},
    )


EXPERIMENT = Experiment(NAME, TITLE, PARAMETERS, memories, trial, summarise, judge)
