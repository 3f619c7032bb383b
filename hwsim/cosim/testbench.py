"""One cocotb testbench on one Verilog module: compiled, run, and judged by what it printed."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hwsim.cosim.simulators import check_simulator, visible_to_cocotb
from hwsim.errors import ToolError

# $readmemh only warns when a file is missing, short or long, and the simulator exits with 0.
_MEMORY_FILE_COMPLAINT: Final = re.compile(r"^.*\$readmem.*$|^.*readmem file.*$", re.MULTILINE)

# What the engine's testbench says of a failure needs no rewritten assertions, whose compiled files
# would stay in the package after it was uninstalled.
QUIET: Final = {"COCOTB_REWRITE_ASSERTION_FILES": ""}

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
        waves: record every signal.
    """

    toplevel: str
    module: str
    sources: Sequence[Path]
    python_path: Path
    parameters: Mapping[str, Parameter]
    waves: bool = False

    def build(self, simulator: str, folder: Path) -> Any:
        """Compile into `folder` and return cocotb's runner.

        Raises:
            ToolError: the simulator is missing or does not accept the sources or parameters.
        """
        from cocotb_tools.runner import get_runner

        check_simulator(simulator)
        logging.getLogger("Icarus").setLevel(logging.WARNING)
        logging.getLogger("Verilator").setLevel(logging.WARNING)
        folder.mkdir(parents=True, exist_ok=True)
        sources = list(self.sources)
        # cocotb's runner asks Icarus for SystemVerilog 2012; the last -g wins, so this is what
        # keeps the sources Verilog-2005.
        arguments = {
            "icarus": ["-g2005", "-Wall"],
            "verilator": ["--default-language", "1364-2005", "-O3"],
        }[simulator]
        if self.waves and simulator == "icarus":
            # The runner's own waveform module is not Verilog-2005.
            sources.append(_write_dump_module(folder, self.toplevel))
            arguments += ["-s", "hwsim_waves"]
        log = folder / "build.log"
        with visible_to_cocotb(simulator):
            runner = get_runner(simulator)
            # The runner sets the level again when it is made.
            runner.log.setLevel(logging.WARNING)
            try:
                runner.build(
                    sources=sources,
                    hdl_toplevel=self.toplevel,
                    parameters={name: _literal(value) for name, value in self.parameters.items()},
                    build_args=arguments,
                    build_dir=folder,
                    always=True,
                    timescale=("1ns", "1ps"),
                    waves=self.waves and simulator == "verilator",
                    log_file=log,
                )
            except (RuntimeError, SystemExit) as error:
                raise ToolError(
                    f"{simulator} does not accept {self.toplevel}: {_complaint(log)}"
                ) from error
        return runner

    def run(
        self, runner: Any, folder: Path, environment: Mapping[str, str], seed: int
    ) -> tuple[int, str]:
        """Run the compiled testbench.

        Returns:
            How many of its cocotb tests failed, and what the simulator printed.

        Raises:
            ToolError: the simulator stopped before the tests ended, no test ran, or a memory
                file is missing or has the wrong length.
        """
        from cocotb_tools.check_results import get_results

        log = folder / "run.log"
        results = folder / "results.xml"
        # The runner takes its Python path from sys.path alone.
        arguments = ["+hwsim_waves"] if self.waves else []
        try:
            with _on_sys_path(self.python_path):
                runner.test(
                    test_module=self.module,
                    hdl_toplevel=self.toplevel,
                    build_dir=folder,
                    test_dir=folder,
                    results_xml=str(results),
                    plusargs=arguments,
                    extra_env=dict(environment),
                    seed=seed,
                    log_file=log,
                    timescale=("1ns", "1ps"),
                    waves=self.waves,
                )
        except (RuntimeError, SystemExit):
            pass  # said in the log and the results, which are judged below
        output = log.read_text(errors="replace") if log.exists() else ""
        complaint = _MEMORY_FILE_COMPLAINT.search(output)
        if complaint:
            raise ToolError(
                f"a memory file does not fit the engine: {complaint[0].strip()}; export the image "
                "again"
            )
        try:
            ran, failed = get_results(results)
        except RuntimeError as error:
            raise ToolError(
                f"the simulation of {self.toplevel} broke off: {_complaint(log)}"
            ) from (error)
        if ran == 0:
            raise ToolError(f"{self.module} holds no cocotb test")
        return failed, output


def _literal(value: Parameter) -> str:
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


def _write_dump_module(folder: Path, toplevel: str) -> Path:
    """A second toplevel that records all signals of the first into waves.fst."""
    path = folder / "hwsim_waves.v"
    path.write_text(
        "module hwsim_waves;\n"
        f'    initial begin $dumpfile("{folder / "waves.fst"}"); $dumpvars(0, {toplevel}); end\n'
        "endmodule\n"
    )
    return path


@contextmanager
def _on_sys_path(folder: Path) -> Iterator[None]:
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
