"""Image folders as candidates: recalled by the exact model on the same noisy queries."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from hwsim.choices import NOISES_AND_NONE
from hwsim.comparison.candidates import ENGINE, FLOAT, SEARCH, Candidate
from hwsim.comparison.contest import Compared, Contest
from hwsim.comparison.searches import best_searches
from hwsim.comparison.synthesized import Synthesized
from hwsim.cost.baseline import TITLES, WAYS
from hwsim.cost.comparisons import Comparison, nearest_patterns
from hwsim.cost.energy import EnergyReport, check_chip, estimate
from hwsim.cost.hierarchy import DEFAULT_BUDGET_BITS, macros_area
from hwsim.cost.nearest_search import count_searches
from hwsim.cost.technology import Technology
from hwsim.errors import InputError
from hwsim.hardware import fast
from hwsim.hardware.image import Image
from hwsim.hardware.rules import one_at_a_time
from hwsim.measure.recalls import float_accuracy
from hwsim.quantities import counted, in_percent
from hwsim.reference.data import check_noise
from hwsim.reference.memory import Memory
from hwsim.reference.metrics import recall_accuracy
from hwsim.reference.queries import noisy_queries
from hwsim.reliability.price import added
from hwsim.spins import SpinArray, spins_from_bits

QUERIES: Final = 200
MARKS: Final = {"nearest": "search", "nearest_rules": "search+", "nearest_best": "search*"}

Progress = Callable[[int, int], None]
Noisy = Mapping[float, tuple[SpinArray, SpinArray]]  # queries and targets of each noise


@dataclass(frozen=True)
class Costs:
    """By what energy and time are counted.

    Attributes:
        technology: an energy table; None for the built-in one.
        clock_mhz: gives latency and throughput.
        budget_bits: SRAM on the chip; None for no limit.
    """

    technology: Technology | None = None
    clock_mhz: float | None = None
    budget_bits: int | None = DEFAULT_BUDGET_BITS


def cost_noise(noises: Sequence[float]) -> float:
    """The noise at which energy and cycles are counted: the middle one, the less of two."""
    return sorted(noises)[(len(noises) - 1) // 2]


def compare_images(
    images: Mapping[str, Image],
    *,
    memory: Memory | None = None,
    noise: Sequence[float] = NOISES_AND_NONE,
    queries: int = QUERIES,
    costs: Costs | None = None,
    syntheses: Mapping[str, Synthesized] | None = None,
    protections: Mapping[str, str] | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Compared:
    """Recall noisy stored patterns by every image, and by the search for the nearest pattern.

    Images that store the same patterns are one contest, on the same queries.

    Args:
        images: by name.
        memory: the float memory of the images, whose accuracy and cost stand beside.
        noise: fractions of spins flipped.
        queries: recalls of each image at each noise.
        costs: energy table, clock and SRAM.
        syntheses: of images by name; without a clock times are at each one's own.
        protections: check bits of the memories of images by name, `parity` or `secded`: their
            memory, and the energy of their accesses and logic, are the design's. The searches
            beside have none.
        seed: of the patterns recalled and their noise.
        progress: called with (recalls done, recalls in all), counted in images and noises.

    Raises:
        InputError: there is no image or no noise, a number is outside its range, or an image does
            not store the memory's patterns.
    """
    if not images:
        raise InputError("there is no image to compare; give one or more")
    noises = tuple(sorted(set(noise)))
    if not noises:
        raise InputError("there is no noise; give one or more fractions, like 0,0.1,0.2")
    for level in noises:
        check_noise(level)
    by = costs or Costs()
    check_chip(by.clock_mhz, None if by.budget_bits is None else by.budget_bits / 8192)
    if memory is not None:
        _check_memory(images, memory)
    contests = []
    done = [0]

    def advance() -> None:
        done[0] += 1
        if progress is not None:
            progress(done[0], len(images) * len(noises))

    for task, members in _by_patterns(images).items():
        patterns = spins_from_bits(next(iter(members.values())).patterns)
        drawn: dict[float, tuple[SpinArray, SpinArray]] = {}
        for level in noises:
            states, chosen = noisy_queries(patterns, queries, level, [seed, 9, round(level * 1e6)])
            drawn[level] = states, patterns[chosen]
        contest = _contest(task, members, drawn, memory, by, protections or {}, advance)
        contests.append(_with_syntheses(contest, syntheses or {}, by.clock_mhz))
    at = f"{in_percent(cost_noise(noises))}%"
    note = f"{queries} stored patterns a noise, seed {seed}; energy, cycles and time at {at} noise"
    told = ", ".join(
        f"{name} ({each})" for name, each in (protections or {}).items() if each != "none"
    )
    if told:
        note += f"; check bits are in the memory and energy of {told}, not in areas"
    return Compared(tuple(contests), note)


def _check_memory(images: Mapping[str, Image], memory: Memory) -> None:
    for name, image in images.items():
        if not np.array_equal(spins_from_bits(image.patterns), memory.patterns):
            raise InputError(
                f"the memory's patterns are not those of {name}; give the memory the images were "
                "made from, or leave it out"
            )


def _by_patterns(images: Mapping[str, Image]) -> dict[str, dict[str, Image]]:
    """Images of the same patterns, by words for what they store."""
    found: dict[bytes, dict[str, Image]] = {}
    for name, image in images.items():
        p = image.parameters
        digest = hashlib.sha256(f"{p.patterns} {p.neurons} ".encode())
        digest.update(np.packbits(image.patterns).tobytes())
        found.setdefault(digest.digest(), {})[name] = image
    groups: dict[str, dict[str, Image]] = {}
    for members in found.values():
        p = next(iter(members.values())).parameters
        words = f"{counted(p.patterns, 'pattern')} of {counted(p.neurons, 'neuron')}"
        others = sum(name.startswith(words) for name in groups)
        groups[words + (f", others ({others + 1})" if others else "")] = members
    return groups


def _contest(
    task: str,
    images: Mapping[str, Image],
    drawn: Noisy,
    memory: Memory | None,
    costs: Costs,
    protections: Mapping[str, str],
    advance: Callable[[], None],
) -> Contest:
    at = cost_noise([*drawn])
    marks = short_names([*images])
    engines, searches = [], []
    report: EnergyReport | None = None
    for (name, image), mark in zip(images.items(), marks, strict=True):
        report, accuracy = _measured(image, drawn, at, costs, advance)
        engine = _engine(name, mark, image, report, accuracy)
        engines.append(_protected(engine, report, protections))
        searches += _searches(image, drawn, report)
    found = [*engines, *best_searches(searches)]
    if memory is not None and report is not None:
        found.append(_float(memory, drawn, report))
    return Contest(task, tuple(drawn), at, tuple(found))


def _measured(
    image: Image, drawn: Noisy, at: float, costs: Costs, advance: Callable[[], None]
) -> tuple[EnergyReport, tuple[float, ...]]:
    """What an image's recalls cost at one noise, and how right they are at each."""
    p = image.parameters
    one = one_at_a_time(image)
    accuracy = []
    for level, (queries, targets) in drawn.items():
        recalls = fast.recall(one, queries)
        accuracy.append(recall_accuracy(recalls.states, targets))
        if level == at:
            together = None if p == one.parameters else fast.recall_in_flight(image, queries).counts
            report = estimate(
                p,
                image.gamma,
                recalls.counts,
                technology=costs.technology,
                clock_mhz=costs.clock_mhz,
                budget_bits=costs.budget_bits,
                searches=count_searches(p, image.patterns, queries),
                together=together,
            )
        advance()
    return report, tuple(accuracy)


