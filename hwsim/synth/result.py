"""What a synthesis comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from hwsim.show import Shown
from hwsim.synth.effort import Effort

HOLDERS: Final = ("block_rams", "sprams", "distributed_rams", "flip_flops")  # of memories


@dataclass(frozen=True)
class Placed:
    """Where a memory of the engine went.

    Attributes:
        memory: its name, after its place in the engine.
        block_rams, sprams, distributed_rams, flip_flops: cells of each kind that hold it.
    """

    memory: str
    block_rams: int = 0
    sprams: int = 0
    distributed_rams: int = 0
    flip_flops: int = 0

    @property
    def where(self) -> str:
        """In words; what no cell of those holds is logic."""
        held = [
            f"{getattr(self, kind)} {kind.replace('_', ' ')}"
            for kind in HOLDERS
            if getattr(self, kind)
        ]
        return ", ".join(held) or "logic"


@dataclass(frozen=True)
class Hop:
    """A stretch of the critical path.

    Attributes:
        module: the module of the engine that it is in.
        nanoseconds: logic and routing in it.
    """

    module: str
    nanoseconds: float


@dataclass(frozen=True, repr=False)
class Synthesis(Shown):
    """An engine on a device.

    Attributes:
        target: one of `TARGETS`.
        device: in words.
        cells: how many of each kind the netlist has, the pins' registers included.
        available: how many the device has.
        pins_flip_flops: of those flip-flops, what the harness has that stands for pins.
        memories: where each memory went.
        fits: whether it was placed and routed.
        clock_mhz: the clock that the routed netlist bears; None where it does not fit.
        asked_mhz: the clock that was asked for.
        critical_path: from register to register, stretches of one module each.
        reason: why it does not fit, in words; empty where it does.
        effort: what a recall takes on average.
        tools: programs and versions.
        image_sha256: of the image's manifest.json.
        loadable: whether a host writes the memories.
    """

    target: str
    device: str
    cells: Mapping[str, int]
    available: Mapping[str, int]
    pins_flip_flops: int
    memories: tuple[Placed, ...]
    fits: bool
    clock_mhz: float | None
    asked_mhz: float
    critical_path: tuple[Hop, ...]
    reason: str
    effort: Effort
    tools: Mapping[str, str]
    image_sha256: str
    loadable: bool = False

    @property
    def recalls_per_second(self) -> float | None:
        """At `clock_mhz`, without stalls."""
        return None if self.clock_mhz is None else 1e6 * self.clock_mhz / self.effort.cycles

    @property
    def energy_delay(self) -> float | None:
        """Energy of a recall times its time, in nJ µs."""
        if self.recalls_per_second is None:
            return None
        return self.effort.energy_pj / 1e3 * 1e6 / self.recalls_per_second

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            **asdict(self),
            "recalls_per_second": self.recalls_per_second,
            "energy_delay": self.energy_delay,
        }

    def _shown(self) -> Mapping[str, object]:
        return {
            "target": self.target,
            "fits": self.fits,
            "clock_mhz": self.clock_mhz,
            **self.cells,
            "reason": self.reason or None,
        }
