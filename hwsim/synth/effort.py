"""What a recall takes of an engine, for what a clock makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from hwsim.cost.energy import estimate
from hwsim.hardware import fast
from hwsim.hardware.image import Image
from hwsim.reference.queries import noisy_queries
from hwsim.spins import spins_from_bits

QUERIES: Final = 200
NOISE: Final = 0.1


@dataclass(frozen=True)
class Effort:
    """The mean of recalls.

    Attributes:
        cycles: clock cycles.
        energy_pj: of Horowitz's figures, at 45 nm: not of the device that was synthesized for.
        noise: fraction of spins flipped in the queries.
    """

    cycles: float
    energy_pj: float
    noise: float


def effort(image: Image, noise: float = NOISE, seed: int = 0) -> Effort:
    """Recall noisy stored patterns by the exact model and take the means.

    Args:
        image: its integers.
        noise: fraction of spins flipped.
        seed: of patterns and noise.
    """
    patterns = spins_from_bits(image.patterns)
    queries, _ = noisy_queries(patterns, min(QUERIES, len(patterns)), noise, seed)
    one = replace(image, parameters=replace(image.parameters, queries_in_flight=1, engines=1))
    counts = fast.recall(one, queries).counts
    together = counts if one == image else fast.recall_in_flight(image, queries).counts
    engine = estimate(
        image.parameters, image.gamma, counts, query_note="noisy patterns", together=together
    ).engine
    return Effort(float(engine.cycles), engine.total_pj, noise)
