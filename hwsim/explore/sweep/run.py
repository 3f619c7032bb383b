"""A sweep from its specification to its result file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from hwsim.errors import InputError
from hwsim.explore.devices import check_tools
from hwsim.explore.sweep.journal import Journal, open_journal
from hwsim.explore.sweep.pareto import COSTS, Task, fronts, tasks
from hwsim.explore.sweep.point import NAMES, Point, later_columns, with_columns
from hwsim.explore.sweep.schedulers import Finished, run_locally, run_on_dask
from hwsim.explore.sweep.spec import Spec, load_spec
from hwsim.files import Shelf, scratch_folder
from hwsim.measure.rows import Row, summarise, to_csv

RESULTS = "results.csv"
SUMMARY = "summary.csv"
PARETO = "pareto.csv"
PICTURE = "pareto.svg"  # whoever draws it writes it
FOLDER_KIND = "sweep"

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class SweepResult:
    """A finished sweep.

    Attributes:
        folder: where its files are.
        points: one row a point, in canonical order.
        summary: one row a point without its seed: means and standard deviations over seeds.
        tasks: the summary by task, with the fronts.
        computed: points computed now; the others were there.
    """

    folder: Path
    points: Sequence[Row]
    summary: Sequence[Row]
    tasks: Sequence[Task]
    computed: int


def run(
    spec_path: Path,
    output: Path,
    scheduler: str | None = None,
    progress: Progress | None = None,
    *,
    jobs: int = 2,
) -> SweepResult:
    """Run or resume a sweep and write `results.csv`, `summary.csv` and `pareto.csv`.

    Finished points are kept in `points.jsonl` as they come; a killed sweep goes on from there, and
    the result files are the same bytes whatever the scheduler and however often it was resumed.

    Args:
        spec_path: see `load_spec`.
        output: a new or empty folder, or that of an earlier run of this or another spec.
        scheduler: address of a Dask scheduler; None for processes of this machine.
        progress: called with (points finished, points in all).
        jobs: processes, without a scheduler.

    Raises:
        InputError: the spec, the folder or the address is no good.
        ToolError: workers keep dying, or Dask is not installed; or what a device's synthesis takes
            is not installed, or broke off.
    """
    if jobs < 1:
        raise InputError(f"jobs is {jobs}; it must be at least 1")
    spec = load_spec(spec_path)
    points = spec.points()
    shelf = Shelf(output, FOLDER_KIND)
    shelf.check((RESULTS, SUMMARY, PARETO, PICTURE))
    with open_journal(output) as journal:
        missing = [point for point in points if point.identity not in journal.finished]
        _compute(spec, missing, output, scheduler, jobs, journal, len(points), progress)
        found = [asdict(point) | journal.finished[point.identity] for point in points]
        later = later_columns(found)
        rows = [with_columns(row, later) for row in found]
        for name, text in result_files(rows).items():
            shelf.write(name, text)
    summary = summarised(rows)
    compared = tasks(summary)
    return SweepResult(output, rows, summary, compared, len(missing))


def _compute(
    spec: Spec,
    missing: Sequence[Point],
    output: Path,
    scheduler: str | None,
    jobs: int,
    journal: Journal,
    total: int,
    progress: Progress | None,
) -> None:
    done = total - len(missing)
    if progress is not None:
        progress(done, total)
    if not missing:
        return
    if scheduler is None:
        check_tools({point.device for point in missing if point.device})

    def keep(finished: Finished) -> None:
        nonlocal done
        for point, row in finished:
            journal.add(point, row)
            done += 1
            if progress is not None:
                progress(done, total)

    if scheduler is None:
        with scratch_folder("memories", output) as folder:
            keep(run_locally(missing, folder, jobs, spec.tables))
    else:
        keep(run_on_dask(missing, scheduler, spec.tables))


def result_files(rows: Sequence[Row], costs: Sequence[str] = COSTS) -> dict[str, str]:
    """The text of each table of a sweep, from its points in order; fronts against these costs."""
    summary = summarised(rows)
    return {
        RESULTS: to_csv(rows),
        SUMMARY: to_csv(summary),
        PARETO: to_csv(fronts(tasks(summary), costs)),
    }


def summarised(rows: Sequence[Row]) -> list[Row]:
    """Means and standard deviations of points over their seeds; nothing of no point."""
    if not rows:
        return []
    keys = [name for name in NAMES if name in rows[0] and name != "seed"]
    kept = [{name: value for name, value in row.items() if name != "seed"} for row in rows]
    return summarise([kept], keys)
