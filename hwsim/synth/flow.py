"""An image's engine through Yosys and nextpnr."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Final

from hwsim.config import Parameters
from hwsim.cosim.simulators import source_folder
from hwsim.cosim.surroundings import Surroundings
from hwsim.errors import InputError, ToolError
from hwsim.export import header
from hwsim.export.folder import load_image
from hwsim.export.manifest import read_manifest, rom_file
from hwsim.export.names import DEFAULT_PREFIX
from hwsim.files import check_folder, replace_folder, scratch_folder
from hwsim.hardware.layout import roms
from hwsim.kit.instance import instance, instance_name
from hwsim.suggest import check_choice
from hwsim.synth import netlist, programs, timing
from hwsim.synth.effort import NOISE, Effort, effort
from hwsim.synth.result import Hop, Placed, Synthesis
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
    if not 0 < asked < float("inf"):
        raise InputError(f"clock_mhz is {asked}; it must be a frequency above 0")
    if output is not None:
        check_folder(output, FOLDER_KIND)
    used = {name: programs.command(name)[1] for name in ("yosys", device.nextpnr)}
    image = load_image(image_folder)
    parameters = image.parameters
    made = _Made(device, parameters, asked, effort(image, noise), used)
    if reason := _too_large(device, parameters):
        return _kept(made.without_netlist(reason), None, output)
    with scratch_folder("synth") as folder:
        surroundings = Surroundings.make(folder, "yosys")
        _write_sources(folder, Path(image_folder), parameters)
        say = progress or (lambda _: None)
        say("synthesis by Yosys")
        _yosys(surroundings, device)
        cells = netlist.cells_of(folder / "netlist.json")
        reason = _over(device, netlist.count(device, cells))
        if not reason:
            say("placement and routing by nextpnr")
            reason = _nextpnr(surroundings, device, asked, seed)
        return _kept(made.from_folder(folder, cells, reason), folder, output)


def _kept(result: Synthesis, made_in: Path | None, output: Path | None) -> Synthesis:
    """The result, in a folder too where one is asked for."""
    if output is not None:
        with replace_folder(output, FOLDER_KIND) as folder:
            (folder / "synthesis.json").write_text(json.dumps(result.to_dict(), indent=1) + "\n")
            for name in () if made_in is None else _LEFT:
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
    script = (
        f"read_verilog {sources}\n"
        f"{device.yosys} -top {_TOP} -json netlist.json\n"
        "write_verilog -noattr netlist.v\n"
        "stat\n"
    )
    (surroundings.folder / "synth.ys").write_text(script)
    # Its own log is whole; what it prints is not always, from a sandbox.
    arguments = ["-q", "-l", "yosys.log", "-s", "synth.ys"]
    status, said = programs.run(surroundings, "yosys", arguments, "yosys.txt")
    if status != 0:
        raise ToolError(f"yosys broke off: {_end(said)}")


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


class _Made:
    """Puts a result together."""

    def __init__(
        self,
        device: Target,
        parameters: Parameters,
        asked_mhz: float,
        taken: Effort,
        tools: dict[str, str],
    ) -> None:
        self._device = device
        self._parameters = parameters
        self._asked_mhz = asked_mhz
        self._effort = taken
        self._tools = tools

    def without_netlist(self, reason: str) -> Synthesis:
        """Nothing was synthesized: it cannot fit."""
        return self._result({}, (), reason, None, ())

    def from_folder(self, folder: Path, cells: netlist.Cells, reason: str) -> Synthesis:
        """What Yosys and nextpnr left in a folder."""
        counts = netlist.count(self._device, cells)
        memories = netlist.placed(self._device, cells)
        report = folder / "timing.json"
        if reason or not report.exists():
            return self._result(counts, memories, reason, None, ())
        places = {name for name, (kind, _) in cells.items() if kind == "$scopeinfo"}
        path = timing.critical_path(report, places)
        return self._result(counts, memories, "", timing.clock_mhz(report), path)

    def _result(
        self,
        cells: dict[str, int],
        memories: tuple[Placed, ...],
        reason: str,
        clock: float | None,
        path: tuple[Hop, ...],
    ) -> Synthesis:
        p = self._parameters
        return Synthesis(
            target=self._device.name,
            device=self._device.device,
            cells=cells,
            available=_available(self._device),
            pins_flip_flops=2 * p.lanes + p.distance_bits + _PINS_BITS if cells else 0,
            memories=memories,
            fits=not reason,
            clock_mhz=clock,
            asked_mhz=self._asked_mhz,
            critical_path=path,
            reason=reason,
            effort=self._effort,
            tools=self._tools,
        )
