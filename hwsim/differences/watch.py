"""Which signals of the Verilog show which stream of the specification's events.

This is all that the comparison knows of the Verilog: a new memory or stage is a new row here. Paths
are of instances and ports below hwsim_engine; of several, the first that is there counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from hwsim.hardware.memories import MEMORIES


@dataclass(frozen=True)
class Watch:
    """One stream of events.

    Attributes:
        stream: as `trace` names it.
        enable: signals, all of which are 1 in a cycle with an event.
        address, data: signals; data of `delay` cycles later.
        delay: in cycles.
        signed: whether data are.
        starts: whether an event starts a step.
        ends: whether an event ends its stage.
    """

    stream: str
    enable: tuple[str | Sequence[str], ...]
    address: str | Sequence[str] | None = None
    data: str | Sequence[str] | None = None
    delay: int = 0
    signed: bool = False
    starts: bool = False
    ends: bool = False

    def request(self) -> dict[str, Any]:
        """What cosim/recorder.py is asked for."""
        return {
            "enable": self.enable,
            "address": self.address,
            "data": self.data,
            "delay": self.delay,
        }


SHARE, SLOT = "engines.alone.share", "engines.alone.share.slots[0].slot"
GROUP, ROW = f"{SHARE}.update.group_by_group", f"{SHARE}.update.row"

# Instances of hwsim_rom and hwsim_ram, by the names of the specification's memories.
ROMS: Final = {
    "pattern": (f"{SHARE}.patterns",),
    "weight": (f"{GROUP}.mac.internal.weight_memory", f"{ROW}.mac.stored.weight_memory"),
    "lut": (f"{SHARE}.update.kernel_lookup.lut",),
    "offset": ("threshold.with_offsets.offsets",),
    "radius": (f"{SHARE}.with_radius.radii",),
}
RAMS: Final = {
    "state": (f"{SLOT}.state_memory",),
    "distance": (f"{SLOT}.distance_buffer",),
    "group_minimum": (f"{SLOT}.group_minima",),
    "active_list": (f"{SHARE}.update.active_list",),
    "accumulator": (f"{GROUP}.mac.accumulators",),
    "candidate": (f"{ROW}.candidate_lists.candidate_list",),
    "kernel_value": (f"{ROW}.candidate_lists.kernel_values",),
}

# Ports of the engine; those of memories that it does not have are not there.
COUNTERS: Final = (
    *(counter for memory in MEMORIES for counter in memory.counters),
    *("groups_skipped", "cycles"),
)
_LAST_BEAT: Final = ("m_axis_tvalid", "m_axis_tready", "m_axis_tlast")

# Values that stand in no memory.
PORTS: Final = (
    Watch("query beat", ("s_axis_tvalid", "s_axis_tready"), data="s_axis_tdata"),
    Watch("step", ("search_start",), data="result_steps", starts=True),
    Watch("nearest", ("search_done",), data="nearest", ends=True),
    Watch("hit", ("search_done",), data="hit"),
    Watch("active groups", ("scan_done",), data="active_groups", ends=True),
    Watch("kernel sum", ("loaded",), data="kernel_sum", ends=True),
    Watch("kernel planes", (f"{GROUP}.transfer",), data=f"{GROUP}.planes", delay=1),
    Watch("group", ("mac_start",)),
    Watch("rows", ("row_start",)),
    Watch("copy", ("copy_start",)),
    Watch("candidates", ("candidates_done",), data=f"{ROW}.candidates"),
    Watch("candidates' sum", ("candidates_done",), data="kernel_sum", ends=True),
    Watch("sum", ("sum_valid",), address="sum_neuron", data="sum"),
    Watch("field", ("threshold.field_valid",), data="threshold.field", signed=True),
    Watch("changed", ("threshold_done",), data="changed", ends=True),
    Watch("copied", ("copy_done",), ends=True),
    Watch("send", ("send_start",)),
    Watch("result beat", ("m_axis_tvalid", "m_axis_tready"), data="m_axis_tdata", ends=True),
    *(
        Watch(name, _LAST_BEAT, data=f"result_{name}", ends=True)
        for name in ("steps", "converged", "miss", "distance")
    ),
    *(Watch(name, _LAST_BEAT, data=name, ends=True) for name in COUNTERS),
)


def _ports(instances: Sequence[str], port: str) -> tuple[str, ...]:
    return tuple(f"{instance}.{port}" for instance in instances)


def _reads(name: str, instances: Sequence[str], address: str) -> Watch:
    # The memory's own register, corrected by its check bits if it has any: the second one follows
    # when its reader wants (rtl/hwsim_ram.v).
    return Watch(
        f"{name} read",
        (_ports(instances, "read_enable"),),
        _ports(instances, address),
        _ports(instances, "right_word"),
        delay=1,
    )


def _writes(name: str, instances: Sequence[str]) -> Watch:
    return Watch(
        f"{name} write",
        (_ports(instances, "write_enable"),),
        _ports(instances, "write_address"),
        _ports(instances, "write_data"),
    )


_MEMORIES: Final = (
    *(_reads(name, where, "address") for name, where in ROMS.items()),
    *(_reads(name, where, "read_address") for name, where in RAMS.items()),
    *(_writes(name, where) for name, where in RAMS.items()),
)


def of_engine(stream: str, engine: int) -> str:
    """The name of a stream of one of several engines side by side."""
    return f"{stream} of engine {engine}"


def watches(engines: int) -> tuple[Watch, ...]:
    """All streams. Engines side by side have most memories each of its own."""
    if engines == 1:
        return (*_MEMORIES, *PORTS)
    once = tuple(watch for watch in _MEMORIES if watch.stream.startswith("offset "))
    own = (
        _of_engine(watch, engine)
        for engine in range(engines)
        for watch in _MEMORIES
        if watch not in once
    )
    return (*own, *once, *PORTS)


def _of_engine(watch: Watch, engine: int) -> Watch:
    """The same memory, of one of several engines."""
    base = f"engines.side_by_side.partitions.engine[{engine}].own"

    def moved(paths: str | Sequence[str] | None) -> tuple[str, ...]:
        listed = (paths,) if isinstance(paths, str) else tuple(paths or ())
        return tuple(path.replace(SLOT, base).replace(SHARE, base) for path in listed)

    return replace(
        watch,
        stream=of_engine(watch.stream, engine),
        enable=tuple(moved(paths) for paths in watch.enable),
        address=moved(watch.address),
        data=moved(watch.data),
    )
