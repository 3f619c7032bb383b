"""N = 100, P = 300, gamma 0.02: where the paper's quantizer loses at 2 bits, and what does not."""

from __future__ import annotations

from collections.abc import Sequence

from hwsim.choices import CLOSE
from hwsim.experiments import lab
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.result import NOT_REPRODUCED, OUR_OWN, REPRODUCED, Result, Tables, Verdict
from hwsim.experiments.schemes import scheme_name, schemes
from hwsim.experiments.settings import RIDGE_GAMMA, Settings
from hwsim.measure.memories import MemoryKey, Store
from hwsim.measure.rows import Row, select, summarise

NAME = "hard-point"
TITLE = TITLES[NAME]

NEURONS, PATTERNS = 100, 300
NOISE = 0.2
KEYS = ("bits", "quantizer", "offset_bits", "offset_source")
# Offset bits, and where the offsets come from: the quantizer's own mid, or fitted to the fields.
OFFSETS = ((0, "none"), (8, "quantizer"), (4, "learned"), (6, "learned"), (8, "learned"))
QUICK_OFFSETS = ((0, "none"), (8, "quantizer"), (8, "learned"))


def _key(settings: Settings, seed: int) -> MemoryKey:
    return MemoryKey(NEURONS, PATTERNS, RIDGE_GAMMA, seed)


def memories(settings: Settings, seed: int) -> list[MemoryKey]:
    return [_key(settings, seed)]


def trial(settings: Settings, seed: int, store: Store) -> Tables:
    memory = store.load(_key(settings, seed))
    queries, targets = lab.noisy(memory.patterns, NOISE, [seed, 10])
    whole = lab.float_accuracy(memory, queries, targets)
    rows: list[Row] = []
    for bits in (1, 2):
        for quantizer in schemes(bits):
            rounded = lab.dequantized(memory, quantizer, bits)
            for offset_bits, source in settings.pick(OFFSETS, QUICK_OFFSETS):
                image = lab.image(
                    memory,
                    quantizer=quantizer,
                    bits=bits,
                    offset_bits=offset_bits,
                    offset_source=source if offset_bits else "quantizer",
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


def conclude(settings: Settings, trials: Sequence[Tables]) -> Result:
    rows = summarise([trial["rows"] for trial in trials], KEYS)
    for row in rows:
        row["close_to_float"] = row["lost"] <= CLOSE
    whole = rows[0]["float_recall"]
    bare, full = (
        select(rows, bits=2, quantizer="minmax", offset_source=source)[0]
        for source in ("none", "quantizer")
    )
    verdicts = [
        Verdict(
            "paper-quantizer-loses",
            "A first study: the paper's quantizer loses here at 2 bits (bit accuracy near 0.91)",
            f"min-max at 2 bits: bit accuracy {full['float_weights_bit_accuracy']:.4f} in float "
            f"arithmetic, {full['bit_accuracy']:.4f} on the exact model with the "
            f"quantizer's own mid as offset, {bare['bit_accuracy']:.4f} without; recall at 20 % "
            f"noise {full['recall']:.4f} and {bare['recall']:.4f} against {whole:.4f} in float",
            REPRODUCED if full["float_weights_bit_accuracy"] < 0.95 else NOT_REPRODUCED,
        )
    ]
    for bits in (2, 1):
        best = min(
            (row for row in rows if row["bits"] == bits),
            key=lambda row: (row["lost"], row["offset_bits"]),
        )
        near = [row for row in rows if row["bits"] == bits and row["close_to_float"]]
        verdicts.append(
            Verdict(
                f"{bits}-bit-close-to-float",
                f"Does a {bits}-bit scheme stay within {CLOSE} of float recall at 20 % noise?",
                f"{len(near)} of {sum(row['bits'] == bits for row in rows)} schemes do; best "
                f"{scheme_name(best)}: {best['recall']:.4f} ± {best['recall_std']:.4f} against "
                f"{whole:.4f}, {best['lost']:+.4f} lost. " + ("Yes" if near else "No"),
                OUR_OWN,
            )
        )
    return Result(
        NAME,
        TITLE,
        _key(settings, settings.seed).to_dict()
        | lab.DEFAULTS
        | {
            "noise": NOISE,
            "offset_bits": [bits for bits, _ in settings.pick(OFFSETS, QUICK_OFFSETS)],
            "close": CLOSE,
        },
        EXPERIMENT.seeds(settings),
        {"rows": rows},
        verdicts,
        (
            f"Float recall accuracy at 20 % noise is {whole:.4f} ± "
            f"{rows[0]['float_recall_std']:.4f}.",
        ),
    )


EXPERIMENT = Experiment(NAME, TITLE, memories, trial, conclude)
