"""Trials of designs on the same queries: what each recalls, and what a recall then costs.

Rules and dataflow change no result, so accuracy is measured once a precision, and the radius
memory, which takes the longest to find, is found once a precision too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from hwsim.cost.hierarchy import DEFAULT_BUDGET_BITS
from hwsim.cost.savings import Spending, spend
from hwsim.cost.tables import load_technology
from hwsim.design import PLAIN, Design
from hwsim.hardware import fast
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import IntArray
from hwsim.hardware.radii import radii
from hwsim.hardware.rules import with_rules
from hwsim.measure import recalls
from hwsim.reference.memory import Memory
from hwsim.spins import SpinArray

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Trial:
    """One design, measured.

    Attributes:
        design: every choice.
        recall_accuracy: of the exact model.
        spending: of one average recall.
    """

    design: Design
    recall_accuracy: float
    spending: Spending

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "design": self.design.to_dict(),
            "recall_accuracy": self.recall_accuracy,
            **asdict(self.spending),
        }


def _precision(design: Design) -> Design:
    """Of the choices those that results depend on."""
    return replace(design, **PLAIN, lanes=Design.lanes)


class Bench:
    """Measures designs of one memory on one set of noisy queries; each once.

    Args:
        memory: the float memory.
        queries, targets: (Q, N) int8 of ±1.
        progress: called with what is being tried.
    """

    def __init__(
        self,
        memory: Memory,
        queries: SpinArray,
        targets: SpinArray,
        progress: Progress | None = None,
    ) -> None:
        self._queries, self._targets = queries, targets
        self._lowerer = recalls.Lowerer(memory)
        self._technology = load_technology()
        self._tell = progress or (lambda words: None)
        self._images: dict[Design, Image] = {}
        self._accuracies: dict[Design, float] = {}
        self._radii: dict[Design, IntArray] = {}
        self.trials: dict[Design, Trial] = {}

    def image(self, design: Design) -> Image:
        """The image of a design without its rules."""
        precision = replace(design, **PLAIN)
        if precision not in self._images:
            self._images[precision] = self._lowerer.image(precision)
        return self._images[precision]

    def accuracy(self, design: Design) -> float:
        """Recall accuracy of the exact model."""
        precision = _precision(design)
        if precision not in self._accuracies:
            self._tell(
                f"{design.quantizer}: {design.bits} weight, {design.kernel_bits} kernel, "
                f"{design.offset_bits} offset bits"
            )
            self._accuracies[precision] = recalls.exact_accuracy(
                self.image(precision), self._queries, self._targets
            )
        return self._accuracies[precision]

    @property
    def closest(self) -> tuple[Design, float]:
        """The precision that recalls best of all measured, and how well."""
        return max(self._accuracies.items(), key=lambda item: item[1])

    def measure(self, design: Design) -> Trial:
        """What the design's recalls cost."""
        if design not in self.trials:
            accuracy = self.accuracy(design)
            self._tell(
                f"{design.dataflow} dataflow, {design.coarse_words} coarse words, "
                f"{design.lanes} lanes, {design.queries_in_flight} in flight"
            )
            image = self._ruled(design)
            p, queries = image.parameters, len(self._queries)
            counts = fast.recall_in_flight(image, self._queries).counts
            spent = spend(p, counts, queries, self._technology, DEFAULT_BUDGET_BITS)
            self.trials[design] = Trial(design, accuracy, spent)
        return self.trials[design]

    def _ruled(self, design: Design) -> Image:
        """The image that the design is lowered to."""
        image = with_rules(
            self.image(design),
            dataflow=design.dataflow,
            stop=False,
            winner=design.winner,
            coarse_words=design.coarse_words,
        )
        parameters = replace(image.parameters, queries_in_flight=design.queries_in_flight)
        image = replace(image, parameters=parameters)
        if not design.stop:
            return image
        words = self._radius(design)
        if not design.radius:
            words = np.minimum(words, 1)
        bits = int(words.max()).bit_length()
        return replace(image, parameters=replace(image.parameters, radius_bits=bits), radius=words)

    def _radius(self, design: Design) -> IntArray:
        precision = _precision(design)
        if precision not in self._radii:
            self._tell("looking for radii")
            self._radii[precision] = radii(self.image(precision))
        return self._radii[precision]
