"""What is stored, in one picture: patterns as tiles, then numbers as bars and curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hwsim.errors import InputError
from hwsim.pictures.picture import Picture, label, number, picture
from hwsim.pictures.tiles import Shape, Spins, pixel, tile
from hwsim.printable import told

WIDTH = 738.0  # eight tiles
_NAMED = 5  # bars beside each other, each with its words
_GAP, _PANEL, _HEIGHT = 14.0, 226.0, 120.0


@dataclass(frozen=True)
class Bars:
    """Bars from 0, with a name below or, if there are many, below the first and the last.

    Attributes:
        title: what is counted.
        names: of the bars; of their edges where they are many.
        values: their lengths.
        axis: words below the names.
    """

    title: str
    names: Sequence[str]
    values: Sequence[float]
    axis: str


@dataclass(frozen=True)
class Curve:
    """A curve of steps over 0, 1, 2, …"""

    title: str
    values: Sequence[float]
    axis: str


def leading(first: object) -> int:
    """How many of the patterns to draw.

    Raises:
        InputError: it is no whole number.
    """
    if isinstance(first, bool) or not isinstance(first, int | np.integer) or first < 0:
        raise InputError(
            f"first is {told(first)}, how many patterns to draw; it must be a whole number, 0 or "
            "more"
        )
    return int(first)


def contents(
    title: str, patterns: Spins, shape: Shape, panels: Sequence[Bars | Curve], stored: int
) -> Picture:
    """Draw it.

    Args:
        title: a line above all.
        patterns: (K, N) of ±1, the first few.
        shape: rows and columns of a tile.
        panels: up to three.
        stored: P, for the words.
    """
    wide, height = (n * pixel(shape) for n in (shape[1], shape[0]))
    a_row = max(int((WIDTH + _GAP) // (wide + _GAP)), 1)
    width = max(WIDTH, wide) + 2 * _GAP
    body = [label(_GAP, 20, title)]
    for index, pattern in enumerate(patterns):
        row, column = divmod(index, a_row)
        x, y = _GAP + column * (wide + _GAP), 32 + row * (height + 30)
        body += [tile(x, y, pattern, shape), label(x, y + height + 14, str(index), "soft")]
    top = 32 + -(-len(patterns) // a_row) * (height + 30)
    if len(patterns) < stored:
        body.append(label(_GAP, top + 6, f"and {stored - len(patterns):,} more", "soft"))
        top += 20
    for index, panel in enumerate(panels):
        x = _GAP + index * (_PANEL + (WIDTH - 3 * _PANEL) / 2)
        body += _panel(panel, x, top + 14)
    return picture(title, width, top + _HEIGHT + 80, body)


def _panel(panel: Bars | Curve, x: float, y: float) -> list[str]:
    """One chart: its title above, its axis below."""
    values = np.asarray(panel.values, dtype=np.float64)
    floor = y + 26 + _HEIGHT
    heights = (_HEIGHT * values / (values.max() or 1.0)).tolist()
    if isinstance(panel, Bars):
        drawn = _bars(panel, heights, x, floor)
    else:
        drawn = _curve(panel, heights, x, floor)
    return [
        label(x, y + 4, panel.title),
        f'<path class="line" d="M{number(x)} {number(floor)}h{number(_PANEL)}"/>',
        *drawn,
        label(x + _PANEL / 2, floor + 31, panel.axis, "soft", "middle"),
    ]


def _bars(panel: Bars, heights: Sequence[float], x: float, floor: float) -> list[str]:
    """Bars; the few have their names and values, of many only the first and last their names."""
    step = _PANEL / len(heights)
    body = [
        f'<rect class="a" x="{number(x + index * step + step * 0.1)}" y="{number(floor - tall)}" '
        f'width="{number(step * 0.8)}" height="{number(tall)}"/>'
        for index, tall in enumerate(heights)
    ]
    if len(heights) > _NAMED:
        return [*body, *_ends(panel.names[0], panel.names[-1], x, floor), _most(panel, x, floor)]
    for index, (name, tall) in enumerate(zip(panel.names, heights, strict=True)):
        middle = x + (index + 0.5) * step
        body.append(label(middle, floor + 15, name, "soft small", "middle"))
        words = (
            f"{panel.values[index]:,.3g}" if panel.values[index] % 1 else f"{panel.values[index]:,}"
        )
        body.append(label(middle, floor - tall - 4, words, "small", "middle"))
    return body


def _curve(panel: Curve, heights: Sequence[float], x: float, floor: float) -> list[str]:
    step = number(_PANEL / len(heights))
    path = "".join(f"V{number(floor - tall)}h{step}" for tall in heights)
    return [
        f'<path class="track" d="M{number(x)} {number(floor - heights[0])}{path}"/>',
        *_ends("0", f"{len(heights) - 1:,}", x, floor),
        _most(panel, x, floor),
    ]


def _ends(first: str, last: str, x: float, floor: float) -> list[str]:
    """What stands below the ends of an axis."""
    ends = ((x, first, "start"), (x + _PANEL, last, "end"))
    return [label(place, floor + 15, words, "soft", anchor) for place, words, anchor in ends]


def _most(panel: Bars | Curve, x: float, floor: float) -> str:
    """The greatest value, at the top."""
    words = f"up to {max(panel.values):,.4g}"
    return label(x + _PANEL, floor - _HEIGHT - 22, words, "soft", "end")
