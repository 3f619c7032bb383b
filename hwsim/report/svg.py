"""Charts as SVG text: bars, a waterfall and lines, readable on a phone, in light and in dark."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from hwsim.pictures import label, number
from hwsim.printable import printable

WIDTH = 380
STYLE = (
    "svg{--ink:#1b1f24;--soft:#5a6472;--paper:#fff;--line:#c3c9d1;--fill:#e8eef6;"
    "--a:#1f6fb5;--b:#b4540a;--c:#1d7a4c;--d:#8a3ea8;--e:#8b1e3f;"
    "font-family:system-ui,sans-serif;font-size:12px}"
    "@media(prefers-color-scheme:dark){svg{--ink:#e6e8eb;--soft:#a8b1bd;--paper:#14171c;"
    "--line:#48505b;--fill:#232b36;--a:#6db3f2;--b:#f0a35e;--c:#62c98f;--d:#cf9be6;--e:#f08aa5}}"
    "text{fill:var(--ink)}.soft{fill:var(--soft)}.line{stroke:var(--line);fill:none}"
    ".paper{fill:var(--paper)}.box{fill:var(--fill);stroke:var(--line)}"
    ".ink{stroke:var(--ink);fill:none}"
    ".a{fill:var(--a)}.b{fill:var(--b)}.c{fill:var(--c)}.d{fill:var(--d)}.e{fill:var(--e)}"
    ".sa{stroke:var(--a)}.sb{stroke:var(--b)}.sc{stroke:var(--c)}.sd{stroke:var(--d)}"
    ".se{stroke:var(--e)}.track{fill:none;stroke-width:2}.dash{stroke-dasharray:4 3}"
    "a text{text-decoration:underline}"
)
MARGIN = 0.015  # of the width, left free to both sides of a fluid picture
THIN = 0.004  # of the width: a bar that is still seen
LETTERS = 46  # of a line of words over a bar, on the narrowest page
LINE = 15  # between two of these
STEP = 56  # between the rows of a waterfall
SERIES = ("a", "b", "c", "d", "e")


@dataclass(frozen=True)
class Bar:
    """One bar: its words, its value as words, its length, and the row it leads to."""

    label: str
    text: str
    value: float
    target: str = ""
    tone: str = "a"


def escape(text: str) -> str:
    """Words that are words in HTML and XML, of which neither knows all control characters."""
    return html.escape(printable(text))


def linked(body: str, target: str) -> str:
    """`body` inside a link to an id, if there is one."""
    return f'<a href="#{escape(target)}">{body}</a>' if target else body


def frame(
    name: str,
    title: str,
    height: float,
    body: Sequence[str],
    *,
    fluid: bool = False,
    width: float = WIDTH,
) -> str:
    """A whole <svg>: a group of labelled parts, as its links must stay reachable.

    Args:
        fluid: it is as wide as a page lets it, its words as large as ever; places within are shares
            of the width. Else it grows as a whole.
        width: of what does.
    """
    wide = "100%" if fluid else number(width)
    extent = (
        f'width="{2 * WIDTH}" height="{number(height)}"'
        if fluid
        else f'viewBox="0 0 {number(width)} {number(height)}"'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {extent} '
        f'role="group" aria-labelledby="{name}-title">'
        f'<title id="{name}-title">{escape(title)}</title><style>{STYLE}</style>'
        f'<rect class="paper" width="{wide}" height="{number(height)}"/>' + "".join(body) + "</svg>"
    )


def share(value: float) -> str:
    """A place as a share of the width, 1 for all of it, MARGIN left free to both sides."""
    return f"{number(100 * (MARGIN + (1 - 2 * MARGIN) * value))}%"


def _rectangle(tone: str, y: float, height: float, left: float, right: float) -> str:
    width = f"{number(100 * (1 - 2 * MARGIN) * (right - left))}%"
    return (
        f'<rect class="{tone}" x="{share(left)}" y="{number(y)}" width="{width}" '
        f'height="{number(height)}"/>'
    )


def _words(at: float, y: float, words: str, classes: str = "", anchor: str = "start") -> str:
    chosen = f' class="{classes}"' if classes else ""
    return (
        f'<text x="{share(at)}" y="{number(y)}"{chosen} text-anchor="{anchor}">'
        f"{escape(words)}</text>"
    )


def bars(name: str, title: str, rows: Sequence[Bar]) -> str:
    """Horizontal bars from 0, words above each, on as many lines as the narrowest page needs."""
    longest = max((row.value for row in rows), default=0) or 1
    body = []
    top = 6
    for row in rows:
        told = wrap(row.label, LETTERS) or [""]
        if len(told[-1]) + len(row.text) >= LETTERS:
            told.append("")
        for line, words in enumerate(told):
            if words:
                body.append(linked(_words(0, top + 11 + LINE * line, words), row.target))
        top += LINE * (len(told) - 1)
        body.append(_words(1, top + 11, row.text, "", "end"))
        body.append(_rectangle("box", top + 16, 10, 0, 1))
        body.append(_rectangle(row.tone, top + 16, 10, 0, row.value / longest))
        top += 36
    return frame(name, title, top + 6, body, fluid=True)


def waterfall(name: str, title: str, rows: Sequence[Bar], unit_text: Sequence[str]) -> str:
    """Totals on a logarithmic axis; each row's bar spans from the row before to its own total.

    Args:
        rows: value > 0, the first one whole.
        unit_text: words for each power of ten on the axis, from the least.
    """
    least = math.floor(math.log10(min(row.value for row in rows)))
    most = math.ceil(math.log10(max(row.value for row in rows)))
    span = max(most - least, 1)

    def place(value: float) -> float:
        return (math.log10(value) - least) / span

    height = 6 + STEP * len(rows)
    body = []
    for step in range(span + 1):
        x = share(step / span)
        for index in range(len(rows)):  # behind the bars alone, not through the words
            y = 36 + STEP * index
            body.append(f'<line class="line" x1="{x}" x2="{x}" y1="{y - 2}" y2="{y + 15}"/>')
        if step < len(unit_text) and (span <= 6 or step % 2 == 0):
            anchor = "start" if step == 0 else "end" if step == span else "middle"
            body.append(_words(step / span, height + 14, unit_text[step], "soft", anchor))
    previous: float | None = None
    for index, row in enumerate(rows):
        top = 6 + STEP * index
        start, end = place(row.value), place(previous) if previous else 0.0
        left, right = min(start, end), max(start, end)
        tone = "a" if previous is None else "c" if row.value <= previous else "e"
        body.append(linked(_words(0, top + 11, row.label), row.target))
        body.append(_words(0, top + 25, row.text, "soft"))
        body.append(_rectangle(tone, top + 30, 13, left, max(right, left + THIN)))
        previous = row.value
    return frame(name, title, height + 20, body, fluid=True)


def lines(
    name: str,
    title: str,
    x_title: str,
    y_title: str,
    x: Sequence[float],
    series: Sequence[tuple[str, Sequence[float]]],
) -> str:
    """Lines with dots over x, a legend above; y runs from below the least value to 1 or above."""
    values = [value for _, ys in series for value in ys]
    top_value = max(1.0, *values)
    floor = math.floor(10 * min(values) - 1e-9) / 10
    floor = floor if floor < top_value else top_value - 0.1
    left, right, height = 44.0, WIDTH - 12.0, 170.0
    head = 14.0 + 18 * len(series)
    width = (max(x) - min(x)) or 1.0

    def at(value: float, level: float) -> tuple[float, float]:
        return (
            left + (right - left) * (value - min(x)) / width,
            head + height * (top_value - level) / (top_value - floor),
        )

    body = []
    for tick in range(5):
        level = floor + (top_value - floor) * tick / 4
        y = at(min(x), level)[1]
        body.append(
            f'<line class="line" x1="{left}" x2="{right}" y1="{number(y)}" y2="{number(y)}"/>'
        )
        body.append(label(left - 5, y + 4, f"{level:.3g}", "soft", "end"))
    for value in x:
        body.append(label(at(value, floor)[0], head + height + 15, f"{value:g}", "soft", "middle"))
    body.append(label((left + right) / 2, head + height + 32, x_title, "soft", "middle"))
    body.append(label(right, 12, y_title, "soft", "end"))
    for index, (words, ys) in enumerate(series):
        tone = SERIES[index % len(SERIES)]
        row = 8 + 18 * index
        dash = " dash" if index % 2 else ""
        points = [at(value, level) for value, level in zip(x, ys, strict=True)]
        path = " ".join(f"{number(px)},{number(py)}" for px, py in points)
        body.append(f'<polyline class="track s{tone}{dash}" points="{path}"/>')
        body += [
            f'<circle class="{tone}" cx="{number(px)}" cy="{number(py)}" r="3.5"/>'
            for px, py in points
        ]
        body.append(f'<line class="track s{tone}{dash}" x1="6" x2="34" y1="{row}" y2="{row}"/>')
        body.append(label(40, row + 4, words))
    return frame(name, title, head + height + 40, body)
