"""Recalls side by side: stored, query and recalled, one below the other; still or step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hwsim.errors import InputError
from hwsim.pictures.picture import STILL, Picture, label, picture
from hwsim.pictures.tiles import Shape, Spins, pixel, tile
from hwsim.printable import told
from hwsim.quantities import counted

_LEFT, _TOP, _GAP, _LINE = 70.0, 10.0, 14.0, 16.0
_NARROWEST = 106.0  # of a column: its words
SECONDS = 0.9  # a step
_HOLD = 3  # steps that the last state stays


@dataclass(frozen=True)
class Column:
    """One recall.

    Attributes:
        title: names what was stored.
        stored: (N,) int8 of ±1, against which pixels are wrong.
        states: (S + 1, N), the query, then states on the way, of which the last is the answer.
        end: how it ended, in a few words.
    """

    title: str
    stored: Spins
    states: Spins
    end: str


FIRST = 8  # recalls that are drawn where nobody says which


def chosen(which: int | Sequence[int] | None, count: int) -> list[int]:
    """Which of `count` recalls to draw: those asked for, or the first few.

    Raises:
        InputError: there is no such recall, or none at all.
    """
    if count == 0:
        raise InputError("there are no recalls to draw")
    wanted = range(min(FIRST, count)) if which is None else np.atleast_1d(np.asarray(which))
    for number in wanted:
        if not isinstance(number, int | np.integer) or not 0 <= number < count:
            raise InputError(f"which is {told(which)}; recalls are numbered from 0 to {count - 1}")
    if len(wanted) == 0:
        raise InputError("which is empty; it must name a recall")
    return [int(number) for number in wanted]


def columns(recalls: Sequence[Column], shape: Shape, *, steps: bool = False) -> Picture:
    """Draw them.

    Args:
        recalls: at least one.
        shape: rows and columns of a tile.
        steps: the answer's row moves through the states on the way, and rests at the last.
    """
    height, wide = shape[0] * pixel(shape), max(shape[1] * pixel(shape), _NARROWEST)
    row = height + _LINE + _GAP
    body = [
        label(_LEFT - 10, _TOP + 20 + index * row + height / 2, words, "", "end")
        for index, words in enumerate(("stored", "query", "recalled"))
    ]
    longest = max(len(each.states) for each in recalls)
    windows: set[tuple[int, int]] = set()
    for index, each in enumerate(recalls):
        x, y = _LEFT + index * (wide + _GAP), _TOP + 16
        body.append(_part(x, y, each.stored, shape, None, each.title))
        body.append(_part(x, y + row, each.states[0], shape, each.stored, ""))
        if not steps:
            body.append(_part(x, y + 2 * row, each.states[-1], shape, each.stored, ""))
        else:
            last = len(each.states) - 1
            for step, state in enumerate(each.states):
                end = longest + _HOLD if step == last else step + 1
                windows.add((step, end))
                drawn = _part(x, y + 2 * row, state, shape, each.stored, f"step {step}")
                body.append(_frame(drawn, step, end, longest + _HOLD, last=step == last))
        body.append(label(x, y + 3 * row + 2, each.end, "soft"))
    right = sum((each.states[-1] == each.stored).all() for each in recalls)
    alt = (
        f"{counted(len(recalls), 'recall')}, each the stored pattern, the query and what was "
        f"recalled: {right} came back as stored"
    )
    return picture(
        alt,
        _LEFT + len(recalls) * (wide + _GAP),
        _TOP + 16 + 3 * row + _GAP,
        body,
        _motion(windows, longest + _HOLD) if steps else "",
    )


def _part(x: float, y: float, state: Spins, shape: Shape, stored: Spins | None, words: str) -> str:
    """A tile with a line below it: its words, and how many spins are wrong."""
    if stored is not None:
        wrong = int(np.count_nonzero(state != stored))
        words = f"{words}: {wrong} wrong" if words else f"{wrong} wrong"
    below = y + shape[0] * pixel(shape) + 13
    return tile(x, y, state, shape, stored) + label(x, below, words)


def _name(window: tuple[int, int], count: int) -> str:
    return f"hwsim-{window[0]}-{window[1]}-{count}"


def _frame(body: str, start: int, end: int, count: int, *, last: bool) -> str:
    """What is seen from step `start` to step `end` of `count`, again and again."""
    classes = "frame last" if last else "frame"
    style = f"animation:{_name((start, end), count)} {count * SECONDS:g}s step-end infinite"
    return f'<g class="{classes}" style="{style}">{body}</g>'


def _motion(windows: set[tuple[int, int]], count: int) -> str:
    """The keyframes of each window; who asks for no motion sees the last state."""
    rules = []
    for start, end in sorted(windows):
        keys = [f"{100 * start / count:.4g}%{{visibility:visible}}"]
        if start:
            keys.insert(0, "0%{visibility:hidden}")
        if end < count:
            keys.append(f"{100 * end / count:.4g}%{{visibility:hidden}}")
        last = "visible" if end == count else "hidden"
        keys.append(f"100%{{visibility:{last}}}")
        rules.append(f"@keyframes {_name((start, end), count)}{{{''.join(keys)}}}")
    return "".join(rules) + STILL
