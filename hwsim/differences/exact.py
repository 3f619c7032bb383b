"""Float network, contract's formulas, specification and fast model on the same queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hwsim.differences.floats import FloatNetwork, explain
from hwsim.differences.models import first_of_fast
from hwsim.differences.path import Contract, first_wrong, states_of
from hwsim.divergence import Divergence
from hwsim.hardware import fast
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Counts
from hwsim.hardware.spec import Specification
from hwsim.spins import SpinArray, bits_from_spins

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class ModelFindings:
    """Where the models part.

    Attributes:
        faults: the first place between the contract's formulas and the specification, and the
            first between the specification and the fast model, where there is one.
        floats: of every query on which float and exact part, the first step.
    """

    faults: list[Divergence]
    floats: list[Divergence]


def compare_models(
    image: Image, queries: SpinArray, network: FloatNetwork, progress: Progress | None = None
) -> ModelFindings:
    """Recall each query by all models and find where they first part.

    Args:
        image: the integers.
        queries: (Q, N) int8 of ±1.
        network: the float network.
        progress: called with (recalls done, recalls in all).
    """
    contract, specification = Contract(image), Specification(image)
    recalls = fast.recall(image, queries)
    wrong: Divergence | None = None
    unlike: Divergence | None = None
    floats = []
    for query, bits in enumerate(bits_from_spins(queries)):
        answer = specification.recall(bits)
        counts = Counts.from_rows([specification.tally])
        unlike = unlike or first_of_fast(image, query, bits, answer, counts, recalls)
        together = True  # float and exact, until they part
        for number, (before, after, step) in enumerate(states_of(image, bits, answer), start=1):
            wrong = wrong or first_wrong(contract, query, number, before, after, step)
            if together:
                right = contract.step(before)
                parted = explain(network, contract, query, number, before, right)
                floats += [parted] if parted else []
                together = parted is None
        if progress is not None:
            progress(query + 1, len(queries))
    return ModelFindings([place for place in (wrong, unlike) if place], floats)
