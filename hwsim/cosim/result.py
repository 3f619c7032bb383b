"""What the engine did with golden vectors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hwsim.divergence import Divergence
from hwsim.quantities import counted
from hwsim.show import Shown


@dataclass(frozen=True, repr=False)
class CosimResult(Shown):
    """What the engine did with a folder of golden vectors.

    Attributes:
        simulator: `icarus` or `verilator`.
        recalls: how many were driven through the engine and compared, of sequences whole ones.
        mismatches: one sentence each; empty when every bit and count agrees.
        cycles: clock cycles of each recall, or of each batch where several queries are in flight,
            by the engine's own counter.
        cycles_predicted: the same by `hwsim.cost.cycles`, from the vectors.
        cycles_bound: the contract's bound on each one's steps.
        seconds: wall-clock time of the simulation, compilation apart.
        waves: the waveform file, if asked for.
        divergence: the first place where the engine parts, where it does and that was looked for.
        results: T, the answers to a query, compared each; above 1 of a sequence.
    """

    simulator: str
    recalls: int
    mismatches: tuple[str, ...]
    cycles: tuple[int, ...]
    cycles_predicted: tuple[int, ...]
    cycles_bound: tuple[int, ...]
    seconds: float
    waves: str | None = None
    divergence: Divergence | None = None
    results: int = 1

    @property
    def compared(self) -> str:
        """How much was, in words: 2 recalls, or 2 sequences of 12 steps."""
        if self.results == 1:
            return counted(self.recalls, "recall")
        return f"{counted(self.recalls, 'sequence')} of {counted(self.results, 'step')}"

    @property
    def timed(self) -> str:
        """What each of `cycles` is of: a recall, a sequence, or a batch of queries in flight."""
        if self.results > 1:
            return "sequence"
        return "recall" if len(self.cycles_predicted) == self.recalls else "batch"

    def _shown(self) -> Mapping[str, object]:
        return {
            "simulator": self.simulator,
            "recalls": self.recalls,
            "steps": self.results if self.results > 1 else None,
            "verdict": f"{counted(len(self.mismatches), 'difference')}"
            if self.mismatches
            else "bit-exact",
            "first_difference": self.mismatches[0] if self.mismatches else None,
            "cycles": sum(self.cycles),
            "cycles_predicted": sum(self.cycles_predicted),
            "cycles_bound": sum(self.cycles_bound),
            "divergence": None if self.divergence is None else str(self.divergence),
            "waves": self.waves,
        }
