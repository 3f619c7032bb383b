"""Synthesis of an image's engine for a device."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hwsim.choices import DEVICES, LIBERTY, NOISE
from hwsim.cli.common import activity, duration, emit, example, json_option, note, print_table
from hwsim.cli.streams import tell
from hwsim.cli.types import FOLDER, LIB, Choice
from hwsim.quantities import in_percent

if TYPE_CHECKING:
    from hwsim.synth import Synthesis
    from hwsim.synth.result import Silicon


@click.command(
    short_help="Synthesize an image's engine for an FPGA: cells, clock, critical path.",
    epilog=example("hwsim synth image --target ecp5-25k"),
)
@click.argument("image", type=FOLDER)
@click.argument("library", type=LIB, metavar="[FILE]", required=False)
@click.option(
    "--target",
    type=Choice([*DEVICES, LIBERTY]),
    default=DEVICES[0],
    show_default=True,
    help="The device; or standard cells at 45 nm, of hwsim or in a Liberty FILE.",
)
@click.option(
    "--clock", "clock_mhz", type=float, metavar="MHZ",
    help="Clock to ask nextpnr for.  [default: 60 on up5k, 120 on ecp5-85k, else 150]",
)  # fmt: skip
@click.option(
    "--loadable",
    is_flag=True,
    help="A host writes the memories (rtl/axi): patterns and weights then fit a UP5K's single-port "
    "RAMs.",
)
@click.option(
    "--noise", type=click.FloatRange(0, 1), default=NOISE, show_default=True,
    help="Fraction of spins flipped in the queries that recalls a second are of.",
)  # fmt: skip
@click.option(
    "--seeds", type=click.IntRange(1, 100), default=1, show_default=True,
    help="Placements, each with another seed; the median clock is told.",
)  # fmt: skip
@click.option(
    "-o", "--output", type=FOLDER, metavar="DIR",
    help="A folder for result, netlists before and after placement, nextpnr's report, both logs.",
)  # fmt: skip
@json_option
def synth(
    image: Path,
    library: Path | None,
    target: str,
    clock_mhz: float | None,
    loadable: bool,
    noise: float,
    seeds: int,
    output: Path | None,
    as_json: bool,
) -> int:
    """Synthesize, place and route the Verilog engine with an image's parameters and memories.

    Yosys and nextpnr are taken from the PATH, or from their YoWASP packages: pip install
    'hwsim[synth]'. Exit status 1 says that the engine does not fit the device.

    --target liberty [FILE] gives area and leakage in standard cells, with memories of SRAM macros.
    """
    from hwsim.api.synth import synthesize

    with activity("synthesis") as say:
        found = synthesize(
            image,
            target,
            library,
            clock_mhz=clock_mhz,
            loadable=loadable,
            noise=noise,
            seeds=seeds,
            output=output,
            progress=say,
            foretold=_foretell,
        )
    emit(found.to_dict(), as_json, lambda: print_synthesis(found))
    return 0 if found.fits else 1


def _foretell(seconds: float) -> None:
    note(f"placement and routing by nextpnr: about {duration(seconds)}, more on a busy machine")


def print_synthesis(found: Synthesis) -> None:
    """The result for a person: what it takes, where the memories went, and the clock."""
    tell(f"{found.device}, by {' and '.join(found.tools.values())}")
    if found.cells:
        rows = [
            [
                kind.replace("_", " "),
                f"{count:,}",
                f"{found.available[kind]:,}" if kind in found.available else "",
            ]
            for kind, count in found.cells.items()
        ]
        print_table(["cells", "used", "available"], rows)
        print_table(
            ["memory", "held by"], [[entry.memory, entry.where] for entry in found.memories]
        )
    if found.silicon is not None:
        _print_silicon(found, found.silicon)
        return
    if not found.fits:
        tell(f"it does not fit: {found.reason}")
        return
    if found.critical_path:
        rows = [[hop.module, f"{hop.nanoseconds:.2f}"] for hop in found.critical_path]
        print_table(["critical path", "ns"], rows)
    routed = len(found.clocks_mhz)
    spread = (
        f", median of {routed} placements from {min(found.clocks_mhz):.1f} to "
        f"{max(found.clocks_mhz):.1f}"
        if routed > 1
        else ""
    )
    if found.placements > routed:
        tell(f"{routed} of {found.placements} placements were routed; another: {found.unplaced}")
    tell(
        f"clock {found.clock_mhz:.1f} MHz{spread} ({found.asked_mhz:g} asked for): "
        f"{found.recalls_per_second:,.0f} recalls/s of {found.effort.cycles:,.0f} cycles at "
        f"{in_percent(found.effort.noise)}% noise"
    )
    tell(
        f"{found.effort.energy_pj / 1e3:.3g} nJ a recall by figures for silicon at 45 nm, not for "
        "this device; how long a recall takes is the device's: energy-delay of both "
        f"({found.energy_delay:.3g} nJ µs) compares engines on one device, and is of no device"
    )
    _print_beside(found)
    tell(
        f"{found.pins_flip_flops} of the flip-flops stand for pins; a clock from another device, "
        "speed grade or seed of placement is another clock"
    )


def _print_silicon(found: Synthesis, silicon: Silicon) -> None:
    leakages = (silicon.cells_leakage_uw, silicon.memories_leakage_uw)
    told = ["not known" if each is None else f"{each:,.1f}" for each in leakages]
    rows = [
        ["gates", f"{silicon.gates_um2:,.0f}", told[0]],
        ["flip-flops", f"{silicon.registers_um2:,.0f}", "with gates"],
        ["SRAM macros", f"{silicon.memories_um2:,.0f}", told[1]],
    ]
    print_table(["part", "area um2", "leakage uW"], rows)
    total = silicon.leakage_uw
    tell(
        f"area {silicon.area_um2 / 1e6:.4f} mm2 of cells and macros, without wires, decoders of "
        "macros and what is left free between them"
        + ("" if total is None else f"; leakage {total / 1e3:.3g} mW")
        + f"; {found.effort.cycles:,.0f} cycles a recall at {in_percent(found.effort.noise)}% noise"
    )
    _print_beside(found)
    tell(f"macros have one port; their figures are from {silicon.macros_source}")


def _print_beside(found: Synthesis) -> None:
    """The search that takes the least energy, on the same queries: of counts, not synthesized."""
    if found.effort.beside is not None:
        tell(f"{found.effort.beside.sentence()}, by counts and figures at 45 nm")
