"""Which of several points no other one beats."""

from __future__ import annotations

from collections.abc import Sequence


def front(points: Sequence[tuple[float, float]]) -> list[int]:
    """The points that no other matches in goal at less cost or beats at no more.

    Args:
        points: (cost, goal) of each; little cost and much goal are good.

    Returns:
        Their indices, cheapest first. Of points equal in both the first is kept.
    """
    best: list[int] = []
    for index in sorted(range(len(points)), key=lambda at: (points[at][0], -points[at][1])):
        if not best or points[index][1] > points[best[-1]][1]:
            best.append(index)
    return best
