"""The options that choose how a float memory becomes integers, made from `Design`'s fields."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import Field
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from hwsim.cli.types import TOML, Choice
from hwsim.design import FIELDS, Design, chosen
from hwsim.errors import InputError
from hwsim.printable import told

# Commands have their own --seed, of the queries; the states that offsets are learned on keep the
# design's.
OPTIONS = [entry for name, entry in FIELDS.items() if name != "seed"]


def design_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """--design and an option for every choice; the command gets them as one `design`.

    What is typed overrides the file.
    """

    @functools.wraps(function)
    def command(*args: Any, design_file: Path | None, **given: Any) -> Any:
        for entry in OPTIONS:
            del given[entry.name]
        base = None if design_file is None else Design.load(design_file)
        return function(*args, design=chosen("hwsim", base, typed_choices()), **given)

    decorated: Callable[..., Any] = command
    for entry in reversed(OPTIONS):
        decorated = _option(entry)(decorated)
    return click.option(
        "--design",
        "design_file",
        type=TOML,
        metavar="D.toml",
        help="Take these choices from a file's table [design]; options typed here override it.",
    )(decorated)


def typed_choices() -> dict[str, Any]:
    """The choices that the running command was given, by name."""
    context = click.get_current_context()
    return {
        entry.name: context.params[entry.name]
        for entry in OPTIONS
        if context.get_parameter_source(entry.name) != ParameterSource.DEFAULT
    }


save_design_option = click.option(
    "--save-design", type=TOML, metavar="D.toml", help="Keep the choices in a file for --design."
)


def _option(entry: Field[Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """One choice as an option: type, default and help are the field's."""
    flag = f"--{entry.name.replace('_', '-')}"
    kind: Any = int if "int" in str(entry.type) else str
    if entry.type == "bool":
        flag, kind = f"{flag}/--no{flag[1:]}", bool
    callback = None
    if "tuple" in str(entry.type):
        kind, callback = str, _whole_numbers
    if among := entry.metadata["among"]:
        kind = Choice(among)
    return click.option(
        flag,
        type=kind,
        callback=callback,
        default=entry.default,
        show_default=entry.default is not None,
        metavar=entry.metadata["metavar"] or None,
        help=entry.metadata["help"],
    )


def _whole_numbers(
    context: click.Context, option: click.Parameter, text: str | None
) -> tuple[int, ...] | None:
    if text is None:
        return None
    try:
        return tuple(int(piece) for piece in text.split(","))
    except ValueError as error:
        raise InputError(
            f"{option.name} is {told(text)}; it must be whole numbers separated by commas, like 1,3"
        ) from error
