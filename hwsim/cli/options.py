"""The options that choose how a float memory becomes integers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from hwsim.cli.types import Choice
from hwsim.config import KERNEL_ORIGINS
from hwsim.errors import InputError

F = TypeVar("F", bound=Callable[..., Any])


def lower_options(function: F) -> F:
    """Every option of the lowering, the contract's names; `lowering` makes arguments of them."""
    options = (
        click.option("--bits", type=int, default=2, show_default=True, help="Weight planes B."),
        click.option(
            "--quantizer",
            default="minmax",
            show_default=True,
            metavar="NAME",
            help="minmax, symmetric, percentile, mse, kmeans, sign-zero, sign-mean, sign-median; "
            "neuron-NAME quantizes each neuron by itself.",
        ),
        click.option(
            "--kernel-bits",
            type=int,
            default=8,
            show_default=True,
            help="Bits KB of a kernel value.",
        ),
        click.option(
            "--lanes", type=int, default=64, show_default=True, help="Bits L of a memory word."
        ),
        click.option(
            "--offset-bits",
            type=int,
            default=0,
            show_default=True,
            help="Bits ZB of a neuron's offset; 0 is none.",
        ),
        click.option(
            "--offset-frac-bits",
            type=int,
            default=None,
            help="Fraction bits F of an offset.  [default: as many as fit]",
        ),
        click.option(
            "--kernel-origin",
            type=Choice(KERNEL_ORIGINS),
            default="nearest",
            show_default=True,
            help="Count distances from the nearest pattern's, or from 0.",
        ),
        click.option(
            "--max-steps", type=int, default=50, show_default=True, help="Most update steps T."
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def lowering(options: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `compress.lower.lower` among a command's options.

    Raises:
        InputError: fraction bits of offsets that there are none of.
    """
    if options["offset_frac_bits"] and not options["offset_bits"]:
        raise InputError(
            f"offset_frac_bits is {options['offset_frac_bits']}, but offset_bits is 0, which means "
            "no offsets; give --offset-bits, or leave --offset-frac-bits out"
        )
    from hwsim.compress.lower import LowerOptions

    return {name: value for name, value in options.items() if name in LowerOptions.__annotations__}
