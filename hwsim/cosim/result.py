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
        recalls: how many were driven through the engine and compared.
        mismatches: one sentence each; empty when every bit and count agrees.
        cycles: clock cycles of each recall, or of each batch where several queries are in flight,
            by the engine's own counter.
        cycles_predicted: the same by `hwsim.cost.cycles`, from the vectors.
        cycles_bound: the contract's bound on each one's steps.
        seconds: wall-clock time of the simulation, compilation apart.
        waves: the waveform file, if asked for.
        divergence: the first place where the engine parts, where it does and that was looked for.
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

    def _shown(self) -> Mapping[str, object]:
        return {
            "simulator": self.simulator,
            "recalls": self.recalls,
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
