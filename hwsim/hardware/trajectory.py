"""One recall step by step, by the contract's formulas: what each step measured and changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.errors import InputError
from hwsim.hardware.contract import code_levels
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import IntArray
from hwsim.pictures import Column, Picture, beside, blocks, columns, grid
from hwsim.printable import told
from hwsim.quantities import counted
from hwsim.show import Record, html_table, text_table
from hwsim.spins import SpinArray, bits_from_spins, checked_queries, spins_from_bits
from hwsim.typed import typed

TILES = 8  # of a long recall: the first ones and the last


@dataclass(frozen=True, eq=False, repr=False)
class Trajectory(Record):
    """What a recall of one query does, S steps of it; its last state is the recall's answer.

    A recall that comes back to an earlier state than the last would go round until step T, which
    is not shown; `period` tells.

    Attributes:
        states: (S + 1, N) int8 of ±1, the query and the state after each step.
        nearest: (S,) int64, the pattern nearest to the state that the step began with; of several
            the first.
        distance: (S,) int64, its Hamming distance.
        speaking: (S,) int64, how many patterns have a kernel value over 0.
        max_steps: T.
        period: after how many steps the state repeats: 1 where the recall converged, 0 where T
            steps did not show it.
        pattern: (N,) int8 of ±1, the stored pattern nearest to the query.
    """

    states: SpinArray
    nearest: IntArray
    distance: IntArray
    speaking: IntArray
    max_steps: int
    period: int
    pattern: SpinArray = field(repr=False)

    @property
    def steps(self) -> int:
        """S, updates evaluated, the one that confirms included."""
        return len(self.nearest)

    @property
    def converged(self) -> bool:
        """Whether the last update repeated the state."""
        return self.period == 1

    @property
    def miss(self) -> bool:
        """Whether every kernel value of the first step was 0 (`absolute` only)."""
        return bool(self.speaking[0] == 0)

    @property
    def changed(self) -> IntArray:
        """(S,) spins that each step changed."""
        return np.asarray((self.states[1:] != self.states[:-1]).sum(axis=1, dtype=np.int64))

    @property
    def wrong(self) -> IntArray:
        """(S + 1,) spins that differ from `pattern` in each state."""
        return np.asarray((self.states != self.pattern).sum(axis=1, dtype=np.int64))

    @property
    def flags(self) -> str:
        """How it ended, in a few words."""
        count = counted(self.steps, "step")
        if self.converged:
            return f"miss, {count}" if self.miss else f"converged, {count}"
        return f"repeats every {self.period}" if self.period else f"{count}, not converged"

    @property
    def end(self) -> str:
        """How it ended, in a sentence."""
        if self.miss:
            return "miss: no pattern is near enough for a kernel value over 0; the state stays"
        if self.converged:
            off, nearest = int(self.distance[-1]), f"pattern {self.nearest[-1]}"
            where = f"{counted(off, 'spin')} from {nearest}" if off else f"in {nearest}"
            return f"converged after {counted(self.steps, 'step')}, {where}"
        if self.period:
            return (
                f"not converged: the states repeat every {self.period} steps, "
                f"until step {self.max_steps}, the last"
            )
        return f"not converged after {counted(self.steps, 'step')}, the most that the image allows"

    def rows(self) -> list[dict[str, int]]:
        """What each step measured and changed, by name."""
        return [
            {
                "step": step + 1,
                "nearest": int(self.nearest[step]),
                "distance": int(self.distance[step]),
                "kernel_values_over_0": int(self.speaking[step]),
                "changed": int(self.changed[step]),
                "wrong": int(self.wrong[step + 1]),
            }
            for step in range(self.steps)
        ]

    def plot(self, shape: Any = None) -> Picture:
        """The recall as an SVG that moves step by step.

        Args:
            shape: rows and columns of a state's pixels, such as (8, 8); None for about a square.

        Raises:
            InputError: the shape is not of N pixels.
        """
        return columns([self.column()], grid(len(self.pattern), shape), steps=True)

    def column(self) -> Column:
        """The recall as one of several in a picture."""
        return Column(f"pattern {self.nearest[0]}", self.pattern, self.states, self.flags)

    @typed
    def text(self, shape: Any = None, *, width: int | None = None, ascii_only: bool = False) -> str:
        """States and steps as lines of text.

        Args:
            shape: as for `plot`.
            width: of the terminal, in characters; None for no limit. States that are wider are left
                out.
            ascii_only: without block characters.

        Raises:
            InputError: the shape is not of N pixels.
        """
        pixels = grid(len(self.pattern), shape)
        drawn = [(f"pattern {self.nearest[0]}", self.pattern), ("query", self.states[0])]
        drawn += [(f"step {step}", self.states[step]) for step in self._shown_steps()]
        lines = [f"{pixels[1]} columns of pixels do not fit {width} characters; give another shape"]
        if width is None or pixels[1] <= width:
            tiles = [(title, blocks(each, pixels, ascii_only=ascii_only)) for title, each in drawn]
            lines = beside(tiles, pixels[1], width)
        return "\n".join([*lines, text_table(self._table()), self.end])

    def _shown_steps(self) -> list[int]:
        """All, or the first and the last ones of many."""
        steps = list(range(1, self.steps + 1))
        return steps if len(steps) <= TILES else [*steps[: TILES // 2], *steps[-TILES // 2 :]]

    def _table(self) -> list[tuple[str, ...]]:
        steps = [
            (
                str(row["step"]),
                f"pattern {row['nearest']} at {row['distance']}",
                *(str(row[name]) for name in ("kernel_values_over_0", "changed", "wrong")),
            )
            for row in self.rows()
        ]
        return [("step", "nearest", "kernel values over 0", "changed", "wrong after"), *steps]

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        headings, *rows = self._table()
        return self.plot().svg + html_table(self.end, rows, headings)

    def _shown(self) -> Mapping[str, object]:
        return {
            "N": len(self.pattern),
            "pattern": int(self.nearest[0]),
            "wrong": " ".join(map(str, self.wrong[: TILES + 1])),
            "end": self.end,
        }


def follow(image: Image, query: npt.NDArray[np.int8]) -> Trajectory:
    """Recall one query, keeping every state on the way.

    Args:
        image: the integers.
        query: (N,) int8 of ±1.

    Raises:
        InputError: the query's shape or a spin is wrong.
    """
    p, levels = image.parameters, code_levels(image.parameters)
    patterns = image.patterns
    state = bits_from_spins(checked_queries(query[np.newaxis], p.neurons))[0]
    states = [state]
    measured: list[tuple[int, int, int]] = []
    seen = {state.tobytes(): 0}
    period = 0
    while not period and len(measured) < p.max_steps:
        d = np.count_nonzero(patterns != state, axis=1)
        nearest = int(d.argmin())
        k = image.kernel_lut[d - (d[nearest] if p.nearest else 0)]
        speaking = np.flatnonzero(k)
        f = (k[speaking] @ levels[image.codes_of(speaking)]) * 2**p.offset_frac_bits
        f += image.offsets * k.sum()
        state = np.where(f == 0, state, f > 0).astype(np.uint8)
        states.append(state)
        measured.append((nearest, int(d[nearest]), len(speaking)))
        period = len(measured) - seen.setdefault(state.tobytes(), len(measured))
    nearest_each, distance, counts = np.array(measured, dtype=np.int64).T
    return Trajectory(
        states=spins_from_bits(np.array(states)),
        nearest=nearest_each,
        distance=distance,
        speaking=counts,
        max_steps=p.max_steps,
        period=period,
        pattern=spins_from_bits(patterns[measured[0][0]]),
    )


def which_query(number: int, count: int) -> int:
    """The number of one of `count` queries.

    Raises:
        InputError: there is none of this number.
    """
    if isinstance(number, bool) or not isinstance(number, int | np.integer):
        raise InputError(f"query is {told(number)}; it must be the number of a query")
    if not 0 <= number < count:
        raise InputError(f"query is {told(number)}; there are {count}, numbered from 0")
    return int(number)


def nearest_pattern(image: Image, query: npt.NDArray[np.int8]) -> int:
    """The pattern nearest to a state (N,) of ±1, of several the first."""
    return int(np.count_nonzero(image.patterns != bits_from_spins(query), axis=1).argmin())
