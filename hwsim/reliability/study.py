"""Recall against bit-error rate, memory by memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from hwsim.cost.voltage import VoltageCurve, voltage_curve
from hwsim.errors import InputError
from hwsim.hardware import fast
from hwsim.hardware.image import Image
from hwsim.hardware.rules import one_at_a_time, without_rules
from hwsim.reference.memory import Memory
from hwsim.reference.queries import noisy_queries
from hwsim.reliability.keep import keep
from hwsim.reliability.places import Place
from hwsim.reliability.plan import Plan
from hwsim.reliability.points import Queries, each_access, float_point, point
from hwsim.reliability.price import Price, price
from hwsim.reliability.result import FaultStudy, Mix, Point
from hwsim.reliability.scrub import Scrubbed, scrubbed, split
from hwsim.reliability.worst import worst_bits
from hwsim.spins import spins_from_bits

Progress = Callable[[int, int], None]


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
        InputError: a rate is no probability, a kind, memory or protection unknown.
    """
    image = one_at_a_time(image if plan.rules else without_rules(image))
    chosen = plan.chosen(image.parameters)
    curve = None if plan.keep is None else voltage_curve(plan.sram)
    asked = plan.cases(chosen)
    total = (len(asked) + (2 if memory is not None else 0)) * len(plan.rates)
    queries = _queries(image, plan, plan.maps, plan.count, 0)
    slow = _queries(image, plan, plan.slow_maps, plan.slow_count, 1)
    if plan.keep is not None:
        _check_kept(plan.keep, queries)
    points: list[Point] = []

    def keep(point: Point) -> None:
        points.append(point)
        if progress is not None:
            progress(len(points), total)

    for place, kind, name in asked:
        on_fast = not each_access(place, kind) and place.persistent_on == "fast"
        for rate in plan.rates:
            keep(point(image, place, kind, rate, name, queries if on_fast else slow, plan))
    if memory is not None:
        for guarded in (False, True):
            for rate in plan.rates:
                keep(float_point(memory, rate, queries, plan, image, guarded=guarded))
    worst, guards = (
        worst_bits(image, chosen, slow, queries, plan.worst, plan.seed) if plan.worst else ((), ())
    )
    prices = _prices(chosen, plan, queries) if plan.protect != ("none",) else ()
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
        guards=guards,
        prices=prices,
        scrubs=_scrubs(chosen, plan),
        mixes=() if curve is None else _mixes(image, plan, chosen, points, prices, queries, curve),
    )


def _check_kept(least: float, queries: Queries) -> None:
    clean = (queries.clean.states == queries.targets).all(axis=1).mean()
    if clean < least:
        raise InputError(
            f"keep is {least}, and without faults {clean:.4f} of the patterns come back whole; "
            "ask for less, or at less noise"
        )


def _mixes(
    image: Image,
    plan: Plan,
    chosen: Sequence[Place],
    points: Sequence[Point],
    prices: Sequence[Price],
    queries: Queries,
    curve: VoltageCurve,
) -> tuple[Mix, ...]:
    """The cheapest protection at each rate."""
    flips = [each for each in points if each.kind == "flip" and not each.place.startswith("float")]
    places = {place.name: place for place in chosen}
    return tuple(
        keep(
            image, places, flips, prices, rate, plan, queries, curve,
            np.random.default_rng([plan.seed, 4, position]),
        )
        for position, rate in enumerate(plan.rates)
    )  # fmt: skip


def _queries(image: Image, plan: Plan, maps: int, count: int, stream: int) -> Queries:
    patterns = spins_from_bits(image.patterns)
    spins, chosen = noisy_queries(patterns, maps * count, plan.noise, [plan.seed, stream])
    return Queries(spins, patterns[chosen], fast.recall(image, spins), count)


def _prices(chosen: Sequence[Place], plan: Plan, queries: Queries) -> tuple[Price, ...]:
    """Of every memory without protection, and with each."""
    counts = queries.clean.counts
    totals = {name: int(getattr(counts, name).sum()) for name in counts.names()}
    names = dict.fromkeys(("none", *plan.protect))
    return tuple(
        price(place, name, totals, len(queries.spins))
        for place in chosen
        for name in names
        if not place.register and not (place.written and split(name)[1])
    )


def _scrubs(chosen: Sequence[Place], plan: Plan) -> tuple[Scrubbed, ...]:
    """What each interval leaves of the upsets asked for."""
    rates = [*(plan.rates if "upset" in plan.kinds else ()), plan.upsets]
    return tuple(
        scrubbed(place, name, upsets, plan.life)
        for place in chosen
        for name in plan.protect
        for upsets in dict.fromkeys(rates)
        if upsets and not place.written and split(name)[1]
    )
