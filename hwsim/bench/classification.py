"""Samples told apart by few bits: the kernel classifier and its neighbours, in one run.

Every contender sees the same five splits. What is chosen is chosen inside the training part alone:
gamma by samples held out of it, everything else by its loss. Memory counts what a contender must
hold to answer; energy is that of the engine, or of the nearest-pattern search, by the same table,
each at the word length that takes least. Where neither does the work it is not priced.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from hwsim.bench import machine
from hwsim.bench.bonsai import bonsai
from hwsim.bench.class_sets import GREY, SETS, TEST_SHARE, Split, projected, split_of
from hwsim.bench.float_classifiers import (
    FLOAT_BITS,
    gaussian_process,
    logistic_regression,
    support_vectors,
)
from hwsim.bench.neighbours import hyperdimensional, learn_vectors, proto_nn
from hwsim.compress.aware import STEPS, learn_codes
from hwsim.compress.lower import lower_weights
from hwsim.compress.offsets import learn_offsets
from hwsim.compress.quantize import quantize
from hwsim.compress.weights import QuantizedWeights
from hwsim.config import Parameters, index_bits
from hwsim.cost.comparisons import search_comparisons
from hwsim.cost.hierarchy import DEFAULT_BUDGET_BITS
from hwsim.cost.tables import load_technology
from hwsim.design import Design
from hwsim.hardware import fast
from hwsim.hardware.fast import thread_count
from hwsim.measure.associations import answer_cost
from hwsim.quantities import counted
from hwsim.reference import classifying
from hwsim.reference.kernel import hamming_distances
from hwsim.reference.memory import Memory
from hwsim.spins import SpinArray

Progress = Callable[[int, int], None]
IntArray = npt.NDArray[np.int64]

DIGITS: Final = "digits"
SPLITS: Final = 5
QUICK_SPLITS: Final = 2
QUICK_STEPS: Final = 60
LANES: Final = (16, 32, 64, 128)  # of which each contender takes the one of least energy
PER_CLASS: Final = (2, 4, 6, 8, 10)  # prototypes
LEARNED: Final = "kernel, 2 bits and prototypes in the loop"
EQUAL: Final = 6  # a class, of those that the neighbours are held beside


@dataclass(frozen=True)
class Found:
    """One contender on one split.

    Attributes:
        accuracy: share of the labels right.
        prototypes, neurons, bits: P, or nodes of a tree, N and bits of a weight, as far as there
            are such.
        kbit: memory in thousands of bits.
        nj, cycles: of an answer; None where nothing of ours does the work.
    """

    accuracy: float
    prototypes: int | None
    neurons: int | None
    bits: int | None
    kbit: float
    nj: float | None = None
    cycles: float | None = None


def measure(
    seed: int = 0, progress: Progress | None = None, *, quick: bool = False
) -> dict[str, Any]:
    """Let every contender learn and answer.

    Args:
        seed: of the first split; the others' follow.
        progress: called with (splits done, splits in all).
        quick: two splits and little learning, to see that it runs.

    Returns:
        `cases`, one a contender, `notes`, `machine` and `settings`, ready for JSON.
    """
    steps = QUICK_STEPS if quick else STEPS
    seeds = [seed + index for index in range(QUICK_SPLITS if quick else SPLITS)]
    tasks = [(name, each, steps) for name in SETS for each in seeds]
    found: dict[str, list[dict[str, Found]]] = {name: [] for name in SETS}
    with ProcessPoolExecutor(min(thread_count(), len(tasks)), get_context("spawn")) as pool:
        answers = pool.map(_contest, *zip(*tasks, strict=True))
        for done, (task, each) in enumerate(zip(tasks, answers, strict=True), 1):
            found[task[0]].append(each)
            if progress is not None:
                progress(done, len(tasks))
    cases = [
        {"data": data, "name": name, **_mean([each[name] for each in splits])}
        for data, splits in found.items()
        for name in splits[0]
    ]
    settings = {
        **{name: each.text for name, each in SETS.items()},
        "splits": len(seeds),
        "asked": f"{TEST_SHARE:.0%} of each class",
        "seed": seed,
        "steps": steps,
    }
    return {"cases": cases, "notes": _notes(cases), "machine": machine(), "settings": settings}


def _contest(name: str, seed: int, steps: int) -> dict[str, Found]:
    """All contenders on one split; matrices are small, so that threads would only wait."""
    from sklearn.exceptions import ConvergenceWarning

    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # its best so far is taken
        split = split_of(name, seed)
        return {name: contend(split) for name, contend in contenders(name, steps).items()}


def _mean(found: Sequence[Found]) -> dict[str, Any]:
    """Means over the splits, and the deviation of accuracy between them."""
    right = np.array([each.accuracy for each in found])

    def mean(values: Sequence[Any]) -> Any:
        return None if None in values else float(np.mean(values))

    first = found[0]
    same = all(each.prototypes == first.prototypes for each in found)
    prototypes = mean([each.prototypes for each in found])
    return {
        "prototypes": first.prototypes if same else round(prototypes),
        "neurons": first.neurons,
        "bits": first.bits,
        "accuracy": float(right.mean()),
        "deviation": float(right.std(ddof=1)),
        "kbit": mean([each.kbit for each in found]),
        "nj": mean([each.nj for each in found]),
        "cycles": mean([each.cycles for each in found]),
        "accuracies": [float(each) for each in right],
    }


# CONTENDERS -------------------------------------------------------------------------------------


def contenders(data: str, steps: int) -> dict[str, Callable[[Split], Found]]:
    """By name, in the order of the table; most of them on digits alone."""
    fine = SETS[data].thresholds[-1]
    found: dict[str, Callable[[Split], Found]] = {
        "1-NN, all samples": lambda s: _nearest(s, s.spins[fine], s.labels, fine),
        "k-means 1-NN": lambda s: _nearest(s, *_prototypes(s, EQUAL, fine), fine),
        "learned vectors (LVQ)": _lvq(EQUAL, fine),
        "support vectors (SVC, RBF)": lambda s: _unpriced(s, support_vectors(s)),
        "Gaussian process, 400 samples": lambda s: _unpriced(s, gaussian_process(s)),
        "kernel logistic regression, all samples": lambda s: _unpriced(
            s, logistic_regression(s, None)
        ),
        "kernel logistic regression, few samples": lambda s: _unpriced(
            s, logistic_regression(s, EQUAL * s.classes)
        ),
        "ProtoNN, our own": lambda s: _proto_nn(s, steps),
        "Bonsai, our own": lambda s: _bonsai(s, steps),
        "hyperdimensional": _hyperdimensional,
        "kernel, float": lambda s: _float(s, EQUAL, fine),
        "kernel, 2 bits afterwards": _quantized(EQUAL, fine, 2),
        "kernel, 2 bits in the loop": _aware(EQUAL, fine, 2, steps, move=False),
        LEARNED: _aware(EQUAL, fine, 2, steps),
        "kernel, 2 bits and prototypes in the loop, learned projection": lambda s: _by_projection(
            s, steps
        ),
    }
    return found | (_digits_alone(steps) if data == DIGITS else {})


def _digits_alone(steps: int) -> dict[str, Callable[[Split], Found]]:
    """Other sizes and bits."""
    found: dict[str, Callable[[Split], Found]] = {
        "1-NN, all samples, one threshold": lambda s: _nearest(s, s.spins[1], s.labels, 1),
        "k-means 1-NN, one threshold": lambda s: _nearest(s, *_prototypes(s, 10, 1), 1),
        "kernel, float, one threshold": lambda s: _float(s, 10, 1),
        "kernel, 2 bits afterwards, one threshold": _quantized(10, 1, 2),
        "kernel, 2 bits and prototypes in the loop, one threshold": _aware(10, 1, 2, steps),
    }
    for bits in (1, 4):
        words = counted(bits, "bit")
        found[f"kernel, {words} afterwards"] = _quantized(EQUAL, 2, bits)
        found[f"kernel, {words} and prototypes in the loop"] = _aware(EQUAL, 2, bits, steps)
    for count in PER_CLASS:
        if count != EQUAL:
            found[f"learned vectors (LVQ), {10 * count}"] = _lvq(count, 2)
            name = f"kernel, 2 bits and {10 * count} prototypes in the loop"
            found[name] = _aware(count, 2, 2, steps)
    return found


def _prototypes(split: Split, count: int, levels: int) -> tuple[SpinArray, IntArray]:
    return classifying.binary_prototypes(split.spins[levels], split.labels, count, split.seed)


def _lvq(count: int, levels: int) -> Callable[[Split], Found]:
    def contend(split: Split) -> Found:
        start, owners = _prototypes(split, count, levels)
        stored = learn_vectors(start, owners, split.spins[levels], split.labels, split.seed)
        return _nearest(split, stored, owners, levels)

    return contend


def _nearest(split: Split, stored: SpinArray, owners: IntArray, levels: int) -> Found:
    """The label of the nearest stored one, by the search that takes least energy."""
    nearest = hamming_distances(split.asked[levels], stored).argmin(axis=1)
    count, neurons = stored.shape
    sizes = [Parameters(neurons, count, lanes=lanes) for lanes in LANES]
    table, budget = load_technology(), DEFAULT_BUDGET_BITS
    searches = [search_comparisons(p, table, budget, None, (), 1)[0] for p in sizes]
    best = min(searches, key=lambda each: each.total_pj)
    bits = best.footprint_bits + count * index_bits(split.classes)  # and a label each
    return Found(
        float((owners[nearest] == split.asked_labels).mean()),
        count, neurons, None, bits / 1000, best.total_pj / 1000, float(best.cycles),
    )  # fmt: skip


@functools.cache
def _trained(split: Split, count: int, levels: int) -> Memory:
    """In float; once for all that begin with it."""
    spins, labels = split.spins[levels], split.labels
    gamma = classifying.choose_gamma(spins, labels, count, seed=split.seed)
    stored, owners = _prototypes(split, count, levels)
    return classifying.train_classifier(stored, owners, spins, labels, gamma)


def _float(split: Split, count: int, levels: int) -> Found:
    memory = _trained(split, count, levels)
    fields = memory.kernel(split.asked[levels]) @ memory.alpha
    bits = memory.patterns.size + FLOAT_BITS * memory.alpha.size
    return Found(
        float((fields.argmax(axis=1) == split.asked_labels).mean()),
        memory.stored, memory.neurons, FLOAT_BITS, bits / 1000,
    )  # fmt: skip


def _quantized(count: int, levels: int, bits: int) -> Callable[[Split], Found]:
    """Trained in float, quantized by the default scheme, offsets fitted to the samples."""

    def contend(split: Split) -> Found:
        memory = _trained(split, count, levels)
        quantized = quantize(memory.alpha, bits, Design.quantizer)
        quantized = learn_offsets(memory, quantized, states=split.spins[levels])
        return _engine(split, levels, memory, quantized)

    return contend


def _aware(
    count: int, levels: int, bits: int, steps: int, *, move: bool = True
) -> Callable[[Split], Found]:
    """Learned with the quantization in the loop."""

    def contend(split: Split) -> Found:
        memory, quantized = learn_codes(
            _trained(split, count, levels), split.spins[levels], split.labels, bits,
            steps=steps, move_prototypes=move, seed=split.seed,
        )  # fmt: skip
        return _engine(split, levels, memory, quantized)

    return contend


def _engine(split: Split, levels: int, memory: Memory, quantized: QuantizedWeights) -> Found:
    """What the exact model answers, at the word length that takes least energy."""
    found = []
    for lanes in LANES:
        image = lower_weights(memory, quantized, Design(bits=quantized.bits, lanes=lanes))
        answers = fast.associate(image, split.asked[levels])
        found.append((answer_cost(image, answers), answers))
    spent, answers = min(found, key=lambda each: each[0].energy_pj)
    return Found(
        float((answers.labels == split.asked_labels).mean()),
        memory.stored, memory.neurons, quantized.bits, spent.footprint_bits / 1000,
        spent.energy_pj / 1000, float(spent.cycles),
    )  # fmt: skip


def _unpriced(split: Split, found: tuple[IntArray, int, int], wide: int = FLOAT_BITS) -> Found:
    """What no engine of ours answers: labels, vectors held, bits."""
    answers, count, bits = found
    right = float((answers == split.asked_labels).mean())
    return Found(right, count, split.features, wide, bits / 1000)


def _proto_nn(split: Split, steps: int) -> Found:
    found = proto_nn(split.grey / GREY, split.labels, split.asked_grey / GREY, steps, split.seed)
    return _unpriced(split, found, 8)


def _bonsai(split: Split, steps: int) -> Found:
    found = bonsai(split.grey / GREY, split.labels, split.asked_grey / GREY, steps, split.seed)
    return _unpriced(split, found, 8)


def _hyperdimensional(split: Split) -> Found:
    answers, bits = hyperdimensional(
        split.grey.astype(int), split.labels, split.asked_grey.astype(int), split.seed
    )
    return _unpriced(split, (answers, split.classes, bits), 1)


def _by_projection(split: Split, steps: int) -> Found:
    """Spins by a learned projection, which is held too; no engine of ours does it."""
    spins, asked, bits = projected(split)
    turned = replace(split, spins={0: spins}, asked={0: asked})
    found = _aware(EQUAL, 0, 2, steps)(turned)
    return replace(found, kbit=found.kbit + bits / 1000, nj=None, cycles=None)


def _notes(cases: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the table says: of each set, and on digits at equal memory and at equal energy."""
    told = []
    for data in dict.fromkeys(str(case["data"]) for case in cases):
        by_name = {str(case["name"]): case for case in cases if case["data"] == data}
        every, few = by_name["1-NN, all samples"], by_name[LEARNED]
        told.append(
            f"{data}: {few['prototypes']} prototypes with 2-bit weights, learned in the loop, are "
            f"right on {_told(few)}; the nearest of all {every['prototypes']:,} samples on "
            f"{_told(every)}, in {every['kbit'] / few['kbit']:.1f} times the memory and "
            f"{every['nj'] / few['nj']:.1f} times the energy."
        )
    digits = [case for case in cases if case["data"] == DIGITS]
    ours = [case for case in digits if in_the_loop(str(case["name"]))]
    for key, unit in (("kbit", "kbit"), ("nj", "nJ")):
        for few in sorted(ours, key=lambda case: float(case[key])):
            rest = [
                case
                for case in digits
                if not str(case["name"]).startswith("kernel, ")
                and case[key] is not None
                and case[key] <= few[key]
            ]
            best = max(rest, key=lambda case: float(case["accuracy"]), default=None)
            told.append(
                f"digits, {few[key]:.3g} {unit}: {few['prototypes']} prototypes, 2 bits in the "
                f"loop, are right on {_told(few)}; "
                + (
                    "no other within it."
                    if best is None
                    else f"of the others within it, {best['name']} on {_told(best)}, "
                    f"{best[key]:.3g} {unit}."
                )
            )
    return told


def in_the_loop(name: str) -> bool:
    """Whether it is our engine with two thresholds and 2 bits, all of it learned."""
    return name == LEARNED or (name.endswith("prototypes in the loop") and "2 bits and" in name)


def _told(case: Mapping[str, Any]) -> str:
    return f"{case['accuracy']:.4f} ± {case['deviation']:.4f}"
