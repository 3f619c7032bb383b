"""Energy, footprint and accuracy of one image on given queries, from recalls of the exact model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.compress.lower import check_gamma, lower
from hwsim.config import Parameters
from hwsim.cost.comparisons import nearest_patterns
from hwsim.cost.energy import KIB, EnergyReport, RecallCurve, check_chip, estimate
from hwsim.cost.hierarchy import DEFAULT_BUDGET_BITS
from hwsim.cost.nearest_search import count_searches
from hwsim.cost.tables import load_technology
from hwsim.design import PLAIN
from hwsim.errors import InputError
from hwsim.hardware import fast
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Counts
from hwsim.hardware.rules import one_at_a_time, without_rules
from hwsim.measure.associations import nearest_targets, shares_of_outputs
from hwsim.measure.rules import counted_by_rule, counted_in_flight, counted_side_by_side
from hwsim.measure.sequences import OutputAnswers, SequenceAnswers
from hwsim.quantities import counted
from hwsim.reference import sequences
from hwsim.reference.memory import Memory
from hwsim.reference.metrics import recall_accuracy
from hwsim.reference.queries import noisy_queries
from hwsim.reference.recall import field
from hwsim.reference.recall import recall as float_recall
from hwsim.spins import spins_from_bits

Spins = npt.NDArray[np.int8]

CURVE_NOISES: Final = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4)
CURVE_QUERIES: Final = 500
INTEGER_BITS: Final = 8


def check_memory(image: Image, memory: Memory) -> None:
    """Raise InputError unless the image stores the memory's patterns, by the same gamma."""
    stored = spins_from_bits(image.patterns)
    if memory.patterns.shape != stored.shape or not np.array_equal(memory.patterns, stored):
        raise InputError(
            "the memory's patterns are not the image's; give the memory the image was made from"
        )
    check_gamma(image, memory, "give the memory the image was made from")


def assess(
    image: Image,
    queries: Spins,
    originals: Spins | None,
    *,
    memory: Memory | None = None,
    judged: tuple[Spins, Spins] | None = None,
    technology: str | Path | None = None,
    clock_mhz: float | None = None,
    budget_bits: int | None = DEFAULT_BUDGET_BITS,
    query_note: str,
    seed: int = 0,
    provenance: Mapping[str, Any] | None = None,
) -> EnergyReport:
    """Recall the queries by the exact model and estimate what they cost.

    Args:
        image: the integers.
        queries: (Q, N) int8 of ±1.
        originals: (Q, N) what each query should come back as; None when nobody knows, which
            leaves accuracies and the curve out.
        memory: the float memory the image was made from; adds float32 and 8-bit accuracies.
        judged: more queries and their originals, by which accuracies are told where those that
            are counted are too few to tell one way of recalling from another; None for the same.
        technology: name or file of an energy table; None for the built-in one.
        clock_mhz: gives latency and throughput.
        budget_bits: SRAM on the chip; None for no limit.
        query_note: where the queries came from, in words.
        seed: of the curve's noise.
        provenance: JSON-ready notes.

    Raises:
        InputError: queries, originals, memory, table or clock are not sound.
    """
    check_chip(clock_mhz, None if budget_bits is None else budget_bits / KIB)
    table = None if technology is None else load_technology(technology)
    if memory is not None:
        check_memory(image, memory)
    if originals is not None and originals.shape != queries.shape:
        raise InputError(
            f"originals has {len(originals)} rows, queries {len(queries)}; give one for each query"
        )
    p = image.parameters
    one = one_at_a_time(image)
    recalls = fast.recall(one, queries)
    together = recalls.counts if one == image else fast.recall_in_flight(image, queries).counts
    accuracy: dict[str, float] = {}
    curve = None
    if originals is not None:
        by, meant, states = queries, originals, recalls.states
        if judged is not None:
            by, meant = judged
            states = fast.recall(one, by).states
        accuracy = _accuracies(image, by, states, meant, memory)
        curve = recall_curve(image, memory, CURVE_NOISES, seed)
    return estimate(
        p,
        image.gamma,
        recalls.counts,
        technology=table,
        clock_mhz=clock_mhz,
        budget_bits=budget_bits,
        accuracy=accuracy,
        curve=curve,
        query_note=query_note,
        provenance=provenance,
        plain=None if p.plain else fast.recall(without_rules(image), queries).counts,
        searches=count_searches(p, image.patterns, queries),
        by_rule=_counted(image, queries, together),
        together=together,
    )


def assess_sequence(
    image: Image,
    cues: Spins,
    chosen: npt.NDArray[np.int64] | None,
    *,
    memory: Memory | None = None,
    technology: str | Path | None = None,
    clock_mhz: float | None = None,
    budget_bits: int | None = DEFAULT_BUDGET_BITS,
    query_note: str,
    provenance: Mapping[str, Any] | None = None,
) -> tuple[EnergyReport, SequenceAnswers]:
    """Replay a sequence from each cue by the exact model and estimate what all its steps cost.

    Args:
        image: of a sequence.
        cues: (Q, N) int8 of ±1.
        chosen: (Q,) the patterns that they were made from; None when nobody knows.
        memory: the float memory the image was made from; tells which steps are right.
        technology, clock_mhz, budget_bits, query_note, provenance: as of `assess`.

    Raises:
        InputError: cues, memory, table or clock are not sound.
    """
    p = image.parameters
    found = fast.associate(image, cues)
    after = found.distance.reshape(-1, p.results)[:, 1:]  # how far each step's state was
    right = {}
    if memory is not None and chosen is not None:
        _check_targets(image, memory)
        assert memory.targets is not None
        of = sequences.pattern_by_step(memory, chosen, p.results)
        states = {
            "engine": found.trajectories,
            "float32": sequences.replay(memory, cues, p.results),
            "nearest": sequences.replay_nearest(memory, cues, p.results),
        }
        right = {
            name: sequences.shares_right(each, memory.targets[of], of >= 0)
            for name, each in states.items()
        }
    report = estimate(
        p,
        image.gamma,
        found.counts,
        technology=None if technology is None else load_technology(technology),
        clock_mhz=clock_mhz,
        budget_bits=budget_bits,
        accuracy={name: bits for name, (bits, _, _) in right.items()},
        query_note=f"{query_note}; a recall is a sequence of {counted(p.results, 'step')}",
        provenance=provenance,
    )
    return report, SequenceAnswers(p.results, float((after == 0).mean()), right)


