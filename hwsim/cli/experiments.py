"""The paper's figures and studies of our own, with their parameters or one's own."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from hwsim.cli.common import (
    emit,
    example,
    json_option,
    note,
    output_option,
    print_table,
    progress,
    seed_option,
    silence_matplotlib,
)
from hwsim.cli.types import NPY, NPZ
from hwsim.cli.usage import Group
from hwsim.config import MAX_JOBS, MAX_TRIALS
from hwsim.experiments.parameters import KINDS, flag


@click.group(cls=Group)
def experiments() -> None:
    """Compute the paper's figures, and studies of our own."""


def _experiment_names(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[str]:
    """What the shell completes a name to."""
    from hwsim.experiments.catalogue import names

    return [name for name in (*names(), "all") if name.startswith(incomplete)]


@experiments.command("list", epilog=example("hwsim experiments list figure5"))
@click.argument("name", required=False, shell_complete=_experiment_names)
@json_option
def list_experiments(name: str | None, as_json: bool) -> None:
    """Say which experiments there are, or the parameters of one."""
    if name is not None:
        _list_parameters(name, as_json)
        return
    from hwsim.experiments.catalogue import TITLES

    rows = [[name, title] for name, title in TITLES.items()]
    emit(
        {"experiments": [{"name": name, "title": title} for name, title in rows]},
        as_json,
        lambda: print_table(["name", "what it shows"], rows),
    )


def _list_parameters(name: str, as_json: bool) -> None:
    from hwsim.experiments.catalogue import find

    found = find(name)
    listed = [
        {
            "name": parameter.name,
            "option": flag(parameter.name),
            "value": parameter.default(quick=False),
            "quick": parameter.default(quick=True),
            "several": parameter.several,
            "help": KINDS[parameter.name].help,
        }
        for parameter in found.parameters
    ]
    emit(
        {
            "name": name,
            "title": found.title,
            "takes_memory": found.takes_memory,
            "parameters": listed,
        },
        as_json,
        lambda: print_table(
            ["option", "value", "with --quick", "what it is"],
            [
                [row["option"], _told(row["value"]), _told(row["quick"]), row["help"]]
                for row in listed
            ],
        ),
    )


def _told(value: Any) -> str:
    """A parameter's value as it is typed."""
    if value is None:
        return "default"
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _parameter_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """An option for every parameter that some experiment has, as it was typed."""
    for name, kind in reversed(tuple(KINDS.items())):
        metavar = {int: "N", float: "X", str: "NAME"}[kind.type]
        function = click.option(flag(name), name, metavar=metavar, help=kind.help)(function)
    return function


@experiments.command(
    "run",
    epilog=example("hwsim experiments run figure5 --neurons 300 --gamma 0.015 -o figures"),
)
@click.argument(
    "names", nargs=-1, required=True, metavar="NAME…|all", shell_complete=_experiment_names
)
@output_option("DIR", "Gets JSON, CSV and plots of each, and the study.")
@click.option("--quick", is_flag=True, help="Small networks, two trials: shows that all works.")
@click.option(
    "--trials", type=click.IntRange(1, MAX_TRIALS), default=10, show_default=True, help="Of each."
)
@click.option(
    "--jobs", type=click.IntRange(1, MAX_JOBS), default=2, show_default=True, help="Processes."
)
@seed_option
@click.option("--memory", type=NPZ, help="In place of the trained one; trials differ in noise.")
@click.option(
    "--patterns-file", type=NPY, help="Own patterns to store: a .npy of (P, N), +1 and -1."
)
@_parameter_options
@json_option
def run_experiments(
    names: tuple[str, ...],
    output: Path,
    quick: bool,
    trials: int,
    jobs: int,
    seed: int,
    memory: Path | None,
    patterns_file: Path | None,
    as_json: bool,
    **typed: str | None,
) -> None:
    """Compute experiments and draw them.

    From --neurons on, options are parameters of the experiments, in place of the study's values;
    hwsim experiments list NAME tells which it has, and where it takes several, as 0,0.1,0.2.

    A claim is decided where the 95 % confidence interval of what it turns on, over the trials,
    lies on one side of its threshold; else it is undecided.
    """
    from hwsim.experiments.catalogue import check_name

    for name in names:
        if name != "all":
            check_name(name)
    from hwsim.experiments.runner import run

    given = {name: text.split(",") for name, text in typed.items() if text is not None}
    with progress("trials") as advance:
        study = run(
            names, output, quick=quick, seed=seed, trials=trials, jobs=jobs, progress=advance,
            given=given, memory=memory, patterns_file=patterns_file,
        )  # fmt: skip
    silence_matplotlib()
    from hwsim.report import paper  # waits for what draws

    paper.draw(study, output)
    verdicts = [
        {"experiment": result.name, **dataclasses.asdict(verdict)}
        for result in study.results
        for verdict in result.verdicts
    ]
    shown = ("experiment", "claim", "measured", "outcome")
    summary: dict[str, Any] = {
        "output": output,
        "experiments": [result.name for result in study.results],
        "verdicts": verdicts,
    }
    emit(
        summary,
        as_json,
        lambda: print_table(
            ["experiment", "claim", "measured", "verdict"],
            [[row[name] for name in shown] for row in verdicts],
        ),
    )
    open_claims = sum(verdict["outcome"] == "undecided" for verdict in verdicts)
    if open_claims:
        note(
            f"{open_claims} undecided at --trials {study.settings.trials}: what they turn on may "
            "lie to either side of its threshold (95 % confidence); more trials narrow it"
        )
