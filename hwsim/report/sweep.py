"""A sweep with its picture: recall accuracy against memory and energy, and the Pareto fronts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from matplotlib.axes import Axes

from hwsim.experiments import sweep
from hwsim.experiments.result import Row
from hwsim.experiments.sweep.pareto import GOAL, front, tasks
from hwsim.files import write_file
from hwsim.report.charts import COLOURS, MARKERS, draw, label, logarithmic

PICTURE = "pareto.svg"
SHOWN = 8  # tasks told apart by colour; further ones are in the files alone

Progress = Callable[[int, int], None]


def run(
    spec_path: Path,
    output: Path,
    scheduler: str | None = None,
    progress: Progress | None = None,
    *,
    jobs: int = 2,
) -> sweep.SweepResult:
    """Run or resume a sweep (see `hwsim.experiments.sweep.run`) and draw it as `pareto.svg`.

    Raises:
        InputError: the spec, the folder or the address is no good.
        ToolError: workers keep dying, or Dask is not installed.
    """
    result = sweep.run(spec_path, output, scheduler, progress, jobs=jobs)
    write_file(output / PICTURE, pareto(result.summary))
    return result


def pareto(summary: Sequence[Row]) -> str:
    """Every point's mean accuracy against memory and energy, fronts joined by steps, as SVG."""

    def fill(axes: Sequence[Axes]) -> None:
        costs = (
            ("footprint_bits", 8192, "memory, KiB"),
            ("energy_pj", 1000, "energy of a recall, nJ"),
        )
        for axis, (cost, unit, words) in zip(axes, costs, strict=True):
            for index, (name, rows) in enumerate(tasks(summary)[:SHOWN]):
                colour = COLOURS[index]
                axis.plot(
                    [row[cost] / unit for row in rows],
                    [row[GOAL] for row in rows],
                    color=colour, marker=MARKERS[index], linestyle="", alpha=0.5, label=name,
                )  # fmt: skip
                best = front(rows, cost)
                axis.plot(
                    [row[cost] / unit for row in best], [row[GOAL] for row in best],
                    color=colour, drawstyle="steps-post", linewidth=1.2,
                )  # fmt: skip
            logarithmic(axis)
            label(axis, words, "recall accuracy, exact model")

    return draw(2, fill, height=4.2)
