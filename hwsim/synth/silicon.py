"""An image's engine in standard cells and SRAM macros: area and leakage, no clock.

Yosys maps the logic to the cells of a Liberty library; a memory of 16 words or more becomes an
array of the one SRAM macro that makes it smallest, a smaller one flip-flops.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from hwsim.choices import LIBERTY, NOISE
from hwsim.cosim.surroundings import Surroundings
from hwsim.cost.footprint import MemoryFootprint
from hwsim.cost.hierarchy import BankPlan, bank_plan
from hwsim.cost.tables import load_technology
from hwsim.export.folder import load_image
from hwsim.export.vectors import image_digest
from hwsim.files import check_folder, scratch_folder
from hwsim.synth import flow, netlist, programs
from hwsim.synth.effort import effort
from hwsim.synth.liberty import Library, Macros, load_library, load_macros
from hwsim.synth.result import Placed, Silicon, Synthesis
from hwsim.synth.sources import ENGINE, write_sources

_LEAST_WORDS: Final = 16  # of a memory that macros are taken for
_MEMORY: Final = "$mem_v2"


def in_cells(
    image_folder: str | Path,
    library: Path | None = None,
    *,
    noise: float = NOISE,
    output: Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> Synthesis:
    """Map the engine of an image to standard cells and SRAM macros.

    Args:
        image_folder: the image.
        library: a Liberty file; None for hwsim's own at 45 nm.
        noise: fraction of spins flipped in the queries that cycles and energy are measured on.
        output: a folder for result, netlist and log.
        progress: called with what is being done.

    Raises:
        InputError: image or library are not sound, or the folder cannot be written.
        ToolError: Yosys is missing or broke off.
    """
    cells = load_library(library)
    if output is not None:
        check_folder(output, flow.FOLDER_KIND)
    image_folder = Path(image_folder)
    image = load_image(image_folder, outputs=True)
    used = {"yosys": programs.command("yosys")[1]}
    with scratch_folder("synth") as folder:
        surroundings = Surroundings.make(folder, "yosys")
        write_sources(folder, image_folder, image.parameters, loadable=False)
        (folder / "cells.lib").write_text(cells.text)
        (progress or (lambda _: None))("synthesis by Yosys")
        flow.run_yosys(surroundings, _script(surroundings))
        mapped = netlist.cells_of(folder / "netlist.json")
        memories, silicon = _areas(mapped, cells, load_macros())
        kinds = Counter(kind for kind, _ in mapped.values())
        registers = sum(kinds[name] for name, cell in cells.cells.items() if cell.register)
        gates = sum(kinds[name] for name, cell in cells.cells.items() if not cell.register)
        made = Synthesis(
            target=LIBERTY,
            device=f"standard cells of {cells.name}, SRAM macros at 45 nm",
            cells={"gates": gates, "flip_flops": registers},
            available={},
            pins_flip_flops=0,
            memories=memories,
            fits=True,
            clock_mhz=None,
            asked_mhz=None,
            critical_path=(),
            reason="",
            effort=effort(image, noise),
            tools=used,
            image_sha256=image_digest(image_folder),
            silicon=silicon,
        )
        return flow.kept(made, folder, output)


def _script(surroundings: Surroundings) -> str:
    sources = sorted(path.name for path in surroundings.folder.glob("*.v"))
    names = " ".join(name for name in sources if name != "pins.v")
    return (
        f"read_verilog {names}\n"
        f"synth -flatten -top {ENGINE} -run begin:fine\n"
        f"memory_map t:{_MEMORY} r:SIZE<{_LEAST_WORDS} %i\n"
        "opt -fast -full\n"
        "techmap\n"
        "opt -fast\n"
        "dfflibmap -liberty cells.lib\n"
        "abc -liberty cells.lib\n"
        "opt_clean\n"
        "stat -liberty cells.lib\n"
        "write_json netlist.json\n"
        "write_verilog -noattr netlist.v\n"
    )


def _areas(
    mapped: netlist.Cells, library: Library, macros: Macros
) -> tuple[tuple[Placed, ...], Silicon]:
    """Each memory's macros, and areas and leakage of all."""
    held = [library.cells[kind] for kind, _ in mapped.values() if kind in library.cells]
    leakage = [cell.leakage_nw for cell in held]
    known = [each for each in leakage if each is not None]
    plans = [
        _smallest(netlist.short(name.removesuffix(".memory")), cell["parameters"], macros)
        for name, (kind, cell) in sorted(mapped.items())
        if kind == _MEMORY
    ]
    return (
        tuple(
            Placed(
                plan.memory, macros=plan.macros, macro=f"{plan.macro.depth} x {plan.macro.width}"
            )
            for plan in plans
        ),
        Silicon(
            library=library.name,
            gates_um2=sum(cell.area for cell in held if not cell.register),
            registers_um2=sum(cell.area for cell in held if cell.register),
            memories_um2=float(sum(plan.area_um2 or 0 for plan in plans)),
            cells_leakage_uw=sum(known) / 1e3 if len(known) == len(leakage) else None,
            memories_leakage_uw=sum(plan.macros * macros.leakage_uw[plan.macro] for plan in plans),
            macros_source=macros.source,
        ),
    )


def _smallest(name: str, parameters: Mapping[str, Any], macros: Macros) -> BankPlan:
    """The plan that takes the least area; of equal ones that of fewer macros."""
    width, depth = (int(parameters[key], 2) for key in ("WIDTH", "SIZE"))
    memory = MemoryFootprint(name, name, "buffer", width, depth, width * depth)
    technology = load_technology()
    plans = [bank_plan(memory, technology, macro) for macro in macros.leakage_uw]
    return min(plans, key=lambda plan: (plan.area_um2 or 0, plan.macros))
