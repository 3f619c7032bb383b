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

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from hwsim.hardware.association import check_recalls_states
from hwsim.hardware.contract import Outcome
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Counts, Recalls
from hwsim.hardware.packing import pack_words, unpack_words
from hwsim.hardware.spec import group, row
from hwsim.hardware.spec.kernel import list_active_groups
from hwsim.hardware.spec.machine import STEP_BITS, Machine, Slot, Step
from hwsim.hardware.spec.search import Found, Search, search
from hwsim.spins import bits_from_spins, checked_queries, spins_from_bits

Progress = Callable[[int, int], None]


@dataclass
class Answer:
    """What a recall reports, and the steps that were run.

    Attributes:
        steps: reported.
        converged, miss, distance: as in `hwsim.hardware.outcome.Recalls`.
        overdue: whether T steps did not end it, as only a fault can do: it was cut off there.
        passes: every step that was run, in order.
        state: the words that it ended in.
    """

    steps: int = 0
    converged: bool = False
    miss: bool = False
    distance: int = 0
    overdue: bool = False
    passes: list[Step] = field(default_factory=list)
    state: list[int] = field(default_factory=list)


class Specification(Machine):
    """The engine's memories, and recalls on them."""

    def __init__(self, image: Image) -> None:
        super().__init__(image)
        self.searches: list[Search] = []  # one a slot; what a recall leaves there stays

    def recall(self, query: npt.NDArray[np.uint8]) -> Answer:
        """Iterate from the query's bits (N,)."""
        return self.recall_together([query])[0]

    def recall_together(self, queries: Sequence[npt.NDArray[np.uint8]]) -> list[Answer]:
        """Iterate from the bits (N,) of several queries in step with each other.

        They share each pattern word of a scan or sweep, and take the other stages in turn. `tally`
        has what all of them did together.
        """
        self.tally.clear()
        self.searches += [Search(Slot(self)) for _ in range(len(queries) - len(self.searches))]
        recalls = [_Recall(*each) for each in zip(self.searches, queries, strict=False)]
        while running := [one for one in recalls if not one.ended]:
            for one in running:
                one.begin_step()
            passing = [one for one in running if not one.ended]
            if passing:
                search([one.search for one in passing])
                for one in passing:
                    one.end_step()
        for one in recalls:
            one.send()
        return [one.answer for one in recalls]


