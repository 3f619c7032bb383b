"""The datapath as a drawing: stages down the right, each with the memories it uses on the left."""

from __future__ import annotations

from collections.abc import Mapping

from hwsim.config import Parameters
from hwsim.cost.footprint import MemoryFootprint
from hwsim.hardware.memories import MEMORIES
from hwsim.pictures import label
from hwsim.quantities import energy_text, size_text
from hwsim.report.numbers import of_them
from hwsim.report.svg import WIDTH, frame, linked

_ROW, _GAP = 44, 10
_LEFT, _STAGE = 6, 214
_MEMORY_WIDTH, _STAGE_WIDTH = 172, 142


def _stages(p: Parameters) -> dict[str, str]:
    """What each stage does, in their order."""
    origin = "d − d0" if p.nearest else "d"
    return {
        "LOAD": f"{p.words} × {p.lanes} bits",
        "DISTANCE": f"XNOR, popcount {p.lanes}",
        "SCAN": "skip groups of zeros",
        "KERNEL": f"look up {origin}",
        "ACCUMULATE": f"{p.lanes} sums at once" if p.row else f"AND, {p.kernel_bits} popcounts",
        "THRESHOLD": "sign of the field",
    }


def datapath(
    parameters: Parameters,
    memories: Mapping[str, MemoryFootprint],
    energies: Mapping[str, float],
    title: str,
) -> str:
    """Draw it.

    Args:
        memories: width and depth of each, by name.
        energies: pJ a recall of each memory's accesses, by the same names.
        title: for those who do not see it.
    """
    body: list[str] = []
    top = 8
    middles: list[float] = []
    stages = _stages(parameters)
    for stage, words in stages.items():
        beside = [each for each in MEMORIES if each.stage == stage and each.name in memories]
        height = max(len(beside), 1) * (_ROW + _GAP) - _GAP
        middle = top + height / 2
        middles.append(middle)
        for index, memory in enumerate(memories[each.name] for each in beside):
            y = top + index * (_ROW + _GAP)
            body += _memory(memory, energies.get(memory.name, 0.0), y)
            body += _wire(y + _ROW / 2, memory.width, written=memory.kind != "rom")
        body.append(
            f'<rect class="box" x="{_STAGE}" y="{top}" width="{_STAGE_WIDTH}" '
            f'height="{height}" rx="6"/>'
        )
        centre = _STAGE + _STAGE_WIDTH / 2
        body.append(label(centre, middle - 2, stage, "", "middle"))
        body.append(label(centre, middle + 13, words, "soft", "middle"))
        top += height + 26
        if stage != [*stages][-1]:  # from there the loop leads back
            body.append(_down(centre, top - 26, top))
    body += _loop(middles[1], middles[-1])
    body.append(label(_LEFT, top - 6, "THRESHOLD writes the state; DISTANCE starts again", "soft"))
    body.append(label(_LEFT, top + 9, "until it stays as it was; then SEND.", "soft"))
    return frame("datapath", title, top + 18, body)


def _memory(memory: MemoryFootprint, energy: float, y: float) -> list[str]:
    box = (
        f'<rect class="paper line" x="{_LEFT}" y="{y}" width="{_MEMORY_WIDTH}" '
        f'height="{_ROW}" style="stroke:var(--a);stroke-width:1.5"/>'
    )
    title = linked(label(_LEFT + 6, y + 14, memory.title), f"memory-{memory.name}")
    words = f"{of_them(memory.copies)}{memory.depth:,} × {memory.width} bits"
    shape = f"{words}, {size_text(memory.bits)}"
    return [
        box,
        title,
        label(_LEFT + 6, y + 27, shape, "soft"),
        label(_LEFT + 6, y + 40, f"{energy_text(energy)} a recall", "soft"),
    ]


def _wire(y: float, width: int, *, written: bool) -> list[str]:
    x1, x2 = _LEFT + _MEMORY_WIDTH, _STAGE
    heads = [f"M{x2 - 6},{y - 4}L{x2},{y}L{x2 - 6},{y + 4}"]
    if written:
        heads.append(f"M{x1 + 6},{y - 4}L{x1},{y}L{x1 + 6},{y + 4}")
    return [
        f'<path class="ink" d="M{x1},{y}L{x2},{y}{"".join(heads)}"/>',
        label((x1 + x2) / 2, y - 6, str(width), "", "middle"),
    ]


def _down(x: float, y1: float, y2: float) -> str:
    return f'<path class="ink" d="M{x},{y1}L{x},{y2}M{x - 4},{y2 - 6}L{x},{y2}L{x + 4},{y2 - 6}"/>'


def _loop(first: float, last: float) -> list[str]:
    x, edge = _STAGE + _STAGE_WIDTH, WIDTH - 6
    return [
        f'<path class="ink" d="M{x},{last}L{edge},{last}L{edge},{first}L{x},{first}'
        f'M{x + 6},{first - 4}L{x},{first}L{x + 6},{first + 4}"/>'
    ]
