"""The sources are Verilog-2005, clean; illegal parameters and wrong ROM files do not run."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from hwsim.config import Parameters
from hwsim.cosim import cosimulate, engine_testbench
from hwsim.cosim.simulators import source_folder
from hwsim.errors import InputError, ToolError
from hwsim.export.folder import write_image
from hwsim.golden import make_vectors
from tests.images import random_image, random_queries
from tests.rtl.images import ruled_image
from tests.tools import require_tool

RTL = sorted(source_folder("rtl").glob("*.v"))


def compile_engine(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [require_tool("iverilog"), "-g2005", "-Wall", "-s", "hwsim_engine", *options,
         "-o", str(folder / "engine.vvp"), *map(str, RTL)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_default_parameters_compile_without_a_word(tmp_path: Path) -> None:
    done = compile_engine(tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("path", RTL, ids=lambda path: path.stem)
def test_house_rules(path: Path) -> None:
    text = path.read_text()
    assert text.startswith("// SPDX-License-Identifier: Apache-2.0\n")
    assert "`default_nettype none" in text
    assert f"module {path.stem} " in text
    assert text.count("\nmodule ") == 1


@pytest.mark.parametrize(
    ("parameter", "value", "complaint"),
    [
        ("NEURONS", "0", "neurons_must_be_1_to_65536"),
        ("NEURONS", "65537", "neurons_must_be_1_to_65536"),
        ("PATTERNS", "0", "patterns_must_be_1_to_1048576"),
        ("PATTERNS", "1048577", "patterns_must_be_1_to_1048576"),
        ("WEIGHT_BITS", "0", "weight_bits_must_be_1_to_8"),
        ("WEIGHT_BITS", "9", "weight_bits_must_be_1_to_8"),
        ("PLANE_WEIGHTS", "64'h0001", "plane_weight_must_be_1_to_255"),
        ("KERNEL_BITS", "0", "kernel_bits_must_be_1_to_16"),
        ("KERNEL_BITS", "17", "kernel_bits_must_be_1_to_16"),
        ("LANES", "4", "lanes_must_be_a_power_of_two_8_to_512"),
        ("LANES", "48", "lanes_must_be_a_power_of_two_8_to_512"),
        ("LANES", "1024", "lanes_must_be_a_power_of_two_8_to_512"),
        ("OFFSET_BITS", "-1", "offset_bits_must_be_0_to_16"),
        ("OFFSET_BITS", "17", "offset_bits_must_be_0_to_16"),
        ("OFFSET_FRAC_BITS", "-1", "offset_frac_bits_must_be_0_to_16"),
        ("OFFSET_FRAC_BITS", "17", "offset_frac_bits_must_be_0_to_16"),
        ("MAX_STEPS", "0", "max_steps_must_be_1_to_65535"),
        ("MAX_STEPS", "65536", "max_steps_must_be_1_to_65535"),
        ("ORIGIN_NEAREST", "2", "origin_nearest_must_be_0_or_1"),
        ("DATAFLOW_ROW", "2", "dataflow_row_must_be_0_or_1"),
        ("SHARED_PLANES", "4", "shared_planes_must_be_planes"),
        ("SHARED_PLANES", "-1", "shared_planes_must_be_planes"),
        ("SHARED_PLANES", "1", "shared_planes_need_dataflow_row"),
        ("RADIUS_BITS", "-1", "radius_bits_beyond_any_radius"),
        ("RADIUS_BITS", "9", "radius_bits_beyond_any_radius"),  # of 200 neurons
        ("WINNER_LIMIT", "153001", "winner_limit_beyond_any_kernel_sum"),  # 600 * 255 = 153000
        ("COARSE_WORDS", "5", "coarse_words_must_be_0_to_words"),
        ("COARSE_WORDS", "1", "reach_must_be_1_to_neurons_plus_1"),
        ("REACH", "1", "reach_needs_coarse_words"),
        ("QUERIES_IN_FLIGHT", "0", "queries_in_flight_must_be_1_2_4_or_8"),
        ("QUERIES_IN_FLIGHT", "3", "queries_in_flight_must_be_1_2_4_or_8"),
        ("QUERIES_IN_FLIGHT", "16", "queries_in_flight_must_be_1_2_4_or_8"),
        ("TID_BITS", "0", "tid_bits_must_be_at_least_1"),
        ("ENGINES", "0", "engines_must_be_1_2_4_or_8"),
        ("ENGINES", "3", "engines_must_be_1_2_4_or_8"),
        ("ENGINES", "16", "engines_must_not_be_more_than_groups"),  # 10 groups
        ("OUTPUTS", "257", "outputs_must_fit_a_state"),  # 4 words of 64
        ("OUTPUTS", "10", "outputs_take_one_step_where_they_are_not_as_many_as_neurons"),
        ("SCALE_BITS", "1", "scale_bits_must_be_0_to_16_and_need_outputs"),
        ("PROTECTION", "3", "protection_must_be_0_1_or_2"),
        ("PROTECTION", "-1", "protection_must_be_0_1_or_2"),
        # 600 * 255 * 3 = 459000 takes 19 bits and a sign
        ("ACCUMULATOR_BITS", "19", "accumulator_bits_too_narrow"),
    ],
)
def test_illegal_parameter_fails_elaboration(
    parameter: str, value: str, complaint: str, tmp_path: Path
) -> None:
    done = compile_engine(tmp_path, f"-Phwsim_engine.{parameter}={value}")
    assert done.returncode != 0
    assert f"hwsim_error_{complaint}" in done.stdout + done.stderr
    assert not (tmp_path / "engine.vvp").exists()


@pytest.mark.parametrize(
    ("parameters", "complaint"),
    [
        ({"SCALE_BITS": "17"}, "scale_bits_must_be_0_to_16_and_need_outputs"),
        ({"DATAFLOW_ROW": "1"}, "outputs_need_dataflow_group_and_no_rule"),
        ({"RADIUS_BITS": "4"}, "outputs_need_dataflow_group_and_no_rule"),
        ({"WINNER_LIMIT": "9"}, "outputs_need_dataflow_group_and_no_rule"),
        ({"COARSE_WORDS": "1", "REACH": "9"}, "outputs_need_dataflow_group_and_no_rule"),
        ({"QUERIES_IN_FLIGHT": "2"}, "outputs_need_one_engine_and_one_query_not_pipelined"),
        ({"ENGINES": "2"}, "outputs_need_one_engine_and_one_query_not_pipelined"),
        ({"PIPELINED": "1"}, "outputs_need_one_engine_and_one_query_not_pipelined"),
        ({"EXTERNAL": "1"}, "outputs_have_no_host"),
        ({"HOST_BITS": "64"}, "outputs_have_no_host"),
        # 1048576 * 65535 * 2040 * 2**16 is below 2**63, times a scale of 2 bits it is not
        (
            {"PATTERNS": "1048576", "KERNEL_BITS": "16", "WEIGHT_BITS": "8",
             "PLANE_WEIGHTS": "64'hffffffffffffffff", "OFFSET_FRAC_BITS": "16", "SCALE_BITS": "2"},
            "scores_take_more_than_64_bits",
        ),
    ],
)  # fmt: skip
def test_what_outputs_do_not_go_with(
    parameters: dict[str, str], complaint: str, tmp_path: Path
) -> None:
    chosen = {"OUTPUTS": "200", **parameters}
    done = compile_engine(tmp_path, *(f"-Phwsim_engine.{k}={v}" for k, v in chosen.items()))
    assert done.returncode != 0
    assert f"hwsim_error_{complaint}" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("ACCUMULATOR_BITS", "20"),
        ("NEURONS", "65536"),
        ("PATTERNS", "70000"),
        ("LANES", "512"),
        ("DATAFLOW_ROW", "1"),
        ("RADIUS_BITS", "8"),
        ("WINNER_LIMIT", "153000"),
        ("QUERIES_IN_FLIGHT", "8"),
        ("PROTECTION", "2"),
    ],
)
def test_legal_extreme_compiles(parameter: str, value: str, tmp_path: Path) -> None:
    done = compile_engine(tmp_path, f"-Phwsim_engine.{parameter}={value}")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("parameter", "value", "complaint"),
    [
        ("HOST_BITS", "64", "protection_needs_memories_without_a_host"),
        ("ENGINES", "2", "protection_needs_one_engine"),
        ("EXTERNAL", "1", "protection_needs_weights_inside"),
        ("OUTPUTS", "200", "protection_has_no_outputs"),
    ],
)
def test_what_protection_does_not_go_with_fails_elaboration(
    parameter: str, value: str, complaint: str, tmp_path: Path
) -> None:
    options = (f"-Phwsim_engine.{parameter}={value}", "-Phwsim_engine.PROTECTION=2")
    done = compile_engine(tmp_path, *options)
    assert done.returncode != 0
    assert f"hwsim_error_{complaint}" in done.stdout + done.stderr


@pytest.mark.parametrize("dataflow", ["group", "row"])
def test_the_readme_s_instance_takes_an_image_s_header(dataflow: str, tmp_path: Path) -> None:
    require_tool("iverilog")
    image = ruled_image("all", dataflow)
    write_image(tmp_path, image)
    readme = (source_folder("rtl") / "README.md").read_text()
    include, instance = readme.split("```verilog\n")[1].split("```")[0].split("\n", 1)
    assert "// , .OFFSETS_FILE" in instance
    instance = instance.replace("// , .OFFSETS_FILE", ", .OFFSETS_FILE")
    top = tmp_path / "top.v"
    wires = {"query_data": 8, "state_data": 8, "steps": 16, "distance": 6}
    declared = "".join(f"wire [{bits - 1}:0] {name};\n" for name, bits in wires.items())
    top.write_text(f"{include}\nmodule top;\n{declared}{instance}\nendmodule\n")
    done = subprocess.run(
        ["iverilog", "-g2005", "-s", "top", "-o", "top.vvp", top, *map(str, RTL)],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.fixture
def small(tmp_path: Path) -> tuple[Path, Path]:
    """An image with offsets and vectors for it."""
    rng = np.random.default_rng(5)
    image = random_image(Parameters(9, 10, lanes=8, offset_bits=3, max_steps=3), rng)
    write_image(tmp_path / "image", image)
    make_vectors(tmp_path / "image", random_queries(image.parameters, 2, rng), tmp_path / "vectors")
    return tmp_path / "image", tmp_path / "vectors"


@pytest.mark.parametrize("memory", ["patterns", "weights", "kernel_lut", "offsets"])
@pytest.mark.parametrize("damage", ["missing", "short", "long"])
def test_wrong_memory_file_fails_the_run(
    memory: str, damage: str, small: tuple[Path, Path], tmp_path: Path
) -> None:
    """A simulator only warns of it; the door to the simulators refuses it before it runs."""
    require_tool("iverilog")
    image, vectors = small
    file = image / f"{memory}.mem"
    lines = file.read_text().splitlines(keepends=True)
    if damage == "missing":
        file.unlink()
    else:
        file.write_text("".join(lines[:-1] if damage == "short" else [*lines, lines[0]]))
    with pytest.raises(InputError, match=rf"{memory}\.mem"):
        cosimulate(image, vectors)
    simulation = engine_testbench(image).build("icarus", tmp_path / "build")
    environment = {
        "HWSIM_VECTORS": str(vectors),
        "HWSIM_RESULT": str(tmp_path / "result.json"),
        "HWSIM_STALLS": "0",
    }
    with pytest.raises(ToolError, match=rf"memory file.*{memory}"):
        simulation.run(environment, seed=1)


def test_the_simulator_is_held_to_verilog_2005(small: tuple[Path, Path], tmp_path: Path) -> None:
    """Left to itself Icarus takes more; a SystemVerilog source must not pass."""
    require_tool("iverilog")
    rtl = tmp_path / "rtl"
    rtl.mkdir()
    for path in RTL:
        (rtl / path.name).write_text(path.read_text())
    ram = rtl / "hwsim_ram.v"
    ram.write_text(ram.read_text().replace("always @(posedge clk)", "always_ff @(posedge clk)"))
    bench = engine_testbench(small[0], rtl=rtl)
    with pytest.raises(ToolError, match="does not accept hwsim_engine"):
        bench.build("icarus", tmp_path / "build")
