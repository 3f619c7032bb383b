"""What a sweep asks for: a TOML file, checked, and expanded into points."""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Final

from msgspec import UNSET, Meta, UnsetType, defstruct

from hwsim.callers import stacklevel
from hwsim.choices import CHECKED, DATA, DEVICES, LOGISTIC, NOISES, PENALTIES, QUANTIZERS
from hwsim.codes import bits_possible
from hwsim.config import (
    DATAFLOWS,
    KERNEL_ORIGINS,
    LANE_CHOICES,
    MAX_COARSE_WORDS,
    MAX_KERNEL_BITS,
    MAX_MAX_STEPS,
    MAX_NEURONS,
    MAX_OFFSET_BITS,
    MAX_PATTERNS,
    MAX_TRIALS,
    MAX_WEIGHT_BITS,
    PARALLEL_CHOICES,
    Parameters,
)
from hwsim.cost.plausible import CLOCK_MHZ, plausible
from hwsim.cost.technology import Technology
from hwsim.design import FIELDS
from hwsim.errors import InputError
from hwsim.explore.sweep.point import LATER, OLD_NAMES, OWN, Point, sort_key
from hwsim.explore.sweep.sources import check_macros, hash_of, table_named
from hwsim.reference.memory import LARGEST_GAMMA
from hwsim.reference.remarks import load_and_tell
from hwsim.schema import Fraction, Positive, json_schema, one_of, one_or_list, read, whole
from hwsim.toml import load_toml, only_table

MAX_POINTS: Final = 200_000
# What a memory in a file says itself.
STORED: Final = ("data", "neurons", "patterns", "load", "gamma", "method", "penalty")


# KEYS ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Axis:
    """A key whose values are combined with every other's: the kind of one, and the default."""

    kind: Any
    default: tuple[Any, ...] = field(default=())


def _default(choice: str) -> tuple[Any, ...]:
    return (FIELDS[choice].default,)


def _later(name: str) -> tuple[Any, ...]:
    """The default of an axis that came later: it is as sweeps were before."""
    return (LATER[name],)


Name = Annotated[str, Meta(min_length=1)]

# In the order in which the result file is sorted; memories come first, so that points of one
# memory are neighbours.
AXES: Final[Mapping[str, _Axis]] = {
    "data": _Axis(one_of(DATA), ("random",)),
    "neurons": _Axis(whole(1, MAX_NEURONS)),
    "patterns": _Axis(whole(1, MAX_PATTERNS)),
    "load": _Axis(Positive),
    "gamma": _Axis(Annotated[float, Meta(gt=0, le=LARGEST_GAMMA)], (0.02,)),
    "method": _Axis(one_of(LOGISTIC), ("gradient-descent",)),
    "penalty": _Axis(one_of(PENALTIES), ("l2",)),
    "quantizer": _Axis(one_of(QUANTIZERS), _default("quantizer")),
    "bits": _Axis(whole(1, MAX_WEIGHT_BITS), _default("bits")),
    "kernel_bits": _Axis(whole(1, MAX_KERNEL_BITS), _default("kernel_bits")),
    "kernel_origin": _Axis(one_of(KERNEL_ORIGINS), (Parameters.kernel_origin,)),
    "offset_bits": _Axis(whole(0, MAX_OFFSET_BITS), _default("offset_bits")),
    "lanes": _Axis(one_of(LANE_CHOICES), _default("lanes")),
    "max_steps": _Axis(whole(1, MAX_MAX_STEPS), (Parameters.max_steps,)),
    "noise": _Axis(Fraction, NOISES[-1:]),  # each more is a sweep more; here designs differ most
    "dataflow": _Axis(one_of(DATAFLOWS), _later("dataflow")),
    "stop": _Axis(bool, _later("stop")),
    "winner": _Axis(bool, _later("winner")),
    "radius": _Axis(bool, _later("radius")),
    "coarse_words": _Axis(whole(0, MAX_COARSE_WORDS), _later("coarse_words")),
    "queries_in_flight": _Axis(one_of(PARALLEL_CHOICES), _later("queries_in_flight")),
    "engines": _Axis(one_of(PARALLEL_CHOICES), _later("engines")),
    "memory": _Axis(Name),
    "technology": _Axis(Name, _later("technology")),
    "macro": _Axis(Name, _later("macro")),
    "clock_mhz": _Axis(Positive, _later("clock_mhz")),
    "pipelined": _Axis(bool, _later("pipelined")),
    "device": _Axis(one_of(DEVICES), _later("device")),
    "protection": _Axis(one_of(("none", *CHECKED)), _later("protection")),
}

