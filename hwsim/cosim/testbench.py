"""One cocotb testbench on one Verilog module: compiled, run, and judged by what it printed.

The tools are called here and not by cocotb's runner, which takes the environment and the folder it
finds, heeds variables of its own, and answers differently within pytest. What a simulator needs to
start cocotb is documented, under custom flows.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hwsim.cosim.simulators import check_simulator
from hwsim.cosim.surroundings import Surroundings, cocotb_home, copy_sources, link
from hwsim.errors import ToolError

# $readmemh only warns when a file is missing, short or long, and the simulator exits with 0.
_MEMORY_FILE_COMPLAINT: Final = re.compile(r"^.*\$readmem.*$|^.*readmem file.*$", re.MULTILINE)

# Seconds of wall-clock time after which a tool hangs, a hundred times and more what they take: to
# compile; to run, and besides for each clock cycle expected (reports/cosimulation/speed.md).
_BUILD_SECONDS: Final = 3600.0
RUN_SECONDS: Final = 600.0
CYCLE_SECONDS: Final = 0.1

# What each simulator records all signals into.
WAVES: Final = {"icarus": "waves.fst", "verilator": "dump.vcd"}

Parameter = int | str


@dataclass(frozen=True)
class Testbench:
    """One cocotb testbench on one Verilog module.

    Attributes:
        toplevel: the Verilog module.
        module: the Python module in `python_path` that holds the cocotb tests.
        sources: Verilog files.
        python_path: folder of `module`.
        parameters: of the toplevel; strings are quoted for the simulator.
        files: linked into the folder of the build under these names, which parameters may give.
        waves: record every signal.
        waves_from: nanoseconds before which nothing is recorded; Verilator records from the start.
    """

    toplevel: str
    module: str
    sources: Sequence[Path]
    python_path: Path
    parameters: Mapping[str, Parameter]
    files: Mapping[str, Path] = field(default_factory=dict)
    waves: bool = False
    waves_from: int = 0

    def build(self, simulator: str, folder: Path) -> Simulation:
        """Compile into `folder`.

        Raises:
            ToolError: the simulator is missing or does not accept the sources or parameters.
        """
        check_simulator(simulator)
        surroundings = Surroundings.make(folder, simulator)
        sources = copy_sources(self.sources, folder, "rtl")
        for name, file in self.files.items():
            link(file, folder / name)
        parameters = {name: literal(value) for name, value in self.parameters.items()}
        if simulator == "icarus":
            commands, program = self._icarus(surroundings, sources, parameters)
        else:
            commands, program = self._verilator(surroundings, sources, parameters)
        for number, command in enumerate(commands):
            log = f"build{number}.log"
            if surroundings.run(command, log, seconds=_BUILD_SECONDS):
                raise ToolError(
                    f"{simulator} does not accept {self.toplevel}: {_complaint(folder / log)}"
                )
        return Simulation(self, simulator, surroundings, program)

    def _icarus(
        self, surroundings: Surroundings, sources: list[str], parameters: Mapping[str, str]
    ) -> tuple[list[list[str]], list[str]]:
        """Commands that compile, and the one that runs what they made."""
        import cocotb_tools.config

        (surroundings.folder / "options").write_text("+timescale+1ns/1ps\n")
        tops = ["-s", self.toplevel]
        if self.waves:
            sources.append(_write_dump_module(surroundings.folder, self.toplevel, self.waves_from))
            tops += ["-s", "hwsim_waves"]
        values = [f"-P{self.toplevel}.{name}={value}" for name, value in parameters.items()]
        compiler = ["iverilog", "-g2005", "-Wall", "-o", "engine.vvp", "-f", "options"]
        library = Path(cocotb_tools.config.lib_name_path("vpi", "icarus")).name
        # -n: $stop ends the simulation, instead of asking a person
        run = ["vvp", "-n", "-m", f"{surroundings.cocotb_libraries()}/{library}", "engine.vvp"]
        return [[*compiler, *tops, *values, *sources]], [*run, "-fst" if self.waves else "-none"]

    def _verilator(
        self, surroundings: Surroundings, sources: list[str], parameters: Mapping[str, str]
    ) -> tuple[list[list[str]], list[str]]:
        """As `_icarus`."""
        main = cocotb_home() / "share" / "lib" / "verilator" / "verilator.cpp"
        libraries = surroundings.cocotb_libraries()
        values = [f"-G{name}={value}" for name, value in parameters.items()]
        trace = ["--trace"] if self.waves else []
        # Warnings are for tests/rtl/test_lint.py: another version's must not stop a simulation.
        translate = [
            *("verilator", "-cc", "--exe", "-Mdir", ".", "--top-module", self.toplevel),
            *("--vpi", "--public-flat-rw", "--prefix", "Vtop", "-o", "engine"),
            *("--default-language", "1364-2005", "-O3", "-Wno-fatal", "--timescale", "1ns/1ps"),
            *("-LDFLAGS", f"-L{libraries} -Wl,-rpath,{libraries} -lcocotbvpi_verilator"),
            *(*trace, *values, *copy_sources([main], surroundings.folder, "main"), *sources),
        ]
        jobs = str(min(4, os.cpu_count() or 1))
        # Packaged, its makefile names the Python of the machine that built the package, and does
        # not know how that one includes a header, which it does where there is much to compile.
        compile_all = ["make", "-j", jobs, "-f", "Vtop.mk", "PYTHON3=python3"]
        compile_all.append("CFG_CXXFLAGS_PCH_I=-include")
        compile_all.append(f"VM_TRACE={int(self.waves)}")
        return [translate, compile_all], ["./engine", *trace]


@dataclass(frozen=True)
class Simulation:
    """A compiled testbench.

    Attributes:
        testbench: what was compiled.
        simulator: for which.
        surroundings: where, and where it runs.
        program: the command that runs it.
    """

    testbench: Testbench
    simulator: str
    surroundings: Surroundings
    program: Sequence[str]

    def run(
        self, environment: Mapping[str, str], seed: int, seconds: float = RUN_SECONDS
    ) -> tuple[int, str]:
        """Run it.

        Args:
            environment: variables for the testbench.
            seed: of cocotb.
            seconds: of wall-clock time, after which it hangs.

        Returns:
            How many of its cocotb tests failed, and what the simulator printed.

        Raises:
            ToolError: the simulator stopped before the tests ended, or hangs, no test ran, or a
                memory file is missing or has the wrong length.
        """
        from cocotb_tools.check_results import get_results

        bench, folder = self.testbench, self.surroundings.folder
        results, log = folder / "results.xml", folder / "run.log"
        results.unlink(missing_ok=True)
        settings = {
            **self.surroundings.cocotb_environment(bench.python_path),
            "COCOTB_TOPLEVEL": bench.toplevel,
            "COCOTB_TEST_MODULES": bench.module,
            "COCOTB_RANDOM_SEED": str(seed),
            "COCOTB_RESULTS_FILE": results.name,
            **environment,
        }
        if self.simulator == "verilator":  # as cocotb's runner does
            settings["COCOTB_TRUST_INERTIAL_WRITES"] = "1"
        status = self.surroundings.run(self.program, log.name, extra=settings, seconds=seconds)
        output = log.read_text(errors="replace")
        complaint = _MEMORY_FILE_COMPLAINT.search(output)
        if complaint:
            raise ToolError(
                f"a memory file does not fit the engine: {complaint[0].strip()}; export the image "
                "again"
            )
        try:
            ran, failed = get_results(results)
        except (RuntimeError, SyntaxError) as error:  # no results; half of them
            raise ToolError(
                f"the simulation of {bench.toplevel} broke off with status {status}: "
                f"{_complaint(log)}"
            ) from error
        if ran == 0:
            raise ToolError(f"{bench.module} holds no cocotb test")
        return failed, output


def literal(value: Parameter) -> str:
    """A parameter's value as the simulators' command lines want it."""
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if value >= 2**31:  # a plain number would be cut to 32 bits
        return f"64'h{value:x}"
    return str(value)


def _complaint(log: Path) -> str:
    """The first line of a log that says error, or else the last line."""
    try:
        lines = [line.strip() for line in log.read_text(errors="replace").splitlines()]
    except OSError:
        return "it printed nothing"
    errors = [line for line in lines if re.search(r"error", line, re.IGNORECASE)]
    filled = [line for line in lines if line]
    return (errors or filled[-1:] or ["it printed nothing"])[0]


def _write_dump_module(folder: Path, toplevel: str, begin: int) -> str:
    """A second toplevel that records all signals of the first from a time; its file's name."""
    path = folder / "hwsim_waves.v"
    dump = f'$dumpfile("{WAVES["icarus"]}"); #{begin} $dumpvars(0, {toplevel});'
    path.write_text(f"module hwsim_waves;\n    initial begin {dump} end\nendmodule\n")
    return path.name
