"""An image's engine through Yosys and nextpnr."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from hwsim.config import Parameters
from hwsim.cosim.simulators import source_folder
from hwsim.cosim.surroundings import Surroundings
from hwsim.cost.plausible import CLOCK_MHZ, plausible
from hwsim.errors import ToolError
from hwsim.export import header
from hwsim.export.folder import load_image
from hwsim.export.manifest import read_manifest, rom_file
from hwsim.export.names import DEFAULT_PREFIX
from hwsim.export.vectors import image_digest
from hwsim.files import check_folder, replace_folder, scratch_folder
from hwsim.hardware.layout import roms
from hwsim.kit.instance import instance, instance_name
from hwsim.suggest import check_choice
from hwsim.synth import netlist, programs, timing
from hwsim.synth.effort import NOISE, effort
from hwsim.synth.registers import use_output_registers
from hwsim.synth.result import Synthesis
from hwsim.synth.targets import TARGETS, Target

FOLDER_KIND: Final = "synthesis"
_LEFT: Final = ("netlist.json", "netlist.v", "timing.json", "yosys.log", "nextpnr.log")
_TOP: Final = "hwsim_pins"
_LINES: Final = 12  # of a log that a message repeats
_PINS_BITS: Final = 92  # of pins.v's registers, but for 2 * LANES + DISTANCE_BITS


def synthesize(
    image_folder: str | Path,
    target: str,
    *,
    clock_mhz: float | None = None,
    noise: float = NOISE,
    seed: int = 1,
    output: Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> Synthesis:
    """Synthesize, place and route the engine of an image.

    The engine stands behind a register at each port, with four pins in all.

    Args:
        image_folder: the image.
        target: one of `TARGETS`.
        clock_mhz: MHz to ask for; None for the target's own.
        noise: fraction of spins flipped in the queries that cycles and energy are measured on.
        seed: of placement.
        output: a folder for result, netlist, nextpnr's report and both logs; replaced if hwsim
            wrote a synthesis there, refused if it holds anything else.
        progress: called with what is being done.

    Raises:
        InputError: there is no such target, the image is not sound, or the folder cannot be
            written.
        ToolError: a program is missing, or broke off for another reason than the size.
    """
    check_choice("target", target, tuple(TARGETS))
    device = TARGETS[target]
    asked = device.clock_mhz if clock_mhz is None else clock_mhz
    plausible("clock_mhz", asked, CLOCK_MHZ, "MHz")
    if output is not None:
        check_folder(output, FOLDER_KIND)
    used = {name: programs.command(name)[1] for name in ("yosys", device.nextpnr)}
    image_folder = Path(image_folder)
    image = load_image(image_folder)
    parameters = image.parameters
    unmade = Synthesis(
        target=device.name,
        device=device.device,
        cells={},
        available=_available(device),
        pins_flip_flops=0,
        memories=(),
        fits=False,
        clock_mhz=None,
        asked_mhz=asked,
        critical_path=(),
        reason=_too_large(device, parameters),
        effort=effort(image, noise),
        tools=used,
        image_sha256=image_digest(image_folder),
    )
    if unmade.reason:
        return _kept(unmade, None, output)
    with scratch_folder("synth") as folder:
        surroundings = Surroundings.make(folder, "yosys")
        _write_sources(folder, image_folder, parameters)
        say = progress or (lambda _: None)
        say("synthesis by Yosys")
        _yosys(surroundings, device)
        cells = netlist.cells_of(folder / "netlist.json")
        reason = _over(device, netlist.count(device, cells))
        if not reason:
            say("placement and routing by nextpnr")
            reason = _nextpnr(surroundings, device, asked, seed)
        made = replace(
            unmade,
            cells=netlist.count(device, cells),
            pins_flip_flops=2 * parameters.lanes + parameters.distance_bits + _PINS_BITS,
            memories=netlist.placed(device, cells),
            reason=reason,
        )
        if not reason:
            made = replace(made, fits=True, **_timed(folder / "timing.json", cells))
        return _kept(made, folder, output)


def _timed(report: Path, cells: netlist.Cells) -> dict[str, Any]:
    """The clock and what limits it, by nextpnr's report."""
    places = {name for name, (kind, _) in cells.items() if kind == "$scopeinfo"}
    return {
        "clock_mhz": timing.clock_mhz(report),
        "critical_path": timing.critical_path(report, places),
    }


