"""A design: every choice that turns a float memory into an image, with its default, said once.

Command line, demo, sweeps, experiments and `lower` share it. In a file it is one TOML table:

    [design]
    bits = 1
    quantizer = "neuron-mse"
    offset_bits = 8

What the file leaves out has its default. Quantizer and offsets are those by which recall stays
closest to float over the operating points of the study at 1, 2 and 4 bits (`hwsim experiments run
defaults`); the paper's are `minmax` and no offsets, or the quantizer's own.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final, TypedDict, TypeVar

from hwsim.choices import MATRIX_QUANTIZERS, NEURON, QUANTIZERS
from hwsim.codes import check_bits, check_fit, check_quantizer
from hwsim.config import (
    DATAFLOWS,
    KERNEL_ORIGINS,
    LANE_CHOICES,
    MAX_COARSE_WORDS,
    MAX_PATTERNS,
    MAX_SEED,
    Parameters,
    check_kernel_origin,
    check_range,
)
from hwsim.errors import InputError
from hwsim.printable import told
from hwsim.show import Shown
from hwsim.suggest import check_choice, did_you_mean
from hwsim.toml import load_toml, one_table, only_table
from hwsim.typed import typed

# Where offsets come from: fitted to the float fields, or the quantizer's own mid.
OFFSET_SOURCES: Final = ("learned", "quantizer")

TABLE: Final = "design"

RULES: Final = ("stop", "winner", "radius", "coarse_words")
SWITCHES: Final = ("stop", "winner", "radius", "pipelined")

# One engine without rules: for accuracy alone, which no rule changes, they are not worth deriving.
PLAIN: Final[Mapping[str, Any]] = {
    "dataflow": "group",
    "stop": False,
    "winner": False,
    "radius": False,
    "coarse_words": 0,
    "queries_in_flight": 1,
    "engines": 1,
    "pipelined": False,
    "external_weights": 0,
}

_AS_THEY_ARE: Final = (  # in `Parameters`
    *("kernel_bits", "lanes", "offset_bits", "dataflow"),
    *("queries_in_flight", "engines", "pipelined", "external_weights"),
)
_ANY_NEURONS: Final = 2 * max(LANE_CHOICES)  # where the choices alone are looked at
Function = TypeVar("Function", bound=Callable[..., Any])


def _choice(default: Any, words: str, *, metavar: str = "", among: tuple[str, ...] = ()) -> Any:
    """A field: its default, what it is in one line, and, for the command line, what to type."""
    return field(default=default, metadata={"help": words, "metavar": metavar, "among": among})


@dataclass(frozen=True, kw_only=True)
class Design(Shown):
    """How a float memory becomes integers. What the datapath fixes has `Parameters`' default.

    Attributes:
        bits: B, weight planes, 1 to 8.
        quantizer: minmax, symmetric, percentile, mse, kmeans, sign-zero, sign-mean, sign-median;
            `neuron-` before one of these quantizes each neuron by itself.
        kernel_bits: KB, bits of a kernel value, 1 to 16.
        lanes: L, bits of a memory word, a power of two from 8 to 512.
        offset_bits: ZB, bits of a neuron's offset, 0 (no offsets) to 16.
        offset_frac_bits: F, how many of them are fraction, 0 to 16; None for as many as fit.
        kernel_origin: `nearest` counts distances from the nearest pattern's, `absolute` from 0;
            None for `nearest`, or `absolute` where a memory has kernel_values of its own.
        max_steps: T, most update steps in one recall, 1 to 65535; with targets (P, N), the steps
            of a sequence, all of which are run. None for 50, or 1 with targets.
        plane_weights: C, one positive integer up to 255 a plane, for kmeans; None for the
            quantizer's.
        offset_source: `learned`, fitted to the float fields, or `quantizer`, its own mid.
        seed: of the states on which offsets are learned, 0 or more.
        dataflow: how fields are accumulated, by `group` of L patterns or by `row` of every
            pattern that counts.
        stop: end a recall at a pattern that is known to repeat itself.
        winner: copy the nearest pattern where it decides every bit alone.
        radius: end a search at a pattern within whose radius the state is; with `stop` only.
        coarse_words: words of each pattern in the first scan, at most N / L rounded up; 0 reads
            all words of all patterns in every step.
        queries_in_flight: Q, recalls that run in step and share the reads of a scan; 1, 2, 4 or 8.
        engines: E, engines side by side, each with a share of the patterns; 1, 2, 4 or 8; one of
            these two is 1.
        pipelined: a register more behind each memory of the image and in the control, for a faster
            clock at a few cycles more.
        external_weights: cycles in which an external memory of the weights, behind an AXI4 read
            port, answers, 1 to 4060; 0: on the chip. For dataflow `group`, one engine, and no
            `pipelined`.

    From `stop` on they change no result: four rules that save work, two ways to share it out, one
    for the clock, one for chips too small.

    Raises:
        InputError: a choice is not legal, or two do not go together.
    """

    bits: int = _choice(Parameters.weight_bits, "Weight planes B.")
    quantizer: str = _choice(
        "neuron-mse",
        f"{', '.join(MATRIX_QUANTIZERS)}; {NEURON}NAME quantizes each neuron by itself.",
        metavar="NAME",
        among=QUANTIZERS,
    )
    kernel_bits: int = _choice(Parameters.kernel_bits, "Bits KB of a kernel value.")
    lanes: int = _choice(Parameters.lanes, "Bits L of a memory word.")
    offset_bits: int = _choice(8, "Bits ZB of a neuron's offset; 0 is none.")
    offset_frac_bits: int | None = _choice(
        None, "Fraction bits F of an offset.  [default: as many as fit]"
    )
    kernel_origin: str | None = _choice(
        None,
        "Count distances from the nearest pattern's, or from 0.  [default: nearest; absolute for "
        "own kernel values]",
        among=KERNEL_ORIGINS,
    )
    max_steps: int | None = _choice(
        None,
        "Most update steps T; with targets, steps of a sequence.  [default: "
        f"{Parameters.max_steps}; 1 with targets]",
    )
    plane_weights: tuple[int, ...] | None = _choice(
        None,
        "Plane weights C for kmeans, one number per bit.  [default: the quantizer's]",
        metavar="LIST",
    )
    offset_source: str = _choice(
        "learned",
        "Offsets fitted to the float fields, or the quantizer's own.",
        among=OFFSET_SOURCES,
    )
    seed: int = _choice(0, "Of the states on which offsets are learned.")
    dataflow: str = _choice(
        Parameters.dataflow,
        "Accumulate by group of L patterns, or by row of every pattern that counts.",
        among=DATAFLOWS,
    )
    stop: bool = _choice(True, "End a recall at a pattern that is known to repeat itself.")
    winner: bool = _choice(True, "Copy the nearest pattern where it decides every bit alone.")
    radius: bool = _choice(
        True, "End a search at a pattern within whose radius the state is; with --stop only."
    )
    coarse_words: int = _choice(
        1, "Words of each pattern in the first scan; 0 reads all of them in every step."
    )
    queries_in_flight: int = _choice(
        Parameters.queries_in_flight,
        "Recalls Q in step, which share the reads of a scan: 1, 2, 4 or 8.",
    )
    engines: int = _choice(
        Parameters.engines,
        "Engines E side by side, each with a share of the patterns: 1, 2, 4 or 8.",
    )
    pipelined: bool = _choice(
        Parameters.pipelined,
        "A register more behind memories and in control: a faster clock, a few cycles more.",
    )
    external_weights: int = _choice(
        Parameters.external_weights,
        "Weights in an external memory that answers in so many cycles; 0: on the chip.",
    )

    def __post_init__(self) -> None:
        for name in FIELDS:  # NumPy's numbers and arrays, as a search over np.arange gives them
            value = getattr(self, name)
            if hasattr(value, "tolist") and value.dtype.kind in "biufU":
                object.__setattr__(self, name, value.tolist())
        check_bits(self.bits)
        check_quantizer(self.quantizer, self.bits)
        if self.kernel_origin is not None:
            check_kernel_origin(self.kernel_origin)
        check_choice("offset_source", self.offset_source, OFFSET_SOURCES)
        if self.plane_weights is not None:
            if not isinstance(self.plane_weights, list | tuple):
                raise InputError(
                    f"plane_weights is {told(self.plane_weights)}; it must be a list of positive "
                    "integers, one per bit"
                )
            object.__setattr__(self, "plane_weights", tuple(self.plane_weights))
            check_fit(tuple(self.plane_weights), self.quantizer, self.bits)
        if (
            isinstance(self.seed, bool)
            or not isinstance(self.seed, int)
            or not (0 <= self.seed <= MAX_SEED)
        ):
            raise InputError(
                f"seed is {told(self.seed)}; it must be a whole number from 0 to {MAX_SEED}"
            )
        for name in SWITCHES:
            if not isinstance(value := getattr(self, name), bool):
                raise InputError(f"{name} is {told(value)}; it must be true or false")
        check_range("coarse_words", self.coarse_words, 0, MAX_COARSE_WORDS)
        self._parameters(_ANY_NEURONS, MAX_PATTERNS)
        if self.offset_frac_bits and not self.offset_bits:
            raise InputError(
                f"offset_frac_bits is {self.offset_frac_bits}, but offset_bits is 0, which means "
                "no offsets; give offset bits (--offset-bits), or leave the fraction bits out"
            )

    def _shown(self) -> Mapping[str, object]:
        return self.to_dict()

    @property
    def most_steps(self) -> int:
        """T of a recall, chosen or not."""
        return Parameters.max_steps if self.max_steps is None else self.max_steps

    def parameters(self, neurons: int, patterns: int) -> Parameters:
        """The datapath's parameters for a memory of this size, as far as the choices say.

        Plane weights that the quantizer fits, and fraction bits as many as fit, come with the
        codes; what the rules need, with the image.

        Args:
            neurons: N.
            patterns: P.

        Raises:
            InputError: a number is outside its legal range.
        """
        parameters = self._parameters(neurons, patterns)
        check_range("coarse_words", self.coarse_words, 0, parameters.words)
        return parameters

    def _parameters(self, neurons: int, patterns: int) -> Parameters:
        return Parameters(
            neurons=neurons,
            patterns=patterns,
            weight_bits=self.bits,
            plane_weights=self.plane_weights,
            offset_frac_bits=0 if self.offset_frac_bits is None else self.offset_frac_bits,
            kernel_origin=self.kernel_origin or Parameters.kernel_origin,
            max_steps=self.most_steps,
            **{name: getattr(self, name) for name in _AS_THEY_ARE},
        )

    def to_dict(self) -> dict[str, Any]:
        """The choices by name, ready for JSON."""
        return asdict(self) | {
            "plane_weights": None if self.plane_weights is None else list(self.plane_weights)
        }

    @classmethod
    @typed
    def from_dict(cls, values: Mapping[str, Any]) -> Design:
        """Read back what `to_dict` gave; a choice left out has its default.

        Raises:
            InputError: a name is no choice, or a value is not legal.
        """
        for name in values:
            if name not in FIELDS:
                raise InputError(
                    f"{name} is no choice of a design; the choices are {', '.join(FIELDS)}"
                    f"{did_you_mean(name, FIELDS)}"
                )
        return cls(**values)

    @classmethod
    @typed
    def load(cls, path: str | Path) -> Design:
        """Read a TOML file with one table `[design]`.

        Raises:
            InputError: the file is missing or not TOML, a key is unknown, or a value is not legal.
        """
        content = load_toml(path)
        try:
            return cls.from_dict(only_table(content, TABLE))
        except InputError as error:
            raise InputError(f"{path}: {error}") from error

    @typed
    def save(self, path: str | Path, *, force: bool = False) -> None:
        """Write a TOML file that `load` reads; what is None is left out.

        Args:
            path: the file; an existing one is replaced only if hwsim saved it as a design.
            force: replace a regular file whatever it is.

        Raises:
            InputError: the file cannot be written.
        """
        from hwsim.files import Kind, write_file  # here, for every command's help loads this module

        text = f"{Kind.DESIGN.value}\n\n{one_table(TABLE, self.to_dict())}"
        write_file(Path(path), text, Kind.DESIGN, force=force)


FIELDS: Final = {entry.name: entry for entry in fields(Design)}


# CALLS -----------------------------------------------------------------------------------------


class Choices(TypedDict, total=False):
    """A design's choices as keyword arguments, for editors and type checkers."""

    bits: int
    quantizer: str
    kernel_bits: int
    lanes: int
    offset_bits: int
    offset_frac_bits: int | None
    kernel_origin: str | None
    max_steps: int | None
    plane_weights: tuple[int, ...] | None
    offset_source: str
    seed: int
    dataflow: str
    stop: bool
    winner: bool
    radius: bool
    coarse_words: int
    queries_in_flight: int
    engines: int
    pipelined: bool
    external_weights: int


