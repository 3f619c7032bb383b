"""One point of a curve: recalls under fault maps of one memory, kind, rate and protection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from hwsim.hardware import fast
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Recalls
from hwsim.hardware.protection import Code
from hwsim.reference.memory import Memory
from hwsim.reliability import float_weights
from hwsim.reliability.guarded import code_words, left
from hwsim.reliability.image import faulty_image
from hwsim.reliability.interval import over_maps
from hwsim.reliability.machine import (
    DisturbedReads,
    DisturbedWrites,
    FaultyCells,
    Guarded,
    recall_guarded,
    recall_with,
)
from hwsim.reliability.maps import Disturbance, FaultMap, draw_map
from hwsim.reliability.parts import uncorrected
from hwsim.reliability.places import Place
from hwsim.reliability.plan import Plan
from hwsim.reliability.result import Point
from hwsim.reliability.scrub import aged, code_of, split
from hwsim.spins import SpinArray

Flags = npt.NDArray[np.bool_]
Found = tuple[Recalls, Flags]  # recalls, and which of them are told of an error
Share = tuple[float, float, float]
Telling = tuple[float, float]


@dataclass(frozen=True)
class Queries:
    """Queries of M maps, one map's after the other, and what they come back as without faults."""

    spins: SpinArray
    targets: SpinArray
    clean: Recalls
    per_map: int

    def of(self, number: int) -> Queries:
        """A map's."""
        return self._some(slice(number * self.per_map, (number + 1) * self.per_map))

    def first(self, count: int) -> Queries:
        """The first of a map's."""
        return self._some(slice(min(count, self.per_map)))

    def leading(self, count: int) -> Queries:
        """The first of all maps' together."""
        return self._some(slice(count))

    def _some(self, part: slice) -> Queries:
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


def each_access(place: Place, kind: str) -> bool:
    """Whether faults of that kind befall accesses of the memory, not its cells for good."""
    return kind == "read" or (kind == "write" and place.written)


def _chance(plan: Plan, *what: object) -> np.random.Generator:
    """Chance of its own for each point, so that no point depends on which others are asked for."""
    words = repr(what).encode()
    return np.random.default_rng([plan.seed, 2, *words])


def point(
    image: Image,
    place: Place,
    kind: str,
    rate: float,
    protection: str,
    queries: Queries,
    plan: Plan,
) -> Point:
    """One point.

    Args:
        image: one engine, one query in flight.
        place: the memory, without check bits.
        kind, rate: of the faults.
        protection: of its words.
        queries: of all maps.
        plan: what is asked.
    """
    chosen = code_of(protection, place.width)
    own_chance = () if chosen is None else (protection,)
    random = _chance(plan, place.name, kind, rate, *own_chance)
    cells = place if chosen is None else code_words(place, chosen)
    maps = len(queries.spins) // queries.per_map
    shares: list[Share] = []
    tellings: list[Telling] = []
    hit = 0
    for number in range(maps):
        own = queries.of(number)
        known = chosen is None or number < plan.slow_maps  # what is told, of these maps alone
        if each_access(place, kind):
            first = number * queries.per_map
            counted = _accesses(queries.clean, place, kind)
            passed = Disturbance(rate, random)
            recalls, told, flipped = _disturbed(
                image,
                (DisturbedReads if kind == "read" else DisturbedWrites)(cells, passed),
                own,
                counted[first : first + queries.per_map],
                chosen,
            )
            hit += flipped
        else:
            faults = drawn(place, protection, kind, rate, plan, random)
            hit += len(faults) > 0
            if chosen is not None and place.persistent_on == "spec":
                faults = uncorrected(faults, chosen)
            if chosen is not None and len(faults) and place.persistent_on == "fast":
                asked = plan.slow_count if known else 0
                share, telling = _left(image, place, chosen, faults, own, asked)
                shares.append(share)
                tellings += [telling] * known
                continue
            recalls, told = _recall(image, faults, own, chosen) if len(faults) else _clean(own)
        share, telling = _shares(recalls, told, own)
        shares.append(share)
        tellings += [telling] * known
    return _made(place, kind, rate, shares, tellings, len(queries.spins), hit, protection)


def drawn(
    place: Place, protection: str, kind: str, rate: float, plan: Plan, random: np.random.Generator
) -> FaultMap:
    """Faulty cells of a memory with its check bits, upsets of its life among them.

    Args:
        place: the memory, without check bits.
        protection: of its words.
        kind, rate: of faults that stay.
        plan: upsets, and the life they gather in.
        random: chance.
    """
    chosen = code_of(protection, place.width)
    cells = place if chosen is None else code_words(place, chosen)
    upsets = rate if kind == "upset" else plan.upsets if kind == "flip" else 0.0
    if place.written or not upsets:
        return draw_map(cells, "flip" if kind == "upset" else kind, rate, random)
    hard = 0.0 if kind == "upset" else rate
    return aged(cells, chosen, split(protection)[1], hard, upsets, plan.life, random)


