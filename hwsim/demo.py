"""The main job from nothing: train, validate, export, golden vectors, co-simulate."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from hwsim.compress.lower import lower_both
from hwsim.cosim import cosimulate
from hwsim.cosim.result import CosimResult
from hwsim.design import Design
from hwsim.export.folder import write_image
from hwsim.golden import make_vectors
from hwsim.hardware.association import Associations
from hwsim.hardware.batches import Batched
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Recalls
from hwsim.reference.data import digits, random_patterns
from hwsim.reference.memory import Memory, save_memory
from hwsim.reference.queries import noisy_queries
from hwsim.reference.training import train
from hwsim.suggest import check_choice
from hwsim.validation import Validation, validate

Spins = npt.NDArray[np.int8]
Progress = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]

NOISES: Final = (0.0, 0.1, 0.2, 0.3)
PICTURES: Final = 10  # digits shown in the report
JUDGED: Final = 1000  # recalls at a noise by which accuracies are told
CORNERS: Final = 4  # queries that try the engine, and are no noisy pattern


GAMMAS: Final = {"random": 0.02, "digits": 0.2}  # by what is stored
DESIGN: Final = Design()


@dataclass(frozen=True)
class Demo:
    """Everything a report needs of a finished demo.

    Attributes:
        memory, image: float and integer.
        validation: the models side by side.
        queries: (Q, N) of ±1, co-simulated: corners, then patterns with 10 and 20 % noise.
        originals: (Q, N) the pattern each noisy query came from; a corner is its own.
        recalls: the specification's answers to them.
        cosim: the engine's comparison.
    """

    memory: Memory
    image: Image
    validation: Validation
    queries: Spins
    originals: Spins
    recalls: Recalls | Batched
    cosim: CosimResult

    @property
    def noisy(self) -> tuple[Spins, Spins]:
        """The queries that are noisy patterns, and those patterns: what recalls are for."""
        return self.queries[CORNERS:], self.originals[CORNERS:]

    def judged(self, seed: int) -> tuple[Spins, Spins]:
        """Queries with 10 and 20 % noise that are enough to tell accuracies by, and originals."""
        patterns = self.memory.patterns
        drawn = [noisy_queries(patterns, JUDGED, noise, seed) for noise in (0.1, 0.2)]
        originals = [patterns[chosen] for _, chosen in drawn]
        return np.concatenate([queries for queries, _ in drawn]), np.concatenate(originals)

    @property
    def pictures(self) -> tuple[Spins, Spins, Spins]:
        """Originals, corrupted and recalled states of the noisiest queries, (10, N) each."""
        last = slice(-PICTURES, None)
        return self.originals[last], self.queries[last], self.recalls.states[last]


def run_demo(folder: Path, data: str, seed: int, progress: Progress) -> Demo:
    """Train, validate, export, make vectors and co-simulate, leaving each result in `folder`.

    Args:
        folder: gets memory.npz, image/ and vectors/; it exists.
        data: `random` (N = 200, P = 600) or `digits` (scikit-learn's, N = 64).
        seed: of patterns, noise and stalls.
        progress: opens a bar for a label and yields its callback of (done, total).

    Raises:
        InputError: unknown data, or something cannot be written.
        ToolError: no simulator.
    """
    check_choice("data", data, GAMMAS)
    patterns = random_patterns(200, 600, seed) if data == "random" else digits()
    with progress("training steps") as advance:
        memory = train(
            patterns,
            GAMMAS[data],
            progress=lambda step, total, *told: advance(step, total),
            provenance={"data": data, "seed": seed},
        )
    save_memory(folder / "memory.npz", memory)
    quantized, image = lower_both(memory, DESIGN)
    with progress("noise levels") as advance:
        validation = validate(memory, quantized, image, NOISES, seed=seed, progress=advance)
    origin = {"data": data, "seed": seed, "design": DESIGN.to_dict()}
    write_image(folder / "image", image, provenance=origin)
    queries, originals = demo_queries(memory.patterns, seed)
    with progress("golden vectors") as advance:
        recalls = make_vectors(folder / "image", queries, folder / "vectors", progress=advance)
    assert not isinstance(recalls, Associations)  # its memory has no targets
    cosim = cosimulate(folder / "image", folder / "vectors", seed=seed)
    return Demo(memory, image, validation, queries, originals, recalls, cosim)


def demo_queries(patterns: Spins, seed: int) -> tuple[Spins, Spins]:
    """Corner queries, then noisy patterns: 4 with 10 % and 10 with 20 % of the spins flipped.

    Returns:
        Queries and what each started from, both (18, N).
    """
    ones = np.ones_like(patterns[:1])
    corners = np.concatenate([-ones, ones, patterns[:1], -patterns[:1]])
    few, chosen = noisy_queries(patterns, 4, 0.1, seed)
    # every 7th, so that digits of all classes show
    shown = patterns[(7 * np.arange(PICTURES)) % len(patterns)]
    many, _ = noisy_queries(shown, None, 0.2, seed, order="stored")
    queries = np.concatenate([corners, few, many])
    return queries, np.concatenate([corners, patterns[chosen], shown])
