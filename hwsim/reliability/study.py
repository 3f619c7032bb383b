"""Recall against bit-error rate, memory by memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from hwsim.choices import NOISE
from hwsim.config import MAX_QUERIES, Parameters
from hwsim.errors import InputError
from hwsim.hardware import fast
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Recalls
from hwsim.hardware.rules import one_at_a_time, without_rules
from hwsim.reference.memory import Memory
from hwsim.reference.queries import noisy_queries
from hwsim.reliability import float_weights
from hwsim.reliability.image import faulty_image
from hwsim.reliability.interval import over_maps
from hwsim.reliability.machine import DisturbedReads, FaultyCells, recall_with
from hwsim.reliability.maps import KINDS, Disturbance, FaultMap, draw_map
from hwsim.reliability.places import Place, places
from hwsim.reliability.result import FaultStudy, Point
from hwsim.reliability.worst import worst_bits
from hwsim.spins import SpinArray, spins_from_bits
from hwsim.suggest import check_choice

RATES: Final = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1)
Progress = Callable[[int, int], None]
Shares = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Plan:
    """What is asked.

    Attributes:
        rates: probabilities of a bit, 0 to 1.
        kinds: of faults, some of `maps.KINDS`.
        memories: names of places; None for all.
        maps: M, fault maps of a point.
        count: recalls under each map.
        slow_maps, slow_count: likewise where the specification recalls, a thousand times slower.
        noise: fraction of spins flipped in the queries.
        seed: of queries and maps.
        worst: bits of each memory to try one by one; 0 for none.
        rules: as the image has them, or none: with them hardly a recall reads a weight.

    Raises:
        InputError: a list is empty, or more recalls are asked for than can be drawn.
    """

    rates: tuple[float, ...] = RATES
    kinds: tuple[str, ...] = ("flip",)
    memories: tuple[str, ...] | None = None
    maps: int = 100
    count: int = 100
    slow_maps: int = 20
    slow_count: int = 2
    noise: float = NOISE
    seed: int = 0
    worst: int = 0
    rules: bool = True

    def __post_init__(self) -> None:
        for name in ("rates", "kinds", "memories"):
            values = getattr(self, name)
            if values is not None and not values:
                raise InputError(f"{name} is empty; name one at least, or leave it out")
            if values:
                object.__setattr__(self, name, tuple(dict.fromkeys(values)))  # each once
        for maps, count in (("maps", "count"), ("slow_maps", "slow_count")):
            recalls = getattr(self, maps) * getattr(self, count)
            if recalls > MAX_QUERIES:
                raise InputError(
                    f"{maps} times {count} is {recalls}; at most {MAX_QUERIES} recalls are drawn "
                    "at once"
                )

    def chosen(self, parameters: Parameters) -> list[Place]:
        """The memories asked for.

        Raises:
            InputError: a rate is no probability, or the image has no such memory.
        """
        for rate in self.rates:
            if not 0 <= rate <= 1:
                raise InputError(f"rate is {rate}; a bit-error rate is from 0 to 1")
        for kind in self.kinds:
            check_choice("kind", kind, KINDS)
        found = places(parameters)
        for name in self.memories or ():
            check_choice("memory", name, [*found])
        return [found[name] for name in self.memories or found]


@dataclass(frozen=True)
class Queries:
    """Queries of M maps, one map's after the other, and what they come back as without faults."""

    spins: SpinArray
    targets: SpinArray
    clean: Recalls
    per_map: int

    def of(self, number: int) -> Queries:
        """A map's."""
        part = slice(number * self.per_map, (number + 1) * self.per_map)
        return Queries(self.spins[part], self.targets[part], _part(self.clean, part), self.per_map)


def _part(recalls: Recalls, part: slice) -> Recalls:
    return replace(
        recalls,
        states=recalls.states[part],
        converged=recalls.converged[part],
        miss=recalls.miss[part],
        distance=recalls.distance[part],
        counted=recalls.counts,  # whole: nobody asks a part for its own
    )


def study(
    image: Image, plan: Plan, memory: Memory | None = None, progress: Progress | None = None
) -> FaultStudy:
    """Measure recall with faults in one memory after the other.

    One engine with one query in flight is hit, which answers as several do.

    Args:
        image: the integers.
        plan: what is asked.
        memory: its float network, whose float32 weights are hit at the same rates.
        progress: called with (points done, points in all).

    Raises:
        InputError: a rate is no probability, a kind or memory unknown.
    """
    image = one_at_a_time(image if plan.rules else without_rules(image))
    chosen = plan.chosen(image.parameters)
    asked = [(place, kind) for kind in plan.kinds for place in chosen]
    total = (len(asked) + (2 if memory is not None else 0)) * len(plan.rates)
    queries = _queries(image, plan, plan.maps, plan.count, 0)
    slow = _queries(image, plan, plan.slow_maps, plan.slow_count, 1)
    points: list[Point] = []

    def keep(point: Point) -> None:
        points.append(point)
        if progress is not None:
            progress(len(points), total)

    for place, kind in asked:
        on_fast = kind != "read" and place.persistent_on == "fast"
        for rate in plan.rates:
            keep(_point(image, place, kind, rate, queries if on_fast else slow, plan))
    if memory is not None:
        for guarded in (False, True):
            for rate in plan.rates:
                keep(_float_point(memory, rate, queries, plan, image, guarded=guarded))
    worst = worst_bits(image, chosen, slow.spins, plan.worst, plan.seed) if plan.worst else ()
    p = image.parameters
    return FaultStudy(
        neurons=p.neurons,
        patterns=p.patterns,
        weight_bits=p.weight_bits,
        dataflow=p.dataflow,
        rules=tuple(p.rules),
        noise=plan.noise,
        seed=plan.seed,
        clean_bits=float((queries.clean.states == queries.targets).mean()),
        clean_patterns=float((queries.clean.states == queries.targets).all(axis=1).mean()),
        memory_bits={place.name: place.bits for place in chosen},
        points=tuple(points),
        worst=worst,
    )


