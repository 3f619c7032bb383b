"""An image's engine through Yosys and nextpnr."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from hwsim.choices import NOISE
from hwsim.config import Parameters
from hwsim.cosim.surroundings import Surroundings
from hwsim.cost.plausible import CLOCK_MHZ, plausible
from hwsim.errors import InputError, ToolError
from hwsim.export.folder import load_image
from hwsim.export.formats.checked import checked_shape
from hwsim.export.manifest import read_manifest, stated_protection
from hwsim.export.vectors import image_digest
from hwsim.files import check_folder, replace_folder, scratch_folder
from hwsim.kit.instance import on_chip
from hwsim.suggest import check_choice
from hwsim.synth import netlist, programs, timing
from hwsim.synth.effort import effort
from hwsim.synth.forecast import placement_seconds
from hwsim.synth.registers import use_output_registers
from hwsim.synth.result import Synthesis
from hwsim.synth.sources import PINS, pins_flip_flops, write_sources
from hwsim.synth.targets import SPRAM_BITS, TARGETS, Target

FOLDER_KIND: Final = "synthesis"
_LEFT: Final = (
    "netlist.json", "netlist.v", "placed.v", "timing.json", "yosys.log", "nextpnr.log"
)  # fmt: skip
_PLACED: Final = ("placed.json", "timing.json", "nextpnr.log")
MOST_SEEDS: Final = 100
_LINES: Final = 12  # of a log that a message repeats
# What nextpnr's placers and routers say when they give up.
_UNPLACED: Final = re.compile(
    r"ERROR: (.*(?:[Uu]nable to place|no Bels remaining|[Ff]ailed to place|legal placement"
    r"|[Ff]ailed to route|[Rr]outing design failed).*)"
)
_LARGE: Final = ("t:$mem_v2 c:*patterns.memory %i", "t:$mem_v2 c:*weight_memory.memory %i")


def synthesize(
    image_folder: str | Path,
    target: str,
    *,
    clock_mhz: float | None = None,
    loadable: bool = False,
    noise: float = NOISE,
    seed: int = 1,
    seeds: int = 1,
    output: Path | None = None,
    progress: Callable[[str], None] | None = None,
    foretold: Callable[[float], None] | None = None,
) -> Synthesis:
    """Synthesize, place and route the engine of an image.

    The engine stands behind a register at each port, with four pins in all. Of several placements
    that with the median clock is the result, of an even number the lower one of the two; those that
    nextpnr cannot place or route are counted, and have no clock.

    Args:
        image_folder: the image.
        target: one of `TARGETS`.
        loadable: a host writes the memories; patterns and weights hold nothing before, and can
            lie in RAM that has no initial content.
        clock_mhz: MHz to ask for; None for the target's own.
        noise: fraction of spins flipped in the queries that cycles and energy are measured on.
        seed: of the first placement.
        seeds: how many placements, each with the next seed, 1 to `MOST_SEEDS`.
        output: a folder for result, netlists before and after placement, nextpnr's report and
            both logs; replaced if hwsim wrote a synthesis there, refused if it holds anything else.
        progress: called with what is being done.
        foretold: called with the seconds that all placements take, roughly, before the first.

    Raises:
        InputError: there is no such target, `seeds` is out of range, the image is not sound, or
            the folder cannot be written.
        ToolError: a program is missing, or broke off for another reason than the size.
    """
    check_choice("target", target, tuple(TARGETS))
    device = TARGETS[target]
    asked = device.clock_mhz if clock_mhz is None else clock_mhz
    plausible("clock_mhz", asked, CLOCK_MHZ, "MHz")
    if not 1 <= seeds <= MOST_SEEDS:
        raise InputError(f"seeds is {seeds}; it must be from 1 to {MOST_SEEDS}")
    if output is not None:
        check_folder(output, FOLDER_KIND)
    used = {name: programs.command(name)[1] for name in ("yosys", device.nextpnr)}
    image_folder = Path(image_folder)
    image = load_image(image_folder, outputs=True)
    parameters, protection = image.parameters, stated_protection(read_manifest(image_folder))
    if loadable and parameters.outputs:
        raise InputError(
            f"{image_folder}: the image has {parameters.outputs} outputs other than the patterns, "
            "of whose engine a host writes no memory; leave --loadable out"
        )
    if loadable and protection != "none":
        raise InputError(
            f"{image_folder}: protection is {protection}, but a host writes words without check "
            "bits; leave --loadable out, or export the image with --protect none"
        )
    unmade = Synthesis(
        target=device.name,
        device=device.device,
        cells={},
        available=device.available,
        loadable=loadable,
        pins_flip_flops=0,
        memories=(),
        fits=False,
        clock_mhz=None,
        asked_mhz=asked,
        critical_path=(),
        reason=_too_large(device, parameters, loadable, protection),
        effort=effort(image, noise),
        tools=used,
        image_sha256=image_digest(image_folder),
    )
    if unmade.reason:
        return kept(unmade, None, output)
    with scratch_folder("synth") as folder:
        surroundings = Surroundings.make(folder, "yosys")
        write_sources(folder, image_folder, parameters, loadable)
        say = progress or (lambda _: None)
        say("synthesis by Yosys")
        _yosys(surroundings, device, loadable)
        cells = netlist.cells_of(folder / "netlist.json")
        reason = _over(device, netlist.count(device, cells))
        clocks: tuple[float, ...] = ()
        unplaced = ""
        if not reason:
            placed = range(seed, seed + seeds)
            if foretold is not None:
                foretold(seeds * placement_seconds(netlist.count(device, cells)))
            clocks, unplaced = _placements(surroundings, device, asked, placed, say)
            reason = "" if clocks else unplaced
        made = replace(
            unmade,
            cells=netlist.count(device, cells),
            pins_flip_flops=pins_flip_flops(parameters, loadable, protection),
            memories=netlist.placed(device, cells),
            reason=reason,
            placements=seeds if clocks or unplaced else 0,
            unplaced=unplaced,
        )
        if not reason:
            timed = _timed(folder / "timing.json", cells)
            made = replace(made, fits=True, clocks_mhz=clocks, **timed)
            if output is not None:
                run_yosys(surroundings, "read_json placed.json\nwrite_verilog -noattr placed.v\n")
        return kept(made, folder, output)


def _placements(
    surroundings: Surroundings,
    device: Target,
    asked: float,
    seeds: range,
    say: Callable[[str], None],
) -> tuple[tuple[float, ...], str]:
    """Place and route with each seed; the clocks of those that succeed, and why one did not.

    What nextpnr leaves is there of the median.
    """
    folder = surroundings.folder
    clocks: dict[int, float] = {}
    failure = ""
    for number, seed in enumerate(seeds, start=1):
        of_all = f" {number} of {len(seeds)}" if len(seeds) > 1 else ""
        say(f"placement and routing by nextpnr{of_all}")
        if reason := _nextpnr(surroundings, device, asked, seed):
            failure = failure or reason
            continue
        clocks[seed] = timing.clock_mhz(folder / "timing.json")
        for name in _PLACED:
            (folder / name).rename(folder / f"{seed}_{name}")
    if clocks:
        median = sorted(clocks, key=lambda seed: clocks[seed])[(len(clocks) - 1) // 2]
        for name in _PLACED:
            (folder / f"{median}_{name}").rename(folder / name)
    return tuple(clocks.values()), failure


def _timed(report: Path, cells: netlist.Cells) -> dict[str, Any]:
    """The clock and what limits it, by nextpnr's report."""
    places = {name for name, (kind, _) in cells.items() if kind == "$scopeinfo"}
    return {
        "clock_mhz": timing.clock_mhz(report),
        "critical_path": timing.critical_path(report, places),
    }


