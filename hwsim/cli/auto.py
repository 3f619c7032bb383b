"""The options by which hwsim export chooses a design itself."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from hwsim.choices import DEVICES, NOISES
from hwsim.cli.common import activity, in_list, numbers
from hwsim.cli.options import OPTIONS
from hwsim.cli.types import Choice
from hwsim.design import Design
from hwsim.errors import InputError

if TYPE_CHECKING:
    from hwsim.explore.choose import Automatic
    from hwsim.reference.memory import Memory

LEAST = ("energy", "memory", "cycles")
GIVEN = (
    "lanes",
    "queries_in_flight",
    "kernel_origin",
    "max_steps",
)  # what may be typed beside --auto

Chooser = Callable[["Memory", Design], "Automatic | None"]


def auto_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """--auto, --accuracy, --least, --device and --noise; the command gets them as one `chooser`.

    It is called with memory and design, and finds a better one, or None where nobody asked.
    """

    @functools.wraps(function)
    def command(
        *args: Any,
        auto: bool,
        accuracy: float | None,
        least: str,
        device: str | None,
        noise: str,
        **given: Any,
    ) -> Any:
        source = click.get_current_context().get_parameter_source
        typed = {entry.name for entry in OPTIONS if source(entry.name) != ParameterSource.DEFAULT}
        if auto:
            for name in typed.difference(GIVEN):
                raise InputError(
                    f"--{name.replace('_', '-')} is given, but --auto chooses it; leave one out"
                )
            if source("design_file") != ParameterSource.DEFAULT:
                raise InputError("--design is given, but --auto chooses a design; leave one out")
        else:
            for name in ("accuracy", "least", "device", "noise"):
                if source(name) != ParameterSource.DEFAULT:
                    raise InputError(f"--{name} is given without --auto, which it is for")

        def chooser(memory: Memory, design: Design) -> Automatic | None:
            if not auto:
                return None
            from hwsim.explore.choose import choose

            with activity("choosing a design") as tell:
                return choose(
                    memory,
                    recall_accuracy=accuracy,
                    least=least,
                    lanes=design.lanes if "lanes" in typed else None,
                    queries_in_flight=(
                        design.queries_in_flight if "queries_in_flight" in typed else None
                    ),
                    device=device,
                    base=design,
                    noise=numbers(noise, "noise"),
                    progress=tell,
                )

        return function(*args, chooser=chooser, **given)

    decorated: Callable[..., Any] = command
    for option in reversed(
        (
            click.option(
                "--auto",
                is_flag=True,
                help="Measure designs and take the best: dataflow, rules, precision, and lanes and "
                "queries in flight unless they are given.",
            ),
            click.option(
                "--accuracy",
                type=click.FloatRange(0, 1),
                help="Recall accuracy that --auto must reach at the largest noise, losing no more "
                "at the others.  [default: the float network's at each, less 0.003]",
            ),
            click.option(
                "--least",
                type=Choice(LEAST),
                default=LEAST[0],
                show_default=True,
                help="What --auto makes least.",
            ),
            click.option(
                "--device",
                type=Choice(DEVICES),
                help="What the design of --auto must fit: hwsim synth's, of the best one first; "
                "minutes each.",
            ),
            click.option(
                "--noise",
                default=in_list(NOISES),
                show_default=True,
                metavar="LIST",
                help="Fractions of spins flipped where --auto measures; costs are of the largest.",
            ),
        )
    ):
        decorated = option(decorated)
    return decorated
