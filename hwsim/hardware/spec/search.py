"""DISTANCE: the nearest patterns, by as few pattern words as show who they are.

**Abandon.** With R the first distance from the origin whose kernel value is 0, and `best` the
distance of some pattern, let limit = best + R (nearest) or max(best, R) (absolute). A pattern whose
distance is limit or more has kernel value 0: d0 <= best, so d - d0 >= R (nearest), or d >= R
(absolute). And it is not the nearest but in the absolute origin, where R <= best = d0 and all
kernel values are 0. So a lower bound that reaches limit stands for the distance: no result tells.
The distance over some words is a lower bound; so is an earlier distance, or bound, less the bits
that the state has changed since. What is below the limit is completed: every value below it is
exact. limit is frozen before the sweep, so the order of reads decides nothing.

The pattern that gave `best` lies at or below it, best < best + R, so d0 is the smallest value, and
all patterns at d0 are exact: w is the lowest index. (Absolute with R <= best: its value is best
itself, completed or as a bound, and no other can be below.)

**Radius.** radius[m] promises that every state at a distance below it goes to X[m] in one step, and
X[m] to itself; so the search ends at the first complete distance that is. The image's maker proved
it (`hwsim.hardware.rules`).
"""

from __future__ import annotations

from dataclasses import dataclass

from hwsim.config import BATCH
from hwsim.hardware.spec.machine import Machine, Step


@dataclass(frozen=True)
class Found:
    """How a search ended.

    Attributes:
        distance, pattern: d0 and w; or the pattern within whose radius the state is.
        radius: what the radius memory says of it; 0 where there is none.
        hit: whether distance < radius.
    """

    distance: int
    pattern: int
    radius: int

    @property
    def hit(self) -> bool:
        return self.distance < self.radius


class Search:
    """The search of each step; it knows the last one's winner."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.last = Found(0, 0, 0)

    def probe(self) -> Found | None:
        """Before a later step: the last winner, where that may end it or freeze a limit."""
        p, machine = self.machine.parameters, self.machine
        if p.coarse_words == 0 and self.last.radius == 0:
            return None
        machine.tally["probes"] += 1
        distance = machine.distance(self.last.pattern, 0, p.words)
        return Found(distance, self.last.pattern, self.last.radius)

    def run(self, step: Step, probed: Found | None, flips: int) -> Found:
        """One pass. `probed` is None in a recall's first step, or without rules."""
        p, machine = self.machine.parameters, self.machine
        if p.coarse_words == 0:
            found = self._scan_all()
        elif probed is not None:
            found = self._sweep(self._limit(probed.distance), flips, None)
        elif p.coarse_words == p.words:
            found = self._scan_all()
        else:
            self._scan_coarse()
            ended, best = self._complete_shortlist()
            found = ended or self._sweep(self._limit(best), 0, p.coarse_words)
        step.distances = list(machine.distances.words)
        step.nearest, step.winner = found.distance, found.pattern
        self.last = found
        return found

    def _limit(self, best: int) -> int:
        p = self.machine.parameters
        return best + p.reach if p.nearest else max(best, p.reach)

    def _look(self, distance: int, pattern: int) -> Found:
        machine = self.machine
        wanted = machine.parameters.radius_bits > 0
        return Found(distance, pattern, machine.radius.read(pattern) if wanted else 0)

    def _scan_all(self) -> Found:
        """Every word of every pattern; the distance buffer and each group's minimum."""
        p, machine = self.machine.parameters, self.machine
        machine.tally["scans"] += 1
        return self._in_order([machine.distance(m, 0, p.words) for m in range(p.patterns)])

    def _in_order(self, values: list[int]) -> Found:
        """Write what was found of each pattern, and each group's smallest; look at the nearest."""
        p, machine = self.machine.parameters, self.machine
        for m, value in enumerate(values):
            machine.distances.write(m, value)
        for group in range(p.groups):
            lanes = values[group * p.lanes : (group + 1) * p.lanes]
            machine.group_minimum.write(group, min(lanes))
        nearest = min(values)
        return self._look(nearest, values.index(nearest))

    def _scan_coarse(self) -> None:
        """The first words of every pattern."""
        p, machine = self.machine.parameters, self.machine
        machine.tally["scans"] += 1
        for m in range(p.patterns):
            machine.distances.write(m, machine.distance(m, 0, p.coarse_words))

    def _complete_shortlist(self) -> tuple[Found | None, int]:
        """Complete the least bounds in batches; where the radius memory ends it, and the best."""
        p, machine = self.machine.parameters, self.machine
        bounds = machine.distances.words  # seen as they were written, not read
        shortlist = sorted(range(p.patterns), key=lambda m: (bounds[m], m))[: p.shortlist]
        best, pattern = p.neurons + 1, 0
        for first in range(0, p.shortlist, BATCH):
            machine.tally["shortlist_batches"] += 1
            for m in shortlist[first : first + BATCH]:
                machine.tally["shortlist_completions"] += 1
                distance = bounds[m] + machine.distance(m, p.coarse_words, p.words)
                if distance < best:
                    best, pattern = distance, m
            if p.radius_bits:
                found = self._look(best, pattern)
                if found.hit:
                    return found, best
        return None, best

    def _sweep(self, limit: int, flips: int, measured: int | None) -> Found:
        """Complete what may lie below the limit.

        Args:
            limit: frozen.
            flips: bits that changed since the buffer was written.
            measured: words that the buffer's values are of; None where they are of another state.
        """
        p, machine = self.machine.parameters, self.machine
        machine.tally["sweeps"] += 1
        values = []
        for m in range(p.patterns):
            value = max(machine.distances.read(m) - flips, 0)
            if value < limit:
                machine.tally["sweep_completions"] += 1
                first = measured or 0
                machine.tally["sweep_words"] += p.words - first
                rest = machine.distance(m, first, p.words)
                value = rest if measured is None else value + rest
            values.append(value)
        return self._in_order(values)