def shows_choices(function: Function) -> Function:
    """Let a function of `**choices` show each with its default, in its signature and its help.

    In the docstring, the line `**choices: as in `Design`.` gives way to the choices themselves.
    """
    signature = inspect.signature(function)
    kept = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
    function.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[*kept, *inspect.signature(Design).parameters.values()]
    )
    if function.__doc__ and Design.__doc__:  # python -OO has neither
        told = Design.__doc__.partition("Attributes:\n")[2].partition("\n\n")[0]
        function.__doc__ = function.__doc__.replace("        **choices: as in `Design`.", told)
    return function


def chosen(caller: str, design: Design | None, choices: Mapping[str, Any]) -> Design:
    """A design, or the default one, with some choices made anew.

    Args:
        caller: the function that was called with them, for the message.
        design: None for every default.
        choices: by name; they override the design's.

    Raises:
        TypeError: a name is no choice.
        InputError: a choice is not legal.
    """
    for name in choices:
        if name not in FIELDS:
            raise TypeError(
                f"{caller}() got an unexpected choice {told(name)}{did_you_mean(name, FIELDS)}"
            )
    if design is not None and not isinstance(design, Design):
        raise InputError(
            f"design is {told(design)}; give a hwsim.Design, or hwsim.Design.load(path)"
        )
    return replace(design or Design(), **choices)


def refuse_rules(choices: Mapping[str, Any]) -> None:
    """Refuse rules that were asked for by name with targets: a default is off there by itself.

    Args:
        choices: by name, those that were given.

    Raises:
        InputError: a rule is among them, and on.
    """
    for name in RULES:
        if value := choices.get(name):
            raise InputError(
                f"{name} is {told(value)}; a memory with targets has no rules, which are proved "
                "only where the outputs are the patterns; leave it out"
            )
