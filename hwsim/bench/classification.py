"""Handwritten digits told apart by few bits: the kernel classifier and its neighbours, in one run.

Every contender sees the same five splits. What is chosen is chosen inside the training part alone:
gamma by samples held out of it, everything else by its loss. Memory counts what a contender must
hold to answer; energy is that of the engine, or of the nearest-pattern search, by the same table,
each at the word length that takes least. Where neither does the work it is not priced.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from hwsim.bench import machine
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

SPLITS: Final = 5
QUICK_SPLITS: Final = 2
QUICK_STEPS: Final = 60
TEST_SHARE: Final = 0.25
LANES: Final = (16, 32, 64, 128)  # of which each contender takes the one of least energy
PER_CLASS: Final = (2, 4, 6, 10)  # prototypes
EQUAL: Final = 6  # a class, of those that the neighbours are held beside
FLOAT_BITS: Final = 32
PIXEL_BITS: Final = 5  # grey values from 0 to 16


@dataclass(frozen=True, eq=False)
class Split:
    """A part to learn from and a part to be asked about, in numbers and in spins.

    Attributes:
        grey, asked_grey: (n, 64) float64 from 0 to 16.
        labels, asked_labels: (n,) int64.
        spins, asked: (n, N) int8 of ±1 by number of thresholds.
        seed: of all that is random in it.
    """

    grey: npt.NDArray[np.float64]
    asked_grey: npt.NDArray[np.float64]
    labels: IntArray
    asked_labels: IntArray
    spins: Mapping[int, SpinArray]
    asked: Mapping[int, SpinArray]
    seed: int


@dataclass(frozen=True)
class Found:
    """One contender on one split.

    Attributes:
        accuracy: share of the labels right.
        prototypes, neurons, bits: P, N and bits of a weight, as far as there are such.
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
    found: list[dict[str, Found]] = []
    with ProcessPoolExecutor(min(thread_count(), len(seeds)), get_context("spawn")) as pool:
        for each in pool.map(_contest, seeds, [steps] * len(seeds)):
            found.append(each)
            if progress is not None:
                progress(len(found), len(seeds))
    cases = [{"name": name, **_mean([each[name] for each in found])} for name in found[0]]
    settings = {
        "data": "digits of scikit-learn, 1797 of 8 x 8 pixels",
        "splits": len(seeds),
        "asked": f"{TEST_SHARE:.0%} of each class",
        "seed": seed,
        "steps": steps,
    }
    return {"cases": cases, "notes": _notes(cases), "machine": machine(), "settings": settings}


def _contest(seed: int, steps: int) -> dict[str, Found]:
    """All contenders on one split; matrices are small, so that threads would only wait."""
    with threadpool_limits(1):
        split = _split(seed)
        return {name: contend(split) for name, contend in _contenders(steps).items()}


def _split(seed: int) -> Split:
    from sklearn.datasets import load_digits

    grey, labels = load_digits(return_X_y=True)
    rng = np.random.default_rng([seed, 17])
    out = np.zeros(len(labels), dtype=np.bool_)
    for label in range(10):
        own = rng.permutation(np.flatnonzero(labels == label))
        out[own[: round(TEST_SHARE * len(own))]] = True
    spins, asked = {}, {}
    for levels in (1, 2):  # of 8, and of 5.3 and 10.7: a pixel's range is known, none is learned
        thresholds = classifying.even_thresholds(np.array([[0.0] * 64, [16.0] * 64]), levels)
        spins[levels] = classifying.thermometer(grey[~out], thresholds)
        asked[levels] = classifying.thermometer(grey[out], thresholds)
    return Split(
        grey[~out], grey[out], labels[~out].astype(np.int64), labels[out].astype(np.int64),
        spins, asked, seed,
    )  # fmt: skip


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


