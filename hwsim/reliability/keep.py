"""The cheapest protection of all memories that keeps an accuracy at a bit-error rate, together.

Each memory's loss is measured alone, with each protection. Losses are taken to add up, which errs
on the safe side where two faults meet in one recall. Of the mixes of protections whose losses leave
enough, the one with the least energy a recall is tried with all memories hit at once; where it does
not keep the accuracy, the losses that are allowed are halved, thrice, and another is tried; last
each code everywhere, scrubbed most often, for a loss of few recalls may have gone unseen.
Parity is in no mix: it tells of an error, and the recall is as wrong as without.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from hwsim.cost.voltage import VoltageCurve
from hwsim.hardware import fast
from hwsim.hardware.image import Image
from hwsim.hardware.protection import CORRECTING
from hwsim.reliability.guarded import left
from hwsim.reliability.image import faulty_image
from hwsim.reliability.interval import Interval, over_maps
from hwsim.reliability.machine import Fault, FaultyCells, Guarded, recall_with
from hwsim.reliability.parts import uncorrected
from hwsim.reliability.places import Place
from hwsim.reliability.plan import Plan
from hwsim.reliability.points import Queries, drawn
from hwsim.reliability.price import Price
from hwsim.reliability.result import Mix, Point
from hwsim.reliability.scrub import code_of, split

TRIES: Final = 4


@dataclass(frozen=True)
class Option:
    """One memory with one protection: what it loses of recall accuracy, and costs a recall."""

    place: str
    protection: str
    loss: float
    energy_pj: float
    bits: int


def options(
    points: Sequence[Point], prices: Sequence[Price], rate: float, clean: float
) -> list[list[Option]]:
    """What each memory may have.

    Args:
        points: of kind `flip`, of every memory and protection, that rate among others.
        prices: of the same.
        rate: of faulty bits.
        clean: share of patterns that come back whole without faults.
    """
    priced = {(each.place, each.protection): each for each in prices}
    found: dict[str, list[Option]] = {}
    for point in points:
        if point.rate != rate or split(point.protection)[0] not in CORRECTING:
            continue
        each = priced[point.place, point.protection]
        loss = max(clean - point.patterns.mean, 0.0)
        option = Option(point.place, point.protection, loss, each.energy_pj, each.bits)
        found.setdefault(point.place, []).append(option)
    return [*found.values()]


def undominated(given: Sequence[Option]) -> list[Option]:
    """Without what costs as much as another and loses as much, cheapest first."""
    kept: list[Option] = []
    for option in sorted(given, key=lambda each: (each.energy_pj, each.bits, each.loss)):
        if not kept or option.loss < kept[-1].loss:
            kept.append(option)
    return kept


def cheapest(given: Sequence[Sequence[Option]], most: float) -> tuple[Option, ...] | None:
    """One option a memory, of least energy and then fewest bits, that lose `most` together.

    None where even the best lose more. Memory by memory, of what was chosen so far only those are
    kept that lose less than every cheaper one: none of the others is part of the cheapest mix.
    """
    front: list[tuple[float, int, float, tuple[Option, ...]]] = [(0.0, 0, 0.0, ())]
    for every in given:
        wider = [
            (energy + o.energy_pj, bits + o.bits, loss + o.loss, (*mix, o))
            for energy, bits, loss, mix in front
            for o in every
            if loss + o.loss <= most
        ]
        wider.sort(key=lambda each: each[:3])
        front = []
        for each in wider:
            if not front or each[2] < front[-1][2]:
                front.append(each)
    return front[0][3] if front else None


def _mixes(given: Sequence[Sequence[Option]], most: float) -> Iterator[tuple[Option, ...]]:
    """What is tried, cheapest first; last of all the strongest."""
    kept = [undominated(each) for each in given]
    found = [cheapest(kept, most / 2**share) for share in range(TRIES)]
    for name in CORRECTING[1:]:
        found.append(tuple(_strongest(each, name) for each in given))
    yield from dict.fromkeys(mix for mix in found if mix)


def _strongest(given: Sequence[Option], name: str) -> Option:
    """The option of a code that is scrubbed most often, or never where none is."""
    own = [each for each in given if split(each.protection)[0] == name]
    return min(own, key=lambda each: split(each.protection)[1] or math.inf)


def keep(
    image: Image,
    chosen: Mapping[str, Place],
    points: Sequence[Point],
    prices: Sequence[Price],
    rate: float,
    plan: Plan,
    queries: Queries,
    curve: VoltageCurve,
    random: np.random.Generator,
) -> Mix:
    """The cheapest mix that was found to keep `least`, or the strongest where none does.

    Args:
        image: one engine, one query in flight.
        chosen: memories, none a part of another, by name.
        points, prices: of these, with every protection.
        rate: of faulty bits.
        plan: how many patterns shall come back whole, how many recalls of a map the specification
            answers, upsets and life.
        queries: of all maps.
        curve: which voltage has that rate.
        random: chance, of the maps.
    """
    least = plan.keep or 0.0
    right = (queries.clean.states == queries.targets).all(axis=1)
    given = options(points, prices, rate, float(right.mean()))
    mix: tuple[Option, ...] = ()
    found, recalls = Interval(0.0, 0.0, 0.0), 0
    for mix in _mixes(given, float(right.mean()) - least):
        protections = {each.place: each.protection for each in mix}
        found, recalls = together(image, chosen, protections, rate, queries, plan, random)
        if found.mean >= least:
            break
    priced = {(each.place, each.protection): each for each in prices}
    parts = [priced[each.place, each.protection] for each in mix]
    bare = [priced[each.place, "none"] for each in mix]
    voltage = curve.lowest(rate)
    ratio = curve.energy_ratio(voltage)
    return Mix(
        rate=rate,
        least=least,
        held=found.mean >= least,
        protections={each.place: each.protection for each in mix},
        accuracy=found,
        recalls=recalls,
        bits=sum(each.bits for each in parts),
        bare_bits=sum(each.bits for each in bare),
        energy_pj=sum(each.energy_pj for each in parts),
        bare_pj=sum(each.energy_pj for each in bare),
        voltage=voltage,
        unit=curve.unit,
        curve=curve.name,
        # The memories' supply falls; the gates that check keep theirs.
        lowered_pj=sum(each.memory_pj * ratio + each.check_pj for each in parts),
        options=plan.protect,
        upsets=plan.upsets,
        life=plan.life if plan.upsets else 0,
    )


def together(
    image: Image,
    chosen: Mapping[str, Place],
    protections: Mapping[str, str],
    rate: float,
    queries: Queries,
    plan: Plan,
    random: np.random.Generator,
) -> tuple[Interval, int]:
    """Patterns that come back whole with all memories hit at once, and how many recalls that is.

    A map whose faults in memories inside the engine are all corrected is recalled by the fast
    model; of the others the specification recalls `slow_count` queries of the plan each.
    """
    shares, recalls = [], 0
    for number in range(len(queries.spins) // queries.per_map):
        own = queries.of(number)
        faulty, inside = image, []
        for name, place in chosen.items():
            chosen_code = code_of(protections[name], place.width)
            faults = drawn(place, protections[name], "flip", rate, plan, random)
            if chosen_code is not None:
                faults = uncorrected(faults, chosen_code)
            if not len(faults):
                continue
            if place.persistent_on == "fast":
                if chosen_code is not None:
                    faults = left(image, place, chosen_code, faults).faults
                faulty = faulty_image(faulty, faults)
            else:
                fault: Fault = FaultyCells(faults)
                inside.append(fault if chosen_code is None else Guarded(fault, chosen_code))
        if inside:
            own = own.first(plan.slow_count)
            states = recall_with(faulty, inside, own.spins).states
        else:
            states = fast.recall(faulty, own.spins).states
        shares.append(float((states == own.targets).all(axis=1).mean()))
        recalls += len(own.spins)
    return over_maps(np.array(shares)), recalls