SINGLE: Final[Mapping[str, tuple[Any, int]]] = {
    "trials": (whole(1, MAX_TRIALS), 3),
    "seed": (whole(0, 2**31 - 1), 0),
    "queries": (whole(1, 1_000_000), 200),
}


Sweep: Any = defstruct(
    "Sweep",
    [
        *((name, one_or_list(axis.kind) | UnsetType, UNSET) for name, axis in AXES.items()),
        *((name, kind, default) for name, (kind, default) in SINGLE.items()),
    ],
    forbid_unknown_fields=True,
)


def sweep_schema() -> dict[str, Any]:
    """JSON Schema of a sweep's file, once TOML is parsed; keys go by today's names."""
    table = json_schema(Sweep)
    table["$defs"]["Sweep"]["oneOf"] = [
        {"required": ["neurons", "patterns"]},
        {"required": ["neurons", "load"]},
        {"required": ["memory"], **_without(STORED)},
    ]
    return {
        "$schema": table["$schema"],
        "type": "object",
        "properties": {"sweep": {"$ref": table["$ref"]}},
        "required": ["sweep"],
        "additionalProperties": False,
        "$defs": table["$defs"],
    }


def _without(names: tuple[str, ...]) -> dict[str, Any]:
    return {"not": {"anyOf": [{"required": [name]} for name in names]}}


