"""What a synthesis comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from hwsim.quantities import counted
from hwsim.show import Shown
from hwsim.synth.effort import Effort

HOLDERS: Final = ("block_rams", "sprams", "distributed_rams", "flip_flops")  # as in Placed


@dataclass(frozen=True)
class Placed:
    """Where a memory of the engine went.

    Attributes:
        memory: its name, after its place in the engine.
        block_rams, sprams, distributed_rams, flip_flops: cells of each kind that hold it.
        macros, macro: how many SRAM macros, and of how many words and bits.
    """

    memory: str
    block_rams: int = 0
    sprams: int = 0
    distributed_rams: int = 0
    flip_flops: int = 0
    macros: int = 0
    macro: str = ""

    @property
    def where(self) -> str:
        """In words; what no cell of those holds is logic."""
        if self.macros:
            return f"{counted(self.macros, 'SRAM macro')} of {self.macro}"
        held = [
            counted(getattr(self, kind), kind.removesuffix("s").replace("_", " "))
            for kind in HOLDERS
            if getattr(self, kind)
        ]
        return ", ".join(held) or "logic"


@dataclass(frozen=True)
class Silicon:
    """Area and leakage in standard cells.

    Attributes:
        library: of the cells.
        gates_um2, registers_um2, memories_um2: square micrometres of cells, without what lies
            between them, and of SRAM macros.
        cells_leakage_uw: microwatts; None where the library does not say.
        memories_leakage_uw: microwatts of the macros.
        macros_source: where the macros' figures are from.
    """

    library: str
    gates_um2: float
    registers_um2: float
    memories_um2: float
    cells_leakage_uw: float | None
    memories_leakage_uw: float
    macros_source: str

    @property
    def area_um2(self) -> float:
        """Of all."""
        return self.gates_um2 + self.registers_um2 + self.memories_um2

    @property
    def leakage_uw(self) -> float | None:
        """Of all."""
        if self.cells_leakage_uw is None:
            return None
        return self.cells_leakage_uw + self.memories_leakage_uw


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
    """An engine on a device, or in standard cells.

    Attributes:
        target: one of `TARGETS`, or `liberty`.
        device: in words.
        cells: how many of each kind the netlist has, the pins' registers included.
        available: how many the device has.
        pins_flip_flops: of those flip-flops, what the harness has that stands for pins.
        memories: where each memory went.
        fits: whether it was placed and routed.
        clock_mhz: the clock that the routed netlist bears, the median of several placements; None
            where it does not fit.
        clocks_mhz: that of each placement that was routed.
        placements: how many were tried; 0 where none was, on a device too small by its cells.
        unplaced: why the first that failed did, in words; empty where none did.
        asked_mhz: the clock that was asked for; None of standard cells, whose delays are not known.
        critical_path: from register to register, stretches of one module each, at `clock_mhz`.
        reason: why it does not fit, in words; empty where it does.
        effort: what a recall takes on average.
        tools: programs and versions.
        image_sha256: of the image's manifest.json.
        loadable: whether a host writes the memories.
        silicon: area and leakage; None on a device.
    """

    target: str
    device: str
    cells: Mapping[str, int]
    available: Mapping[str, int]
    pins_flip_flops: int
    memories: tuple[Placed, ...]
    fits: bool
    clock_mhz: float | None
    asked_mhz: float | None
    critical_path: tuple[Hop, ...]
    reason: str
    effort: Effort
    tools: Mapping[str, str]
    image_sha256: str
    loadable: bool = False
    silicon: Silicon | None = None
    clocks_mhz: tuple[float, ...] = ()
    placements: int = 0
    unplaced: str = ""

    @property
    def recalls_per_second(self) -> float | None:
        """At `clock_mhz`, without stalls."""
        return None if self.clock_mhz is None else 1e6 * self.clock_mhz / self.effort.cycles

    @property
    def energy_delay(self) -> float | None:
        """Energy at 45 nm times time on the device, nJ µs: of no device; engines compare by it."""
        if self.recalls_per_second is None:
            return None
        return self.effort.energy_pj / 1e3 * 1e6 / self.recalls_per_second

    @property
    def area_um2(self) -> float | None:
        """Of cells and macros; None on a device."""
        return None if self.silicon is None else self.silicon.area_um2

    @property
    def leakage_uw(self) -> float | None:
        """Of cells and macros; None on a device, or where the library does not say."""
        return None if self.silicon is None else self.silicon.leakage_uw

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            **asdict(self),
            "recalls_per_second": self.recalls_per_second,
            "energy_delay": self.energy_delay,
            "area_um2": self.area_um2,
            "leakage_uw": self.leakage_uw,
        }

    def _shown(self) -> Mapping[str, object]:
        return {
            "target": self.target,
            "fits": self.fits,
            "clock_mhz": self.clock_mhz,
            **self.cells,
            "area_um2": self.area_um2,
            "leakage_uw": self.leakage_uw,
            "reason": self.reason or None,
        }
