"""What Yosys made of an engine: cells by kind, and which of them hold which memory."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hwsim.synth.result import HOLDERS, Placed
from hwsim.synth.targets import Target

Cells = Mapping[str, tuple[str, Mapping[str, Any]]]  # type and the rest, by name

# A flat netlist's names are of the hierarchy: instances separated by dots, then the register or
# memory. A ROM or RAM is an instance with a register array called memory.
_MEMORY = re.compile(r"^(?P<place>.*)\.memory(?:\.\d+\.\d+|\[\d+\]|_)")

_STORES = re.compile(r"hwsim_r[ao]m(\\|$)")


def cells_of(netlist: Path) -> Cells:
    """Type and the rest of each cell of the top module of Yosys' JSON, by name."""
    modules = json.loads(netlist.read_text(encoding="utf-8"))["modules"]
    top = next(module for module in modules.values() if "top" in module["attributes"])
    return {name: (cell["type"], cell) for name, cell in top["cells"].items()}


def count(target: Target, cells: Cells) -> dict[str, int]:
    """How many cells of each of the target's kinds there are."""
    kinds = {cell: kind for kind, types in target.cells.items() for cell in types}
    found = Counter(kinds[cell] for cell, _ in cells.values() if cell in kinds)
    return {kind: found[kind] for kind in target.cells}


def placed(target: Target, cells: Cells) -> tuple[Placed, ...]:
    """Which cells hold each memory, in the order of their names."""
    kinds = {cell: kind for kind in HOLDERS for cell in target.cells.get(kind, ())}
    held: dict[str, Counter[str]] = defaultdict(Counter)
    for name, (cell, rest) in cells.items():
        if cell == "$scopeinfo" and _STORES.search(rest["attributes"].get("module", "")):
            held.setdefault(short(name), Counter())  # small ones become logic
        found = _MEMORY.match(name)
        if found and cell in kinds:
            held[short(found["place"])][kinds[cell]] += 1
    return tuple(
        Placed(
            memory,
            block_rams=kinds_of["block_rams"],
            sprams=kinds_of["sprams"],
            distributed_rams=kinds_of["distributed_rams"],
            flip_flops=kinds_of["flip_flops"],
        )
        for memory, kinds_of in sorted(held.items())
    )


def short(place: str) -> str:
    """A place in the engine without what every place begins with."""
    return place.removeprefix("memory.").removeprefix("engine.") or "pins"
