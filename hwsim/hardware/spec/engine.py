"""ITERATE: step after step, until the state repeats, or must, or T steps have run.

**Stop.** Where radius[w] > 0, X[w] goes to itself. A step that begins in X[w] need not be run: it
repeats the state. So a step at whose search d0 = 0 < radius[w] ends converged there; and after a
step, the next one first looks whether the state is the last winner's pattern, which costs W reads
instead of a pass. (That nothing changed in a step proves nothing of the next one; that the state
is X[w] does.) At step T there is no next one: T steps, not converged.

A recall whose search ended within a radius goes to that pattern at once; the step that would
confirm it is reported, not run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Counts, Recalls
from hwsim.hardware.packing import pack_words, unpack_words
from hwsim.hardware.spec import group, row
from hwsim.hardware.spec.kernel import list_active_groups
from hwsim.hardware.spec.machine import Machine, Step
from hwsim.hardware.spec.search import Found, Search
from hwsim.spins import bits_from_spins, checked_queries, spins_from_bits

Progress = Callable[[int, int], None]


@dataclass
class Answer:
    """What a recall reports, and the steps that were run.

    Attributes:
        steps: reported.
        converged, miss, distance: as in `hwsim.hardware.outcome.Recalls`.
        passes: every step that was run, in order.
    """

    steps: int = 0
    converged: bool = False
    miss: bool = False
    distance: int = 0
    passes: list[Step] = field(default_factory=list)


class Specification(Machine):
    """The engine's memories, and recalls on them."""

    def recall(self, query: npt.NDArray[np.uint8]) -> Answer:
        """Iterate from the query's bits (N,)."""
        p = self.parameters
        self.tally.clear()
        for address, word in enumerate(pack_words(query, p.lanes)):
            self.state.write(address, word)
        answer, search, flips = Answer(), Search(self), 0
        while True:
            answer.steps += 1
            probed = search.probe() if answer.steps > 1 else None
            if probed is not None and probed.hit:
                self._go_to(answer, probed)
                break
            step = Step(kernel=[0] * p.patterns)
            answer.passes.append(step)
            self.tally["passes"] += 1
            found = search.run(step, probed, flips)
            if found.hit:
                step.changed, step.ended_by = found.distance > 0, "radius"
                self._go_to(answer, found)
                step.state = list(self.state.words)
                break
            flips = self._update(step)
            if answer.steps == 1:
                answer.miss = step.kernel_sum == 0
            answer.distance = found.distance
            answer.converged = flips == 0
            if answer.converged or answer.steps == p.max_steps:
                break
            if step.ended_by == "winner" and found.radius:  # the state is X[w]
                answer.steps, answer.converged, answer.distance = answer.steps + 1, True, 0
                break
        self.tally["steps"] = answer.steps
        for address in range(p.words):  # the result leaves the engine
            self.state.read(address)
        return answer

    def _update(self, step: Step) -> int:
        """KERNEL to THRESHOLD; how many bits changed."""
        origin = step.nearest if self.parameters.nearest else 0
        list_active_groups(self, step, origin)
        update = row.update if self.parameters.row else group.update
        flips = update(self, step, origin)
        if flips is None:
            step.ended_by, flips = "winner", step.nearest
            self.copy(step.winner)
        step.changed = flips > 0
        step.state = list(self.state.words)
        return flips

    def _go_to(self, answer: Answer, found: Found) -> None:
        """End in the pattern within whose radius the state is."""
        answer.distance, answer.converged = 0, True
        if found.distance:
            self.copy(found.pattern)
            if answer.steps < self.parameters.max_steps:
                answer.steps += 1
            else:
                answer.distance, answer.converged = found.distance, False


def recall(
    image: Image, queries: npt.NDArray[np.int8], progress: Progress | None = None
) -> Recalls:
    """Recall each query by the specification.

    Args:
        image: the integers.
        queries: (Q, N) int8 of ±1.
        progress: called with (recalls done, recalls in all).

    Raises:
        InputError: the queries' shape or a spin is wrong.
    """
    p = image.parameters
    queries = checked_queries(queries, p.neurons)
    specification = Specification(image)
    states = np.empty(queries.shape, dtype=np.int8)
    converged = np.zeros(len(queries), dtype=np.bool_)
    miss = np.zeros(len(queries), dtype=np.bool_)
    distance = np.zeros(len(queries), dtype=np.int64)
    tallies = []
    for q, query in enumerate(bits_from_spins(queries)):
        answer = specification.recall(query)
        words = specification.state.words
        states[q] = spins_from_bits(unpack_words(words, p.lanes, p.neurons))
        converged[q], miss[q], distance[q] = answer.converged, answer.miss, answer.distance
        tallies.append(dict(specification.tally))
        if progress is not None:
            progress(q + 1, len(queries))
    return Recalls(states, converged, miss, distance, Counts.from_rows(tallies))
