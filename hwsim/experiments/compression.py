"""Bit accuracy and margin under quantization and pruning: figures 1, 2 and 8."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from hwsim.experiments import lab
from hwsim.experiments.lab import Memory
from hwsim.experiments.result import NOT_REPRODUCED, PARTLY, REPRODUCED, Verdict
from hwsim.measure.rows import Row, select

BITS = (2, 3, 4, 5, 6, 7, 8)
FLOAT_BITS = 32  # the row of the weights as trained
SPARSITIES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
QUICK_SPARSITIES = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9)

ONE_BIT = "sign-mean"  # the paper's 1 bit: signs about the mean
QUANTIZATION_KEYS = ("bits", "quantizer")
PRUNING_KEYS = ("sparsity", "order")


def quantization_rows(memory: Memory) -> list[Row]:
    """Bit accuracy (float arithmetic and exact model) and margin at every bit depth.

    The exact model needs codes, so its column is empty in the float row.
    """
    rows: list[Row] = [
        {
            "bits": FLOAT_BITS,
            "quantizer": "float",
            "step": 0.0,
            "bit_accuracy": lab.one_step_accuracy(memory),
            "exact_bit_accuracy": None,
            "exact_without_offsets": None,
            "margin": lab.margin(memory),
        }
    ]
    choices = [(1, ONE_BIT), (1, "sign-median")] + [(bits, "minmax") for bits in BITS]
    for bits, quantizer in choices:
        rounded = lab.dequantized(memory, quantizer, bits)
        image = lab.image(memory, quantizer=quantizer, bits=bits, **lab.PAPER)
        bare = lab.image(memory, quantizer=quantizer, bits=bits)
        rows.append(
            {
                "bits": bits,
                "quantizer": quantizer,
                "step": lab.step_size(memory, bits),
                "bit_accuracy": lab.one_step_accuracy(rounded),
                "exact_bit_accuracy": lab.exact_one_step_accuracy(image),
                "exact_without_offsets": lab.exact_one_step_accuracy(bare),
                "margin": lab.margin(rounded),
            }
        )
    return rows


def pruning_rows(memory: Memory, sparsities: Sequence[float], seed: int) -> list[Row]:
    """Bit accuracy and margin when a fraction of the weights is zeroed, by size or at random.

    Float arithmetic only: a code of the engine has no value for an absent weight.
    """
    rows = []
    for sparsity in sparsities:
        for order in ("magnitude", "random"):
            pruned = lab.pruned(memory, sparsity, order, seed)
            rows.append(
                {
                    "sparsity": sparsity,
                    "order": order,
                    "bit_accuracy": lab.one_step_accuracy(pruned),
                    "margin": lab.margin(pruned),
                    "zero_fraction": float(np.mean(pruned.alpha == 0)),
                    "one_sided": _one_sidedness(memory, pruned),
                }
            )
    return rows


def _one_sidedness(memory: Memory, pruned: Memory) -> float:
    """How far the weights pruned from a neuron share one sign: mean of |n+ - n-| / (n+ + n-)."""
    cut = pruned.alpha == 0
    positive = np.sum(cut & (memory.alpha > 0), axis=0)
    negative = np.sum(cut & (memory.alpha < 0), axis=0)
    return float(np.mean(np.abs(positive - negative) / np.maximum(positive + negative, 1)))


def quantization_verdicts(rows: Sequence[Row]) -> list[Verdict]:
    """The paper's claims about quantization against the summarised rows."""
    full = select(rows, quantizer="float")[0]
    uniform = {row["bits"]: row for row in select(rows, quantizer="minmax")}
    one = select(rows, quantizer=ONE_BIT)[0]
    median = select(rows, quantizer="sign-median")[0]
    multi = {bits: row["exact_bit_accuracy"] for bits, row in uniform.items()}
    worst_bits = min(multi, key=lambda bits: multi[bits])
    kept = all(value >= 0.9995 for value in multi.values())
    verdicts = [
        Verdict(
            "two-bits-suffice",
            "Bit accuracy stays perfect down to 2 bits",
            f"exact model: {multi[2]:.4f} at 2 bits; lowest of 2 to 8 bits {multi[worst_bits]:.4f} "
            f"(at {worst_bits} bits); {uniform[2]['exact_without_offsets']:.4f} at 2 bits without "
            f"the quantizer's mid as offset; float {full['bit_accuracy']:.4f}",
            REPRODUCED if kept else PARTLY if multi[2] > 0.9 else NOT_REPRODUCED,
        ),
        Verdict(
            "one-bit",
            "At 1 bit (sign about the mean or median) accuracy remains high",
            f"exact model, signs alone (no offset): {one['exact_without_offsets']:.4f} about the "
            f"mean, {median['exact_without_offsets']:.4f} about the median; with the threshold as "
            f"offset {one['exact_bit_accuracy']:.4f} and {median['exact_bit_accuracy']:.4f}",
            REPRODUCED if one["exact_without_offsets"] >= 0.95 else NOT_REPRODUCED,
        ),
    ]
    margins = {bits: row["margin"] for bits, row in uniform.items()}
    rises = margins[2] > full["margin"]
    verdicts.append(
        Verdict(
            "margin-rises",
            "The margin rises at low bit depths (quantization saturation)",
            f"margin {full['margin']:.3f} float, {margins[8]:.3f} at 8 bits, "
            f"{margins[4]:.3f} at 4, {margins[3]:.3f} at 3, {margins[2]:.3f} at 2, "
            f"{one['margin']:.3f} at 1 (signs about the mean times their mean distance from it)",
            REPRODUCED if rises else NOT_REPRODUCED,
        )
    )
    return verdicts


def pruning_verdicts(rows: Sequence[Row]) -> list[Verdict]:
    """The paper's claims about pruning against the summarised rows."""
    by_size = {row["sparsity"]: row for row in select(rows, order="magnitude")}
    at_random = {row["sparsity"]: row for row in select(rows, order="random")}
    start, tenth = by_size[0.0]["bit_accuracy"], by_size[0.1]["bit_accuracy"]
    drop = start - tenth
    series = [by_size[s]["bit_accuracy"] for s in sorted(by_size)]
    falls = all(later <= earlier for earlier, later in itertools.pairwise(series))
    return [
        Verdict(
            "pruning-hurts-at-once",
            "Accuracy falls at once under magnitude pruning; 10 % is already a marked drop",
            f"{start:.4f} unpruned, {tenth:.4f} at 10 % by magnitude "
            f"({at_random[0.1]['bit_accuracy']:.4f} at 10 % at random), "
            f"{by_size[0.5]['bit_accuracy']:.4f} at 50 %",
            REPRODUCED if drop >= 0.02 and falls else PARTLY if drop > 0.001 else NOT_REPRODUCED,
        )
    ]