def _engine(
    name: str, mark: str, image: Image, report: EnergyReport, accuracy: tuple[float, ...]
) -> Candidate:
    return Candidate(
        name,
        mark,
        ENGINE,
        design_of(image),
        accuracy,
        report.engine.footprint_bits,
        report.engine.total_pj + (report.leakage_pj or 0.0),
        float(report.timing.mean),
        float(report.timing.batch),
        report.timing.clock_mhz,
        macros_area(report.plans),
    )


def _protected(
    engine: Candidate, report: EnergyReport, protections: Mapping[str, str]
) -> Candidate:
    """With what its check bits add, where an image beside it has any.

    Cycles stay as they are. Of an area, check bits are not part.
    """
    protection = protections.get(engine.name, "none")
    if all(each == "none" for each in protections.values()):
        return engine
    design = {**engine.design, "protection": protection}
    if protection == "none":
        return replace(engine, design=design)
    bits, more_pj = added(
        report.parameters, protection, report.count_totals, report.queries, report.technology
    )
    return replace(
        engine,
        design=design,
        footprint_bits=engine.footprint_bits + bits,
        energy_pj=engine.energy_pj + more_pj,
    )


def _with_syntheses(
    contest: Contest, syntheses: Mapping[str, Synthesized], clock_mhz: float | None
) -> Contest:
    def made(each: Candidate) -> Candidate:
        found = syntheses.get(each.name) if each.kind == ENGINE else None
        if found is None:
            return each
        return replace(each, synthesized=found, clock_mhz=clock_mhz or found.clock_mhz)

    return replace(contest, candidates=tuple(map(made, contest.candidates)))


