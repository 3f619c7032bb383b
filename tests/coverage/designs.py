"""The designs whose coverage is counted: those of the mutants, as they are in their sources."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from hwsim.cosim.testbench import literal
from tests.mutation.designs import DESIGNS as MUTATED
from tests.mutation.designs import Design
from tests.mutation.monitors import counters_ahead
from tests.rtl.opinions import COUNTERS, verilated

DESIGNS: Final[tuple[Design, ...]] = MUTATED
COUNTED: Final = ("--coverage-line", "--coverage-toggle")
STATES: Final = "--coverage-fsm"


def run(design: Design, folder: Path) -> list[Path]:
    """Run a design's testbench on each of its images, which must pass; the files of coverage."""
    folder.mkdir(parents=True)
    bench = design.bench(folder)
    source = folder / f"{bench.testbench}.v"
    # the upper bits of the counters count too
    path = {"engine": "engine", "wrapper": "wrapper.engine"}[bench.top]
    registers = {
        name: (f"{path}.counters.{name}", [(f"{path}.counters.{name}", 0, 64)])
        for name in ("cycles", *COUNTERS)
    }
    body, end, rest = source.read_text().rpartition("endmodule")
    source.write_text(f"{body}{counters_ahead(registers)}{end}{rest}")
    chosen = dict(option.split("=", 1) for option in bench.options)
    if bench.top == "engine":
        chosen |= {name: literal(value) for name, value in bench.parameters.items()}
    # Verilator 5.48 ends with a fault of its own where it looks for state machines in the engine of
    # several queries in flight and counts lines; their control is the same.
    states = [] if bench.parameters.get("QUERIES_IN_FLIGHT", 1) != 1 else [STATES]
    options = [*COUNTED, *states, *(f"-G{name}={value}" for name, value in chosen.items())]
    simulate = verilated(folder, options, [*bench.sources, source.name], bench.testbench)
    files = []
    for where, answer in bench.answers:
        said = simulate(where=where, seconds=600)
        assert said.startswith(answer), said[-2000:]
        files.append(where / "coverage.dat")
    return files
