"""Dots with names: how good against how costly, on a logarithmic axis, and the front among them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hwsim.pictures import label, number
from hwsim.report.svg import WIDTH, escape, frame

HEIGHT = 290.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 52.0, 14.0, 30.0, 44.0
_LETTER, _LINE = 7.4, 13.0  # what a letter of a name takes, at most, and a line
_RADIUS = 5.0  # of a dot, with what stays free around it
_BESIDE = 14.0  # a name so near above or below needs no line to its dot
_STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Dot:
    """One design in a chart.

    Attributes:
        mark: its name beside the dot.
        words: what a pointer that rests there tells.
        x: cost, above 0.
        y: goal.
        tone: a letter of the palette.
        on_front: whether no other beats it.
        shape: `disc`, or `square` for what is no engine.
        spread: of `y`, to either side, drawn as a bar.
    """

    mark: str
    words: str
    x: float
    y: float
    tone: str = "a"
    on_front: bool = False
    shape: str = "disc"
    spread: float = 0.0


@dataclass(frozen=True)
class _Axes:
    """From values to places."""

    least: float
    most: float
    floor: float
    ceiling: float
    top: float  # no level is above it

    def x(self, value: float) -> float:
        share = math.log(value / self.least) / math.log(self.most / self.least)
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * share

    def y(self, value: float) -> float:
        share = (value - self.floor) / (self.ceiling - self.floor)
        return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * share


def scatter(name: str, title: str, x_title: str, y_title: str, dots: Sequence[Dot]) -> str:
    """A chart of its own; see `panel`."""
    return frame(name, title, HEIGHT, panel(x_title, y_title, dots))


def panel(x_title: str, y_title: str, dots: Sequence[Dot]) -> list[str]:
    """What stands in a chart of WIDTH by HEIGHT.

    Every dot is named, the front's first; a name that finds no free place beside its dot goes to
    the nearest one, with a line that leads there.

    Args:
        x_title, y_title: what the axes measure, with unit.
        dots: at least one; several in one place share it.
    """
    axes = _axes(dots)
    body = [label(6, 14, y_title, "soft"), *_grid(axes)]
    body.append(label((_LEFT + WIDTH - _RIGHT) / 2, HEIGHT - 8, x_title, "soft", "middle"))
    places = [(axes.x(dot.x), axes.y(dot.y)) for dot in dots]
    corners = sorted(place for dot, place in zip(dots, places, strict=True) if dot.on_front)
    if corners:
        steps = "".join(f"H{number(x)}V{number(y)}" for x, y in corners[1:])
        start = f"M{number(corners[0][0])},{number(corners[0][1])}"
        body.append(f'<path class="track sc" d="{start}{steps}"/>')
    body += [_bar(dot, x, axes) for dot, (x, _) in zip(dots, places, strict=True) if dot.spread]
    body += [_dot(dot, *place) for dot, place in zip(dots, places, strict=True)]
    order = sorted(
        range(len(dots)), key=lambda at: (not dots[at].on_front, places[at][1], places[at][0])
    )
    taken = [(x - _RADIUS, y - _RADIUS, x + _RADIUS, y + _RADIUS) for x, y in places]
    for (x, y), (next_x, next_y) in itertools.pairwise(corners):
        taken += [(x, y - 1, next_x, y + 1), (next_x - 1, next_y, next_x + 1, y)]
    for at in order:
        body += _name(dots[at], places[at], taken)
    return body


def _axes(dots: Sequence[Dot]) -> _Axes:
    costs = [dot.x for dot in dots]
    goals = [end for dot in dots for end in (dot.y - dot.spread, dot.y + dot.spread)]
    least, most = min(costs) / 1.5, max(costs) * 1.25
    spread = max(max(goals) - min(goals), 0.004)
    floor = min(goals) - 0.12 * spread
    top = (
        1.0 if max(dot.y for dot in dots) <= 1 else math.inf
    )  # of shares, nothing above is worth a line
    return _Axes(least, most, floor, max(goals) + 0.12 * spread, top)


def _grid(axes: _Axes) -> list[str]:
    body = []
    right, foot = WIDTH - _RIGHT, HEIGHT - _BOTTOM
    for level in _levels(axes.floor, min(axes.ceiling, axes.top)):
        y = number(axes.y(level))
        body.append(f'<line class="line" x1="{_LEFT}" x2="{right}" y1="{y}" y2="{y}"/>')
        body.append(label(_LEFT - 6, axes.y(level) + 4, f"{level:.6g}", "soft", "end"))
    for value in _powers(axes.least, axes.most):
        x = number(axes.x(value))
        body.append(f'<line class="line" x1="{x}" x2="{x}" y1="{_TOP}" y2="{foot}"/>')
        body.append(label(axes.x(value), foot + 15, _short(value), "soft", "middle"))
    return body


def _levels(floor: float, ceiling: float) -> list[float]:
    """Round values, about four of them."""
    rough = (ceiling - floor) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * each for each in (1, 2, 2.5, 5, 10) if power * each >= rough)
    first = math.ceil(floor / step)
    return [at * step for at in range(first, math.floor(ceiling / step + 1e-9) + 1)]


def _powers(least: float, most: float) -> list[float]:
    """1, 2 and 5 times powers of ten; powers of ten alone where these are many."""
    low, high = math.floor(math.log10(least)), math.ceil(math.log10(most))
    steps = _STEPS if math.log10(most / least) < 2 else (1,)
    values = [step * 10.0**power for power in range(low, high + 1) for step in steps]
    found = [value for value in values if least <= value <= most]
    return found or [math.sqrt(least * most)]


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.3g}"


def _bar(dot: Dot, x: float, axes: _Axes) -> str:
    """How far the goal spreads."""
    ends = number(axes.y(dot.y - dot.spread)), number(axes.y(dot.y + dot.spread))
    return f'<path class="track s{dot.tone}" d="M{number(x)},{ends[0]}V{ends[1]}"/>'


def _dot(dot: Dot, x: float, y: float) -> str:
    size = 4.5 if dot.on_front else 3.5
    told = f"<title>{escape(dot.words)}</title>"
    if dot.shape == "square":
        at = f'x="{number(x - size)}" y="{number(y - size)}"'
        side = number(2 * size)
        return f'<rect class="{dot.tone}" {at} width="{side}" height="{side}">{told}</rect>'
    place = f'cx="{number(x)}" cy="{number(y)}" r="{size}"'
    return f'<circle class="{dot.tone}" {place}>{told}</circle>'


Box = tuple[float, float, float, float]


def _name(dot: Dot, place: tuple[float, float], taken: list[Box]) -> list[str]:
    """The dot's name where nothing else is; its box and its line's are taken from then on."""
    free = [box for box in _places(place, dot.mark) if _is_free(box, taken)]
    if not free:  # no room: the pointer tells
        return []
    lines = [_line(place, box) for box in free]
    crossing = [line is not None and any(_meet(line, other) for other in taken) for line in lines]
    at = crossing.index(min(crossing))  # the nearest whose line crosses nothing
    box, line = free[at], lines[at]
    taken.append(box)
    words = label(box[0], box[1] + 10, dot.mark)
    if line is None:
        return [words]
    taken.append(line)
    x, top, foot = place[0], line[1], line[3]
    ends = f'x1="{number(x)}" y1="{number(top)}" x2="{number(x)}" y2="{number(foot)}"'
    return [f'<line class="line" {ends}/>', words]


def _line(place: tuple[float, float], box: Box) -> Box | None:
    """What a line from a dot straight to its name takes; None where the name is beside it."""
    x, y = place
    _, top, _, foot = box
    if abs(top + _LINE / 2 - y) <= _BESIDE:
        return None
    low, high = (foot, y - _RADIUS) if foot < y else (y + _RADIUS, top)
    return x - 1, low, x + 1, high


def _places(place: tuple[float, float], mark: str) -> Iterator[Box]:
    """Where a name may stand, the nearest first."""
    x, y = place
    width = _LETTER * len(mark)
    for left in (x + 7, x - 7 - width):
        yield left, y - 6, left + width, y - 6 + _LINE
    for rise in (_LINE * lines for lines in range(12)):
        for shift in (0.5, 0.2, 0.8, 0, 1):  # above or below the middle, then to a side
            for top in (y - 19 - rise, y + 7 + rise):
                yield x - shift * width, top, x + (1 - shift) * width, top + _LINE


def _is_free(box: Box, taken: Sequence[Box]) -> bool:
    left, top, right, foot = box
    inside = left > _LEFT and right <= WIDTH - 2 and top >= _TOP - 12 and foot <= HEIGHT - _BOTTOM
    return inside and not any(_meet(box, other) for other in taken)


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