class _Recall:
    """One query on its way."""

    def __init__(self, search: Search, query: npt.NDArray[np.uint8]) -> None:
        self.search, self.slot = search, search.slot
        for address, word in enumerate(pack_words(query, self.slot.parameters.lanes)):
            self.slot.write_state(address, word)
        self.answer = Answer(miss=self.slot.miss)
        self.begun = 0  # steps, which `steps` counts, too, unless that is faulty
        self.ended = False

    def begin_step(self) -> None:
        """Count a step, and end there if its state is within the last winner's radius."""
        self._count()
        self.search.first_step = self.answer.steps == 1
        if self.begun == self.slot.parameters.max_steps:
            self.answer.overdue = self.ended = True  # after a fault: nothing else ends it for sure
            self.answer.converged = False
            return
        self.begun += 1
        if not self.search.first_step and self.search.probe():
            self._go_to(self.search.last)
        else:
            self.slot.tally["passes"] += 1

    def _count(self) -> None:
        steps = (self.answer.steps if self.begun else 0) + 1
        self.answer.steps = self.slot.registers.latch("steps", steps % 2**STEP_BITS)

    def _tell(self, flag: str, value: bool) -> bool:
        """What a flag of the result holds."""
        return bool(self.slot.registers.latch(flag, int(value)))

    def end_step(self) -> None:
        """From what the search found to the next state."""
        p, answer, found = self.slot.parameters, self.answer, self.search.last
        step = Step(kernel=[0] * p.patterns)
        step.distances = [d for share in self.slot.shares for d in share.distances.words]
        step.nearest, step.winner = found.distance, found.pattern
        answer.passes.append(step)
        if found.hit:
            step.changed, step.ended_by = found.distance > 0, "radius"
            self._go_to(found)
            step.state = list(self.slot.state.words)
            return
        flips = self._update(step)
        if self.search.first_step:
            answer.miss = self._tell("miss", not step.active_groups)
            if step.active_groups:
                answer.miss = self._tell("miss", step.kernel_sum == 0)
        self.search.flips = self.slot.registers.latch("flips", flips)
        last = answer.steps == p.max_steps
        # After the winner's radius was looked at, the state is X[w], which repeats itself.
        confirmed = flips > 0 and not last and step.ended_by == "winner" and found.radius > 0
        self.ended = flips == 0 or last or confirmed
        answer.distance = 0 if confirmed else found.distance
        if confirmed:
            self._count()
        if self.ended:
            answer.converged = self._tell("converged", flips == 0 or confirmed)

    def send(self) -> None:
        """The result leaves the engine."""
        words = range(self.slot.parameters.words)
        self.answer.state = [self.slot.state.read(address) for address in words]
        self.slot.tally["steps"] += self.answer.steps
        self.slot.miss = self.answer.miss

    def _update(self, step: Step) -> int:
        """KERNEL to THRESHOLD; how many bits changed."""
        origin = step.nearest if self.slot.parameters.nearest else 0
        list_active_groups(self.slot, step, origin)
        update = row.update if self.slot.parameters.row else group.update
        flips = update(self.slot, step, origin)
        if flips is None:
            step.ended_by, flips = "winner", step.nearest
            self.slot.copy(step.winner)
        step.changed = flips > 0
        step.state = list(self.slot.state.words)
        return flips

    def _go_to(self, found: Found) -> None:
        """End in the pattern within whose radius the state is."""
        answer, self.ended = self.answer, True
        answer.distance, answer.converged = 0, self._tell("converged", True)
        if self.search.first_step:
            answer.miss = self._tell("miss", False)
        if found.distance:
            self.slot.copy(found.pattern)
            self.search.flips = self.slot.registers.latch("flips", found.distance)
            last = answer.steps == self.slot.parameters.max_steps
            if last:
                answer.distance = found.distance
            else:
                self._count()
            answer.converged = self._tell("converged", not last)


def recall(
    image: Image, queries: npt.NDArray[np.int8], progress: Progress | None = None
) -> Recalls:
    """Recall each query by the specification, one after the other.

    Args:
        image: the integers.
        queries: (Q, N) int8 of ±1.
        progress: called with (recalls done, recalls in all).

    Raises:
        InputError: the queries' shape or a spin is wrong.
    """
    outcome, counts = recall_in_flight(image, queries, 1, progress)
    return Recalls(outcome.states, outcome.converged, outcome.miss, outcome.distance, counts)


def recall_in_flight(
    image: Image,
    queries: npt.NDArray[np.int8],
    slots: int,
    progress: Progress | None = None,
) -> tuple[Outcome, Counts]:
    """Recall queries in batches that share the scans of the patterns.

    Args:
        image: the integers.
        queries: (Q, N) int8 of ±1.
        slots: queries in a batch; the last one may be short.
        progress: called with (recalls done, recalls in all).

    Returns:
        Where each query ended, and the counts of each batch, one row a batch.

    Raises:
        InputError: the queries' shape or a spin is wrong.
    """
    p = image.parameters
    check_recalls_states(p)
    queries = checked_queries(queries, p.neurons)
    specification = Specification(image)
    bits = bits_from_spins(queries)
    answers: list[Answer] = []
    tallies = []
    for first in range(0, len(queries), slots):
        answers += specification.recall_together(list(bits[first : first + slots]))
        tallies.append(dict(specification.tally))
        if progress is not None:
            progress(len(answers), len(queries))
    states = np.empty(queries.shape, dtype=np.int8)
    for q, answer in enumerate(answers):
        states[q] = spins_from_bits(unpack_words(answer.state, p.lanes, p.neurons))
    outcome = Outcome(
        states,
        np.array([answer.steps for answer in answers], dtype=np.int64),
        np.array([answer.converged for answer in answers], dtype=np.bool_),
        np.array([answer.miss for answer in answers], dtype=np.bool_),
        np.array([answer.distance for answer in answers], dtype=np.int64),
    )
    return outcome, Counts.from_rows(tallies)
