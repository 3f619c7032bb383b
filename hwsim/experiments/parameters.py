"""What an experiment can be told: its parameters, and their values in a full and a quick run."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from hwsim.choices import DATA, LEARNING_RATE, LOGISTIC, PENALTIES, QUANTIZERS, REGULARIZATION
from hwsim.config import KERNEL_ORIGINS, MAX_NEURONS, MAX_PATTERNS, MAX_QUERIES, Parameters
from hwsim.design import OFFSET_SOURCES
from hwsim.errors import InputError
from hwsim.printable import told
from hwsim.suggest import check_choice

RIDGE_GAMMA: Final = 0.02  # the paper's operating point
RIDGE_LOAD: Final = 3.0  # patterns per neuron, the paper's operating point


def _among(known: Iterable[str]) -> Callable[[str, Any], None]:
    names = tuple(known)
    return lambda name, value: check_choice(name, value, names)


def _range(low: float, high: float) -> Callable[[str, Any], None]:
    def check(name: str, value: Any) -> None:
        if not low <= value <= high:
            raise InputError(f"{name} is {value}; it must be from {low} to {high}")

    return check


def _positive(name: str, value: Any) -> None:
    if not (value > 0 and math.isfinite(value)):
        raise InputError(f"{name} is {value}; it must be a number above 0")


@dataclass(frozen=True)
class Kind:
    """What a parameter of some name is, in whichever experiment.

    Attributes:
        type: of one value.
        legal: raises InputError for a value that is of the type and yet illegal.
        help: one line.
        option: the option's name where it is not the parameter's.
    """

    type: type[int] | type[float] | type[str]
    legal: Callable[[str, Any], None]
    help: str
    option: str = ""

    def value(self, name: str, given: Any) -> Any:
        """One value, from itself or from its text."""
        try:
            value = self.type(given)
            if not isinstance(given, str) and value != given:
                raise ValueError
        except (ValueError, TypeError) as error:
            wanted = {int: "a whole number", float: "a number", str: "a name"}[self.type]
            raise InputError(f"{name} is {told(given)}; it must be {wanted}") from error
        self.legal(name, value)
        return value


KINDS: Final[Mapping[str, Kind]] = {
    "neurons": Kind(int, _range(1, MAX_NEURONS), "Neurons N."),
    "patterns": Kind(int, _range(1, MAX_PATTERNS), "Patterns P; by default load times neurons."),
    "load": Kind(float, _positive, "Patterns per neuron, P/N."),
    "gamma": Kind(float, _positive, "Width of the kernel exp(-gamma |x-y|^2)."),
    "data": Kind(str, _among(DATA), f"Patterns stored: {' or '.join(DATA)}."),
    "method": Kind(str, _among(LOGISTIC), f"Of training: {' or '.join(LOGISTIC)}."),
    "penalty": Kind(str, _among(PENALTIES), f"Of training: {' or '.join(PENALTIES)}."),
    "regularization": Kind(float, _range(0, 1e6), "Weight of the penalty.", "lambda"),
    "steps": Kind(int, _range(1, 10**6), "Of training; by default as hwsim train takes."),
    "learning_rate": Kind(float, _positive, "Of gradient descent."),
    "bits": Kind(int, _range(1, 8), "Weight planes B."),
    "quantizer": Kind(str, _among(QUANTIZERS), "A name that hwsim export --help tells."),
    "kernel_bits": Kind(int, _range(1, 16), "Bits KB of a kernel value."),
    "kernel_origin": Kind(str, _among(KERNEL_ORIGINS), f"{' or '.join(KERNEL_ORIGINS)}."),
    "offset_bits": Kind(int, _range(0, 16), "Bits ZB of a neuron's offset; 0 is none."),
    "offset_source": Kind(str, _among(OFFSET_SOURCES), f"{' or '.join(OFFSET_SOURCES)}."),
    "max_steps": Kind(int, _range(1, 65535), "Most update steps T of a recall."),
    "noise": Kind(float, _range(0, 1), "Fraction of a query's spins that are flipped."),
    "queries": Kind(
        int, _range(1, MAX_QUERIES), "In each trial at each noise; by default each pattern once."
    ),
    "sparsity": Kind(float, _range(0, 1), "Fraction of the weights that is pruned."),
    "samples": Kind(int, _range(1, MAX_QUERIES), "Random states that influences are counted on."),
    "outputs": Kind(int, _range(1, MAX_NEURONS), "Neurons whose influences are counted."),
}

# What turns a memory into an image, by the design's names.
IMAGE: Final = (
    *("bits", "quantizer", "kernel_bits", "kernel_origin", "offset_bits", "offset_source"),
    "max_steps",
)


def flag(name: str) -> str:
    """A parameter's option on the command line."""
    known = KINDS.get(name)
    return "--" + (known.option if known and known.option else name).replace("_", "-")


@dataclass(frozen=True)
class Parameter:
    """One parameter of an experiment.

    Attributes:
        name: one of `KINDS`.
        full: its value in a full run; a tuple where it takes several.
        quick: its value in a quick run; None for the same.
    """

    name: str
    full: Any
    quick: Any = None

    @property
    def several(self) -> bool:
        """Whether it takes several values."""
        return isinstance(self.full, tuple)

    def default(self, quick: bool) -> Any:
        """Its value where none is given."""
        return self.quick if quick and self.quick is not None else self.full

    def taken(self, given: Any) -> Any:
        """A value that somebody gave: one, or several in a list, each a number, a name or its text.

        Raises:
            InputError: it is not of the parameter's type, illegal, or several where one is taken.
        """
        kind, name = KINDS[self.name], flag(self.name)
        pieces = list(given) if isinstance(given, list | tuple) else [given]
        if len(pieces) != 1 and not (pieces and self.several):
            raise InputError(f"{name} has {len(pieces)} values; this experiment takes one")
        values = tuple(dict.fromkeys(kind.value(name, piece) for piece in pieces))
        return values if self.several else values[0]


# Training at the paper's operating point: N = 200 neurons, 100 in a quick run.
RIDGE: Final = (
    Parameter("neurons", 200, 100),
    Parameter("patterns", None),
    Parameter("load", RIDGE_LOAD),
    Parameter("gamma", RIDGE_GAMMA),
    Parameter("data", DATA[0]),
    Parameter("method", LOGISTIC[0]),
    Parameter("penalty", PENALTIES[0]),
    Parameter("regularization", REGULARIZATION),
    Parameter("steps", None),
    Parameter("learning_rate", LEARNING_RATE),
)
# The datapath, where an experiment says nothing else.
DATAPATH: Final = tuple(
    Parameter(name, getattr(Parameters, name))
    for name in ("kernel_bits", "kernel_origin", "max_steps")
)
# The paper's quantized network in integers: what min-max calls mid is an offset common to all
# neurons, and 8 bits hold it. Without offset bits an image drops it.
PAPER: Final = (
    *DATAPATH,
    Parameter("offset_bits", 8),
    Parameter("offset_source", "quantizer"),
)
QUANTIZER: Final = (Parameter("bits", 2), Parameter("quantizer", "minmax"))  # the paper's choice


def parameters(*listed: Parameter, without: Iterable[str] = ()) -> tuple[Parameter, ...]:
    """Parameters by name, the last of a name standing where the first did."""
    named = {parameter.name: parameter for parameter in listed}
    left_out = frozenset(without)
    return tuple(parameter for name, parameter in named.items() if name not in left_out)
