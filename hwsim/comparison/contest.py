"""Candidates for one task: the fronts, who dominates whom, and what is larger and yet worse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hwsim.choices import CLOSE
from hwsim.comparison.candidates import CELLS, COSTS, ENGINE, FLOAT, SEARCH, Candidate, dominates
from hwsim.cost.baseline import Price, against, together
from hwsim.errors import InputError
from hwsim.measure.pareto import front
from hwsim.measure.rows import Row, clean, to_csv
from hwsim.quantities import in_percent
from hwsim.show import Shown
from hwsim.suggest import check_choice
from hwsim.typed import typed


@dataclass(frozen=True)
class Contest:
    """Designs that solve the same task, on the same queries.

    Attributes:
        task: what is stored and recalled, in words.
        noise: fractions of flipped spins, ascending.
        cost_noise: the one of them at which energy and cycles were counted: the middle one.
        candidates: the engines as they were given, then nearest-pattern search, then float.
    """

    task: str
    noise: tuple[float, ...]
    cost_noise: float
    candidates: tuple[Candidate, ...]

    @property
    def ranked(self) -> list[Candidate]:
        """All that take part: float32 from DRAM stands beside."""
        return [each for each in self.candidates if each.kind != FLOAT]

    @property
    def engines(self) -> list[Candidate]:
        """The designs that one may choose."""
        return [each for each in self.candidates if each.kind == ENGINE]

    @property
    def searches(self) -> list[Candidate]:
        """The nearest-pattern search, in the ways that are worth showing."""
        return [each for each in self.candidates if each.kind == SEARCH]

    @typed
    def front(self, cost: str, noise: float) -> list[Candidate]:
        """Engines that no other beats in accuracy at a noise against a cost, cheapest first.

        Where a search beats all of them, their front still tells which engine to choose. Of equal
        ones it is one that no other engine beats in everything.

        Raises:
            InputError: there is no such cost, or no design was measured at this noise.
        """
        check_choice("cost", cost, (*COSTS, *CELLS))
        if noise not in self.noise:
            levels = ", ".join(map(str, self.noise))
            raise InputError(f"noise is {noise}; designs were measured at {levels}")
        at = self.noise.index(noise)
        engines = sorted(self.engines, key=lambda each: len(self.dominated.get(each.name, ())))
        points = [(getattr(each, cost), each.accuracy[at]) for each in engines]
        return [engines[index] for index in front(points)]

    @cached_property
    def dominated(self) -> Mapping[str, tuple[str, ...]]:
        """By name of a design those that are nowhere worse and somewhere better, if any."""
        found = {
            each.name: tuple(other.name for other in self.ranked if dominates(other, each))
            for each in self.ranked
        }
        return {name: others for name, others in found.items() if others}

    @property
    def beaten_by_search(self) -> list[Candidate]:
        """Engines to which some nearest-pattern search is nowhere worse and somewhere better."""
        return [each for each in self.engines if self._beaten_by(each, self.searches)]

    def _beaten_by(self, engine: Candidate, others: Sequence[Candidate]) -> list[Candidate]:
        better = self.dominated.get(engine.name, ())
        return [other for other in others if other.name in better]

    @property
    def search_words(self) -> str:
        """What the search for the nearest pattern is to these engines, in a sentence."""
        searches = self.searches
        if not searches:
            return ""
        beaten, all_of = len(self.beaten_by_search), len(self.engines)
        which = "no engine" if not beaten else f"{beaten} of {all_of} engines"
        if beaten == all_of:
            which = "every engine" if all_of > 1 else "the engine"
        engine = self.front("energy_pj", self.cost_noise)[-1]
        slots = _slots(engine)
        alike = [each for each in searches if _slots(each) == slots]
        search = min(alike or searches, key=lambda each: each.energy_pj)
        told = against(self._price(engine), self._price(search)) + together(slots)
        beating = [
            each.name
            for each in searches
            if any(self._beaten_by(engine, [each]) for engine in self.engines)
        ]
        who = beating[0] if len(beating) == 1 else "nearest-pattern search"
        beside = "beside" if beating == [search.name] else f"{search.name} beside"
        return (
            f"{who[0].upper()}{who[1:]} beats {which} here in everything; {beside} {engine.name}: "
            f"{told}"
        )

    def _price(self, each: Candidate) -> Price:
        accuracy = each.accuracy[self.noise.index(self.cost_noise)]
        return Price(accuracy, each.energy_pj, round(each.footprint_bits), each.cycles)

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """A sentence for each engine that is larger than another and yet no better."""
        engines = self.engines
        found = []
        for each in engines:
            better = [other for other in engines if _larger(each, other) and _worse(each, other)]
            if better:
                found.append(_told(each, min(better, key=_time_then_error), self.noise))
        return tuple(found)

    def rows(self) -> list[Row]:
        """One row a candidate, for a file."""
        return [
            {
                "task": self.task,
                "name": each.name,
                "kind": each.kind,
                **each.design,
                **{
                    f"recall_accuracy_{noise:g}": value
                    for noise, value in zip(self.noise, each.accuracy, strict=True)
                },
                "cost_noise": self.cost_noise,
                **{name: value for name, value in each.to_dict().items() if name in _MEASURED},
                "dominated_by": "; ".join(self.dominated.get(each.name, ())),
            }
            for each in self.candidates
        ]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        noises = [f"{noise:g}" for noise in self.noise]
        return {
            "task": self.task,
            "noise": list(self.noise),
            "cost_noise": self.cost_noise,
            "candidates": [
                each.to_dict() | {"recall_accuracy": dict(zip(noises, each.accuracy, strict=True))}
                for each in self.candidates
            ],
            "fronts": {
                cost: {
                    f"{noise:g}": [each.name for each in self.front(cost, noise)]
                    for noise in self.noise
                }
                for cost in COSTS
            },
            "dominated": {name: list(others) for name, others in self.dominated.items()},
            "search": self.search_words,
            "warnings": list(self.warnings),
        }


_MEASURED = (
    *("footprint_bits", "energy_pj", "cycles", "cycles_exact", "answer_cycles", "clock_mhz"),
    *("latency_us", "recalls_per_second", "area_um2"),
    *("device", "fits", "device_mhz", "device_um2", *CELLS),
)


@dataclass(frozen=True, repr=False)
class Compared(Shown):
    """Designs side by side, one contest a task.

    Attributes:
        contests: never empty.
        note: where queries and costs come from, in words.
        missing: what of an unfinished sweep is not here, in words; empty where all is.
    """

    contests: tuple[Contest, ...]
    note: str
    missing: str = ""

    def _shown(self) -> Mapping[str, object]:
        return {
            contest.task: "; ".join(
                f"{each.name} {', '.join(f'{share:.4f}' for share in each.accuracy)}"
                for each in contest.candidates
            )
            for contest in self.contests
        }

    @property
    def warnings(self) -> tuple[str, ...]:
        """Of all contests; of several, with the task that each is about."""
        several = len(self.contests) > 1
        return tuple(
            f"{contest.task}: {words}" if several else words
            for contest in self.contests
            for words in contest.warnings
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, floats rounded as in files."""
        content: dict[str, Any] = clean(
            {
                "note": self.note,
                "missing": self.missing,
                "tasks": [contest.to_dict() for contest in self.contests],
            }
        )
        return content

    def to_csv(self) -> str:
        """One row a candidate, all tasks in one table."""
        return to_csv([row for contest in self.contests for row in contest.rows()])


