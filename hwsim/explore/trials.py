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
from hwsim.explore.samples import Accuracies, Right, Samples
from hwsim.hardware import fast
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import IntArray
from hwsim.hardware.radii import radii
from hwsim.hardware.rules import with_rules
from hwsim.measure import recalls
from hwsim.reference.memory import Memory

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Trial:
    """One design, measured.

    Attributes:
        design: every choice.
        recall_accuracy: of the exact model, at each noise.
        spending: of one average recall, at the last noise.
        weight_planes: of its weights those that a memory of their own holds; others are the
            patterns.
    """

    design: Design
    recall_accuracy: Accuracies
    spending: Spending
    weight_planes: int

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "design": self.design.to_dict(),
            "recall_accuracy": list(self.recall_accuracy),
            "weight_planes": self.weight_planes,
            **asdict(self.spending),
        }


def _precision(design: Design) -> Design:
    """Of the choices those that results depend on."""
    return replace(design, **PLAIN, lanes=Design.lanes)


class Bench:
    """Measures designs of one memory on the same noisy queries; each once.

    Args:
        memory: the float memory.
        samples: the queries.
        allowed: what a design may lose of the float network's accuracy, one a noise.
        progress: called with what is being tried.
    """

    def __init__(
        self,
        memory: Memory,
        samples: Samples,
        allowed: Accuracies,
        progress: Progress | None = None,
    ) -> None:
        self.samples, self.allowed = samples, allowed
        queries, _ = samples.drawn[-1]
        self._priced = queries[: max(1, len(queries) // samples.draws)]  # a draw is enough
        self._lowerer = recalls.Lowerer(memory)
        self._technology = load_technology()
        self._tell = progress or (lambda words: None)
        self._images: dict[Design, Image] = {}
        self._right: dict[Design, Right] = {}
        self._radii: dict[Design, IntArray] = {}
        self.trials: dict[Design, Trial] = {}

    def image(self, design: Design) -> Image:
        """The image of a design without its rules."""
        precision = replace(design, **PLAIN)
        if precision not in self._images:
            self._images[precision] = self._lowerer.image(precision)
        return self._images[precision]

    def right(self, design: Design) -> Right:
        """Bits that the exact model has right."""
        precision = _precision(design)
        if precision not in self._right:
            self._tell(
                f"{design.quantizer}: {design.bits} weight, {design.kernel_bits} kernel, "
                f"{design.offset_bits} offset bits"
            )
            self._right[precision] = self.samples.right(self.image(precision))
        return self._right[precision]

    def keeps(self, design: Design) -> bool:
        """Whether it loses no more than is allowed, at any noise, in any draw."""
        return self.samples.keeps(self.right(design), self.allowed)

    def narrowed(self, design: Design, name: str, least: int) -> Design:
        """The fewest of its bits of a name from which on every larger number keeps the goal too."""
        chosen = design
        for bits in range(getattr(design, name) - 1, least - 1, -1):
            changed: dict[str, Any] = {name: bits}
            fewer = replace(design, **changed)
            if not self.keeps(fewer):
                break
            chosen = fewer
        return chosen

    @property
    def precisions(self) -> tuple[Design, ...]:
        """All whose recalls were measured, in order."""
        return tuple(self._right)

    @property
    def closest(self) -> tuple[Design, Accuracies]:
        """The precision that loses least beyond what is allowed, and what it recalls."""
        design, right = min(
            self._right.items(), key=lambda item: self.samples.missing(item[1], self.allowed)
        )
        return design, self.samples.accuracies(right)

    def measure(self, design: Design) -> Trial:
        """What the design's recalls cost."""
        if design not in self.trials:
            accuracy = self.samples.accuracies(self.right(design))
            self._tell(
                f"{design.dataflow} dataflow, {design.coarse_words} coarse words, "
                f"{design.lanes} lanes, {design.queries_in_flight} in flight"
            )
            image = self.ruled(design)
            p, count = image.parameters, len(self._priced)
            counts = fast.recall_in_flight(image, self._priced).counts
            spent = spend(p, counts, count, self._technology, DEFAULT_BUDGET_BITS)
            self.trials[design] = Trial(design, accuracy, spent, len(p.stored_planes))
        return self.trials[design]

    def ruled(self, design: Design) -> Image:
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