def design_of(image: Image) -> dict[str, Any]:
    """The choices of an image, by their names in a design."""
    p = image.parameters
    return {
        "gamma": image.gamma,
        "bits": p.weight_bits,
        "kernel_bits": p.kernel_bits,
        "offset_bits": p.offset_bits,
        "lanes": p.lanes,
        "kernel_origin": p.kernel_origin,
        "max_steps": p.max_steps,
        "dataflow": p.dataflow,
        "coarse_words": p.coarse_words,
        "queries_in_flight": p.queries_in_flight,
        "engines": p.engines,
    }


def _searches(image: Image, drawn: Noisy, report: EnergyReport) -> list[Candidate]:
    accuracy = tuple(
        recall_accuracy(nearest_patterns(image.patterns, queries), targets)
        for queries, targets in drawn.values()
    )
    slots = image.parameters.queries_in_flight
    return [
        _beside(row, SEARCH, accuracy, report, {"lanes": row.lanes, "queries_in_flight": slots})
        for row in map(report.comparison, WAYS)
        if row is not None
    ]


def _float(memory: Memory, drawn: Noisy, report: EnergyReport) -> Candidate:
    row = report.comparison("float32_dram")
    assert row is not None
    accuracy = tuple(
        float_accuracy(memory, queries, targets, report.parameters.max_steps)
        for queries, targets in drawn.values()
    )
    return _beside(row, FLOAT, accuracy, report, {})


def _beside(
    row: Comparison,
    kind: str,
    accuracy: tuple[float, ...],
    report: EnergyReport,
    design: Mapping[str, Any],
) -> Candidate:
    """What does the same work otherwise."""
    cycles = float(row.cycles)
    mark = MARKS.get(row.name, "float32")
    title = TITLES[WAYS[row.name]] if row.name in WAYS else row.title
    return Candidate(
        title,
        mark,
        kind,
        design,
        accuracy,
        row.footprint_bits,
        row.total_pj,
        cycles,
        float(row.answer_cycles),
        report.timing.clock_mhz,
        None,
        row.cycles_exact,
    )


def short_names(names: Iterable[str], most: int = 14) -> list[str]:
    """Each name as it fits a dot; of long ones the end, which tells siblings apart."""
    return [name if len(name) <= most else f"…{name[1 - most :]}" for name in names]
