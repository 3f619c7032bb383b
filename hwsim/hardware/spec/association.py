"""ASSOCIATE: from a query to outputs of their own, in one step or, of a sequence, in T.

The search, the kernel and the group dataflow are those of a recall. The threshold writes the
outputs' signs where the query was, which nobody needs any more, and finds the label. A query that
nothing stored is near accumulates nothing: every field is 0, and so are signs and label.
In a sequence the signs are the next query; a step that accumulates nothing leaves its own.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from hwsim.hardware.association import Associations, check_has_outputs
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Counts
from hwsim.hardware.packing import pack_words, unpack_words
from hwsim.hardware.spec import group
from hwsim.hardware.spec.kernel import list_active_groups
from hwsim.hardware.spec.machine import Machine, Slot, Step
from hwsim.hardware.spec.search import Search, search
from hwsim.spins import bits_from_spins, checked_queries

Progress = Callable[[int, int], None]


class Associator(Machine):
    """The memories of an image with outputs, and what it answers."""

    def associate(self, query: npt.NDArray[np.uint8]) -> list[Step]:
        """What each step from a query's bits (N,) computed; `state` are the words of its result."""
        self.tally.clear()
        slot = Slot(self)
        for address, word in enumerate(pack_words(query, self.parameters.lanes)):
            slot.write_state(address, word)
        return [self._step(slot) for _ in range(self.parameters.results)]

    def _step(self, slot: Slot) -> Step:
        p = self.parameters
        self.tally.update(steps=1, passes=1)
        seeker = Search(slot)
        search([seeker])
        step = Step(kernel=[0] * p.patterns)
        step.distances = list(slot.shares[0].distances.words)
        step.nearest, step.winner = seeker.last.distance, seeker.last.pattern
        origin = step.nearest if p.nearest else 0
        list_active_groups(slot, step, origin)
        group.update(slot, step, origin)
        if not step.active_groups:
            step.fields = [0] * p.outputs
        words = [slot.state.read(address) for address in range(p.result_words)]
        step.state = words if step.active_groups else [0] * p.result_words
        return step


def associate(
    image: Image, queries: npt.NDArray[np.int8], progress: Progress | None = None
) -> Associations:
    """Associate each query by the specification, one after the other.

    Args:
        image: the integers, with outputs.
        queries: (Q, N) int8 of ±1.
        progress: called with (queries done, queries in all).

    Raises:
        InputError: the image has no outputs, or the queries' shape or a spin is wrong.
    """
    p = image.parameters
    check_has_outputs(p)
    queries = checked_queries(queries, p.neurons)
    machine = Associator(image)
    answers = len(queries) * p.results
    fields = np.zeros((answers, p.outputs), dtype=np.int64)
    labels, distance = np.zeros((2, answers), dtype=np.int64)
    miss = np.zeros(answers, dtype=np.bool_)
    tallies = []
    for q, bits in enumerate(bits_from_spins(queries)):
        for a, step in enumerate(machine.associate(bits), q * p.results):
            fields[a], labels[a], distance[a] = step.fields, step.label, step.nearest
            miss[a] = not step.active_groups
            assert np.array_equal(unpack_words(step.state, p.lanes, p.outputs), fields[a] > 0)
        tallies.append(dict(machine.tally))
        if progress is not None:
            progress(q + 1, len(queries))
    return Associations(fields, labels, miss, distance, Counts.from_rows(tallies))
