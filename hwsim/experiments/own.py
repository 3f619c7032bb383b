"""A memory of one's own, in place of those that experiments train."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hwsim.errors import InputError
from hwsim.measure.memories import MemoryKey, Store
from hwsim.reference.memory import load_memory, save_memory


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

    @classmethod
    def of(cls, path: Path) -> OwnMemory:
        """Read a memory.

        Raises:
            InputError: it is no memory, or its kernel is no Gaussian.
        """
        memory = load_memory(path)
        if memory.gamma is None:
            raise InputError(
                f"{path} has kernel_values of its own; the experiments are about the Gaussian "
                "kernel, give a memory with gamma, or measure this one with hwsim validate"
            )
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        return cls(path, digest, memory.neurons, memory.stored, memory.gamma)

    @property
    def key(self) -> MemoryKey:
        """Its key among the trained ones; trials share it."""
        return MemoryKey(self.neurons, self.patterns, self.gamma, seed=0, data=self.sha256)

    def put_into(self, store: Store) -> None:
        """Copy it to where its key is looked for.

        Raises:
            InputError: the file has changed since it was read.
        """
        memory = load_memory(self.path)
        if OwnMemory.of(self.path) != self:
            raise InputError(f"{self.path} has changed while the experiments began; run them again")
        save_memory(store.path(self.key), memory)

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON: the file's name, not where it lies."""
        return {
            "memory": self.path.name,
            "sha256": self.sha256,
            "neurons": self.neurons,
            "patterns": self.patterns,
            "gamma": self.gamma,
        }
