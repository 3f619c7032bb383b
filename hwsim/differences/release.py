"""Golden vectors that another release made, against the answers of this one."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np

from hwsim.cost.cycles import engine_cycles
from hwsim.divergence import Divergence
from hwsim.errors import InputError
from hwsim.export.vectors import VECTORS, WORDS, Vectors, parse_vectors, read_words, vectors_of
from hwsim.hardware import layout, spec
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Counts
from hwsim.spins import SpinArray, spins_from_bits

BETWEEN: Final = ("vectors", "this release")


def read_release(folder: Path, image: Image) -> tuple[Vectors, SpinArray, SpinArray]:
    """Vectors, their queries and the states they end in, (Q, N) int8 of ±1.

    They may be of another manifest: another release writes another one for the same integers.

    Raises:
        InputError: they are not sound, or of other sizes than the image.
    """
    vectors = vectors_of(folder, parse_vectors(folder))
    theirs = vectors.engine_parameters()
    for name in ("neurons", "lanes"):
        mine, other = getattr(image.parameters, name), getattr(theirs, name)
        if mine != other:
            raise InputError(
                f"{folder / VECTORS}: {name} is {other}, the image's {mine}; give the image that "
                "the vectors were made from"
            )
    queries, states = (
        spins_from_bits(layout.unpack_patterns(theirs, read_words(folder, name, vectors)))
        for name in WORDS
    )
    return vectors, queries, states


def first_of_release(
    image: Image, vectors: Vectors, queries: SpinArray, states: SpinArray
) -> Divergence | None:
    """The first answer that is another one: state, flags, and of the same engine, its counters.

    Rules change what a recall costs, never where it ends.
    """
    same_engine = vectors.engine_parameters() == image.parameters
    recalls, counts = spec.recall_in_flight(image, queries, image.parameters.queries_in_flight)
    for query, written in enumerate(vectors.recalls):
        changed = np.flatnonzero(recalls.states[query] != states[query])
        if len(changed):
            i = int(changed[0])
            return _place(
                query, "RESULT", "state", states[query, i] > 0, recalls.states[query, i] > 0,
                neuron=i, word=i // image.parameters.lanes, bit=i % image.parameters.lanes,
                memory="state memory",
            )  # fmt: skip
        for name in ("steps", "converged", "miss", "distance"):
            mine = getattr(recalls, name)[query]
            if getattr(written, name) != mine:
                return _place(query, "RESULT", name, getattr(written, name), mine)
    return _first_count(image, vectors, counts) if same_engine else None


def _first_count(image: Image, vectors: Vectors, counts: Counts) -> Divergence | None:
    """The first counter of a recall, or of a batch, that is another one."""
    cycles = engine_cycles(image.parameters, counts, len(vectors.recalls))
    for row, batch in enumerate(vectors.batches()):
        mine = {**counts.row(row), "cycles": int(cycles[row])}
        for name, number in {**batch.counters, "cycles": batch.cycles}.items():
            if name in mine and mine[name] != number:
                return _place(batch.last, "COUNTERS", name, number, mine[name])
    return None


def _place(
    query: int, stage: str, quantity: str, expected: Any, found: Any, **where: Any
) -> Divergence:
    return Divergence(
        between=BETWEEN, query=query, stage=stage, quantity=quantity, expected=int(expected),
        found=int(found), **where,
    )  # fmt: skip