def _contenders(steps: int) -> dict[str, Callable[[Split], Found]]:
    """By name, in the order of the table."""
    found: dict[str, Callable[[Split], Found]] = {
        "1-NN, all samples": lambda s: _nearest(s, s.spins[2], s.labels, 2),
        "1-NN, all samples, one threshold": lambda s: _nearest(s, s.spins[1], s.labels, 1),
        "k-means 1-NN": lambda s: _nearest(s, *_prototypes(s, EQUAL, 2), 2),
        "k-means 1-NN, one threshold": lambda s: _nearest(s, *_prototypes(s, 10, 1), 1),
        "learned vectors (LVQ)": lambda s: _nearest(s, *_learned_vectors(s, EQUAL, 2), 2),
        "support vectors (SVC, RBF)": _support_vectors,
        "ProtoNN, our own": lambda s: _proto_nn(s, steps),
        "hyperdimensional": _hyperdimensional,
        "kernel, float": lambda s: _float(s, EQUAL, 2),
        "kernel, float, one threshold": lambda s: _float(s, 10, 1),
    }
    for bits in (1, 2, 4):
        found[f"kernel, {counted(bits, 'bit')} afterwards"] = _quantized(EQUAL, 2, bits)
    found["kernel, 2 bits afterwards, one threshold"] = _quantized(10, 1, 2)
    found["kernel, 2 bits in the loop"] = _aware(EQUAL, 2, 2, steps, move=False)
    for bits in (1, 2, 4):
        found[f"kernel, {counted(bits, 'bit')} and prototypes in the loop"] = _aware(
            EQUAL, 2, bits, steps
        )
    found["kernel, 2 bits and prototypes in the loop, one threshold"] = _aware(10, 1, 2, steps)
    for count in PER_CLASS:
        if count != EQUAL:
            name = f"kernel, 2 bits and {10 * count} prototypes in the loop"
            found[name] = _aware(count, 2, 2, steps)
    return found


def _prototypes(split: Split, count: int, levels: int) -> tuple[SpinArray, IntArray]:
    return classifying.binary_prototypes(split.spins[levels], split.labels, count, split.seed)


def _learned_vectors(split: Split, count: int, levels: int) -> tuple[SpinArray, IntArray]:
    start, owners = _prototypes(split, count, levels)
    spins = split.spins[levels]
    return learn_vectors(start, owners, spins, split.labels, split.seed), owners


def _nearest(split: Split, stored: SpinArray, owners: IntArray, levels: int) -> Found:
    """The label of the nearest stored one, by the search that takes least energy."""
    nearest = hamming_distances(split.asked[levels], stored).argmin(axis=1)
    count, neurons = stored.shape
    sizes = [Parameters(neurons, count, lanes=lanes) for lanes in LANES]
    table, budget = load_technology(), DEFAULT_BUDGET_BITS
    searches = [search_comparisons(p, table, budget, None, (), 1)[0] for p in sizes]
    best = min(searches, key=lambda each: each.total_pj)
    bits = best.footprint_bits + count * index_bits(10)  # and a label each
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


def _support_vectors(split: Split) -> Found:
    """scikit-learn's, on the grey values: support vectors, and a float for each of 9 classes."""
    from sklearn.model_selection import GridSearchCV
    from sklearn.svm import SVC

    grid = {"C": [1.0, 10.0], "gamma": [0.01, 0.03, 0.1]}
    search = GridSearchCV(SVC(), grid, cv=3).fit(split.grey / 16 * 2, split.labels)
    count = int(search.best_estimator_.n_support_.sum())
    bits = count * (64 * PIXEL_BITS + 9 * FLOAT_BITS) + 45 * FLOAT_BITS
    right = float(search.score(split.asked_grey / 16 * 2, split.asked_labels))
    return Found(right, count, 64, FLOAT_BITS, bits / 1000)


def _proto_nn(split: Split, steps: int) -> Found:
    answers, count, bits = proto_nn(
        split.grey / 16, split.labels, split.asked_grey / 16, steps, split.seed
    )
    return Found(float((answers == split.asked_labels).mean()), count, 64, 8, bits / 1000)


def _hyperdimensional(split: Split) -> Found:
    answers, bits = hyperdimensional(
        split.grey.astype(int), split.labels, split.asked_grey.astype(int), split.seed
    )
    return Found(float((answers == split.asked_labels).mean()), 10, 64, 1, bits / 1000)


def _notes(cases: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the table says."""
    by_name = {str(case["name"]): case for case in cases}
    every, few = by_name["1-NN, all samples"], by_name["kernel, 2 bits and prototypes in the loop"]
    words = (
        f"{few['prototypes']} prototypes with 2-bit weights, learned in the loop, are right on "
        f"{few['accuracy']:.4f} ± {few['deviation']:.4f}; the nearest of all "
        f"{every['prototypes']:,} samples on {every['accuracy']:.4f} ± {every['deviation']:.4f}, "
        f"in {every['kbit'] / few['kbit']:.1f} times the memory and {every['nj'] / few['nj']:.1f} "
        "times the energy."
    )
    return [words]
