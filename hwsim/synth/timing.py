"""What nextpnr reports: the clock, and the path that limits it."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

from hwsim.synth.netlist import short
from hwsim.synth.result import Hop


def clock_mhz(report: Path) -> float:
    """MHz that the routed design bears; it has one clock."""
    clocks = json.loads(report.read_text(encoding="utf-8"))["fmax"]
    return min(float(clock["achieved"]) for clock in clocks.values())


def critical_path(report: Path, places: set[str]) -> tuple[Hop, ...]:
    """The path from register to register that limits the clock, by module.

    Args:
        report: nextpnr's.
        places: hierarchical names of the engine's instances.
    """
    paths = json.loads(report.read_text(encoding="utf-8"))["critical_paths"]
    # Not those from or to the outside, which nobody asked a time of.
    inner = [path for path in paths if "async" not in path["from"] + path["to"]]
    if not inner:
        return ()
    steps = max(inner, key=lambda path: sum(step["delay"] for step in path["path"]))["path"]
    hops = [(_place(step, places), step["delay"]) for step in steps if step["delay"]]
    return tuple(
        Hop(place, round(sum(delay for _, delay in group), 3))
        for place, group in itertools.groupby(hops, key=lambda hop: hop[0])
    )


def _place(step: dict[str, Any], places: set[str]) -> str:
    """The innermost instance that a step's cell lies in."""
    name = step["from"]["cell"]
    while name and name not in places:
        name = name.rpartition(".")[0]
    return short(name)
