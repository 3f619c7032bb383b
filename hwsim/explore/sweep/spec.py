"""What a sweep asks for: a TOML file, checked, and expanded into points."""

from __future__ import annotations

import hashlib
import itertools
import json
import math
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

from msgspec import UNSET, Meta, UnsetType, defstruct

from hwsim import __version__
from hwsim.choices import DATA, METHODS, PENALTIES, QUANTIZERS
from hwsim.codes import bits_possible
from hwsim.config import (
    KERNEL_ORIGINS,
    LANE_CHOICES,
    MAX_KERNEL_BITS,
    MAX_MAX_STEPS,
    MAX_NEURONS,
    MAX_OFFSET_BITS,
    MAX_PATTERNS,
    MAX_TRIALS,
    MAX_WEIGHT_BITS,
    Parameters,
)
from hwsim.design import FIELDS, PLAIN, Design
from hwsim.errors import InputError
from hwsim.measure.memories import MemoryKey
from hwsim.reference.memory import LARGEST_GAMMA
from hwsim.schema import Fraction, Positive, json_schema, one_of, one_or_list, read, whole
from hwsim.toml import load_toml, only_table

MAX_POINTS: Final = 200_000
OLD_NAMES: Final = {"method": "trainer"}  # until hwsim 0.3; then in `identity` alone


@dataclass(frozen=True)
class Point:
    """One point of a sweep: a memory, how it is lowered, and the noise it recalls from."""

    data: str
    neurons: int
    patterns: int
    gamma: float
    method: str
    penalty: str
    seed: int
    quantizer: str
    bits: int
    kernel_bits: int
    kernel_origin: str
    offset_bits: int
    lanes: int
    max_steps: int
    noise: float
    queries: int

    @property
    def memory(self) -> MemoryKey:
        """The trained memory this point needs."""
        return MemoryKey(
            self.neurons,
            self.patterns,
            self.gamma,
            self.seed,
            self.data,
            self.method,
            self.penalty,
        )

    @property
    def design(self) -> Design:
        """How that memory is lowered: without rules, as in every sweep begun so far."""
        return Design(**PLAIN, **{name: getattr(self, name) for name in DESIGN_AXES})

    @property
    def identity(self) -> str:
        """What this point's result is filed under: its values and the program's version.

        The method goes by its old name, so that sweeps begun with that go on.
        """
        values = asdict(self)
        values[OLD_NAMES["method"]] = values.pop("method")
        text = json.dumps({"hwsim": __version__} | values, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:24]


# KEYS ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Axis:
    """A key whose values are combined with every other's: the kind of one, and the default."""

    kind: Any
    default: tuple[Any, ...] = field(default=())


def _default(choice: str) -> tuple[Any, ...]:
    return (FIELDS[choice].default,)


# In the order in which the result file is sorted; memories come first, so that points of one
# memory are neighbours.
AXES: Final[Mapping[str, _Axis]] = {
    "data": _Axis(one_of(DATA), ("random",)),
    "neurons": _Axis(whole(1, MAX_NEURONS)),
    "patterns": _Axis(whole(1, MAX_PATTERNS)),
    "load": _Axis(Positive),
    "gamma": _Axis(Annotated[float, Meta(gt=0, le=LARGEST_GAMMA)], (0.02,)),
    "method": _Axis(one_of(METHODS), ("gradient-descent",)),
    "penalty": _Axis(one_of(PENALTIES), ("l2",)),
    "quantizer": _Axis(one_of(QUANTIZERS), _default("quantizer")),
    "bits": _Axis(whole(1, MAX_WEIGHT_BITS), _default("bits")),
    "kernel_bits": _Axis(whole(1, MAX_KERNEL_BITS), _default("kernel_bits")),
    "kernel_origin": _Axis(one_of(KERNEL_ORIGINS), (Parameters.kernel_origin,)),
    "offset_bits": _Axis(whole(0, MAX_OFFSET_BITS), _default("offset_bits")),
    "lanes": _Axis(one_of(LANE_CHOICES), _default("lanes")),
    "max_steps": _Axis(whole(1, MAX_MAX_STEPS), _default("max_steps")),
    "noise": _Axis(Fraction, (0.2,)),
}

SINGLE: Final[Mapping[str, tuple[Any, int]]] = {
    "trials": (whole(1, MAX_TRIALS), 3),
    "seed": (whole(0, 2**31 - 1), 0),
    "queries": (whole(1, 1_000_000), 200),
}


