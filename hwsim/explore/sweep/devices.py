"""What a device takes of a point's engine, as a sweep measures it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Final

from hwsim.explore.devices import synthesized
from hwsim.hardware.image import Image
from hwsim.measure.rows import Row

if TYPE_CHECKING:
    from hwsim.explore.sweep.point import Point
    from hwsim.synth.result import Synthesis

CELLS: Final = ("luts", "flip_flops", "block_rams", "dsps")
# Noises, tables and clocks of a sweep do not change the engine, and a synthesis takes a minute.
_MADE: Final[dict[Hashable, Synthesis]] = {}


def on_device(point: Point, image: Image) -> Synthesis:
    """The synthesis of a point's image, once a process for each memory, design and device.

    Raises:
        ToolError: a program is missing or broke off.
    """
    key = (point.memory, point.design, point.device)
    if key not in _MADE:
        _MADE[key] = synthesized(image, point.device)
    return _MADE[key]


def columns(made: Synthesis) -> Row:
    """A synthesis as measurements: cells are None where the device is far too small for any."""
    return {
        "fits": int(made.fits),
        "device_mhz": made.clock_mhz,
        **{name: made.cells.get(name) for name in CELLS},
    }
