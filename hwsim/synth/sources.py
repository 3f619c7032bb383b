"""What Yosys reads of an image: its memories, its engine, and four pins around it."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path
from typing import Final

from hwsim.config import Parameters
from hwsim.cosim.simulators import source_folder
from hwsim.export import header
from hwsim.export.formats import ALL_FORMATS
from hwsim.export.manifest import engine_form, read_manifest, rom_file, stated_protection
from hwsim.export.names import DEFAULT_PREFIX
from hwsim.kit.instance import host_bits, instance, instance_name, on_chip

PINS: Final = "hwsim_pins"
ENGINE: Final = instance_name(DEFAULT_PREFIX)
_PINS_BITS: Final = 98  # of pins.v's registers, but for 3 * LANES + DISTANCE_BITS, a host's and
_PORT_BITS: Final = 147  # those of external weights, but for 2 * LANES
_FIELD_BITS: Final = 81  # those of outputs: fields and a label
_ERROR_BITS: Final = 128  # those of errors that check bits tell


def write_sources(folder: Path, image: Path, parameters: Parameters, loadable: bool) -> None:
    """Copy and write all of it into a folder.

    Args:
        folder: that Yosys runs in.
        image: the image's folder.
        parameters: of the image.
        loadable: a host writes the memories; patterns and weights have no content before.
    """
    manifest = read_manifest(image)
    protection, form = stated_protection(manifest), engine_form(manifest)
    for name in on_chip(parameters):
        file = folder / f"{name}{ALL_FORMATS[form][0]}"
        shutil.copyfile(image / rom_file(image, manifest, name, form), file)
    host = f"`define HWSIM_HOST_BITS {host_bits(parameters)}\n" if loadable else ""
    outside = "`define HWSIM_WEIGHT_PORT\n" if parameters.external_weights else ""
    fields = "`define HWSIM_FIELDS\n" if parameters.outputs else ""
    macros = header.encode(parameters, protection=protection)
    (folder / header.FILE).write_text(macros + host + outside + fields)
    wrapper = instance(
        parameters, DEFAULT_PREFIX, header.FILE, loadable=loadable, protection=protection
    )
    (folder / f"{ENGINE}.v").write_text(wrapper)
    (folder / "pins.v").write_text((files("hwsim.synth") / "pins.v").read_text(encoding="utf-8"))
    for source in source_folder("rtl").glob("hwsim_*.v"):
        shutil.copyfile(source, folder / source.name)
    if parameters.external_weights:
        port = source_folder("rtl") / "axi" / "hwsim_weights.v"
        shutil.copyfile(port, folder / port.name)


def pins_flip_flops(parameters: Parameters, loadable: bool, protection: str = "none") -> int:
    """Flip-flops of pins.v: two for a bit in, one for a bit out, and three."""
    host = 3 * host_bits(parameters) + 81 if loadable else 0
    port = 2 * parameters.lanes + _PORT_BITS if parameters.external_weights else 0
    fields = _FIELD_BITS if parameters.outputs else 0
    errors = _ERROR_BITS if protection != "none" else 0
    ports = host + port + fields + errors
    return 3 * parameters.lanes + parameters.distance_bits + _PINS_BITS + ports
