"""What a device takes of a design's engine: its image, synthesized, placed and routed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hwsim.choices import DEVICES
from hwsim.export.folder import write_image
from hwsim.files import scratch_folder
from hwsim.hardware.image import Image

if TYPE_CHECKING:
    from hwsim.synth.result import Synthesis


def check_tools(devices: Iterable[str]) -> None:
    """Raise ToolError, with the remedy, where a program that these devices take is missing."""
    from hwsim.synth import TARGETS, programs

    for device in sorted(devices, key=DEVICES.index):
        for program in ("yosys", TARGETS[device].nextpnr):
            programs.command(program)


def synthesized(image: Image, device: str) -> Synthesis:
    """An image's engine on a device.

    Raises:
        ToolError: a program is missing or broke off.
    """
    from hwsim.synth import synthesize

    with scratch_folder("device") as folder:
        write_image(folder / "image", image)
        return synthesize(folder / "image", device)
