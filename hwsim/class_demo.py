"""The classifier from nothing: learn digits at two bits, export, ask, simulate the engine."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.compress.aware import learn_codes
from hwsim.compress.lower import lower_weights
from hwsim.config import Parameters, index_bits
from hwsim.cosim import CosimResult, cosimulate_if_possible
from hwsim.cost.comparisons import search_comparisons
from hwsim.cost.hierarchy import DEFAULT_BUDGET_BITS
from hwsim.cost.savings import Spending
from hwsim.cost.tables import load_technology
from hwsim.design import Design
from hwsim.export.folder import write_image
from hwsim.golden import make_vectors
from hwsim.hardware import fast
from hwsim.hardware.association import Associations
from hwsim.hardware.image import Image
from hwsim.measure.associations import answer_cost
from hwsim.pictures import beside, blocks
from hwsim.reference import classifying
from hwsim.reference.kernel import hamming_distances
from hwsim.reference.memory import save_memory
from hwsim.spins import SpinArray

Progress = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]

CLASSES: Final = 10
PROTOTYPES: Final = 6  # a class
LEVELS: Final = 2  # thresholds a pixel
GREY: Final = 16.0  # a pixel's most
SIDE: Final = 8  # pixels
TEST_SHARE: Final = 0.25
COMPARED: Final = 50  # answers that specification, fast model and Verilog engine give
PICTURES: Final = 8
DESIGN: Final = Design(lanes=64)  # a word of all prototypes


@dataclass(frozen=True)
class Answered:
    """What a classifier is right on, holds and takes.

    Attributes:
        accuracy: share of the held-out digits whose label is right.
        kbit: memory in thousands of bits.
        nj, cycles: of an answer.
    """

    accuracy: float
    kbit: float
    nj: float
    cycles: float


@dataclass(frozen=True)
class ClassDemo:
    """A finished demo.

    Attributes:
        image: the classifier's integers.
        learned, asked: samples learned from and asked about.
        engine, nearest: by the image, and by the nearest of all samples learned from.
        agreed: of COMPARED answers, those whose fields are equal in specification and fast model.
        cosim: the Verilog engine on the same COMPARED digits; None where nothing simulates it.
        missing: what lacks then, and the command that installs it.
        pictures: (PICTURES, 64) spins of asked digits, wrong ones first.
        told: (PICTURES,) labels answered to them.
        wanted: (PICTURES,) labels of theirs.
    """

    image: Image
    learned: int
    asked: int
    engine: Answered
    nearest: Answered
    agreed: int
    cosim: CosimResult | None
    missing: str
    pictures: SpinArray
    told: npt.NDArray[np.int64]
    wanted: npt.NDArray[np.int64]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "learned": self.learned,
            "asked": self.asked,
            "prototypes": self.image.parameters.patterns,
            "engine": vars(self.engine).copy(),
            "nearest": vars(self.nearest).copy(),
            "compared": COMPARED,
            "agreed": self.agreed,
        }

    def table(self) -> list[list[str]]:
        """A row for the engine and one for the search."""
        rows = {
            f"{self.image.parameters.patterns} learned prototypes, "
            f"{self.image.parameters.weight_bits} bits": self.engine,
            f"1-NN, all {self.learned:,} samples": self.nearest,
        }
        return [
            [name, f"{at.accuracy:.4f}", f"{at.kbit:,.1f}", f"{at.nj:,.2f}", f"{at.cycles:,.0f}"]
            for name, at in rows.items()
        ]

    def drawn(self, width: int | None, *, ascii_only: bool) -> str:
        """Some of the digits as text, with what they are and what was answered."""
        tiles = [
            (f"{wanted} -> {told}", blocks(spins, (SIDE, SIDE), ascii_only=ascii_only))
            for spins, told, wanted in zip(self.pictures, self.told, self.wanted, strict=True)
        ]
        return "\n".join(["Digits it is wrong on come first:", *beside(tiles, SIDE, width)])


def run_class_demo(folder: Path, seed: int, progress: Progress) -> ClassDemo:
    """Learn, export and ask, leaving memory.npz, image/ and vectors/ in `folder`.

    Args:
        folder: it exists.
        seed: of the split and of all that is learned.
        progress: opens a bar for a label and yields its callback of (done, total).

    Raises:
        InputError: something cannot be written.
        ToolError: the simulator broke off.
    """
    from sklearn.datasets import load_digits

    grey, given = load_digits(return_X_y=True)
    labels = given.astype(np.int64)
    out = _held_out(labels, np.random.default_rng([seed, 21]))
    ends = np.repeat([[0.0], [GREY]], grey.shape[1], axis=1)
    spins = classifying.thermometer(grey, classifying.even_thresholds(ends, LEVELS))
    known, asked, wanted = spins[~out], spins[out], labels[out]
    with progress("learning") as advance:
        gamma = classifying.choose_gamma(known, labels[~out], PROTOTYPES, seed=seed)
        advance(1, 3)
        stored, owners = classifying.binary_prototypes(known, labels[~out], PROTOTYPES, seed)
        start = classifying.train_classifier(stored, owners, known, labels[~out], gamma)
        advance(2, 3)
        memory, quantized = learn_codes(start, known, labels[~out], DESIGN.bits, seed=seed)
        advance(3, 3)
    image = lower_weights(memory, quantized, DESIGN)
    save_memory(folder / "memory.npz", memory)
    origin = {"data": "digits", "task": "classify", "seed": seed, "design": DESIGN.to_dict()}
    write_image(folder / "image", image, provenance=origin)
    answers = fast.associate(image, asked)
    with progress("golden vectors") as advance:
        exact = make_vectors(
            folder / "image", asked[:COMPARED], folder / "vectors", progress=advance
        )
    assert isinstance(exact, Associations)
    cosim, missing = cosimulate_if_possible(folder / "image", folder / "vectors", seed=seed)
    agreed = int((exact.fields == answers.fields[:COMPARED]).all(axis=1).sum())
    order = np.argsort(answers.labels == wanted, kind="stable")[:PICTURES]
    return ClassDemo(
        image,
        len(known),
        len(asked),
        _engine(answer_cost(image, answers), answers.labels, wanted),
        _nearest(known, labels[~out], asked, wanted),
        agreed,
        cosim,
        missing,
        np.where(grey[out][order] > GREY / 2, 1, -1).astype(np.int8),
        answers.labels[order],
        wanted[order],
    )


def _held_out(labels: npt.NDArray[np.int64], rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """A share of each class."""
    out = np.zeros(len(labels), dtype=np.bool_)
    for label in range(CLASSES):
        own = rng.permutation(np.flatnonzero(labels == label))
        out[own[: round(TEST_SHARE * len(own))]] = True
    return out


def _engine(
    spent: Spending, told: npt.NDArray[np.integer[Any]], wanted: npt.NDArray[np.int64]
) -> Answered:
    right = float((told == wanted).mean())
    return Answered(right, spent.footprint_bits / 1000, spent.energy_pj / 1000, float(spent.cycles))


def _nearest(
    known: SpinArray,
    owners: npt.NDArray[np.int64],
    asked: SpinArray,
    wanted: npt.NDArray[np.int64],
) -> Answered:
    """The label of the nearest sample, by a search with the engine's lanes."""
    found = owners[hamming_distances(asked, known).argmin(axis=1)]
    count, neurons = known.shape
    parameters = Parameters(neurons, count, lanes=DESIGN.lanes)
    search = search_comparisons(parameters, load_technology(), DEFAULT_BUDGET_BITS, None, (), 1)[0]
    bits = search.footprint_bits + count * index_bits(CLASSES)  # and a label each
    right = float((found == wanted).mean())
    return Answered(right, bits / 1000, search.total_pj / 1000, float(search.cycles))