def assess_outputs(
    image: Image,
    queries: Spins,
    chosen: npt.NDArray[np.int64] | None,
    *,
    memory: Memory | None = None,
    technology: str | Path | None = None,
    clock_mhz: float | None = None,
    budget_bits: int | None = DEFAULT_BUDGET_BITS,
    query_note: str,
    provenance: Mapping[str, Any] | None = None,
) -> tuple[EnergyReport, OutputAnswers]:
    """Ask for outputs other than the patterns by the exact model and estimate what they cost.

    Args:
        image: with outputs, of one step.
        queries: (Q, N) int8 of ±1.
        chosen: (Q,) the patterns that they were made from; None when nobody knows.
        memory: the float memory the image was made from; tells which outputs are right.
        technology, clock_mhz, budget_bits, query_note, provenance: as of `assess`.

    Raises:
        InputError: queries, memory, table or clock are not sound.
    """
    p = image.parameters
    found = fast.associate(image, queries)
    bits: Mapping[str, float] = {}
    labels: Mapping[str, float] | None = None
    if memory is not None and chosen is not None:
        _check_targets(image, memory)
        fields = {
            "engine": found.fields,
            "float32": field(memory, queries, origin=None),
            "nearest": nearest_targets(memory, queries),
        }
        bits, labels = shares_of_outputs(memory, chosen, fields, {"engine": found.labels})
    report = estimate(
        p,
        image.gamma,
        found.counts,
        technology=None if technology is None else load_technology(technology),
        clock_mhz=clock_mhz,
        budget_bits=budget_bits,
        accuracy=bits,
        query_note=f"{query_note}; a recall gives {counted(p.outputs, 'output')}",
        provenance=provenance,
    )
    return report, OutputAnswers(p.outputs, float(found.miss.mean()), bits, labels or {})


def _check_targets(image: Image, memory: Memory) -> None:
    """Raise InputError unless the memory is the image's and has targets."""
    check_memory(image, memory)
    p = image.parameters
    if memory.outputs != p.outputs:
        has = counted(memory.outputs, "output") if memory.outputs else "no targets"
        raise InputError(
            f"the memory has {has}, the image {counted(p.outputs, 'output')}; give the memory the "
            "image was made from"
        )


def _counted(
    image: Image, queries: Spins, together: Counts
) -> Mapping[str, tuple[Parameters, Counts]]:
    """By rule, by queries in flight, and by engines."""
    by_rule = counted_by_rule(image, queries, together)
    return by_rule | counted_in_flight(image, queries) | counted_side_by_side(image, queries)


def _accuracies(
    image: Image, queries: Spins, recalled: Spins, originals: Spins, memory: Memory | None
) -> dict[str, float]:
    most = image.parameters.max_steps
    states = {"engine": recalled, "nearest": nearest_patterns(image.patterns, queries)}
    if memory is not None:
        states["float32"] = float_recall(memory, queries, max_steps=most, dtype=np.float32).states
        p = image.parameters
        wide = lower(
            memory,
            bits=INTEGER_BITS,
            kernel_bits=p.kernel_bits,
            lanes=p.lanes,
            kernel_origin=p.kernel_origin,
            max_steps=most,
            **PLAIN,
        )
        states["int8"] = fast.recall(wide, queries).states
    return {name: recall_accuracy(result, originals) for name, result in states.items()}


def recall_curve(
    image: Image, memory: Memory | None, noises: Sequence[float], seed: int
) -> RecallCurve:
    """Recall accuracy against noise from up to 500 stored patterns at each level.

    Args:
        image: the exact model's, and the nearest-pattern search's patterns.
        memory: adds float32.
        noises: fractions of spins flipped.
        seed: of patterns and noise; one level's queries do not depend on another's.
    """
    patterns = spins_from_bits(image.patterns)
    count = min(CURVE_QUERIES, len(patterns))
    names = ["engine", "nearest"] + (["float32"] if memory is not None else [])
    columns: dict[str, list[float]] = {name: [] for name in names}
    for level, noise in enumerate(noises):
        queries, chosen = noisy_queries(patterns, count, noise, seed + level)
        states = {
            "engine": fast.recall(image, queries).states,
            "nearest": nearest_patterns(image.patterns, queries),
        }
        if memory is not None:
            most = image.parameters.max_steps
            states["float32"] = float_recall(memory, queries, max_steps=most).states
        for name, result in states.items():
            columns[name].append(recall_accuracy(result, patterns[chosen]))
    return RecallCurve(tuple(noises), {name: tuple(values) for name, values in columns.items()})
