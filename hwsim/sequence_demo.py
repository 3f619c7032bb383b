"""A sequence from nothing: train each pattern for the next, export, replay, simulate."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from hwsim.assessment import assess_sequence
from hwsim.compress.lower import lower_both
from hwsim.cosim import CosimResult, cosimulate_if_possible
from hwsim.cost.comparisons import Comparison
from hwsim.cost.energy import EnergyReport
from hwsim.design import Design
from hwsim.export.folder import write_image
from hwsim.golden import make_vectors
from hwsim.hardware import fast
from hwsim.hardware.association import Associations
from hwsim.hardware.image import Image
from hwsim.measure.sequences import SequenceAnswers
from hwsim.pictures import beside, blocks
from hwsim.quantities import in_percent
from hwsim.reference.data import DIGITS_INK, random_patterns
from hwsim.reference.kernel import hamming_distances
from hwsim.reference.memory import save_memory
from hwsim.reference.queries import noisy_queries
from hwsim.reference.training import train
from hwsim.spins import SpinArray, spins_from_bits

Progress = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]

ROUNDS: Final = 5  # of the ten digits, each time by another hand
CUES: Final = 50  # by which steps are judged
NOISE: Final = 0.1  # flipped spins of a cue
METHOD: Final = "converged"


@dataclass(frozen=True)
class Kind:
    """What a sequence is of.

    Attributes:
        patterns: how many there are, and steps: once around.
        gamma: of the memory.
        shape: rows and columns of a picture.
        shown: steps that are drawn.
    """

    patterns: int
    gamma: float
    shape: tuple[int, int]
    shown: int


KINDS: Final = {
    "digits": Kind(10 * ROUNDS, 0.2, (8, 8), 20),
    "random": Kind(100, 0.02, (10, 20), 8),
}


@dataclass(frozen=True)
class SequenceDemo:
    """A finished demo.

    Attributes:
        image: of the sequence.
        kind: what it is of.
        energy, answers: of CUES noisy cues, by the exact model.
        cue: (N,) spins that the sequence is replayed from.
        replayed: (T, N) its states, by the specification.
        right: (T,) whether each is the pattern that should come.
        stored: (T,) whether each is any pattern: a cue nearer to another one goes on from there.
        agreed: how many steps have the same fields in specification and fast model.
        cosim: the Verilog engine on the same cue; None where nothing simulates it.
        missing: what lacks then, and the command that installs it.
    """

    image: Image
    kind: Kind
    energy: EnergyReport
    answers: SequenceAnswers
    cue: SpinArray
    replayed: SpinArray
    right: tuple[bool, ...]
    stored: tuple[bool, ...]
    agreed: int
    cosim: CosimResult | None
    missing: str

    def _ways(self) -> dict[str, Comparison]:
        """What the engine costs, and the search of least energy."""
        search = self.energy.comparison("nearest_best") or self.energy.comparison("nearest")
        assert search is not None
        return {"engine": self.energy.engine, "nearest": search}

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        told: dict[str, Any] = {
            "patterns": self.image.parameters.patterns,
            "sequence_steps": self.image.parameters.results,
            "cues": CUES,
            "noise": NOISE,
            "right": sum(self.right),
            "stored": sum(self.stored),
            "agreed": self.agreed,
        }
        for name, way in self._ways().items():
            bits, steps, whole = self.answers.right[name]
            told[name] = {
                "bits": bits,
                "steps": steps,
                "sequences": whole,
                "kbit": way.footprint_bits / 1000,
                "nj": way.total_pj / 1000,
                "cycles": float(way.cycles),
            }
        return told

    def table(self) -> list[list[str]]:
        """A row for the engine and one for the search."""
        bits = self.image.parameters.weight_bits
        titles = {"engine": f"engine, {bits}-bit weights", "nearest": "a search a step"}
        told = self.to_dict()
        return [
            [
                title,
                *(f"{told[name][share]:.4f}" for share in ("steps", "sequences")),
                *(f"{told[name][cost]:,.1f}" for cost in ("kbit", "nj")),
                f"{told[name]['cycles']:,.0f}",
            ]
            for name, title in titles.items()
        ]

    def drawn(self, width: int | None, *, ascii_only: bool) -> str:
        """The cue and the first steps as text; a step that is wrong has a star."""
        titles = ["cue"] + [f"step {t + 1}{'' if ok else ' *'}" for t, ok in enumerate(self.right)]
        states = [self.cue, *self.replayed[: self.kind.shown]]
        tiles = [
            (title, blocks(spins, self.kind.shape, ascii_only=ascii_only))
            for title, spins in zip(titles, states, strict=False)
        ]
        words = f"{sum(self.right)} of {len(self.right)} steps from a cue with "
        words += f"{in_percent(NOISE)}% noise are right"
        if not all(self.right):
            words += (
                f" and {sum(self.stored)} a stored pattern: it goes on from where the cue leads"
            )
        return "\n".join(
            [f"{words}; the first {self.kind.shown}:", *beside(tiles, self.kind.shape[1], width)]
        )


def run_sequence_demo(folder: Path, data: str, seed: int, progress: Progress) -> SequenceDemo:
    """Train, export and replay, leaving memory.npz, image/ and vectors/ in `folder`.

    Args:
        folder: it exists.
        data: one of KINDS.
        seed: of patterns, cues and stalls.
        progress: opens a bar for a label and yields its callback of (done, total).

    Raises:
        InputError: something cannot be written.
        ToolError: the simulator broke off.
    """
    kind = KINDS[data]
    patterns = (
        random_patterns(200, kind.patterns, seed) if data == "random" else counting_digits(seed)
    )
    with progress("training steps") as advance:
        memory = train(
            patterns,
            kind.gamma,
            sequence="cyclic",
            method=METHOD,
            progress=lambda step, total, *told: advance(step, total),
            provenance={"data": data, "seed": seed},
        )
    save_memory(folder / "memory.npz", memory)
    design = Design(max_steps=kind.patterns)
    _, image = lower_both(memory, design)
    origin = {"data": data, "task": "sequence", "seed": seed, "design": design.to_dict()}
    write_image(folder / "image", image, provenance=origin)
    cues, chosen = noisy_queries(patterns, CUES, NOISE, seed)
    cue, _ = noisy_queries(patterns[:1], 1, NOISE, seed)
    with progress("golden vectors") as advance:
        exact = make_vectors(folder / "image", cue, folder / "vectors", progress=advance)
    assert isinstance(exact, Associations)
    energy, answers = assess_sequence(image, cues, chosen, memory=memory, query_note=f"{CUES} cues")
    cosim, missing = cosimulate_if_possible(folder / "image", folder / "vectors", seed=seed)
    replayed = exact.trajectories[0]
    return SequenceDemo(
        image,
        kind,
        energy,
        answers,
        cue[0],
        replayed,
        tuple((replayed == np.roll(patterns, -1, axis=0)).all(axis=1).tolist()),
        tuple((hamming_distances(replayed, patterns).min(axis=1) == 0).tolist()),
        int((exact.fields == fast.associate(image, cue).fields).all(axis=1).sum()),
        cosim,
        missing,
    )


def counting_digits(seed: int) -> SpinArray:
    """Handwritten digits in the order 0, 1, … 9, 0, 1, …, (10 * ROUNDS, 64) int8 of ±1, none twice.

    Args:
        seed: of which ones.
    """
    from sklearn.datasets import load_digits

    grey, labels = load_digits(return_X_y=True)
    spins = spins_from_bits(grey >= DIGITS_INK)
    _, first = np.unique(spins, axis=0, return_index=True)  # a state has one next state
    rng = np.random.default_rng([seed, 22])
    of_digit = [rng.permutation(first[labels[first] == digit])[:ROUNDS] for digit in range(10)]
    found: SpinArray = spins[np.stack(of_digit, axis=1).ravel()]
    return found
