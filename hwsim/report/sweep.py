"""A sweep's picture: recall accuracy against memory and energy, and the Pareto fronts."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from hwsim.explore.sweep.pareto import GOAL, Task
from hwsim.report.charts import COLOURS, MARKERS, draw, label, logarithmic

SHOWN = 8  # tasks told apart by colour; further ones are in the files alone


def pareto(tasks: Sequence[Task]) -> str:
    """Every point's mean accuracy against memory and energy, fronts joined by steps, as SVG."""

    def fill(axes: Sequence[Axes]) -> None:
        costs = (
            ("footprint_bits", 8192, "memory, KiB"),
            ("energy_pj", 1000, "energy of a recall, nJ"),
        )
        for axis, (cost, unit, words) in zip(axes, costs, strict=True):
            for index, task in enumerate(tasks[:SHOWN]):
                colour = COLOURS[index]
                axis.plot(
                    [row[cost] / unit for row in task.rows],
                    [row[GOAL] for row in task.rows],
                    color=colour, marker=MARKERS[index], linestyle="", alpha=0.5, label=task.name,
                )  # fmt: skip
                best = task.fronts[cost]
                axis.plot(
                    [row[cost] / unit for row in best], [row[GOAL] for row in best],
                    color=colour, drawstyle="steps-post", linewidth=1.2,
                )  # fmt: skip
            logarithmic(axis)
            label(axis, words, "recall accuracy, exact model")

    return draw(2, fill, height=4.2)
