"""The engine beside the search for the nearest pattern, which needs no weights, in words.

Whoever shows an engine's accuracy or cost first shows this with it: on random patterns the search
is never worse, and often cheaper.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from hwsim.cost.actions import Count
from hwsim.cost.comparisons import Comparison
from hwsim.quantities import energy_text, in_percent, ratio_words, size_text

if TYPE_CHECKING:
    from hwsim.cost.energy import EnergyReport

_EQUAL: Final = 0.00005  # accuracies that four digits do not tell apart
TITLES: Final = {
    "engine": "engine",
    "search": "nearest-pattern search",
    "ruled": "nearest-pattern search with rules",
}


@dataclass(frozen=True)
class Price:
    """What one way of recalling gives and takes, by average recall.

    Attributes:
        accuracy: share of bits right at the end; None when nobody knows.
        energy_pj: dynamic energy.
        footprint_bits: all memories, padding included.
        cycles: mean.
    """

    accuracy: float | None
    energy_pj: float
    footprint_bits: int
    cycles: Count

    @classmethod
    def of(cls, way: Comparison) -> Price:
        """That of an alternative."""
        return cls(way.accuracy, way.total_pj, way.footprint_bits, way.cycles)

    def cells(self) -> list[str]:
        """Accuracy, energy, memory and cycles as words."""
        right = "" if self.accuracy is None else f"{self.accuracy:.4f}"
        return [right, *self._taken()]

    @property
    def words(self) -> str:
        """What it takes, in one line."""
        energy, memory, cycles = self._taken()
        return f"{energy}, {memory}, {cycles} cycles"

    def _taken(self) -> tuple[str, str, str]:
        cycles = f"{float(self.cycles):,.0f}"
        return energy_text(self.energy_pj), size_text(self.footprint_bits), cycles


HEADINGS: Final = ("recall accuracy", "energy", "memory", "cycles")


@dataclass(frozen=True)
class Baseline:
    """One engine and the searches it stands beside, on the same queries.

    Attributes:
        engine: as it is.
        search: reads every word of every pattern.
        ruled: the search with the engine's own tricks; None where a pattern is a word.
        in_flight: queries that the engine answers together; searches answer one at a time.
    """

    engine: Price
    search: Price
    ruled: Price | None
    in_flight: int = 1

    @classmethod
    def of(cls, report: EnergyReport) -> Baseline:
        """From the alternatives of an estimate, the engine and the plain search among them."""
        prices = {way.name: Price.of(way) for way in report.comparisons}
        slots = report.parameters.queries_in_flight
        return cls(prices["engine"], prices["nearest"], prices.get("nearest_rules"), slots)

    @property
    def searches(self) -> dict[str, Price]:
        """The searches by key, the plain one first."""
        found = {"search": self.search}
        return found if self.ruled is None else {**found, "ruled": self.ruled}

    @property
    def best(self) -> str:
        """Key of the search that takes the least energy."""
        return min(self.searches, key=lambda name: self.searches[name].energy_pj)

    def rows(self) -> list[list[str]]:
        """A table: title, then a cell for each of HEADINGS."""
        prices = {"engine": self.engine, **self.searches}
        return [[TITLES[name], *price.cells()] for name, price in prices.items()]

    def sentence(self) -> str:
        """The search that takes the least energy: what it takes, and that against the engine's."""
        price = self.searches[self.best]
        told = against(self.engine, price) + in_turns(self.in_flight)
        return f"{TITLES[self.best]} ({price.words}): {told}"

    def line(self, noise: float) -> str:
        """Engine and search at a noise, for where no table is."""
        return (
            f"a recall at {in_percent(noise)}% noise takes {self.engine.words}; {self.sentence()}"
        )

    def sentences(self) -> dict[str, str]:
        """Each search against the engine, by its key."""
        return {
            name: f"{TITLES[name]}: {against(self.engine, price)}{in_turns(self.in_flight)}"
            for name, price in self.searches.items()
        }

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        prices = {"engine": self.engine, **self.searches}
        return {**{name: asdict(price) for name, price in prices.items()}, "words": self.sentence()}


def against(engine: Price, other: Price) -> str:
    """`other` against the engine: "13 times less energy and more accurate here, ...".

    Energy and accuracy come first, then memory and cycles.
    """
    first = ratio_words(other.energy_pj, engine.energy_pj, "energy")
    if other.accuracy is not None and engine.accuracy is not None:
        first += f" and {_accuracy_words(other.accuracy, engine.accuracy)} here"
    memory = ratio_words(other.footprint_bits, engine.footprint_bits, "memory")
    cycles = ratio_words(float(other.cycles), float(engine.cycles), "cycles")
    return f"{first}, {memory}, {cycles}"


def in_turns(slots: int) -> str:
    """That an engine with several queries in flight shares reads, as a search could as well."""
    return f"; the search one query at a time, the engine {slots} together" if slots > 1 else ""


def _accuracy_words(accuracy: float, engine: float) -> str:
    if abs(accuracy - engine) < _EQUAL:
        return "as accurate"
    return "more accurate" if accuracy > engine else "less accurate"