def kept(result: Synthesis, made_in: Path | None, output: Path | None) -> Synthesis:
    """The result, in a folder too where one is asked for."""
    if output is not None:
        with replace_folder(output, FOLDER_KIND) as folder:
            (folder / "synthesis.json").write_text(json.dumps(result.to_dict(), indent=1) + "\n")
            for name in _LEFT:
                if made_in is not None and (made_in / name).exists():
                    shutil.copyfile(made_in / name, folder / name)
    return result


def _over(device: Target, counts: dict[str, int]) -> str:
    """What a netlist needs more of than there is, in words."""
    return ", ".join(
        f"it needs {counts[kind]:,} of {there:,} {kind.replace('_', ' ')}"
        for kind, there in device.available.items()
        if counts[kind] > there
    )


def _too_large(
    device: Target, parameters: Parameters, loadable: bool, protection: str = "none"
) -> str:
    """Why the memories cannot fit, whatever Yosys does; empty where they may.

    Block RAMs alone keep contents from configuration on, single-port RAMs (iCE40 UltraPlus) hold
    what is written: the rest of a device is far smaller.
    """
    bits = sum(checked_shape(protection, rom.shape).bits for rom in on_chip(parameters).values())
    single_port = device.sprams * SPRAM_BITS if loadable else 0
    least = -(-(bits - single_port) // device.block_ram_bits)
    if least <= device.block_rams:
        return ""
    without = f" besides {device.sprams} single-port RAMs" if single_port else ""
    remedy = (
        "; loadable memories (--loadable) may lie in single-port RAMs"
        if device.sprams and not loadable
        else ""
    )
    return (
        f"its memories hold {bits:,} bits, at least {least:,} block RAMs of "
        f"{device.block_ram_bits:,} bits{without}, and the device has {device.block_rams}{remedy}"
    )


def _yosys(surroundings: Surroundings, device: Target, loadable: bool) -> None:
    sources = " ".join(sorted(path.name for path in surroundings.folder.glob("*.v")))
    map_it = f"read_verilog {sources}\n{_map(device, loadable)}write_json netlist.json\n"
    keep_it = "write_verilog -noattr netlist.v\nstat\n"
    if not device.output_registers:
        run_yosys(surroundings, map_it + keep_it)
        return
    run_yosys(surroundings, map_it)
    file = surroundings.folder / "netlist.json"
    mapped = json.loads(file.read_text(encoding="utf-8"))
    use_output_registers(mapped)
    file.write_text(json.dumps(mapped))
    run_yosys(surroundings, "read_json netlist.json\n" + keep_it)


def _map(device: Target, loadable: bool) -> str:
    """The script from Verilog to the device's cells."""
    if not (loadable and device.sprams):
        return f"{device.yosys} -top {PINS}\n"
    # Which memory lies in single-port RAM is said where they are still memories.
    huge = "".join(f'setattr -set ram_style "huge" {memories}\n' for memories in _LARGE)
    return (
        f"{device.yosys} -spram -top {PINS} -run begin:map_ram\n{huge}"
        f"{device.yosys} -spram -top {PINS} -run map_ram:\n"
    )


def run_yosys(surroundings: Surroundings, script: str) -> None:
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
        *("--json", "netlist.json", "--write", "placed.json"),
        *("--report", "timing.json", "--timing-allow-fail"),
        *("--freq", f"{asked:g}", "--seed", str(seed), "--quiet", "--log", "nextpnr.log"),
    ]
    status, said = programs.run(surroundings, device.nextpnr, arguments, "nextpnr.txt")
    if status == 0:
        return ""
    over = _UNPLACED.search(said)
    if over is None:
        raise ToolError(f"{device.nextpnr} broke off: {_end(said)}")
    return over[1]


def _end(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    wrong = [line for line in lines if line.startswith("ERROR")]
    return " ".join((wrong or lines)[-_LINES:])[-600:]
