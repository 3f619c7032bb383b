"""What one experiment runs with, once the study's values and one's own are brought together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from hwsim.design import Design
from hwsim.errors import InputError
from hwsim.experiments.own import STORED, TRAINED, Own
from hwsim.experiments.parameters import IMAGE, Parameter, flag
from hwsim.experiments.settings import Settings
from hwsim.measure.memories import MemoryKey
from hwsim.printable import printable
from hwsim.suggest import did_you_mean

Choice = TypeVar("Choice")


@dataclass(frozen=True)
class Setup:
    """The values of an experiment's parameters, and its seeds.

    Attributes:
        values: by name; a tuple where several are taken.
        own: those of them that are not the study's.
        seeds: one a trial.
        quick: small networks and coarse grids.
        data: a memory or patterns of one's own.
    """

    values: Mapping[str, Any]
    own: Mapping[str, Any]
    seeds: tuple[int, ...]
    quick: bool = False
    data: Own | None = None

    def __getitem__(self, name: str) -> Any:
        """A parameter's value."""
        return self.values[name]

    @property
    def of_the_study(self) -> bool:
        """Whether nothing was changed and nothing made small, so that it can judge the paper."""
        return not (self.quick or self.own or self.data)

    def pick(self, full: Sequence[Choice], quick: Sequence[Choice]) -> Sequence[Choice]:
        """What no parameter is of: `quick` in a quick run."""
        return quick if self.quick else full

    def key(self, seed: int, **changed: Any) -> MemoryKey:
        """The memory of a trial: trained from the parameters, unless it is one's own.

        Args:
            seed: the trial's.
            changed: values in place of the parameters', of those that take several.
        """
        names = (*STORED, *TRAINED)
        asked = {name: self.values[name] for name in names if name in self.values} | changed
        if self.data is not None:
            return self.data.key({name: asked[name] for name in TRAINED if name in asked})
        asked.pop("load", None)
        patterns = asked.pop("patterns", None) or self.stored(asked["neurons"])
        return MemoryKey(patterns=patterns, seed=seed, **asked)

    def stored(self, neurons: int) -> int:
        """P, of a network of some size."""
        patterns: int | None = self.values.get("patterns")
        return patterns or max(1, round(self.values["load"] * neurons))

    def image(self) -> dict[str, Any]:
        """The choices of `lower` among the parameters that take one value."""
        return {
            name: value
            for name in IMAGE
            if not isinstance(value := self.values.get(name), tuple) and value is not None
        }

    @property
    def changes(self) -> str:
        """What a title adds where values are one's own; empty where none is."""
        told = [f"{name} {_listed(value)}" for name, value in self.own.items()]
        if self.data is not None:
            told.insert(0, printable(self.data.path.name))
        return f" (here with {', '.join(told)})" if told else ""

    def to_dict(self) -> dict[str, Any]:
        """Every parameter's value, ready for JSON."""
        held = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in self.values.items()
        }
        if (own := self.data) is not None:
            rest = {name: value for name, value in held.items() if name not in own.settles}
            return own.to_dict() | rest
        if isinstance(neurons := self.values.get("neurons"), int):
            held["patterns"] = self.stored(neurons)
            held.pop("load", None)
        return held


def percent(fraction: float) -> str:
    """A fraction in words, `20 %`."""
    return f"{100 * fraction:g} %"


def _settled(data: Own, asked: str, value: Any) -> bool:
    """Whether one's own data says the same as a value that is given.

    Raises:
        InputError: it says something else, or settles the parameter without telling how.
    """
    if asked not in data.settles:
        return False
    if asked not in data.values:
        raise InputError(f"{data.option} settles {asked}; leave {flag(asked)} out")
    held = data.values[asked]
    wanted = value[0] if isinstance(value, tuple) and len(value) == 1 else value
    if wanted != held:
        raise InputError(
            f"{flag(asked)} is {_listed(value)}, but {data.path.name} has {asked} {held}; "
            f"leave {flag(asked)} out, or give other data"
        )
    return True


def _listed(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def set_up(
    name: str, known: Sequence[Parameter], settings: Settings, seeds: tuple[int, ...]
) -> Setup:
    """Bring the study's values and one's own together.

    Args:
        name: the experiment's.
        known: its parameters.
        settings: the run's.
        seeds: one a trial.

    Raises:
        InputError: the experiment has no such parameter, cannot take the value, or has it settled
            by data of one's own.
    """
    by_name = {parameter.name: parameter for parameter in known}
    for asked in settings.given:
        if asked not in by_name:
            told = ", ".join(flag(known) for known in by_name)
            raise InputError(
                f"{name} has no parameter {flag(asked)}; it has {told or 'none'}"
                f"{did_you_mean(asked, by_name)}"
            )
    given = {asked: by_name[asked].taken(value) for asked, value in settings.given.items()}
    if "patterns" in given and "load" in given:
        raise InputError("--patterns and --load say the same; leave one of them out")
    data = settings.data
    if data is not None:
        given = {asked: value for asked, value in given.items() if not _settled(data, asked, value)}
    usual = {asked: parameter.default(settings.quick) for asked, parameter in by_name.items()}
    values = usual | given
    own = {asked: value for asked, value in given.items() if value != usual[asked]}
    if data is not None:
        values |= {
            asked: (value,) if asked in by_name and by_name[asked].several else value
            for asked, value in data.values.items()
        }
    setup = Setup(values, own, seeds, settings.quick, data)
    Design(**setup.image())  # refuses choices that do not go together
    return setup
