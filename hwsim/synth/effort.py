"""What a recall takes of an engine, for what a clock makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hwsim.choices import NOISE
from hwsim.cost.baseline import Baseline
from hwsim.cost.hierarchy import DEFAULT_BUDGET_BITS
from hwsim.cost.savings import spend
from hwsim.cost.tables import load_technology
from hwsim.hardware import fast
from hwsim.hardware.image import Image
from hwsim.measure.baseline import beside_search
from hwsim.reference.queries import noisy_queries
from hwsim.spins import spins_from_bits

QUERIES: Final = 200


@dataclass(frozen=True)
class Effort:
    """The mean of recalls.

    Attributes:
        cycles: clock cycles.
        energy_pj: of Horowitz's figures, at 45 nm: not of the device that was synthesized for.
        noise: fraction of spins flipped in the queries.
        beside: the same recalls beside nearest-pattern search; None where nobody counted, or of
            outputs other than the patterns, which no search gives.
    """

    cycles: float
    energy_pj: float
    noise: float
    beside: Baseline | None = None


def effort(image: Image, noise: float = NOISE, seed: int = 0) -> Effort:
    """Recall noisy stored patterns by the exact model and take the means.

    Args:
        image: its integers.
        noise: fraction of spins flipped.
        seed: of patterns and noise.
    """
    patterns = spins_from_bits(image.patterns)
    queries, chosen = noisy_queries(patterns, min(QUERIES, len(patterns)), noise, seed)
    if image.parameters.outputs:
        counts = fast.associate(image, queries).counts
        spent = spend(
            image.parameters, counts, len(queries), load_technology(), DEFAULT_BUDGET_BITS
        )
        return Effort(float(spent.cycles), spent.energy_pj, noise)
    beside = beside_search(image, queries, patterns[chosen])
    return Effort(float(beside.engine.cycles), beside.engine.energy_pj, noise, beside)
