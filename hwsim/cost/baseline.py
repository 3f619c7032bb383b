"""The engine beside the search for the nearest pattern, which needs no weights, in words.

Whoever shows an engine's accuracy or cost first shows this with it: on random patterns the search
is never worse, and often cheaper.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from hwsim.choices import CLOSE
from hwsim.cost.actions import Count
from hwsim.cost.comparisons import Comparison, cheapest_title
from hwsim.quantities import energy_text, in_percent, ratio_words, size_text

if TYPE_CHECKING:
    from hwsim.cost.energy import EnergyReport

TITLES: Final = {
    "engine": "engine",
    "search": "nearest-pattern search",
    "ruled": "nearest-pattern search with rules",
    "cheapest": "cheapest nearest-pattern search",
}
# The searches among the alternatives of an estimate.
WAYS: Final = {"nearest": "search", "nearest_rules": "ruled", "nearest_best": "cheapest"}


@dataclass(frozen=True)
class Price:
    """What one way of recalling gives and takes, by average recall.

    Attributes:
        accuracy: share of bits right at the end; None when nobody knows.
        energy_pj: dynamic energy.
        footprint_bits: all memories, padding included.
        cycles: mean.
        lanes: bits of a pattern word that it reads; None when nobody said.
    """

    accuracy: float | None
    energy_pj: float
    footprint_bits: int
    cycles: Count
    lanes: int | None = None

    @classmethod
    def of(cls, way: Comparison) -> Price:
        """That of an alternative."""
        return cls(way.accuracy, way.total_pj, way.footprint_bits, way.cycles, way.lanes)

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

    Each search has as many queries in flight as the engine, and shares reads as it does.

    Attributes:
        engine: as it is.
        search: reads every word of every pattern, with the engine's lanes.
        ruled: the search with the engine's own tricks and lanes; None where a pattern is a word.
        cheapest: what takes the least energy of both with any lanes; None where it is one of them.
        in_flight: queries that are answered together.
    """

    engine: Price
    search: Price
    ruled: Price | None
    cheapest: Price | None = None
    in_flight: int = 1

    @classmethod
    def of(cls, report: EnergyReport) -> Baseline:
        """From the alternatives of an estimate, the engine and the plain search among them."""
        engine = Price.of(report.engine)
        return cls.beside(engine, report.comparisons, report.parameters.queries_in_flight)

    @classmethod
    def beside(cls, engine: Price, ways: Iterable[Comparison], in_flight: int) -> Baseline:
        """An engine and the searches among other ways."""
        found = {WAYS[way.name]: Price.of(way) for way in ways if way.name in WAYS}
        return cls(engine, found["search"], found.get("ruled"), found.get("cheapest"), in_flight)

    @property
    def searches(self) -> dict[str, Price]:
        """The searches by key, the plain one first."""
        found = {"search": self.search, "ruled": self.ruled, "cheapest": self.cheapest}
        return {name: price for name, price in found.items() if price is not None}

    @property
    def best(self) -> str:
        """Key of the search that takes the least energy."""
        return min(self.searches, key=lambda name: self.searches[name].energy_pj)

    def title(self, name: str) -> str:
        """Of the engine or a search, by its key."""
        if name == "cheapest" and self.cheapest is not None and self.cheapest.lanes is not None:
            return cheapest_title(self.cheapest.lanes)
        return TITLES[name]

    def rows(self) -> list[list[str]]:
        """A table: title, then a cell for each of HEADINGS."""
        prices = {"engine": self.engine, **self.searches}
        return [[self.title(name), *price.cells()] for name, price in prices.items()]

    def sentence(self) -> str:
        """The search that takes the least energy: what it takes, and that against the engine's."""
        price = self.searches[self.best]
        told = against(self.engine, price) + together(self.in_flight)
        return f"{self.title(self.best)} ({price.words}): {told}"

    def line(self, noise: float) -> str:
        """Engine and search at a noise, for where no table is."""
        return (
            f"a recall at {in_percent(noise)}% noise takes {self.engine.words}; {self.sentence()}"
        )

    def sentences(self) -> dict[str, str]:
        """Each search against the engine, by its key."""
        return {
            name: f"{self.title(name)}: {against(self.engine, price)}{together(self.in_flight)}"
            for name, price in self.searches.items()
        }

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        prices = {"engine": self.engine, **self.searches}
        return {**{name: asdict(price) for name, price in prices.items()}, "words": self.sentence()}


def against(engine: Price, other: Price) -> str:
    """`other` against the engine: "7.7 % of the energy and 0.0485 more accurate here, ...".

    Energy and accuracy come first, then memory and cycles.
    """
    first = ratio_words(other.energy_pj, engine.energy_pj, "energy")
    if other.accuracy is not None and engine.accuracy is not None:
        first += f" and {accuracy_words(other.accuracy, engine.accuracy)}"
    memory = ratio_words(other.footprint_bits, engine.footprint_bits, "memory")
    cycles = ratio_words(float(other.cycles), float(engine.cycles), "cycles")
    return f"{first}, {memory}, {cycles}"


def together(slots: int) -> str:
    """That engine and search answer several queries together, and share what they read."""
    return f"; both answer {slots} queries together" if slots > 1 else ""


def accuracy_words(accuracy: float, engine: float) -> str:
    """An accuracy by the engine's on the same queries.

    A few hundred recalls tell no difference of `CLOSE` from none, which is also what an image may
    lose of its float network.
    """
    gap = accuracy - engine
    if round(abs(gap), 9) <= CLOSE:
        return f"as accurate here, within {CLOSE:g}"
    return f"{abs(gap):.4f} {'more' if gap > 0 else 'less'} accurate here"