def _slots(each: Candidate) -> int:
    """Queries that it answers together."""
    return int(each.design.get("queries_in_flight") or 1)


_PARTS = ("lanes", "engines", "queries_in_flight")  # of which more is a larger circuit
_SETTING = ("technology", "macro", "clock_mhz")  # what no design is larger by


def _larger(one: Candidate, other: Candidate) -> bool:
    """More memory, lanes, engines or slots, and less of none; in the same technology and clock."""
    if any(one.design.get(name) != other.design.get(name) for name in _SETTING):
        return False
    sizes = [(one.footprint_bits, other.footprint_bits)]
    sizes += [(one.design.get(name, 1), other.design.get(name, 1)) for name in _PARTS]
    return all(mine >= theirs for mine, theirs in sizes) and any(a > b for a, b in sizes)


def _worse(one: Candidate, other: Candidate) -> bool:
    """Neither faster nor anywhere more accurate, and one of both less so: the accuracy by more
    than a few hundred recalls take for none.
    """
    gains = [mine - theirs for mine, theirs in zip(one.accuracy, other.accuracy, strict=True)]
    if max(gains) > 0 or one.cycles < other.cycles:
        return False
    return one.cycles > other.cycles or _tells(min(gains))


def _tells(gap: float) -> bool:
    """Whether a difference of accuracies is one."""
    return round(abs(gap), 9) > CLOSE


def _time_then_error(candidate: Candidate) -> tuple[float, float]:
    return candidate.cycles, -sum(candidate.accuracy)


def _told(each: Candidate, better: Candidate, noise: Sequence[float]) -> str:
    """In what the larger one is worse."""
    said = []
    if each.cycles > better.cycles:
        said.append(f"slower ({each.cycles:,.0f} cycles against {better.cycles:,.0f})")
    gaps = [mine - theirs for mine, theirs in zip(better.accuracy, each.accuracy, strict=True)]
    widest = max(range(len(gaps)), key=gaps.__getitem__)
    if _tells(gaps[widest]):
        said.append(
            f"less accurate ({each.accuracy[widest]:.4f} against {better.accuracy[widest]:.4f} "
            f"at {in_percent(noise[widest])}% noise)"
        )
    return f"{each.name} is larger than {better.name} and {' and '.join(said)}"
