"""Bit accuracy and margin under quantization and pruning: figures 1, 2 and 8."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from hwsim.experiments import lab
from hwsim.experiments.evidence import all_of, mean
from hwsim.experiments.lab import Memory
from hwsim.experiments.parameters import Parameter
from hwsim.experiments.result import Verdict, verdict
from hwsim.experiments.setup import Setup
from hwsim.measure.rows import Row, select

BITS = (2, 3, 4, 5, 6, 7, 8)
PERFECT = 0.9995  # bit accuracy from which on it is called so
FLOAT_BITS = 32  # the row of the weights as trained
SPARSITY = Parameter(
    "sparsity",
    (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
    (0.0, 0.1, 0.3, 0.5, 0.7, 0.9),
)

ONE_BIT = "sign-mean"  # the paper's 1 bit: signs about the mean
QUANTIZATION_KEYS = ("bits", "quantizer")
PRUNING_KEYS = ("sparsity", "order")


def quantization_rows(memory: Memory, setup: Setup) -> list[Row]:
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
    ways = [(1, ONE_BIT), (1, "sign-median")] + [(bits, "minmax") for bits in setup["bits"]]
    for bits, quantizer in ways:
        rounded = lab.dequantized(memory, quantizer, bits)
        choices = setup.image() | {"quantizer": quantizer, "bits": bits}
        image = lab.image(memory, **choices)
        bare = lab.image(memory, **choices | {"offset_bits": 0})
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


def quantization_verdicts(setup: Setup, rows: Sequence[Row]) -> list[Verdict]:
    """The paper's claims about quantization; those whose bit depths were left out are."""
    full = select(rows, quantizer="float")[0]
    uniform = {row["bits"]: row for row in select(rows, quantizer="minmax") if row["bits"] > 1}
    one = select(rows, quantizer=ONE_BIT)[0]
    median = select(rows, quantizer="sign-median")[0]
    verdicts = []
    if 2 in uniform:
        exact = {bits: row["exact_bit_accuracy"] for bits, row in uniform.items()}
        worst = min(exact, key=lambda bits: exact[bits])
        verdicts.append(
            verdict(
                setup,
                "two-bits-suffice",
                "Bit accuracy stays perfect down to 2 bits",
                f"exact model: {exact[2]:.4f} at 2 bits; lowest of {min(exact)} to {max(exact)} "
                f"bits {exact[worst]:.4f} (at {worst} bits); "
                f"{uniform[2]['exact_without_offsets']:.4f} at 2 bits without "
                f"the quantizer's mid as offset; float {full['bit_accuracy']:.4f}",
                all_of(
                    mean(row, "exact_bit_accuracy").at_least(PERFECT) for row in uniform.values()
                ),
                mean(uniform[2], "exact_bit_accuracy").at_least(0.9),
            )
        )
    verdicts.append(
        verdict(
            setup,
            "one-bit",
            "At 1 bit (sign about the mean or median) accuracy remains high",
            f"exact model, signs alone (no offset): {one['exact_without_offsets']:.4f} about the "
            f"mean, {median['exact_without_offsets']:.4f} about the median; with the threshold as "
            f"offset {one['exact_bit_accuracy']:.4f} and {median['exact_bit_accuracy']:.4f}",
            mean(one, "exact_without_offsets").at_least(0.95),
        )
    )
    if 2 in uniform:
        margins = "".join(
            f"{uniform[bits]['margin']:.3f} at {bits}{' bits' * (bits == 8)}, "
            for bits in (8, 4, 3, 2)
            if bits in uniform
        )
        verdicts.append(
            verdict(
                setup,
                "margin-rises",
                "The margin rises at low bit depths (quantization saturation)",
                f"margin {full['margin']:.3f} float, {margins}{one['margin']:.3f} at 1 (signs "
                "about the mean times their mean distance from it)",
                (mean(uniform[2], "margin") - mean(full, "margin")).above(0),
            )
        )
    return verdicts


def pruning_verdicts(setup: Setup, rows: Sequence[Row]) -> list[Verdict]:
    """The paper's claim about pruning, unless the sparsities that it is about were left out."""
    by_size = {row["sparsity"]: row for row in select(rows, order="magnitude")}
    at_random = {row["sparsity"]: row for row in select(rows, order="random")}
    if not {0.0, 0.1} <= by_size.keys():
        return []
    series = [mean(by_size[sparsity], "bit_accuracy") for sparsity in sorted(by_size)]
    drop = mean(by_size[0.0], "bit_accuracy") - mean(by_size[0.1], "bit_accuracy")
    falls = all(  # or lies flat, as at the end, at chance: it rises nowhere for certain
        (after - before).at_most(0) is not False for before, after in itertools.pairwise(series)
    )
    half = f", {by_size[0.5]['bit_accuracy']:.4f} at 50 %" if 0.5 in by_size else ""
    return [
        verdict(
            setup,
            "pruning-hurts-at-once",
            "Accuracy falls at once under magnitude pruning; 10 % is already a marked drop",
            f"{by_size[0.0]['bit_accuracy']:.4f} unpruned, {by_size[0.1]['bit_accuracy']:.4f} at "
            f"10 % by magnitude ({at_random[0.1]['bit_accuracy']:.4f} at 10 % at random){half}",
            all_of((drop.at_least(0.02), falls)),
            drop.at_least(0.001),
        )
    ]