def _clean(queries: Queries) -> Found:
    return queries.clean, np.zeros(len(queries.spins), dtype=np.bool_)


def _accesses(clean: Recalls, place: Place, kind: str) -> list[int]:
    """Of a memory, in each recall; of registers nobody counts any."""
    if place.register:
        return [0] * len(clean.states)
    return [int(each) for each in getattr(clean.counts, f"{place.counter}_{kind}s")]


def _left(
    image: Image, place: Place, chosen: Code, faults: FaultMap, own: Queries, asked: int
) -> tuple[Share, Telling]:
    """Recalls from the image's words as the code leaves them.

    Which recalls are told of an error is what they read: the specification knows that, and answers
    the first `asked` ones.
    """
    rest = left(image, place, chosen, faults)
    recalls, told = _clean(own)
    if len(rest.faults):
        recalls = fast.recall(faulty_image(image, rest.faults), own.spins)
    share, telling = _shares(recalls, told, own)
    if not rest.detected or not asked:
        return share, telling
    some = own.first(asked)
    return share, _shares(*_recall(image, faults, some, chosen), some)[1]


def _recall(image: Image, faults: FaultMap, queries: Queries, chosen: Code | None) -> Found:
    if chosen is not None:
        fault = Guarded(FaultyCells(faults), chosen)
        recalls, told = recall_guarded(image, fault, queries.spins)
        return recalls, told.detected > 0
    if faults.place.persistent_on == "fast":
        recalls = fast.recall(faulty_image(image, faults), queries.spins)
    else:
        recalls = recall_with(image, FaultyCells(faults), queries.spins)
    return recalls, _clean(queries)[1]


def _disturbed(
    image: Image,
    accesses: DisturbedReads | DisturbedWrites,
    queries: Queries,
    counts: Sequence[int],
    chosen: Code | None,
) -> tuple[Recalls, Flags, int]:
    """Recalls whose reads or writes are disturbed, which of them are told, and how many were.

    Up to the first flip a recall is what it is without: one whose accesses, as many as `counts`
    says, are spared is not run. A register's values are not counted: there all are run.
    """
    clean, told = _clean(queries)
    states, converged, miss = clean.states.copy(), clean.converged.copy(), clean.miss.copy()
    hit = 0
    place = accesses.place
    fault = accesses if chosen is None else Guarded(accesses, chosen)
    for q, each in enumerate(counts):
        if not place.register and accesses.disturbance.spare(each // place.stride * place.width):
            continue
        flipped = accesses.disturbance.flipped
        before = fault.detected if isinstance(fault, Guarded) else 0
        found = recall_with(image, fault, queries.spins[q : q + 1])
        states[q], converged[q], miss[q] = found.states[0], found.converged[0], found.miss[0]
        told[q] = isinstance(fault, Guarded) and fault.detected > before
        hit += accesses.disturbance.flipped > flipped
    return replace(clean, states=states, converged=converged, miss=miss), told, hit


def _shares(recalls: Recalls, told: Flags, queries: Queries) -> tuple[Share, Telling]:
    """Of a map's recalls: bits and patterns right, other states; such ones untold, and told."""
    right = recalls.states == queries.targets
    changed = (recalls.states != queries.clean.states).any(axis=1)
    silent = changed & recalls.converged & ~recalls.miss & ~told
    return (
        (float(right.mean()), float(right.all(axis=1).mean()), float(changed.mean())),
        (float(silent.mean()), float(told.mean())),
    )


def _made(
    place: Place,
    kind: str,
    rate: float,
    shares: Sequence[Share],
    tellings: Sequence[Telling],
    recalls: int,
    hit: int,
    protection: str = "none",
) -> Point:
    bits, patterns, changed = map(over_maps, np.array(shares, dtype=np.float64).T)
    silent, told = map(over_maps, np.array(tellings, dtype=np.float64).T)
    return Point(
        place.name, place.title, kind, rate, len(shares), recalls, hit,
        bits, patterns, changed, silent, protection, told,
    )  # fmt: skip


def float_point(
    memory: Memory, rate: float, queries: Queries, plan: Plan, image: Image, *, guarded: bool
) -> Point:
    """One point of the float network.

    Args:
        memory: the float network.
        rate: of flipped bits.
        queries: of all maps.
        plan: what is asked.
        image: says how many steps a recall may take.
        guarded: as `float_weights.hit` has it.
    """
    place = float_weights.float_place(memory)
    name = "float32_guarded" if guarded else "float32"
    title = f"{place.title}, {'guarded' if guarded else 'raw'}"
    random = _chance(plan, place.name, rate)  # the same maps, raw and guarded
    steps = image.parameters.max_steps
    sound = float_weights.stored(memory)
    shares, tellings, hit = [], [], 0
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
        shares.append((float(right.mean()), float(right.all(axis=1).mean()), share))
        tellings.append((share, 0.0))
    return _made(
        replace(place, name=name, title=title),
        "flip",
        rate,
        shares,
        tellings,
        len(shares) * queries.per_map,
        hit,
    )
