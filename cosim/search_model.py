"""The search stage's phases, reads and cycles, from the contract's words: what its test expects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

# What a search in step waits for: bits of hwsim_search's waits.
PASS, LIST, SWEEP, LOOK = range(4)


@dataclass
class Search:
    """One image's memories, and the searches of one recall after the other.

    In step with other searches, `pause` says how long each grant takes from the first cycle that
    waits for it on, and `others` which patterns others need in a sweep.
    """

    n: int
    lanes: int
    coarse_words: int
    reach: int
    radius_bits: int
    nearest_origin: bool
    patterns: list[int]  # N bits each
    radius: list[int]
    buffer: list[int] = field(default_factory=list)
    winner: int = 0
    pause: Callable[[], int] | None = None
    others: set[int] = field(default_factory=set)
    # of one search
    cycle: int = 0  # of the next phase's start; the search's own start is cycle 0
    # cycle, pattern word, word of the state or -1
    reads: list[tuple[int, int, int]] = field(default_factory=list)
    waits: list[tuple[int, int, int]] = field(default_factory=list)  # first, last cycle, what for
    radius_reads: list[tuple[int, int]] = field(default_factory=list)  # cycle, pattern
    distance_reads: list[int] = field(default_factory=list)
    writes: list[tuple[int, int]] = field(default_factory=list)  # pattern, value
    minima: list[tuple[int, int]] = field(default_factory=list)  # group, value
    counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.words = -(-self.n // self.lanes)
        self.latency = self.lanes.bit_length() - 1 + 5
        self.buffer = [0] * len(self.patterns)

    def search(self, state: int, first_step: bool, flips: int) -> tuple[bool, int, int]:
        """Hit or not, the pattern, its distance; self.cycle is then the cycle of done."""
        self.state, self.cycle = state, 0
        for log in (
            self.reads, self.radius_reads, self.distance_reads, self.writes, self.minima, self.waits
        ):  # fmt: skip
            log.clear()
        self.counts = dict.fromkeys(
            ("passes", "probes", "scans", "shortlist_batches", "shortlist_completions",
             "sweeps", "sweep_completions", "sweep_words"), 0,
        )  # fmt: skip
        c, w = self.coarse_words, self.words
        fixed = self.radius_bits > 0 and self.radius[self.winner] > 0
        if not first_step and (c or fixed):
            best = self._probe()
            if self._hits(best, self.winner):
                return True, self.winner, best
            self.cycle += 1
        self._wait(PASS)
        self.counts["passes"] += 1
        if not c or (first_step and c == w):
            self._scan(w)
        elif first_step:
            self._scan(c)
            self._wait(LIST)
            hit, best = self._shortlist()
            if hit:
                return True, self.winner, best
            self._wait(SWEEP)
            self._sweep(best, 0, c)
        else:
            self._sweep(best, flips, 0)
        nearest = min(self.buffer)
        self.winner = self.buffer.index(nearest)
        for first in range(0, len(self.buffer), self.lanes):
            self.minima.append((first // self.lanes, min(self.buffer[first : first + self.lanes])))
        if self.radius_bits:
            self._wait(LOOK)
        return self._test(nearest), self.winner, nearest

    def _wait(self, what: int) -> None:
        """Until the grant, in whose cycle what was waited for begins."""
        if self.pause is not None:
            first = self.cycle + 1
            self.cycle = first + self.pause()
            self.waits.append((first, self.cycle, what))

    def _read(self, m: int, first: int, last: int, cycle: int) -> int:
        """Words first .. last - 1 of pattern m, the first in this cycle."""
        for k in range(first, last):
            self.reads.append((cycle + k - first, m * self.words + k, k))
        lanes = ((1 << (last - first) * self.lanes) - 1) << first * self.lanes
        return ((self.state ^ self.patterns[m]) & lanes).bit_count()

    def _hits(self, distance: int, m: int) -> bool:
        return self.radius_bits > 0 and distance < self.radius[m]

    def _test(self, distance: int) -> bool:
        if not self.radius_bits:
            return False
        self.radius_reads.append((self.cycle, self.winner))
        self.cycle += 3
        return self._hits(distance, self.winner)

    def _probe(self) -> int:
        self.counts["probes"] += 1
        distance = self._read(self.winner, 0, self.words, self.cycle + 1)
        self.cycle += self.words + self.latency
        return distance

    def _write(self, m: int, value: int) -> None:
        self.buffer[m] = value
        self.writes.append((m, value))

    def _scan(self, words: int) -> None:
        self.counts["scans"] += 1
        for m in range(len(self.patterns)):
            self._write(m, self._read(m, 0, words, self.cycle + 1 + m * words))
        self.cycle += len(self.patterns) * words + self.latency

    def _shortlist(self) -> tuple[bool, int]:
        order = sorted(range(len(self.patterns)), key=lambda m: (self.buffer[m], m))[:16]
        best = self.n + 1
        left = self.words - self.coarse_words
        for start in range(0, len(order), 4):
            batch = order[start : start + 4]
            self.counts["shortlist_batches"] += 1
            for j, m in enumerate(batch):
                self.counts["shortlist_completions"] += 1
                cycle = self.cycle + 4 + j * left
                whole = self.buffer[m] + self._read(m, self.coarse_words, self.words, cycle)
                if whole < best:
                    best, self.winner = whole, m
            self.cycle += len(batch) * left + self.latency + 3
            if self._test(best):
                return True, best
        return False, best

    def _sweep(self, best: int, flips: int, first_word: int) -> None:
        self.counts["sweeps"] += 1
        limit = best + self.reach if self.nearest_origin else max(best, self.reach)
        cycle = self.cycle + 4
        for m in range(len(self.patterns)):
            self.distance_reads.append(m)
            value = max(self.buffer[m] - flips, 0)
            if value < limit or m in self.others:
                self.counts["sweep_completions"] += 1
                self.counts["sweep_words"] += self.words - first_word
                read = self._read(m, first_word, self.words, cycle)
                if value < limit:
                    value = value + read if first_word else read
                else:  # read for others: the state is not
                    left = self.words - first_word
                    self.reads[-left:] = [(at, word, -1) for at, word, _ in self.reads[-left:]]
                cycle += self.words - first_word
            else:
                cycle += 1
            self._write(m, value)
        self.cycle = cycle - 1 + self.latency
