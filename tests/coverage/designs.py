"""The designs whose coverage is counted: those of the mutants, as they are in their sources."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from hwsim.config import Parameters
from hwsim.cosim.testbench import literal
from tests.mutation.bench import Bench, Design
from tests.mutation.designs import DESIGNS as MUTATED
from tests.mutation.designs import Wrapper
from tests.mutation.monitors import COUNTING, counters_ahead
from tests.mutation.protected import Protected
from tests.rtl.opinions import Question, behind_axi, verilated
from tests.rtl.ruled import Case
from tests.rtl.spoiled import spoilers

# Misses, long distances, and weights of rows that a host loads.
_MISSES: Final = Case(
    "misses", Parameters(130, 40, 2, (2, 3), 6, 64, 6, 1, 4, "absolute"), "row", kind="narrow",
    queries=6, seed=1,
)  # fmt: skip


@dataclass(frozen=True)
class BehindAxi:
    """An engine with check bits behind AXI, whose host reads the counts of errors."""

    name: str
    engine: Protected
    modules: tuple[str, ...] = ()

    def bench(self, folder: Path) -> Bench:
        bench = self.engine.bench(folder)
        plain = Question(folder, bench.parameters, {}, "", bench.sources)
        behind = behind_axi(plain, bench.answers[0][0] / "image")
        # A packet of a wrong length does not show there.
        options = [each for each in bench.options if not each.startswith("DISTURBED")]
        return replace(bench, top="axi", sources=behind.sources, options=options)


_PROTECTED: Final = next(design for design in MUTATED if isinstance(design, Protected))
DESIGNS: Final[tuple[Design, ...]] = (
    *MUTATED, Wrapper("wrapper, row, misses", _MISSES, ()),
    BehindAxi("protection behind AXI", _PROTECTED),
)  # fmt: skip
WAITING: Final = "wrapper.external.weights.waiting"
COUNTED: Final = ("--coverage-line", "--coverage-toggle")
STATES: Final = "--coverage-fsm"


def run(design: Design, folder: Path) -> list[Path]:
    """Run a design's testbench on each of its images, which must pass; the files of coverage."""
    folder.mkdir(parents=True)
    bench = design.bench(folder)
    source = folder / f"{bench.testbench}.v"
    # the upper bits of the counters count too
    path = {"engine": "engine", "axi": "engine.wrapper.engine", "wrapper": "wrapper.engine"}[
        bench.top
    ]
    registers = {
        name: (f"{path}.{place}", [(f"{path}.{place}", 0, 64)])
        for name, place in COUNTING.items()
        if not name.endswith("_errors") or bench.parameters.get("PROTECTION")
    }
    body, end, rest = source.read_text().rpartition("endmodule")
    ahead = counters_ahead(registers) + spoilers(bench.spoiled, path, flat=False)
    if bench.parameters.get("EXTERNAL"):
        ahead += (
            f"    always @(negedge clk) if ({path}.counters.cycles == 64'd8) begin\n"
            "        waits_ahead = $random(dice) | 32'd1;\n"
            f"        {WAITING} <= {WAITING} + waits_ahead;\n"
            "    end\n\n"
        )
    source.write_text(f"{body}{ahead}{end}{rest}")
    chosen = dict(option.split("=", 1) for option in bench.options)
    if bench.top != "wrapper":
        chosen |= {name: literal(value) for name, value in bench.parameters.items()}
    # Verilator 5.48 ends with a fault of its own where it looks for state machines in the engine of
    # several queries in flight and counts lines, or in one whose memories are written from outside;
    # their control is the same.
    alone = bench.parameters.get("QUERIES_IN_FLIGHT", 1) == 1 and not bench.spoiled
    states = [STATES] if alone else []
    options = [*COUNTED, *states, *(f"-G{name}={value}" for name, value in chosen.items())]
    simulate = verilated(folder, options, [*bench.sources, source.name], bench.testbench)
    files = []
    for where, answer in bench.answers:
        said = simulate(where=where, seconds=600)
        assert said.startswith(answer), said[-2000:]
        files.append(where / "coverage.dat")
    return files
