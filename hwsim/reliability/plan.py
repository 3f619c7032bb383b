"""What is asked of a study of faults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hwsim.choices import NOISE
from hwsim.config import MAX_QUERIES, Parameters
from hwsim.cost.voltage import DEFAULT
from hwsim.errors import InputError
from hwsim.hardware.protection import CORRECTING
from hwsim.reliability.maps import KINDS
from hwsim.reliability.places import Place, places
from hwsim.reliability.registers import registers
from hwsim.reliability.scrub import LIFE, MAX_RECALLS, check_upsets, split
from hwsim.suggest import check_choice

RATES: Final = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1)


@dataclass(frozen=True)
class Plan:
    """What is asked.

    Attributes:
        rates: probabilities of a bit, 0 to 1.
        kinds: of faults, some of `maps.KINDS`.
        memories: names of places or registers, or `memories` or `registers` for all of one sort;
            None for all of both.
        maps: M, fault maps of a point.
        count: recalls under each map.
        slow_maps, slow_count: likewise where the specification recalls, a thousand times slower.
        noise: fraction of spins flipped in the queries.
        seed: of queries and maps.
        worst: bits of each memory to try one by one; 0 for none.
        rules: as the image has them, or none: with them hardly a recall reads a weight.
        protect: of the words that are hit, some of `protection.PROTECTIONS`, with `@T` where a pass
            scrubs them every T recalls.
        keep: recall accuracy, a share, for which the cheapest protection of all memories is found
            at each rate; every one that corrects is measured then. None for none.
        sram: name or file of the curve that says which voltage has a rate of errors.
        upsets: probability that a stored bit turns over in a recall, besides faults of kind flip.
        life: recalls from one time the image's memories are loaded to the next.
        scrub: intervals, in recalls, that `keep` may scrub at.

    Raises:
        InputError: a list is empty, or more recalls are asked for than can be drawn.
    """

    rates: tuple[float, ...] = RATES
    kinds: tuple[str, ...] = ("flip",)
    memories: tuple[str, ...] | None = None
    maps: int = 100
    count: int = 100
    slow_maps: int = 20
    slow_count: int = 2
    noise: float = NOISE
    seed: int = 0
    worst: int = 0
    rules: bool = True
    protect: tuple[str, ...] = ("none",)
    keep: float | None = None
    sram: str = DEFAULT
    upsets: float = 0.0
    life: int = LIFE
    scrub: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for name in ("rates", "kinds", "memories", "protect"):
            values = getattr(self, name)
            if values is not None and not values:
                raise InputError(f"{name} is empty; name one at least, or leave it out")
            if values:
                object.__setattr__(self, name, tuple(dict.fromkeys(values)))  # each once
        if self.keep is not None:
            if not 0 < self.keep <= 1:
                raise InputError(f"keep is {self.keep}; it must be a share above 0, 1 at most")
            if "flip" not in self.kinds:
                raise InputError("keep is for faults of kind flip; name flip among kinds")
            passes = (f"{name}@{each}" for name in CORRECTING[1:] for each in self.scrub)
            object.__setattr__(self, "protect", (*CORRECTING, *passes))
        elif self.scrub:
            raise InputError(
                "scrub is what keep may choose of; without keep name protect as secded@1000"
            )
        if not 0 <= self.upsets <= 0.5:
            raise InputError(f"upsets is {self.upsets}; it is a probability from 0 to 0.5")
        if self.upsets and "flip" not in self.kinds:
            raise InputError(
                "upsets come with faults of kind flip; name flip among kinds, or kind upset with "
                "rates of upsets"
            )
        if not 1 <= self.life <= MAX_RECALLS:
            raise InputError(f"life is {self.life}; it is from 1 to {MAX_RECALLS} recalls")
        for maps, count in (("maps", "count"), ("slow_maps", "slow_count")):
            recalls = getattr(self, maps) * getattr(self, count)
            if recalls > MAX_QUERIES:
                raise InputError(
                    f"{maps} times {count} is {recalls}; at most {MAX_QUERIES} recalls are drawn "
                    "at once"
                )

    def chosen(self, parameters: Parameters) -> list[Place]:
        """The memories asked for.

        Raises:
            InputError: a rate is no probability, or the image has no such memory.
        """
        for rate in self.rates:
            if not 0 <= rate <= 1:
                raise InputError(f"rate is {rate}; a bit-error rate is from 0 to 1")
        for kind in self.kinds:
            check_choice("kind", kind, KINDS)
        for name in self.protect:
            split(name)
        sorts = {"memories": places(parameters), "registers": registers(parameters)}
        found = sorts["memories"] | sorts["registers"]
        names: list[str] = []
        for name in self.memories or sorts:
            check_choice("memory", name, [*found, *sorts])
            names += sorts.get(name, [name])
        chosen = [found[name] for name in dict.fromkeys(names)]
        self._check_registers(chosen)
        self._check_upsets(chosen)
        if self.keep is None:
            return chosen
        # Whole memories: what a part of one has, the rest has, too.
        for name in self.memories or ():
            if name == "registers" or (name in found and found[name].register):
                raise InputError(f"keep protects memories; {name} has no check bits")
            if name in found and name != found[name].memory:
                raise InputError(
                    f"keep protects whole memories; {name} is a part of {found[name].memory}"
                )
        return [each for each in chosen if not each.register and each.name == each.memory]

    def cases(self, chosen: Sequence[Place]) -> list[tuple[Place, str, str]]:
        """Memory, kind and protection of each curve.

        A memory that recalls write gathers no upsets, and nothing is left there for a pass. A
        register has no check bits, and no read of it stands apart from what it holds.
        """
        return [
            (place, kind, name)
            for kind in self.kinds
            for place in chosen
            for name in self.protect
            if not place.register or name == "none"
            if not place.written or (kind != "upset" and not split(name)[1])
            if not (place.register and kind == "read")
        ]

    def _check_registers(self, chosen: Sequence[Place]) -> None:
        """Whoever names a register and check bits alone asks for what there is none of."""
        for place in chosen if self.memories and "none" not in self.protect else ():
            if place.register:
                raise InputError(
                    f"protect is {','.join(self.protect)}; {place.name} is a register, which has "
                    "no check bits: add none, or name memories"
                )

    def _check_upsets(self, chosen: Sequence[Place]) -> None:
        rates = self.rates if "upset" in self.kinds else ()
        for rate in rates:
            if rate > 0.5:
                raise InputError(
                    f"rate is {rate}; of upsets in a recall it is a probability from 0 to 0.5"
                )
        for place in chosen:
            for name in self.protect:
                for upsets in (*rates, self.upsets):
                    check_upsets(place, name, upsets, self.life)
        if not self.cases(chosen):
            lacking = "upsets: recalls write them" if "upset" in self.kinds else "faults of reads"
            raise InputError(
                f"no memory that was named has {lacking}; name one of the image's, as patterns"
            )