Sweep: Any = defstruct(
    "Sweep",
    [
        *((name, one_or_list(AXES[name].kind)) for name in ("neurons",)),
        *(
            (name, one_or_list(axis.kind) | UnsetType, UNSET)
            for name, axis in AXES.items()
            if name != "neurons"
        ),
        *((name, kind, default) for name, (kind, default) in SINGLE.items()),
    ],
    forbid_unknown_fields=True,
)


def sweep_schema() -> dict[str, Any]:
    """JSON Schema of a sweep's file, once TOML is parsed; keys go by today's names."""
    table = json_schema(Sweep)
    table["$defs"]["Sweep"]["oneOf"] = [{"required": ["patterns"]}, {"required": ["load"]}]
    return {
        "$schema": table["$schema"],
        "type": "object",
        "properties": {"sweep": {"$ref": table["$ref"]}},
        "required": ["sweep"],
        "additionalProperties": False,
        "$defs": table["$defs"],
    }


DESIGN_AXES: Final = tuple(name for name in AXES if name in FIELDS)


# SPECIFICATION ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Spec:
    """A checked sweep.

    Attributes:
        axes: the values of every axis, in order and without repetitions.
        trials, seed: random patterns of seeds seed, seed + 1, …
        queries: recalls of every point.
    """

    axes: Mapping[str, tuple[Any, ...]]
    trials: int
    seed: int
    queries: int

    def points(self) -> list[Point]:
        """Every point, in canonical order; one that two combinations name stands once.

        Combinations whose quantizer has no codes of that many bits are left out.

        Raises:
            InputError: no point is left, or there are too many.
        """
        names = [name for name in AXES if name in self.axes]
        count = self.trials * math.prod(len(self.axes[name]) for name in names)
        if count > MAX_POINTS:
            raise InputError(
                f"the sweep has {count} points; at most {MAX_POINTS} are possible, so give fewer "
                "values or trials"
            )
        found: dict[Point, None] = {}
        for values in itertools.product(*(self.axes[name] for name in names)):
            chosen = dict(zip(names, values, strict=True))
            if "load" in chosen:
                load = chosen.pop("load")
                stored = load * chosen["neurons"]
                if stored > MAX_PATTERNS:
                    raise InputError(
                        f"load is {load:g}, with {chosen['neurons']} neurons {stored:g} patterns; "
                        f"at most {MAX_PATTERNS} are possible"
                    )
                chosen["patterns"] = max(1, round(stored))
            if not bits_possible(chosen["quantizer"], chosen["bits"]):
                continue
            for trial in range(self.trials):
                found[Point(**chosen, seed=self.seed + trial, queries=self.queries)] = None
        if not found:
            raise InputError(
                "the sweep has no point: no quantizer named has codes of the bits named; "
                "sign-… quantizers need bits = 1"
            )
        return sorted(found, key=lambda point: sort_key(asdict(point)))


def sort_key(point: Mapping[str, Any]) -> tuple[Any, ...]:
    """The canonical order: by every value of a point in the order of `Point`'s fields."""
    return tuple(point[name] for name in Point.__dataclass_fields__)


def load_spec(path: Path) -> Spec:
    """Read and check a sweep's TOML file: one table `[sweep]`, every axis a value or a list.

    Raises:
        InputError: the file is missing or not TOML, a key is unknown or missing, or a value is
            not legal; the message names the key.
    """
    content = load_toml(path)
    try:
        return parse_spec(content)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def parse_spec(content: Mapping[str, Any]) -> Spec:
    """A sweep from a parsed TOML file; see `load_spec`."""
    table = _renamed(only_table(content, "sweep"))
    sweep = read(Sweep, table, mapping="a table")
    axes = {
        name: _values(getattr(sweep, name)) or axis.default
        for name, axis in AXES.items()
        if name in table or axis.default
    }
    if ("patterns" in axes) == ("load" in axes):
        raise InputError("give either patterns or load (patterns per neuron), one of the two")
    return Spec(axes, **{name: getattr(sweep, name) for name in SINGLE})


def _renamed(table: Mapping[str, Any]) -> Mapping[str, Any]:
    """The table with today's names for keys, and a note of each that has another now."""
    for name, old in OLD_NAMES.items():
        if old not in table:
            continue
        if name in table:
            raise InputError(f"{old} is the old name of {name}, which is there too; leave it out")
        warnings.warn(f"the sweep's key {old} is called {name} now", FutureWarning, stacklevel=4)
        table = {name if key == old else key: value for key, value in table.items()}
    return table


def _values(given: Any) -> tuple[Any, ...]:
    """One value, or several without repetitions; none when the key was left out."""
    if given is UNSET:
        return ()
    return tuple(dict.fromkeys(given if isinstance(given, list) else [given]))
