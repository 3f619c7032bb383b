"""Trained memories by key: what is asked for twice is trained once."""

from __future__ import annotations

import hashlib
import json
import warnings
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from hwsim.arrays import load_patterns
from hwsim.choices import DATA, LEARNING_RATE, REGULARIZATION
from hwsim.errors import InputError
from hwsim.reference.data import digits, random_patterns
from hwsim.reference.memory import Memory, load_memory, save_memory
from hwsim.reference.training import TrainingWarning, train
from hwsim.suggest import check_choice


class Source(Protocol):
    """Where a memory comes from: training, or a file."""

    @property
    def identity(self) -> str:
        """A file name that no other memory shares."""

    def train(self) -> Memory:
        """The memory itself."""


@dataclass(frozen=True)
class MemoryKey:
    """Everything a trained memory follows from.

    Attributes:
        neurons: N; digits have 64.
        patterns: P.
        gamma: the kernel's width.
        seed: of the random patterns, or of the choice of digits.
        data: `random`, `digits`, or the `.npy` of patterns of one's own.
        method: `gradient-descent` or `converged`.
        penalty: `l2` or `l1`.
        regularization: lambda.
        steps: updates of gradient descent or most iterations of `converged`; None for defaults.
        learning_rate: of gradient descent.
    """

    neurons: int
    patterns: int
    gamma: float
    seed: int
    data: str = "random"
    method: str = "gradient-descent"
    penalty: str = "l2"
    regularization: float = REGULARIZATION
    steps: int | None = None
    learning_rate: float = LEARNING_RATE

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON; the seed is left out, for it differs between trials."""
        return {name: value for name, value in asdict(self).items() if name != "seed"}

    @property
    def identity(self) -> str:
        """A file name that no other key shares."""
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:24]

    @property
    def work(self) -> float:
        """A rough measure of the time training takes, to put the longest first."""
        factor = 3.0 if self.method == "converged" else 1.0
        return factor * self.patterns**2 * self.neurons * (self.steps or 500)

    def train(self) -> Memory:
        """Train this memory.

        Raises:
            InputError: a value is illegal, or training diverged.
        """
        with warnings.catch_warnings():
            # Experiments go where gradient descent is unstable on purpose, and measure it.
            warnings.simplefilter("ignore", TrainingWarning)
            return train(
                self.make_patterns(),
                self.gamma,
                method=self.method,
                penalty=self.penalty,
                regularization=self.regularization,
                steps=self.steps,
                learning_rate=self.learning_rate,
            )

    def make_patterns(self) -> npt.NDArray[np.int8]:
        """The patterns to store, (P, N) int8 of ±1.

        Raises:
            InputError: a value is illegal, there are not as many digits, or the file is none of
                patterns, or no longer of as many.
        """
        if self.data.endswith(".npy"):
            return self._own_patterns()
        check_choice("data", self.data, DATA)
        if self.data == "random":
            return random_patterns(self.neurons, self.patterns, self.seed)
        images = digits()
        if self.neurons != images.shape[1]:
            raise InputError(
                f"neurons is {self.neurons}; digits have {images.shape[1]} pixels, so give as many"
            )
        if self.patterns > len(images):
            raise InputError(
                f"patterns is {self.patterns}; there are {len(images)} digits, so give no more"
            )
        order = np.random.default_rng([self.seed, 64]).permutation(len(images))
        return images[order[: self.patterns]]

    def _own_patterns(self) -> npt.NDArray[np.int8]:
        patterns = load_patterns(Path(self.data))
        if patterns.shape != (self.patterns, self.neurons):
            raise InputError(
                f"{self.data} holds {patterns.shape} spins now, ({self.patterns}, {self.neurons}) "
                "before; run it again"
            )
        return patterns


@dataclass(frozen=True)
class Store:
    """Trained memories in a folder, shared by the worker processes of one run."""

    folder: Path

    def path(self, key: Source) -> Path:
        """Where `key`'s memory is or will be."""
        return self.folder / f"{key.identity}.npz"

    def ensure(self, key: Source) -> None:
        """Train `key`'s memory unless it is there. Writing is whole or not at all."""
        if not self.path(key).exists():
            save_memory(self.path(key), key.train())

    def load(self, key: Source) -> Memory:
        """`key`'s memory, trained now if nobody has."""
        self.ensure(key)
        return load_memory(self.path(key))


def train_into(task: tuple[Path, Source]) -> None:
    """Train one memory into a folder: the task of a worker process."""
    folder, key = task
    Store(folder).ensure(key)
