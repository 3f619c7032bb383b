"""Charts of named dots: every name has its place, and the front its steps."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from hwsim.report.scatter import HEIGHT, Dot, panel, scatter
from hwsim.report.svg import WIDTH

VALUES = st.floats(0.5, 5000.0)


def names(chart: str) -> list[str]:
    return re.findall(r">(d\d+)</text>", chart)


def test_twelve_dots_are_all_named() -> None:
    dots = [Dot(f"d{at}", f"design {at}", 10.0 + at, 1.0 - at % 4 / 10) for at in range(12)]
    chart = scatter("chart", "a title", "cost", "goal", dots)
    assert sorted(names(chart)) == sorted(f"d{at}" for at in range(12))
    assert chart.count("<circle") == 12
    assert "<title>design 3</title>" in chart


@given(st.lists(st.tuples(VALUES, st.floats(0, 1)), min_size=1, max_size=12))
def test_any_dots_are_drawn_inside(points: list[tuple[float, float]]) -> None:
    dots = [Dot(f"d{at}", "words", x, y, on_front=at % 3 == 0) for at, (x, y) in enumerate(points)]
    chart = "".join(panel("cost", "goal", dots))
    places = re.findall(r'<circle class="a" cx="([-\d.]+)" cy="([-\d.]+)"', chart)
    assert len(places) == len(dots)
    for x, y in places:
        assert 0 < float(x) < WIDTH
        assert 0 < float(y) < HEIGHT
    assert len(set(names(chart))) == len(names(chart))


def test_names_do_not_lie_on_each_other() -> None:
    dots = [Dot(f"d{at}", "words", 100.0, 0.5) for at in range(8)]
    chart = "".join(panel("cost", "goal", dots))
    boxes = [
        (float(x), float(y))
        for x, y, _ in re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>(d\d)</text>', chart)
    ]
    assert len(boxes) == 8
    for at, (x, y) in enumerate(boxes):
        for other_x, other_y in boxes[:at]:
            assert abs(x - other_x) >= 14 or abs(y - other_y) >= 12


def test_the_front_goes_by_steps() -> None:
    dots = [Dot("d0", "", 1.0, 0.5, on_front=True), Dot("d1", "", 2.0, 0.9, on_front=True)]
    (path,) = re.findall(r'<path class="track sc" d="([^"]*)"', "".join(panel("x", "y", dots)))
    assert re.fullmatch(r"M[\d.]+,[\d.]+H[\d.]+V[\d.]+", path)


Box = tuple[float, float, float, float]
LETTER = 7.4  # of twelve pixels, at most

_TEXT = re.compile(r'<text[^>]* x="([\d.-]+)" y="([\d.-]+)"[^>]*>(n\d+b L\d+)<')
_LEADER = re.compile(
    r'<line class="line" x1="([\d.]+)" y1="([\d.]+)" x2="([\d.]+)" y2="([\d.]+)"/>'
)


def meet(one: Box, other: Box) -> bool:
    """Whether two boxes share more than what rounding to a tenth of a pixel does."""
    return (
        one[0] + 0.2 < other[2]
        and other[0] + 0.2 < one[2]
        and one[1] + 0.2 < other[3]
        and other[1] + 0.2 < one[3]
    )


@given(
    values=st.lists(
        st.tuples(st.floats(1, 300), st.sampled_from((0.9, 0.95, 0.951, 0.99, 1.0)), st.booleans()),
        min_size=12,
        max_size=24,
    )
)
def test_names_lie_apart(values: list[tuple[float, float, bool]]) -> None:
    dots = [
        Dot(f"n{at}b L{at}", "words", x, y, on_front=front)
        for at, (x, y, front) in enumerate(values)
    ]
    drawn = "".join(panel("cost", "goal", dots))
    names = [
        (float(x), float(y) - 10, float(x) + LETTER * len(name), float(y) + 3)
        for x, y, name in _TEXT.findall(drawn)
    ]
    assert len(names) >= 4  # where designs lie on each other, some find no room
    for index, one in enumerate(names):
        assert not any(meet(one, other) for other in names[index + 1 :])


def test_twelve_designs_in_clusters_are_all_named_and_no_line_crosses_a_name() -> None:
    dots = [
        Dot(f"n{bits}b L{lanes}", "words", 20 * bits * (1 + 0.08 * index), 0.99 + 0.002 * bits / 8)
        for bits in (1, 2, 4, 8)
        for index, lanes in enumerate((16, 32, 64))
    ]
    body = panel("cost", "goal", dots)
    drawn = "".join(body)
    names = [
        (float(x), float(y) - 10, float(x) + LETTER * len(name), float(y) + 3)
        for x, y, name in _TEXT.findall(drawn)
    ]
    assert len(names) == len(dots)
    after_dots = drawn[drawn.rindex("</circle>") :]
    for x, top, other_x, foot in _LEADER.findall(after_dots):
        assert x == other_x
        low, high = sorted((float(top), float(foot)))
        line = (float(x) - 0.5, low, float(x) + 0.5, high)
        assert not any(meet(line, name) for name in names)
