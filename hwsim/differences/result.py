"""What a comparison found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hwsim.differences.images import Unlike
from hwsim.divergence import Divergence
from hwsim.show import Shown


@dataclass(frozen=True, repr=False)
class Diff(Shown):
    """What a comparison found.

    Attributes:
        compared: who was held against whom, in words.
        queries: how many were recalled.
        divergences: the first place of each pair that parts, the first of all first; those that
            rounding explains are not among them.
        roundings: of each query on which float and exact part by rounding, the first place.
        unlike: parameters and memories in which two images differ.
        waves: the waveform around the engine's place, if one was left.
        notes: what is no difference, but good to know.
    """

    compared: Sequence[str]
    queries: int
    divergences: Sequence[Divergence]
    roundings: Sequence[Divergence] = ()
    unlike: Sequence[Unlike] = ()
    waves: str | None = None
    notes: Sequence[str] = field(default=())

    @property
    def first(self) -> Divergence | None:
        """The first place of all."""
        return self.divergences[0] if self.divergences else None

    @property
    def equal(self) -> bool:
        """Whether nothing parts but by rounding."""
        return not self.divergences and not self.unlike

    def _shown(self) -> Mapping[str, object]:
        return {
            "queries": self.queries,
            "verdict": "equal" if self.equal else "they part",
            "first": None if self.first is None else str(self.first),
            "roundings": len(self.roundings) or None,
            "unlike": len(self.unlike) or None,
            "waves": self.waves,
        }

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "equal": self.equal,
            "compared": list(self.compared),
            "queries": self.queries,
            "divergences": [place.to_dict() for place in self.divergences],
            "roundings": [place.to_dict() for place in self.roundings],
            "unlike": [vars(each) for each in self.unlike],
            "waves": self.waves,
            "notes": list(self.notes),
        }