def _kept(result: Synthesis, made_in: Path | None, output: Path | None) -> Synthesis:
    """The result, in a folder too where one is asked for."""
    if output is not None:
        with replace_folder(output, FOLDER_KIND) as folder:
            (folder / "synthesis.json").write_text(json.dumps(result.to_dict(), indent=1) + "\n")
            for name in _LEFT:
                if made_in is not None and (made_in / name).exists():
                    shutil.copyfile(made_in / name, folder / name)
    return result


def _available(device: Target) -> dict[str, int]:
    return {
        "luts": device.luts,
        "flip_flops": device.flip_flops,
        "block_rams": device.block_rams,
        "dsps": device.dsps,
    }


def _over(device: Target, counts: dict[str, int]) -> str:
    """What a netlist needs more of than there is, in words."""
    return ", ".join(
        f"it needs {counts[kind]:,} of {there:,} {kind.replace('_', ' ')}"
        for kind, there in _available(device).items()
        if counts[kind] > there
    )


def _too_large(device: Target, parameters: Parameters) -> str:
    """Why the ROMs cannot fit, whatever Yosys does; empty where they may.

    Block RAMs alone keep contents from configuration on: the rest of a device is far smaller.
    """
    bits = sum(rom.shape.bits for rom in roms(parameters).values())
    least = -(-bits // device.block_ram_bits)
    if least <= device.block_rams:
        return ""
    return (
        f"its memories hold {bits:,} bits, at least {least:,} block RAMs of "
        f"{device.block_ram_bits:,} bits, and the device has {device.block_rams}"
    )


def _write_sources(folder: Path, image: Path, parameters: Parameters) -> None:
    manifest = read_manifest(image)
    for name in roms(parameters):
        shutil.copyfile(image / rom_file(image, manifest, name), folder / f"{name}.mem")
    (folder / header.FILE).write_text(header.encode(parameters))
    wrapper = instance(parameters, DEFAULT_PREFIX, header.FILE)
    (folder / f"{instance_name(DEFAULT_PREFIX)}.v").write_text(wrapper)
    (folder / "pins.v").write_text((files("hwsim.synth") / "pins.v").read_text())
    for source in source_folder("rtl").glob("hwsim_*.v"):
        shutil.copyfile(source, folder / source.name)


def _yosys(surroundings: Surroundings, device: Target) -> None:
    sources = " ".join(sorted(path.name for path in surroundings.folder.glob("*.v")))
    map_it = f"read_verilog {sources}\n{device.yosys} -top {_TOP} -json netlist.json\n"
    keep_it = "write_verilog -noattr netlist.v\nstat\n"
    if not device.output_registers:
        _run_yosys(surroundings, map_it + keep_it)
        return
    _run_yosys(surroundings, map_it)
    file = surroundings.folder / "netlist.json"
    mapped = json.loads(file.read_text())
    use_output_registers(mapped)
    file.write_text(json.dumps(mapped))
    _run_yosys(surroundings, "read_json netlist.json\n" + keep_it)


def _run_yosys(surroundings: Surroundings, script: str) -> None:
    """Run a script; its log goes behind that of the one before."""
    (surroundings.folder / "synth.ys").write_text(script)
    # Its own log is whole; what it prints is not always, from a sandbox.
    arguments = ["-q", "-l", "script.log", "-s", "synth.ys"]
    status, said = programs.run(surroundings, "yosys", arguments, "yosys.txt")
    if status != 0:
        raise ToolError(f"yosys broke off: {_end(said)}")
    with (surroundings.folder / "yosys.log").open("a") as log:
        log.write((surroundings.folder / "script.log").read_text(errors="replace"))


def _nextpnr(surroundings: Surroundings, device: Target, asked: float, seed: int) -> str:
    """Place and route; why it does not fit, or nothing.

    Raises:
        ToolError: it broke off for another reason.
    """
    arguments = [
        *device.arguments,
        *("--json", "netlist.json", "--report", "timing.json", "--timing-allow-fail"),
        *("--freq", f"{asked:g}", "--seed", str(seed), "--quiet", "--log", "nextpnr.log"),
    ]
    status, said = programs.run(surroundings, device.nextpnr, arguments, "nextpnr.txt")
    if status == 0:
        return ""
    over = re.search(
        r"ERROR: (.*(?:[Uu]nable to place|no Bels remaining|[Ff]ailed to place).*)", said
    )
    if over is None:
        raise ToolError(f"{device.nextpnr} broke off: {_end(said)}")
    return over[1]


def _end(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    wrong = [line for line in lines if line.startswith("ERROR")]
    return " ".join((wrong or lines)[-_LINES:])[-600:]
