"""A sweep's picture: every design named, accuracy against memory, energy and cycles, the fronts."""

from __future__ import annotations

from hwsim.comparison import Compared
from hwsim.comparison.candidates import COSTS
from hwsim.pictures import label, number
from hwsim.report.comparison import AXES, dots
from hwsim.report.scatter import HEIGHT, panel
from hwsim.report.svg import WIDTH, frame

SHOWN = 8  # rows of charts; `hwsim compare` draws all

_TITLE = 24.0


def pareto(compared: Compared) -> str:
    """A row of three charts for each task and noise, as SVG."""
    body = []
    rows = [(contest, noise) for contest in compared.contests for noise in contest.noise][:SHOWN]
    for index, (contest, noise) in enumerate(rows):
        top = index * (HEIGHT + _TITLE)
        body.append(label(8, top + 17, f"{contest.task}, noise {noise:g}"))
        for column, cost in enumerate(COSTS):
            at = f"translate({number(column * WIDTH)},{number(top + _TITLE)})"
            chart = panel(AXES[cost][2], "recall accuracy, exact model", dots(contest, cost, noise))
            body.append(f'<g transform="{at}">{"".join(chart)}</g>')
    height = len(rows) * (HEIGHT + _TITLE)
    width = len(COSTS) * WIDTH
    return frame("pareto", "Designs of a sweep", height, body, width=width) + "\n"
