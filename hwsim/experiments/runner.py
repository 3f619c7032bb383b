"""Running experiments: train each memory once, run the trials, conclude, write JSON and CSV."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hwsim.errors import InputError
from hwsim.experiments.catalogue import find, names
from hwsim.experiments.conclusions import conclusions
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.own import Own, OwnMemory, OwnPatterns
from hwsim.experiments.result import FOLDER_KIND, STUDY, Result, Study, Tables
from hwsim.experiments.settings import Settings
from hwsim.experiments.setup import Setup
from hwsim.files import Shelf, scratch_folder
from hwsim.measure.memories import MemoryKey, Store, train_into
from hwsim.measure.rows import to_csv
from hwsim.measure.workers import run_tasks

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Trial:
    """One trial of one experiment, as sent to a worker process."""

    name: str
    setup: Setup
    seed: int
    store: Path


def _run_trial(task: _Trial) -> Tables:
    return find(task.name).trial(task.setup, task.seed, Store(task.store))


def choose(wanted: Sequence[str]) -> list[Experiment]:
    """The experiments named, `all` standing for every one, each once, in the study's order.

    Raises:
        InputError: none is named, or a name is unknown.
    """
    if not wanted:
        raise InputError("no experiment is named; name some, or all")
    chosen = set(names() if "all" in wanted else [find(name).name for name in wanted])
    return [find(name) for name in names() if name in chosen]


def compute(
    wanted: Sequence[str],
    settings: Settings,
    *,
    jobs: int = 2,
    progress: Progress | None = None,
) -> list[Result]:
    """Compute experiments; draws nothing and writes nothing that stays.

    Args:
        wanted: experiment names, or `all`.
        settings: the size of the run.
        jobs: worker processes; the results do not depend on it. With more than 1, call this from
            under `if __name__ == "__main__":`, for they import the main module.
        progress: called with (tasks done, tasks in all).

    Raises:
        InputError: a name is unknown, jobs is under 1, or an experiment cannot take what was given.
        ToolError: worker processes keep dying.
    """
    if jobs < 1:
        raise InputError(f"jobs is {jobs}; it must be at least 1")
    experiments = [(experiment, experiment.set_up(settings)) for experiment in choose(wanted)]
    trials = [
        (experiment, setup, seed) for experiment, setup in experiments for seed in setup.seeds
    ]
    keys: dict[MemoryKey, None] = {}
    for experiment, setup, seed in trials:
        keys.update(dict.fromkeys(experiment.memories(setup, seed)))
    # The largest first, so that no worker is left alone with one at the end.
    ordered = sorted(keys, key=lambda key: (-key.work, key.identity))
    total, done = len(ordered) + len(trials), 0
    with scratch_folder("memories") as store:
        if settings.data is not None:
            settings.data.put_into(Store(store))
        for _ in run_tasks(train_into, [(store, key) for key in ordered], jobs):
            done += 1
            if progress is not None:
                progress(done, total)
        tasks = [_Trial(e.name, setup, seed, store) for e, setup, seed in trials]
        tables: list[Tables] = [{} for _ in tasks]
        for index, outcome in run_tasks(_run_trial, tasks, jobs):
            tables[index] = outcome
            done += 1
            if progress is not None:
                progress(done, total)
    return [
        experiment.conclude(
            setup, [t for t, (e, _, _) in zip(tables, trials, strict=True) if e is experiment]
        )
        for experiment, setup in experiments
    ]


def check(experiments: Sequence[Experiment], shelf: Shelf) -> None:
    """Refuse before the work a folder in which somebody else's files bear a result's name.

    Raises:
        InputError: there is such a file.
    """
    found = [STUDY] if len(experiments) == len(names()) else []
    for experiment in experiments:
        found += [f"{experiment.name}{suffix}" for suffix in (".json", ".csv", ".svg")]
        found += [file.name for file in shelf.path.glob(f"{experiment.name}-*.csv")]
    shelf.check(found)


def write(results: Sequence[Result], shelf: Shelf) -> None:
    """Write each result as NAME.json and its tables as NAME.csv, NAME-<table>.csv.

    Raises:
        InputError: the folder cannot be written.
    """
    for result in results:
        shelf.write(f"{result.name}.json", result.to_json())
        for position, (table, rows) in enumerate(result.tables.items()):
            shelf.write(table_file(result.name, position, table), to_csv(rows))


def table_file(name: str, position: int, table: str) -> str:
    """The file of an experiment's table; the first goes by the experiment's name alone."""
    return f"{name}.csv" if position == 0 else f"{name}-{table}.csv"


def run(
    wanted: Sequence[str],
    output_folder: Path,
    *,
    quick: bool = False,
    seed: int = 0,
    trials: int = 10,
    jobs: int = 2,
    progress: Progress | None = None,
    given: Mapping[str, Any] | None = None,
    memory: Path | None = None,
    patterns_file: Path | None = None,
) -> Study:
    """Compute experiments and write their JSON and CSV; `hwsim.report.paper.draw` draws them.

    The files are the same bytes when made again from the same arguments, whatever `jobs`.

    Args:
        wanted: experiment names, or `all`.
        output_folder: files of the same names there are replaced, if an earlier run wrote them.
        quick: small networks, two trials.
        seed: of the first trial.
        trials: new random patterns each.
        jobs: worker processes.
        progress: called with (tasks done, tasks in all).
        given: values of parameters in place of the experiments' own, by name; a list where
            several are taken.
        memory: the `.npz` of a memory in place of the trained one; trials differ in their noise.
        patterns_file: the `.npy` of (P, N) spins to store in place of random ones, likewise.

    Raises:
        InputError: a name is unknown, a value is illegal or the experiment has no such parameter,
            the memory is none, or the folder cannot be written.
        ToolError: worker processes keep dying.
    """
    if memory is not None and patterns_file is not None:
        raise InputError("--memory has its patterns; leave --patterns-file out")
    own: Own | None = None
    if memory is not None:
        own = OwnMemory.of(memory)
    elif patterns_file is not None:
        own = OwnPatterns.of(patterns_file)
    settings = Settings(seed, trials, quick, given or {}, own)
    chosen = choose(wanted)
    for experiment in chosen:
        experiment.set_up(settings)
    shelf = Shelf(output_folder, FOLDER_KIND)
    check(chosen, shelf)
    results = compute(wanted, settings, jobs=jobs, progress=progress)
    write(results, shelf)
    results = [Result.from_json(result.to_json()) for result in results]
    complete = [result.name for result in results] == names()
    return Study(settings, results, conclusions(results) if complete else ())