def _queries(image: Image, plan: Plan, maps: int, count: int, stream: int) -> Queries:
    patterns = spins_from_bits(image.patterns)
    spins, chosen = noisy_queries(patterns, maps * count, plan.noise, [plan.seed, stream])
    return Queries(spins, patterns[chosen], fast.recall(image, spins), count)


def _chance(plan: Plan, *what: object) -> np.random.Generator:
    """Chance of its own for each point, so that no point depends on which others are asked for."""
    words = repr(what).encode()
    return np.random.default_rng([plan.seed, 2, *words])


def _point(
    image: Image, place: Place, kind: str, rate: float, queries: Queries, plan: Plan
) -> Point:
    random = _chance(plan, place.name, kind, rate)
    maps = len(queries.spins) // queries.per_map
    shares, hit = [], 0
    for number in range(maps):
        own = queries.of(number)
        if kind == "read":
            first = number * queries.per_map
            reads = queries.clean.counts.row
            recalls, flipped = _disturbed(
                image, place, Disturbance(rate, random), own,
                [reads(first + q) for q in range(queries.per_map)],
            )  # fmt: skip
            hit += flipped
        else:
            faults = draw_map(place, kind, rate, random)
            hit += len(faults) > 0
            recalls = _recall(image, faults, own) if len(faults) else own.clean
        shares.append(_shares(recalls, own))
    return _made(place, kind, rate, shares, len(queries.spins), hit)


def _recall(image: Image, faults: FaultMap, queries: Queries) -> Recalls:
    if faults.place.persistent_on == "fast":
        return fast.recall(faulty_image(image, faults), queries.spins)
    return recall_with(image, FaultyCells(faults), queries.spins)


def _disturbed(
    image: Image,
    place: Place,
    disturbance: Disturbance,
    queries: Queries,
    counts: Sequence[dict[str, int]],
) -> tuple[Recalls, int]:
    """Recalls whose reads are disturbed, and how many were.

    Up to the first flip a recall is what it is without: one whose reads are spared is not run.
    """
    clean = queries.clean
    states, converged, miss = clean.states.copy(), clean.converged.copy(), clean.miss.copy()
    hit = 0
    fault = DisturbedReads(place, disturbance)
    for q, each in enumerate(counts):
        if disturbance.spare(each[f"{place.counter}_reads"] // place.stride * place.width):
            continue
        hit += 1
        found = recall_with(image, fault, queries.spins[q : q + 1])
        states[q], converged[q], miss[q] = found.states[0], found.converged[0], found.miss[0]
    return replace(clean, states=states, converged=converged, miss=miss), hit


def _shares(recalls: Recalls, queries: Queries) -> tuple[float, float, float, float]:
    right = recalls.states == queries.targets
    changed = (recalls.states != queries.clean.states).any(axis=1)
    silent = changed & recalls.converged & ~recalls.miss
    return (
        float(right.mean()),
        float(right.all(axis=1).mean()),
        float(changed.mean()),
        float(silent.mean()),
    )


def _made(
    place: Place,
    kind: str,
    rate: float,
    shares: Sequence[tuple[float, float, float, float]],
    recalls: int,
    hit: int,
) -> Point:
    columns = np.array(shares, dtype=np.float64).T
    return Point(
        place.name, place.title, kind, rate, len(shares), recalls, hit, *map(over_maps, columns)
    )


def _float_point(
    memory: Memory, rate: float, queries: Queries, plan: Plan, image: Image, *, guarded: bool
) -> Point:
    place = float_weights.float_place(memory)
    name = "float32_guarded" if guarded else "float32"
    title = f"{place.title}, {'guarded' if guarded else 'raw'}"
    random = _chance(plan, place.name, rate)  # the same maps, raw and guarded
    steps = image.parameters.max_steps
    sound = float_weights.stored(memory)
    shares, hit = [], 0
    for number in range(min(plan.maps, plan.slow_maps)):
        own = queries.of(number)
        clean = float_weights.recall(memory, sound, own.spins, steps)
        faults = draw_map(place, "flip", rate, random)
        states = clean
        if len(faults):
            weights = float_weights.hit(memory, faults, guarded=guarded)
            states = float_weights.recall(memory, weights, own.spins, steps)
            hit += 1
        right, changed = states == own.targets, (states != clean).any(axis=1)
        share = float(changed.mean())
        shares.append((float(right.mean()), float(right.all(axis=1).mean()), share, share))
    return _made(
        replace(place, name=name, title=title),
        "flip",
        rate,
        shares,
        len(shares) * queries.per_map,
        hit,
    )