# SPECIFICATION ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Spec:
    """A checked sweep.

    Attributes:
        axes: the values of every axis, in order and without repetitions.
        trials, seed: random patterns of seeds seed, seed + 1, …; of memories in files, noise alone.
        queries: recalls of every point.
        memories: what a point says of each memory in a file, by its name in `axes`.
        tables: each energy table of `axes`, and the hash of its file, by its name there.
    """

    axes: Mapping[str, tuple[Any, ...]]
    trials: int
    seed: int
    queries: int
    memories: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    tables: Mapping[str, tuple[Technology, str]] = field(default_factory=dict)

    def points(self) -> list[Point]:
        """Every point, in canonical order; one that two combinations name stands once.

        Left out are combinations whose quantizer has no codes of that many bits, and those of
        several queries in flight with several engines.

        Raises:
            InputError: no point is left, there are too many, or one is no design.
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
            if not bits_possible(chosen["quantizer"], chosen["bits"]):
                continue
            if chosen["queries_in_flight"] > 1 < chosen["engines"]:
                continue
            if chosen["protection"] != "none" and chosen["engines"] > 1:
                continue
            first = self._point(chosen)
            if chosen["coarse_words"]:
                first.design.parameters(first.neurons, first.patterns)  # refuses too many
            for trial in range(self.trials):
                found[replace(first, seed=self.seed + trial)] = None
        if not found:
            raise InputError(
                "the sweep has no point: no quantizer named has codes of the bits named; "
                "sign-… quantizers need bits = 1"
            )
        return sorted(found, key=lambda point: sort_key(asdict(point)))

    def _point(self, chosen: dict[str, Any]) -> Point:
        """The point of one combination, at the first seed."""
        if "load" in chosen:
            load = chosen.pop("load")
            stored = load * chosen["neurons"]
            if stored > MAX_PATTERNS:
                raise InputError(
                    f"load is {load:g}, with {chosen['neurons']} neurons {stored:g} patterns; "
                    f"at most {MAX_PATTERNS} are possible"
                )
            chosen["patterns"] = max(1, round(stored))
        if "memory" in chosen:
            chosen |= self.memories[chosen.pop("memory")]
        if chosen["technology"]:
            chosen["technology_sha256"] = self.tables[chosen["technology"]][1]
        return Point(**chosen, seed=self.seed, queries=self.queries)


def load_spec(path: Path) -> Spec:
    """Read and check a sweep's TOML file: one table `[sweep]`, every axis a value or a list.

    Memories and energy tables are found from the folder of the file.

    Raises:
        InputError: the file is missing or not TOML, a key is unknown or missing, or a value is
            not legal; the message names the key.
    """
    content = load_toml(path)
    try:
        return parse_spec(content, path.parent)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def parse_spec(content: Mapping[str, Any], folder: Path = Path()) -> Spec:
    """A sweep from a parsed TOML file; see `load_spec`."""
    table = _renamed(only_table(content, "sweep"))
    sweep = read(Sweep, table, mapping="a table")
    own = "memory" in table
    _check_stored(table, own)
    axes = {
        name: _values(getattr(sweep, name)) or axis.default
        for name, axis in AXES.items()
        if name in table or (axis.default and not (own and name in STORED))
    }
    check_macros(axes["macro"])
    _check_protection(axes)
    for clock in axes["clock_mhz"]:
        if clock:
            plausible("clock_mhz", clock, CLOCK_MHZ, "MHz")
    memories = {name: _stored(folder / name) for name in axes.get("memory", ())}
    tables = {name: table_named(name, folder) for name in axes["technology"] if name}
    single = {name: getattr(sweep, name) for name in SINGLE}
    return Spec(axes, **single, memories=memories, tables=tables)


def _check_protection(axes: Mapping[str, tuple[Any, ...]]) -> None:
    """Refuse check bits with what does not know them."""
    protections = [name for name in axes["protection"] if name != "none"]
    if not protections:
        return
    for axis, others in (("device", any), ("macro", any), ("engines", lambda n: min(n) > 1)):
        if others(axes[axis]):
            raise InputError(
                f"protection is {protections[0]}, which sweeps price without a device, without "
                f"macros and for one engine; leave {axis} or protection out"
            )


def _check_stored(table: Mapping[str, Any], own: bool) -> None:
    """Raise InputError unless the table says in one way what is stored."""
    if own:
        for name in STORED:
            if name in table:
                raise InputError(f"{name} stands beside memory, whose files say it; leave one out")
        return
    if "neurons" not in table:
        raise InputError("neurons is missing; give it, or a memory of your own (memory)")
    if ("patterns" in table) == ("load" in table):
        raise InputError("give either patterns or load (patterns per neuron), one of the two")


def _stored(path: Path) -> dict[str, Any]:
    """What points say of a memory in a file; of kernel values of its own, gamma is 0."""
    memory = load_and_tell(path)
    patterns, neurons = memory.patterns.shape
    return {
        "data": str(path),
        "neurons": neurons,
        "patterns": patterns,
        "gamma": 0.0 if memory.gamma is None else memory.gamma,
        **({"kernel_origin": "absolute"} if memory.gamma is None else {}),
        "method": OWN,
        "penalty": OWN,
        "memory_sha256": hash_of(path),
    }


def _renamed(table: Mapping[str, Any]) -> Mapping[str, Any]:
    """The table with today's names for keys, and a note of each that has another now."""
    for name, old in OLD_NAMES.items():
        if old not in table:
            continue
        if name in table:
            raise InputError(f"{old} is the old name of {name}, which is there too; leave it out")
        warnings.warn(
            f"the sweep's key {old} is called {name} now", FutureWarning, stacklevel=stacklevel()
        )
        table = {name if key == old else key: value for key, value in table.items()}
    return table


def _values(given: Any) -> tuple[Any, ...]:
    """One value, or several without repetitions; none when the key was left out."""
    if given is UNSET:
        return ()
    return tuple(dict.fromkeys(given if isinstance(given, list) else [given]))
