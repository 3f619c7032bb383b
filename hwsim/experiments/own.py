"""Data of one's own, in place of what experiments draw and train: patterns, or a memory."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

from hwsim.arrays import load_patterns
from hwsim.errors import InputError
from hwsim.measure.memories import MemoryKey, Store
from hwsim.printable import printable
from hwsim.reference.memory import load_memory, save_memory
from hwsim.reference.remarks import load_and_tell

STORED: Final = ("neurons", "patterns", "load", "data")  # what patterns settle
TRAINED: Final = (
    *("gamma", "method", "penalty", "regularization", "steps", "learning_rate"),
)  # what a memory settles beside


@dataclass(frozen=True)
class OwnPatterns:
    """The file of patterns to store, and how many of how many spins.

    Attributes:
        path: the `.npy`.
        sha256: of the file.
        neurons: N.
        patterns: P.
    """

    path: Path
    sha256: str
    neurons: int
    patterns: int

    option: ClassVar = "--patterns-file"
    settles: ClassVar = STORED

    @classmethod
    def of(cls, path: Path) -> OwnPatterns:
        """Read patterns.

        Raises:
            InputError: the file is missing, or holds no patterns.
        """
        patterns = load_patterns(path)
        return cls(path, _digest(path), patterns.shape[1], patterns.shape[0])

    @property
    def values(self) -> dict[str, Any]:
        """The parameters that it settles, by name."""
        return {"neurons": self.neurons, "patterns": self.patterns}

    def key(self, training: Mapping[str, Any]) -> MemoryKey:
        """The memory that stores them; trials share it, for nothing in it is random."""
        return MemoryKey(**self.values, seed=0, data=str(self.path), **training)

    def put_into(self, store: Store) -> None:
        """They are read where they lie."""
        if _digest(self.path) != self.sha256:
            raise InputError(f"{self.path} has changed since the experiments began; run them again")

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON: the file's name, not where it lies."""
        return {"patterns_file": printable(self.path.name), "sha256": self.sha256} | self.values


@dataclass(frozen=True)
class OwnMemory:
    """The file of a memory, and what it holds.

    Attributes:
        path: the `.npz`.
        sha256: of the file.
        neurons: N.
        patterns: P.
        gamma: the kernel's width.
    """

    path: Path
    sha256: str
    neurons: int
    patterns: int
    gamma: float

    option: ClassVar = "--memory"
    settles: ClassVar = (*STORED, *TRAINED)

    @classmethod
    def of(cls, path: Path) -> OwnMemory:
        """Read a memory.

        Raises:
            InputError: the file is missing, holds no memory, or one whose kernel is no Gaussian.
        """
        memory = load_and_tell(path)
        if memory.gamma is None:
            raise InputError(
                f"{path} has kernel_values of its own; the experiments are about the Gaussian "
                "kernel, give a memory with gamma, or measure this one with hwsim validate"
            )
        return cls(path, _digest(path), memory.neurons, memory.stored, memory.gamma)

    @property
    def values(self) -> dict[str, Any]:
        """The parameters that it settles, by name."""
        return {"neurons": self.neurons, "patterns": self.patterns, "gamma": self.gamma}

    def key(self, training: Mapping[str, Any]) -> MemoryKey:
        """Its key among the trained ones, whatever the training; trials share it."""
        return MemoryKey(**self.values, seed=0, data=self.sha256)

    def put_into(self, store: Store) -> None:
        """Copy it to where its key is looked for.

        Raises:
            InputError: the file has changed since it was read.
        """
        memory = load_memory(self.path)  # what there is to tell of it was told
        if _digest(self.path) != self.sha256:
            raise InputError(f"{self.path} has changed since the experiments began; run them again")
        save_memory(store.path(self.key({})), memory)

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON: the file's name, not where it lies."""
        return {"memory": printable(self.path.name), "sha256": self.sha256} | self.values


Own = OwnMemory | OwnPatterns


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
