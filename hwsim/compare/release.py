"""Golden vectors that another release made, against the answers of this one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from hwsim.cost.cycles import recall_cycles
from hwsim.divergence import Divergence
from hwsim.errors import InputError
from hwsim.export.vectors import VECTORS, WORDS, Vectors, parse_vectors, read_words, vectors_of
from hwsim.hardware import layout, spec
from hwsim.hardware.image import Image
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
    recalls = spec.recall(image, queries)
    cycles = recall_cycles(image.parameters, recalls.counts)
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
        if not same_engine:
            continue
        counts = {**recalls.counts.row(query), "cycles": int(cycles[query])}
        for name, number in {**_counters(written.counters), "cycles": written.cycles}.items():
            if name in counts and counts[name] != number:
                return _place(query, "COUNTERS", name, number, counts[name])
    return None


def _counters(counters: Any) -> Mapping[str, int]:
    """By name; the declared ones are a structure's fields."""
    if isinstance(counters, Mapping):
        return counters
    return {name: getattr(counters, name) for name in counters.__struct_fields__}


def _place(
    query: int, stage: str, quantity: str, expected: Any, found: Any, **where: Any
) -> Divergence:
    return Divergence(
        between=BETWEEN, query=query, stage=stage, quantity=quantity, expected=int(expected),
        found=int(found), **where,
    )  # fmt: skip
